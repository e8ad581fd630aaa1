"""The types of fields. A type is a module of its own, and a line in :data:`FIELD_TYPES`."""

from __future__ import annotations

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


def decode_field(data: dict[str, Any]) -> Field:
    """The field that the JSON object describes. Unknown keys are dropped, null means default.

    Raises ``ValueError`` for an unknown type and for options of the wrong JSON type.
    """
    options = {key: _without_nulls(value) for key, value in data.items() if value is not None}
    field: Field = msgspec.convert(options, AnyField)
    return field


def _without_nulls(value: Any) -> Any:
    """A list of texts with "" in the place of null."""
    if isinstance(value, list):
        return ["" if item is None else item for item in value]
    return value
