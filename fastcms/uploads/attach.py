"""Gives a whole upload to the record that it was begun for, as an update of it would."""

from __future__ import annotations

from functools import partial

from fastcms.errors import ApiError
from fastcms.http.endpoint import RESTARTS
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.write import Files, update_with
from fastcms.store.errors import SchemaChanged
from fastcms.uploads import arrivals
from fastcms.uploads.arrivals import Arrival
from fastcms.uploads.take import to_upload, use


async def attach(request: Request, arrival: Arrival) -> Arrival:
    """The upload once the record has it. The caller holds it.

    Who asks, and what they may, is found out anew: since the request began, hours may have passed.
    A field of several files gets one more. Raises as an update of the record does.
    """
    for _ in range(RESTARTS):
        await request.restart()
        if request.token:
            await request.authenticate()
        arrival = await arrivals.find(request, arrival.id)
        try:
            await _update(request, arrival)
        except SchemaChanged:
            continue
        return await arrivals.find(request, arrival.id)
    raise ApiError(503, "The collections keep changing, please try again.")


async def _update(request: Request, arrival: Arrival) -> None:
    collection, field = arrivals.target(request, arrival)
    plan = compiled(request.schema, collection)
    inner = request.within("default", request.auth)
    inner.method = "PATCH"
    upload = await to_upload(request, arrival)
    key = f"{field.name}+" if field.is_multiple else field.name
    files = Files({key: [upload]}, partial(use, request.app, arrival))
    await update_with(inner, plan, arrival.record, {}, files)
