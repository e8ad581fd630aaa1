"""Makes records of rows and judges them: what a create or an update does, for many at a time.

Field by field the checks are those of `records.validate`; what only the database knows is asked
once for a chunk instead of once for a record.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from fastcms.core import App
from fastcms.errors import ApiError, Problem, bad_request, leaves
from fastcms.fields.autodate import AutodateField
from fastcms.fields.base import Field
from fastcms.fields.text import PK_INVALID, TextField
from fastcms.passwords import hash_on_thread
from fastcms.records.compiled import Compiled, among
from fastcms.records.events import RecordEvent
from fastcms.records.record import Record
from fastcms.records.settle import settle
from fastcms.records.validate import (
    MISSING_COLLECTION,
    MISSING_RECORDS,
    TAKEN_AUTH_ID,
    value_problem,
)
from fastcms.schema import indexes
from fastcms.transfer.cells import CellError, Take, taker
from fastcms.transfer.columns import Matched
from fastcms.transfer.report import ROW, Report
from fastcms.transfer.stage import Bound
from fastcms.transfer.table import ABSENT, FileError, Line
from fastcms.values import NewPassword, SqlValue, Value

_EMPTY_KEY = Problem("import_empty_key", "The key to update by is empty.")


class Draft:
    """One row on its way to a record."""

    __slots__ = ("number", "own", "record", "values")

    def __init__(self, number: int, values: dict[str, Value]) -> None:
        self.number = number
        # What the row says, by field.
        self.values = values
        self.record: Record
        self.own: list[tuple[str, list[str]]] = []


class Judge:
    """Judges the rows of one import under one version of the schema.

    Raises FileError where the file and the collection do not fit each other.
    """

    def __init__(
        self, app: App, compiled: Compiled, matched: Matched, report: Report, upsert_by: str
    ) -> None:
        self._app = app
        self._compiled = compiled
        self._report = report
        self._takers: list[tuple[int, str, Take]] = [
            (index, field.name, taker(field)) for index, field in matched.fields
        ]
        collection = compiled.collection
        self._zeros = {field.name: field.zero() for field in collection.fields}
        self._dates = [f.name for _, f in matched.fields if isinstance(f, AutodateField)]
        self._references = [f for f in collection.fields if _is_reference(f)]
        self._others = [
            other
            for other in compiled.schema
            if collection.is_auth and other.is_auth and other.id != collection.id
        ]
        self._key = Key(compiled, matched, upsert_by) if upsert_by else None
        id_field = collection.by_name["id"]
        self._custom_ids = isinstance(id_field, TextField) and id_field.has_custom_ids
        self._known_ids: set[str] | None = None

    async def judge(self, lines: Sequence[Line], *, dry_run: bool) -> list[Bound]:
        """The good ones of the rows, bound; the report learns of the others."""
        drafts = await asyncio.to_thread(self._drafts, lines)
        await self._find_stored(drafts)
        tags, kinds = self._compiled.collection.tags, self._app.hooks.of_records
        if kinds.create.hears(tags) or kinds.update.hears(tags):
            drafts = await self._run_hooks(drafts)
        else:
            drafts = await asyncio.to_thread(self._valid, drafts)
        drafts = await self._with_references(drafts)
        drafts = await self._with_free_ids(drafts)
        await self._hash_passwords(drafts, dry_run=dry_run)
        return await asyncio.to_thread(self._bound, drafts)

    # -- one row by itself ----------------------------------------------------------------------

    def _drafts(self, lines: Iterable[Line]) -> list[Draft]:
        drafts: list[Draft] = []
        takers = self._takers
        for line in lines:
            if line.problem is not None:
                self._report.refuse(line.number, {ROW: line.problem})
                continue
            values: dict[str, Value] = {}
            problems: dict[str, Problem] = {}
            cells = line.cells
            for index, name, take in takers:
                cell = cells[index]
                if cell is ABSENT:
                    continue
                try:
                    values[name] = take(cell)
                except CellError as error:
                    problems[name] = error.problem
            if not problems and self._key is not None:
                problems = self._key.problems(line.number, values)
            if problems:
                self._report.refuse(line.number, problems)
            else:
                draft = Draft(line.number, values)
                draft.record = Record(self._compiled.collection, {**self._zeros, **values})
                drafts.append(draft)
        return drafts

    def _valid(self, drafts: list[Draft]) -> list[Draft]:
        return [draft for draft in drafts if self._is_valid(draft)]

    def _is_valid(self, draft: Draft) -> bool:
        if problems := self._problems(draft):
            self._report.refuse(draft.number, problems)
        return not problems

    def _problems(self, draft: Draft) -> dict[str, Problem]:
        record = draft.record
        settle(record)
        for name in self._dates:
            if kept := draft.values.get(name):
                record.values[name] = kept
        return {
            field.name: problem
            for field in record.collection.fields
            if (problem := value_problem(field, record, self._app.password_hash)) is not None
        }

    async def _run_hooks(self, drafts: list[Draft]) -> list[Draft]:
        """Validates inside the hooks of single writes. A handler that stops keeps the row back."""
        return [draft for draft in drafts if await self._passes_hooks(draft)]

    async def _passes_hooks(self, draft: Draft) -> bool:
        kinds, is_new = self._app.hooks.of_records, draft.record.is_new
        hooks = kinds.create if is_new else kinds.update
        event = RecordEvent(draft.record, "create" if is_new else "update")
        reached: list[bool] = []

        async def check() -> None:
            if problems := self._problems(draft):
                raise bad_request("", problems)

        async def execute() -> None:
            # It is written with many others.
            reached.append(True)

        async def act() -> None:
            await hooks.check(event, check)
            await hooks.execute.run(event, execute)

        try:
            await hooks.around.run(event, act)
        except ApiError as error:
            found = dict(leaves(error.data))
            refused = {ROW: Problem("import_refused", error.message)}
            self._report.refuse(draft.number, found or refused)
            await hooks.tell_failure(event, error)
            return False
        if not reached:
            self._report.unchanged += 1
        return bool(reached)

    # -- what only the database knows -----------------------------------------------------------

    async def _find_stored(self, drafts: list[Draft]) -> None:
        """Turns drafts of records that are there already into updates of them."""
        if self._key is None or not drafts:
            return
        sql, param = self._key.query(drafts)
        compiled = self._compiled
        found = {}
        for row in await self._app.store.read(sql, (param,)):
            values = compiled.stored.decode(row)
            found[self._key.of(values)] = values
        for draft in drafts:
            stored = found.get(self._key.of(draft.values))
            if stored is not None:
                record = Record.of_stored(compiled.collection, stored)
                record.values |= draft.values
                if self._key.name != "id":
                    # The key says which record it is; another id is no change of it.
                    record.values["id"] = stored["id"]
                draft.record = record

    async def _with_references(self, drafts: list[Draft]) -> list[Draft]:
        """Those whose relations lead somewhere; relations within the collection wait."""
        problems: dict[int, dict[str, Problem]] = {}
        for field in self._references:
            asked: list[tuple[Draft, str, tuple[str, ...]]] = []
            for draft in drafts:
                for reference in field.references(draft.record.values[field.name]):
                    if reference.collection_id == self._compiled.collection.id:
                        draft.own.append((field.name, list(reference.ids)))
                    elif reference.collection_id not in self._compiled.schema.by_id:
                        problems.setdefault(draft.number, {})[field.name] = MISSING_COLLECTION
                    else:
                        asked.append((draft, reference.collection_id, reference.ids))
            for target in {target for _, target, _ in asked}:
                wanted = {id_ for _, of, ids in asked if of == target for id_ in ids}
                there = await self._ids_of(self._compiled.schema.by_id[target].name, wanted)
                for draft, of, ids in asked:
                    if of == target and not there.issuperset(ids):
                        problems.setdefault(draft.number, {})[field.name] = MISSING_RECORDS
        return self._without(drafts, problems)

    async def _with_free_ids(self, drafts: list[Draft]) -> list[Draft]:
        """Those whose new id is no other's, in another letter case or in another collection."""
        new = [draft for draft in drafts if draft.record.is_new]
        problems: dict[int, dict[str, Problem]] = {}
        if self._custom_ids:
            if self._known_ids is None:
                sql = f'SELECT "id" FROM {self._compiled.table}'
                rows = await self._app.store.read(sql)
                self._known_ids = {str(id_).lower() for (id_,) in rows}
            for draft in new:
                id_ = draft.record.id.lower()
                if id_ in self._known_ids:
                    problems[draft.number] = {"id": PK_INVALID}
                self._known_ids.add(id_)
        for other in self._others:
            taken = await self._ids_of(other.name, {draft.record.id for draft in new})
            for draft in new:
                if draft.record.id in taken:
                    problems[draft.number] = {"id": TAKEN_AUTH_ID}
        return self._without(drafts, problems)

    async def _ids_of(self, table: str, ids: set[str]) -> set[str]:
        """Those of the ids that are in a table."""
        if not ids:
            return set()
        one_of, param = among(sorted(ids))
        quoted = '"' + table.replace('"', '""') + '"'
        rows = await self._app.store.read(
            f'SELECT "id" FROM {quoted} WHERE "id" {one_of}', (param,)
        )
        return {id_ for (id_,) in rows}

    def _without(self, drafts: list[Draft], problems: dict[int, dict[str, Problem]]) -> list[Draft]:
        for number, found in problems.items():
            self._report.refuse(number, found)
        return [draft for draft in drafts if draft.number not in problems]

    # -- the last steps -------------------------------------------------------------------------

    async def _hash_passwords(self, drafts: list[Draft], *, dry_run: bool) -> None:
        """As many at a time as there are cores: a hash takes 30 to 70 ms of one."""
        open_: list[tuple[Draft, str, NewPassword]] = [
            (draft, name, value)
            for draft in drafts
            for name, value in draft.record.values.items()
            if isinstance(value, NewPassword)
        ]
        width = os.cpu_count() or 1
        for start in range(0, len(open_), width):
            some = open_[start : start + width]
            # Nobody will read the hashes of a dry run.
            hashes = [""] * len(some)
            if not dry_run:
                hashes = await asyncio.gather(*map(self._hash, some))
            for (draft, name, _), hash_ in zip(some, hashes, strict=True):
                draft.record.values[name] = hash_

    async def _hash(self, item: tuple[Draft, str, NewPassword]) -> str:
        draft, name, value = item
        cost = getattr(draft.record.collection.by_name[name], "cost", 0)
        return await hash_on_thread(value.plain, self._app.password_hash, cost)

    def _bound(self, drafts: list[Draft]) -> list[Bound]:
        fields = self._compiled.collection.fields
        # Links fill these lists; whoever else wrote them would only seem to.
        lists = dict.fromkeys(self._compiled.links, "[]")
        bound: list[Bound] = []
        for draft in drafts:
            record, stored = draft.record, draft.record.stored
            values = record.values
            if stored is None:
                params = [
                    lists.get(field.name) or field.to_db(values[field.name]) for field in fields
                ]
                bound.append(Bound(draft.number, record.id, None, params, draft.own))
                continue
            changed = [
                field
                for field in fields
                if values[field.name] != stored[field.name] and field.name not in lists
            ]
            if all(f.type == "autodate" and f.name not in draft.values for f in changed):
                self._report.unchanged += 1
                continue
            params = [*(field.to_db(values[field.name]) for field in changed), record.id]
            names = [field.name for field in changed]
            own = [(name, ids) for name, ids in draft.own if name in names]
            bound.append(Bound(draft.number, record.id, names, params, own))
        return bound


class Key:
    """The unique field that tells which record a row is."""

    def __init__(self, compiled: Compiled, matched: Matched, name: str) -> None:
        collection = compiled.collection
        field = collection.field(name)
        if field is None:
            raise FileError(f'the collection has no field "{name}" to update by')
        if all(field.name != name for _, field in matched.fields):
            raise FileError(f'no column of the file is for the field "{name}" to update by')
        index = indexes.find_unique(collection.indexes, name)
        if name != "id" and index is None:
            raise FileError(
                f'records cannot be updated by "{name}": it has no unique index of its own'
            )
        self.name = name
        self._field = field
        self._ignores_case = index is not None and indexes.is_case_insensitive(index)
        collate = " COLLATE NOCASE" if self._ignores_case else ""
        self._sql = (
            f"SELECT {compiled.stored.sql} FROM {compiled.table} WHERE {compiled.table}."
            f'"{name}"{collate} IN (SELECT value FROM json_each(?))'
        )
        self._seen: dict[object, int] = {}

    def of(self, values: Mapping[str, Any]) -> object:
        """The key of a row or record, equal where the index says so."""
        value = values[self.name]
        if self._ignores_case and isinstance(value, str):
            return indexes.without_case(value)
        return tuple(value) if isinstance(value, list) else value

    def problems(self, number: int, values: Mapping[str, Value]) -> dict[str, Problem]:
        """A key that is missing, empty, or an earlier row's."""
        if self.name not in values or self._field.is_zero(values[self.name]):
            return {self.name: _EMPTY_KEY}
        first = self._seen.setdefault(self.of(values), number)
        if first != number:
            return {self.name: Problem("import_key_twice", f"Row {first} has the same key.")}
        return {}

    def query(self, drafts: Sequence[Draft]) -> tuple[str, SqlValue]:
        """The statement that finds the stored records of the drafts, and its parameter."""
        keys = [self._field.to_db(draft.values[self.name]) for draft in drafts]
        return self._sql, msgspec.json.encode(keys).decode()


def _is_reference(field: Field) -> bool:
    return type(field).references is not Field.references
