"""From a request's body to the values of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fastcms.fields.base import Field
from fastcms.fields.many_to_many import ManyToManyField, links_in
from fastcms.records.compiled import Compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.values import NewPassword, Value

# Modifier suffixes and prefixes as they stand in body keys, and the fields' name for them.
_SUFFIXES = (("+", "+"), ("-", "-"), (":autogenerate", ":autogenerate"))
# Modifiers whose result depends on the value before.
RELATIVE = frozenset({"+", "-", "prefix"})


def drop_hidden(compiled: Compiled, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without the fields that only superusers may set; they go without a word."""
    hidden = compiled.hidden
    if not hidden:
        return dict(body)
    auth = compiled.collection.is_auth
    return {
        key: value
        for key, value in body.items()
        if (name := _field_name(key)) not in hidden or (auth and name == "password")
    }


def apply(record: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Sets the body's values on the record and returns the body as rules shall see it.

    Shorter keys first, so that `count` is set before `count-` takes from it. In the result each
    field that was sent stands under its plain name with its final value; unknown keys stay.
    """
    seen = dict(body)
    touched: dict[str, Field] = {}

    for key in sorted(body, key=len):
        field, modifier = find(record.collection, key)
        if field is None or field.type == "autodate":
            continue
        if modifier:
            current = record.values[field.name]
            record.values[field.name] = field.modify(modifier, current, body[key])
            # Where the body sets the value first, what is stored does not count.
            is_first = field.name not in touched or field.name in record.relative
            if modifier in RELATIVE and is_first and record.stored is not None:
                record.relative.setdefault(field.name, []).append((modifier, body[key]))
        else:
            record.values[field.name] = field.prepare(body[key])
        if isinstance(field, ManyToManyField):
            record.links.setdefault(field.name, {}).update(links_in(body[key]))
        del seen[key]
        touched[field.name] = field
    for name, field in touched.items():
        seen[name] = for_rules(field, record.values[name])
    return seen


def find(collection: Collection, key: str) -> tuple[Field | None, str]:
    """The field that a body key sets, and the modifier it does so with."""
    field = collection.by_name.get(key)
    if field is not None:
        return field, ""
    for suffix, modifier in _SUFFIXES:
        if key.endswith(suffix):
            field = collection.by_name.get(key.removesuffix(suffix))
            if field is not None and modifier in field.modifiers:
                return field, modifier
    if key.startswith("+"):
        field = collection.by_name.get(key[1:])
        if field is not None and "prefix" in field.modifiers:
            return field, "prefix"
    return None, ""


def _field_name(key: str) -> str:
    return key.removesuffix(":autogenerate").strip("+-")


def for_rules(field: Field, value: Value) -> object:
    """A value as `@request.body` shows it."""
    if isinstance(value, msgspec.Raw):
        return msgspec.json.decode(value)
    if isinstance(value, NewPassword):
        return value.plain
    if field.type == "geoPoint":
        return msgspec.to_builtins(value)
    return value
