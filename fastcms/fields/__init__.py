"""The types of fields. A type is a module of its own, and a line in :data:`FIELD_TYPES`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from fastcms.fields.autodate import AutodateField
from fastcms.fields.base import Field
from fastcms.fields.bool import BoolField
from fastcms.fields.date import DateField
from fastcms.fields.editor import EditorField
from fastcms.fields.email import EmailField
from fastcms.fields.file import FileField
from fastcms.fields.geo_point import GeoPointField
from fastcms.fields.json import JsonField
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.number import NumberField
from fastcms.fields.password import PasswordField
from fastcms.fields.polymorphic import PolymorphicField
from fastcms.fields.relation import RelationField
from fastcms.fields.select import SelectField
from fastcms.fields.text import TextField
from fastcms.fields.url import UrlField

AnyField = (
    TextField
    | EditorField
    | EmailField
    | UrlField
    | NumberField
    | BoolField
    | DateField
    | AutodateField
    | SelectField
    | JsonField
    | RelationField
    | PolymorphicField
    | ManyToManyField
    | FileField
    | PasswordField
    | GeoPointField
)
FIELD_TYPES: tuple[type[Field], ...] = get_args(AnyField)
# The same with those that plugins have added.
_known: Any = AnyField


def add(types: Sequence[type[Field]]) -> None:
    """Field types of a plugin, for the rest of the process: all of them, or none.

    Raises ValueError for one whose name is taken.
    """
    global _known  # noqa: PLW0603 (settled before anything is served)
    taken = {type_.__struct_config__.tag for type_ in get_args(_known)}
    for type_ in types:
        tag = type_.__struct_config__.tag
        if tag in taken:
            raise ValueError(f"there is a field type {tag!r} already")
        taken.add(tag)
    for type_ in types:
        _known = _known | type_


def decode_field(data: dict[str, Any]) -> Field:
    """The field that the JSON object describes. Unknown keys are dropped, null means default.

    Raises ``ValueError`` for an unknown type and for options of the wrong JSON type.
    """
    options = {key: _without_nulls(value) for key, value in data.items() if value is not None}
    field: Field = msgspec.convert(options, _known)
    return field


def _without_nulls(value: Any) -> Any:
    """A list of texts with "" in the place of null."""
    if isinstance(value, list):
        return ["" if item is None else item for item in value]
    return value
