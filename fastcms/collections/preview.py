"""Answers what a change of a collection would do, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastcms.collections.change import save_in
from fastcms.collections.importer import DryRunError, counted_plan
from fastcms.collections.plan import Order, Plan
from fastcms.collections.save import changed, inspected, same_schema
from fastcms.http.request import Request
from fastcms.store.store import Tx


async def preview(request: Request, name_or_id: str, body: Mapping[str, Any]) -> Plan:
    """The plan of an update; what is wrong with it is raised as the update raises it.

    Everything is done and then undone. Hooks are not run.
    """
    app, planned = request.app, request.schema
    before, after = changed(planned, name_or_id, body)
    view = await inspected(app, planned, after) if after.is_view else None

    def job(tx: Tx) -> None:
        schema = same_schema(tx, planned, before.id)
        plan = counted_plan(tx, Order((), ((before, after),)))
        save_in(tx, schema, before, after, view)
        raise DryRunError(plan)

    try:
        await app.store.write(job)
    except DryRunError as done:
        return done.plan
    raise AssertionError("a dry run ends by its error")
