"""The fields of a view collection, as they follow from its query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from fastcms import ids
from fastcms.collections.body import with_ids
from fastcms.collections.view_query import ViewQuery, ViewQueryError
from fastcms.fields.base import Field
from fastcms.fields.bool import BoolField
from fastcms.fields.json import JsonField
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.number import NumberField
from fastcms.fields.relation import RelationField
from fastcms.fields.text import DEFAULT_ID_PATTERN, TextField
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

WILDCARD = (
    "wildcard columns (*) are not supported - "
    "manually type the collection field names you want the view query to have"
)
CLONE = "_clone_"

_CAST = re.compile(r"cast\s*\(.*\s+as\s+(\w+)\s*\)", re.DOTALL)
_CASTS: Mapping[str, Field] = {
    "int": NumberField(only_int=True),
    "integer": NumberField(only_int=True),
    "real": NumberField(),
    "decimal": NumberField(),
    "numeric": NumberField(),
    "text": TextField(),
    "bool": BoolField(),
    "boolean": BoolField(),
}
_ID = TextField(system=True, required=True, primary_key=True, pattern=DEFAULT_ID_PATTERN)


class Origin(NamedTuple):
    """The field that a view's column shows as it is."""

    collection: Collection
    field: Field


class Inferred(NamedTuple):
    """A field, and where its values come from if that is another field."""

    field: Field
    origin: Origin | None = None


def infer(schema: Schema, query: ViewQuery) -> dict[str, Inferred]:
    """The field of each column by name. Raises ViewQueryError for `*`."""
    by_name = {collection.name: collection for collection in schema}
    tables = {t.name: by_name[t.text] for t in query.tables if t.text in by_name}
    main = tables.get(query.tables[0].name) if query.tables else None
    found: dict[str, Inferred] = {}
    for text, name in query.columns:
        table, _, column = text.rpartition(".")
        if name == "id":
            inferred = Inferred(_ID)
        elif field := _computed(text.lower()):
            inferred = Inferred(field)
        elif column == "*":
            raise ViewQueryError(WILDCARD)
        elif table and "." not in table:
            inferred = _of_field(tables.get(table), column)
        else:
            inferred = _of_field(main, text.partition(".")[0])
        found[name] = Inferred(replace(inferred.field, name=name), inferred.origin)
    return found


def fields_of(columns: Iterable[str], inferred: Mapping[str, Inferred]) -> tuple[Field, ...]:
    """The fields of the columns that the database says the query has, each with its id."""
    return with_ids(
        inferred[name].field if name in inferred else replace(_other(), name=name)
        for name in columns
    )


def same_fields(before: Iterable[Field], after: Iterable[Field]) -> bool:
    """Whether both are the same but for ids, which are drawn anew each time."""
    return [replace(f, id="") for f in before] == [replace(f, id="") for f in after]


def _computed(text: str) -> Field | None:
    if text.startswith("count("):
        return NumberField(only_int=True)
    if text.startswith("total("):
        return NumberField()
    cast = _CAST.fullmatch(text)
    return _CASTS.get(cast[1]) if cast else None


def _of_field(collection: Collection | None, name: str) -> Inferred:
    fields = collection.fields if collection else ()
    field = next((f for f in fields if f.name.lower() == name.lower()), None)
    if collection is None or field is None:
        return Inferred(_other())
    origin = Origin(collection, field)
    if name.lower() == "id":
        return Inferred(RelationField(collection_id=collection.id, max_select=1), origin)
    if isinstance(field, ManyToManyField):
        # A view has no links of its own.
        field = RelationField(
            collection_id=field.collection_id, max_select=field.max_select, hidden=field.hidden
        )
    # One field may be shown under several names.
    return Inferred(replace(field, id=CLONE + ids.random_text(4)), origin)


def _other() -> Field:
    """A value of which only the database knows what it is."""
    return JsonField(max_size=1)
