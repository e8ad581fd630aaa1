"""From a request's body to the values of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from fastcms.fields.base import Field
from fastcms.fields.file import FileField
from fastcms.fields.many_to_many import ManyToManyField, links_in
from fastcms.fields.upload import Upload
from fastcms.records.compiled import Compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.values import NewPassword, Value, to_unique_texts

T = TypeVar("T")

# Modifier suffixes and prefixes as they stand in body keys, and the fields' name for them.
_SUFFIXES = (("+", "+"), ("-", "-"), (":autogenerate", ":autogenerate"))
# Modifiers whose result depends on the value before.
RELATIVE = frozenset({"+", "-", "prefix"})
_NONE: Mapping[str, Any] = {}


def drop_hidden(compiled: Compiled, body: Mapping[str, T]) -> Mapping[str, T]:
    """The body without the fields that only superusers may set; they go without a word."""
    hidden = compiled.hidden
    if not hidden:
        return body
    auth = compiled.collection.is_auth
    return {
        key: value
        for key, value in body.items()
        if (name := _field_name(key)) not in hidden or (auth and name == "password")
    }


def apply(
    record: Record, body: Mapping[str, Any], uploads: Mapping[str, Sequence[Upload]] = _NONE
) -> dict[str, Any]:
    """Sets the body's values on the record and returns the body as rules shall see it.

    Shorter keys first, so that `count` is set before `count-` takes from it, and new files last. In
    the result each field that was sent stands under its plain name with its final value; unknown
    keys stay.
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
            is_relative = modifier in RELATIVE and record.stored is not None
            if is_relative and _is_relative(record, field, touched):
                record.relative.setdefault(field.name, []).append((modifier, body[key]))
        else:
            record.values[field.name] = field.prepare(body[key])
        if isinstance(field, ManyToManyField):
            record.links.setdefault(field.name, {}).update(links_in(body[key]))
        del seen[key]
        touched[field.name] = field
    if uploads:
        _add(record, body, uploads, touched)
    for name, field in touched.items():
        seen[name] = for_rules(field, record.values[name], record.uploads)
    return seen


def _add(
    record: Record,
    body: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Upload]],
    touched: dict[str, Field],
) -> None:
    """Sets new files on the record."""
    for key in sorted(uploads, key=len):
        field, modifier = find(record.collection, key)
        if not isinstance(field, FileField) or modifier == "-":
            continue
        names = [upload.name for upload in uploads[key]]
        if not modifier:
            # Names that are sent along are those to keep.
            names = [*to_unique_texts(body.get(key)), *names]
        record.values[field.name] = field.modify(modifier, record.values[field.name], names)
        record.uploads |= {upload.name: upload for upload in uploads[key]}
        if not modifier:
            record.relative.pop(field.name, None)
        elif record.stored is not None and _is_relative(record, field, touched):
            record.relative.setdefault(field.name, []).append((modifier, names))
        touched[field.name] = field


def _is_relative(record: Record, field: Field, touched: Mapping[str, Field]) -> bool:
    """Whether what is stored counts: where the body sets the value first it does not."""
    return field.name not in touched or field.name in record.relative


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


def for_rules(field: Field, value: Value, uploads: Mapping[str, Upload] = _NONE) -> object:
    """A value as `@request.body` shows it."""
    if uploads and isinstance(field, FileField):
        files = [uploads.get(name, name) for name in to_unique_texts(value)]
        return files if field.is_multiple else files[0] if files else ""
    if isinstance(value, msgspec.Raw):
        return msgspec.json.decode(value)
    if isinstance(value, NewPassword):
        return value.plain
    if field.type == "geoPoint":
        return msgspec.to_builtins(value)
    return value
