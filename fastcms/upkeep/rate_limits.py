"""What superusers ask when they write rate limits: which labels there may be, and which rule would
apply to a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.http.routes import RouteTable
from fastcms.limits.rules import GUESTS, SIGNED_IN, Rules
from fastcms.schema.collection import Collection
from fastcms.settings.model import RateLimitRule
from fastcms.settings.rules import LABEL

_NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_TRIED = "Failed to try the rate limits."
_PATH = Problem("validation_match_invalid", "Must begin with a slash.")
_IN = Problem("validation_in_invalid", "Must be a valid value.")
_OF_ACCOUNTS = "/api/collections/{collection}/"
_OF_RECORDS = "/api/collections/{collection}/records"


def routes(served: Sequence[Route]) -> tuple[Route, ...]:
    """The feature's routes, which tell of all those that are served."""
    table = RouteTable(served)

    async def labels(request: Request) -> Reply:
        """GET /api/settings/rate-limits/labels"""
        request.require_superuser()
        return json_reply({"items": _labels(served, request.schema.collections)})

    async def attempt(request: Request) -> Reply:
        """POST /api/settings/test/rate-limit: by the given rules, or by those that are stored.

        Whether limits are applied at all, and to whom not, is not asked.
        """
        request.require_superuser()
        body = await request.read_body(error=_NOT_LOADED)
        method, path, audience = (_text(body, key) for key in ("method", "path", "audience"))
        if not path.startswith("/"):
            raise bad_request(_NOT_TRIED, {"path": _PATH if path else REQUIRED})
        if audience not in (GUESTS, SIGNED_IN):
            raise bad_request(_NOT_TRIED, {"audience": _IN if audience else REQUIRED})
        rules = request.app.settings.rate_limits.rules
        if "rules" in body:
            try:
                rules = msgspec.convert(body["rules"], tuple[RateLimitRule, ...])
            except msgspec.ValidationError as error:
                raise bad_request(_NOT_LOADED) from error
        method, path = method.upper() or "GET", path.partition("?")[0]
        route, parameters = table.find(path) or (None, {})
        tags = route.tags.get(method, ()) if route else ()
        collection = request.schema.find(parameters["collection"]) if tags else None
        found = None
        # What is asked of a collection that is not there is not counted.
        if collection or not tags:
            name = collection.name if collection else ""
            found = Rules(rules).find(method, path, name, tags, signed_in=audience == SIGNED_IN)
        return json_reply(
            {
                "rule": None if found is None else rules.index(found),
                "tags": [f"{collection.name}:{tag}" for tag in tags] if collection else [],
                "served": route is not None and method in route.methods,
            }
        )

    return (
        endpoint("/api/settings/rate-limits/labels", GET=labels),
        endpoint("/api/settings/test/rate-limit", POST=attempt),
    )


def _labels(served: Iterable[Route], collections: Iterable[Collection]) -> list[str]:
    """All that a rule may name: actions of every collection and of each one, and paths."""
    of_records: dict[str, None] = {}
    of_accounts: dict[str, None] = {}
    paths = set()
    for route in served:
        if route.path.startswith("/api/"):
            paths.add(route.path.partition("{")[0])
        is_account = route.path.startswith(_OF_ACCOUNTS) and not route.path.startswith(_OF_RECORDS)
        for method, tags in route.tags.items():
            if method != "HEAD":
                (of_accounts if is_account else of_records).update(dict.fromkeys(tags))
    actions = [f"*:{tag}" for tag in (*of_records, *of_accounts)]
    for collection in collections:
        own = [tag for tag in of_records if not collection.is_view or tag in ("list", "view")]
        if collection.is_auth:
            own.extend(of_accounts)
        actions += [f"{collection.name}:{tag}" for tag in own]
    return [label for label in (*actions, *sorted(paths)) if LABEL.check(label) is None]


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise bad_request(_NOT_LOADED)
    return value
