"""Shows what a query would be as a view collection, and makes none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from fastcms import ids
from fastcms.collections import views
from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.schema.view_parameters import Default

BAD_BODY = "An error occurred while loading the submitted data."
BAD_QUERY = "An error occurred while validating the submitted data."
MAX_QUERY = 5_000  # characters


async def dry_run(request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the body's query and what its first records show.

    Raises 400 for a query that cannot be a view's.
    """
    query = body.get("query") or ""
    if not isinstance(query, str):
        raise bad_request(BAD_BODY)
    if problem := _length_problem(query):
        raise bad_request(BAD_QUERY, {"query": problem})
    name = f"temp_view_{ids.random_text(5)}"
    collection = Collection(
        id=ids.collection_id("view", name),
        name=name,
        type="view",
        view_query=query,
        view_params=_defaults(body.get("viewParams")),
    )
    shadow = views.shadow_of(request.app.store.read_now)
    view = await asyncio.to_thread(views.inspect, request.schema, shadow, collection)
    rows: list[Any] = []
    if not view.error:
        view, rows = await views.sampled(request.app.store, view)
    if view.error:
        raise bad_request(f"Invalid view query. Raw error: \n{view.error}")
    head = {"collectionId": collection.id, "collectionName": name}
    sample = [
        {f.name: f.from_db(v) for f, v in zip(view.fields, row, strict=True) if not f.hidden}
        for row in rows
    ]
    return {
        "fields": [field.to_json() for field in view.fields],
        "sample": [dict(sorted({**head, **values}.items())) for values in sample],
    }


def _defaults(given: Any) -> dict[str, Default]:
    try:
        return msgspec.convert(given or {}, dict[str, Default])
    except msgspec.ValidationError as error:
        raise bad_request(BAD_BODY) from error


def _length_problem(query: str) -> Problem | None:
    if not query:
        return REQUIRED
    if len(query) > MAX_QUERY:
        return Problem(
            "validation_length_too_long",
            f"The length must be no more than {MAX_QUERY}.",
            {"max": MAX_QUERY, "min": 0},
        )
    return None
