"""Rows and records as an answer shows them to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, among
from fastcms.records.events import RecordEnrichEvent
from fastcms.records.record import Record, to_wire
from fastcms.records.rules import matching
from fastcms.records.shown import Shown, hide


async def show_rows(request: Request, compiled: Compiled, rows: Sequence[Any]) -> list[Shown]:
    """Rows of the wire projection as the answer shows them."""
    if request.app.hooks.record_enrich and request.is_answered:
        return await show_records(request, compiled, await stored(request, compiled, rows))
    shown = compiled.wire(superuser=request.is_superuser).show(rows)
    if compiled.collection.is_auth and not request.is_superuser:
        await _hide_emails(request, compiled, shown)
    return shown


async def show_records(request: Request, compiled: Compiled, records: list[Record]) -> list[Shown]:
    """Records as the answer shows them, after the hook that may change each."""
    await enrich(request, records)
    shown = [to_wire(record, superuser=request.is_superuser) for record in records]
    if compiled.collection.is_auth and not request.is_superuser:
        await _hide_emails(request, compiled, shown)
    return shown


async def enrich(request: Request, records: list[Record]) -> None:
    """Lets the hook change each record before it is shown."""
    hook = request.app.hooks.record_enrich
    if hook:
        for record in records:
            await hook.run(RecordEnrichEvent(request, record), nothing)


async def stored(request: Request, compiled: Compiled, rows: Sequence[Any]) -> list[Record]:
    """The whole records behind rows of the wire projection, in their order."""
    place = compiled.wire(superuser=request.is_superuser).keys.index("id")
    ids = [row[place] for row in rows]
    one_of, param = among(ids)
    sql = f'SELECT {compiled.stored.sql} FROM {compiled.table} WHERE {compiled.table}."id" {one_of}'
    found = await request.reads.read(*compiled.asked(sql, (param,)))
    values = [compiled.stored.decode(row) for row in found]
    by_id = {v["id"]: Record.of_stored(compiled.collection, v) for v in values}
    return [by_id[i] for i in ids if i in by_id]


async def _hide_emails(request: Request, compiled: Compiled, shown: list[Shown]) -> None:
    """Takes the address out of auth records whose owner keeps it from this caller."""
    own = request.own_id(compiled.collection)
    private = [r for r in shown if not r.get("emailVisibility") and r["id"] != own]
    if not private:
        return
    options = compiled.collection.auth
    managed: set[str] = set()
    if request.auth is not None and options is not None and options.manage_rule:
        ids = [record["id"] for record in private]
        managed = await matching(options.manage_rule, request, compiled, ids)
    hide((record for record in private if record["id"] not in managed), "email")


async def nothing(_: object) -> None:
    """The action of a hook that only looks."""
