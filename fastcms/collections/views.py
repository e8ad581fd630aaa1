"""What a view collection becomes: its fields, its SQL, and what is wrong with its query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from fastcms.collections.view_fields import Inferred, fields_of, infer, same_fields
from fastcms.collections.view_query import (
    ViewQuery,
    ViewQueryError,
    read,
    require_one_statement,
    trimmed,
    unquoted,
)
from fastcms.collections.view_secrets import (
    ForbiddenReadError,
    check_reads,
    hidden_reads,
    position_of,
    revealing,
)
from fastcms.errors import Problem, sentence
from fastcms.fields.base import Field, name_problems
from fastcms.schema import view_parameters
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.sql import ddl
from fastcms.store.errors import StoreError
from fastcms.store.shadow import DEFINITIONS, Column, QueryRefusedError, Read, Shadow
from fastcms.store.store import Row, Store

SAMPLE = 10  # records that are looked at before a view is made
SAMPLE_SECONDS = 5.0
MAX_ERROR = 500  # characters

NO_ID = (
    "missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)"
)
EMPTY_IDS = "the query could return records with empty or invalid ids"
EQUAL_IDS = "the query could return records with non-unique ids"
TOO_SLOW = f"the query gives no {SAMPLE} records in {SAMPLE_SECONDS:g} seconds"
QUOTED_PARAMETER = "a parameter stands in quotes or where no value can: write {:name} by itself"
REVEALING_ID = "the id would show a hidden field"


class View(msgspec.Struct, frozen=True):
    """A query as a view. With an error there may be fields all the same, which have their own."""

    fields: tuple[Field, ...] = ()
    # What follows AS in the view's definition.
    definition: str = ""
    error: str = ""
    # Of the error in the query, in characters; -1 if unknown.
    offset: int = -1
    # All that the query reads, also by way of other views.
    reads: frozenset[Read] = frozenset()

    def problem(self, query: str) -> Problem | None:
        """The error as a problem of `viewQuery`."""
        if not self.error:
            return None
        return Problem(
            "validation_invalid_view_query",
            sentence(f"Invalid query - {self.error[:MAX_ERROR]}"),
            _place(query, self.offset),
        )


def shadow_of(read_all: Callable[[str], Iterable[Row]]) -> Shadow:
    """The database that is read from as a shadow, to try queries on."""
    return Shadow(row[0] for row in read_all(DEFINITIONS))


def inspect(schema: Schema, shadow: Shadow, collection: Collection) -> View:
    """The query of a view collection as a view; its records are not looked at."""
    query = trimmed(collection.view_query)
    try:
        require_one_statement(query)
        parsed = read(query)
        inferred = infer(schema, parsed)
        template = unquoted(query)
        query = view_parameters.with_defaults(template, collection.view_params)
        if missing := view_parameters.names(query):
            raise ViewQueryError(f"Named parameter not found: {missing[0]}")
        columns = shadow.columns(query)
    except ViewQueryError as error:
        return View(error=str(error))
    except QueryRefusedError as error:
        return View(error=str(error), offset=error.offset)
    fields = fields_of((column.name for column in columns), inferred)
    if wrong := _fields_error(fields):
        return View(fields, error=wrong)
    try:
        reads = shadow.reads(query)
        check_reads(schema, reads)
        _check_circle(schema, collection, reads)
    except QueryRefusedError as error:
        return View(fields, error=str(error), offset=error.offset)
    except ForbiddenReadError as error:
        return View(fields, error=str(error), offset=position_of(query, error.name))
    marked, names = view_parameters.with_marks(template), view_parameters.names(template)
    if names and not shadow.takes(marked, len(names)):
        return View(fields, error=QUOTED_PARAMETER)
    fields = _hide(query, fields, inferred, hidden_reads(schema, reads))
    if fields[0].hidden or any(f.name == "id" and f.hidden for f in fields):
        return View(fields, error=REVEALING_ID)
    definition = ddl.all_of(_with_text_id(query, columns, parsed))
    return View(fields, definition, reads=frozenset(reads))


async def sampled(store: Store, view: View) -> tuple[View, list[Row]]:
    """The view and its first records, or the view with what is wrong with them."""
    try:
        rows = await store.read_within(f"{view.definition} LIMIT {SAMPLE}", SAMPLE_SECONDS)
    except StoreError as error:
        text = TOO_SLOW if "interrupt" in str(error) else str(error)
        return replace(view, error=text), []
    place = next(i for i, field in enumerate(view.fields) if field.name == "id")
    seen: set[Any] = set()
    for row in rows:
        if row[place] in (None, ""):
            return replace(view, error=EMPTY_IDS), []
        if row[place] in seen:
            return replace(view, error=EQUAL_IDS), []
        seen.add(row[place])
    return view, rows


def follow(
    schema: Schema, shadow: Shadow, views: Sequence[Collection]
) -> list[tuple[Collection, View]]:
    """Those of the views whose fields are not the same any more, as they are now.

    Those whose query does not work any more are left as they are.
    """
    found: dict[str, tuple[Collection, View]] = {}
    for _ in views:
        before = len(found), schema
        for view in views:
            current = schema.by_id[view.id]
            made = inspect(schema, shadow, current)
            if made.error or same_fields(current.fields, made.fields):
                continue
            after = replace(current, fields=made.fields)
            schema = schema.with_collection(after)
            shadow.add_view(after.name, made.definition)
            found[view.id] = (after, made)
        if before == (len(found), schema):
            break
    return list(found.values())


def readers(schema: Schema, names: Iterable[str]) -> list[Collection]:
    """The view collections that may read one of these, also by way of others: their queries say its
    name somewhere.
    """
    left = [collection for collection in schema if collection.is_view]
    found: list[Collection] = []
    sought = [name.lower() for name in names]
    while sought:
        reading = [c for c in left if any(name in c.view_query.lower() for name in sought)]
        found += reading
        left = [collection for collection in left if collection not in reading]
        sought = [collection.name.lower() for collection in reading]
    return found


def _check_circle(schema: Schema, collection: Collection, reads: Iterable[Read]) -> None:
    """Raises ForbiddenReadError for a view that reads itself, as it was before."""
    before = schema.by_id.get(collection.id)
    name = before.name.lower() if before is not None else ""
    if name and any(read.table.lower() == name for read in reads):
        raise ForbiddenReadError("the view would read itself", name)


def _fields_error(fields: Sequence[Field]) -> str:
    if not any(field.name == "id" for field in fields):
        return NO_ID
    for position, field in enumerate(fields):
        for problem in name_problems(field.name):
            text = problem.message
            if problem.code != "validation_found_via":
                text = text[0].lower() + text[1:].rstrip(".")
            return f'invalid field "{field.name}" ({position}): name: {text}.'
    return ""


def _hide(
    query: str, fields: tuple[Field, ...], inferred: dict[str, Inferred], hidden: set[str]
) -> tuple[Field, ...]:
    """The fields, hidden where their values come from hidden ones."""
    if not hidden:
        return fields
    positions, plain = revealing(query, hidden, len(fields))
    result: list[Field] = []
    for position, field in enumerate(fields):
        origin = inferred[field.name].origin if field.name in inferred else None
        is_copy = plain and origin is not None and not origin.field.hidden
        reveals = position in positions and not is_copy
        result.append(replace(field, hidden=True) if reveals else field)
    return tuple(result)


def _with_text_id(query: str, columns: Sequence[Column], parsed: ViewQuery) -> str:
    """The query, around it a cast where ids are not text already."""
    if any(c.name.lower() == "id" and c.type.upper() == "TEXT" for c in columns):
        return query
    names = [ddl.name(column.name) for column in parsed.columns]
    cast = [f"CAST({name} as TEXT) {name}" if name == "`id`" else name for name in names]
    return f"SELECT {','.join(cast)} FROM ({query})"


def _place(query: str, offset: int) -> dict[str, int] | None:
    """Line and column, both from 1 on, of a place in the trimmed query."""
    if offset < 0:
        return None
    offset += len(query) - len(query.lstrip().lstrip(";"))
    lines = re.split("\n", query[:offset])
    return {"column": len(lines[-1]) + 1, "line": len(lines)}
