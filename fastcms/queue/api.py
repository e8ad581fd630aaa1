"""`/api/queue`: what waits to be done and what was given up, for superusers."""

from __future__ import annotations

from fastcms.errors import Problem, bad_request, not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import MAX_INT, page_params
from fastcms.http.reply import NO_CONTENT, Reply, page_reply
from fastcms.http.request import Request
from fastcms.queue import letters

_STATE = Problem("validation_in_invalid", "Must be one of waiting, running and dead.")


async def list_(request: Request) -> Reply:
    """GET /api/queue, with `state` only tasks that are `waiting`, `running` or `dead`."""
    request.require_superuser()
    store, params = request.app.store, page_params(request.query)
    wanted = request.query.get("state", "")
    state = next((state for state in letters.STATES if state == wanted), None)
    if wanted and state is None:
        raise bad_request("", {"state": _STATE})
    total = -1 if params.skip_total else await letters.count(store, state)
    return page_reply(
        {
            "page": params.page,
            "perPage": params.per_page,
            "totalItems": total,
            "totalPages": -1 if total < 0 else -(-total // params.per_page),
            "items": await letters.listed(store, state, params.per_page, params.offset),
        }
    )


async def retry(request: Request) -> Reply:
    """POST /api/queue/{id}: tries a dead letter again; the answer does not wait for the end."""
    request.require_superuser()
    app = request.app
    if not await letters.retry(app.queue, app.store, _id(request)):
        raise not_found()
    return NO_CONTENT


async def delete(request: Request) -> Reply:
    """DELETE /api/queue/{id}: it is not done; a running one cannot be removed."""
    request.require_superuser()
    if not await letters.delete(request.app.store, _id(request)):
        raise not_found()
    return NO_CONTENT


def _id(request: Request) -> int:
    text = request.params["id"]
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MAX_INT:
        raise not_found()
    return int(text)


ROUTES: tuple[Route, ...] = (
    endpoint("/api/queue", GET=list_),
    endpoint("/api/queue/{id}", POST=retry, DELETE=delete),
)
