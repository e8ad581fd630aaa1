"""What the document says of one method of a route, and the schemas that this is said with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from fastcms.fields.base import JsonSchema

# "rule" leaves it to a rule of the collection, "auth" takes any account's token, "guest" none.
Access: TypeAlias = Literal["public", "guest", "auth", "superuser", "rule", "unsaid"]

TEXT: JsonSchema = {"type": "string"}
INTEGER: JsonSchema = {"type": "integer"}
FLAG: JsonSchema = {"type": "boolean"}
ANYTHING: JsonSchema = {}
OBJECT: JsonSchema = {"type": "object"}
# What is no JSON: the bytes of a file, lines of text.
BYTES: JsonSchema = {"type": "string", "format": "binary"}


class Parameter(NamedTuple):
    """A parameter of the query."""

    name: str
    says: str
    schema: JsonSchema = TEXT
    required: bool = False


class Operation(NamedTuple):
    """One method of a route."""

    tag: str
    summary: str
    access: Access
    # None: there is none, which for an answer means 204.
    body: JsonSchema | None = None
    answer: JsonSchema | None = None
    query: Sequence[Parameter] = ()
    note: str = ""
    body_types: Sequence[str] = ("application/json",)
    answer_type: str = "application/json"
    status: int = 200
    # The rule that "rule" means, None for superusers only.
    rule: str | None = None
    # Schemas of parameters of the path, by name; texts are not named.
    in_path: Mapping[str, JsonSchema] = MappingProxyType({})


def ref(name: str) -> JsonSchema:
    """A schema among the document's own."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(
    optional: Mapping[str, JsonSchema] | None = None, /, **required: JsonSchema
) -> JsonSchema:
    """An object with these keys."""
    schema: dict[str, Any] = {"type": "object", "properties": {**required, **(optional or {})}}
    if required:
        schema["required"] = list(required)
    return schema


def list_of(item: JsonSchema) -> JsonSchema:
    """A list of such."""
    return {"type": "array", "items": item}


def page_of(item: JsonSchema) -> JsonSchema:
    """A page of a list of such."""
    return fields(
        page=INTEGER,
        perPage=INTEGER,
        totalItems=INTEGER,
        totalPages=INTEGER,
        items=list_of(item),
    )


PAGE = Parameter("page", "Which page, from 1.", INTEGER)
PER_PAGE = Parameter("perPage", "Items on a page, 30 if not given, 1000 at most.", INTEGER)
SKIP_TOTAL = Parameter("skipTotal", "Leaves out the count: both totals are -1.", FLAG)
SORT = Parameter("sort", "Keys, comma-separated; `-` before one is descending.")
FILTER = Parameter("filter", "An expression that the items must match.")
FIELDS = Parameter(
    "fields", "The keys to answer with, comma-separated; required ones may be missing then."
)
PAGES = (PAGE, PER_PAGE, SKIP_TOTAL, SORT, FILTER, FIELDS)
