"""What a field type is: options, casts, validators and its place in the database."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.values import SqlValue, Value

# Of what types and documents are made: `type`, `enum`, `const`, `anyOf`, `items`, `properties` with
# `required`, and beside them what only says more. An object with a `title` becomes a type of that
# name, which must not end like those of records (`shapes.record`).
JsonSchema: TypeAlias = Mapping[str, Any]

MAX_SAFE_INTEGER = 2**53 - 1
# What an option may hold; beyond it the definition itself cannot be read.
MAX_INTEGER = 2**63 - 1
Integer = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER - 1, le=MAX_INTEGER)]

RESERVED_NAMES = frozenset(
    {"null", "true", "false", "_rowid_", "collectionId", "collectionName", "expand"}
)
_NAME = re.compile(r"^\w+$", re.ASCII)


class Kind(enum.Enum):
    """How a value is stored; the SQL dialect maps a kind to a column type."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    JSON = "json"
    LIST = "list"
    GEO = "geo"


class Reference(msgspec.Struct, frozen=True):
    """A check that only the database can answer: these ids exist in that collection."""

    collection_id: str
    ids: tuple[str, ...]


class OptionContext(msgspec.Struct, frozen=True):
    """What a field needs to know to judge its own options."""

    # The type of every collection by id, among them the one being saved.
    collection_types: Mapping[str, str]
    collection_type: str
    # The same field before the change, None for a new field.
    before: Field | None = None


class Field(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", omit_defaults=False
):
    """One field of a collection; each type subclasses it in a module of its own.

    Subclasses list their options as attributes; the wire's camelCase names follow from them.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    # Body key modifiers: "+" as in `tags+`, "prefix" as in `+tags`, "-" as in `tags-`,
    # ":autogenerate".
    modifiers: ClassVar[frozenset[str]] = frozenset()
    # Options that PocketBase does not know, by wire name: they are shown only where they are set.
    additions: ClassVar[frozenset[str]] = frozenset()

    id: str = ""
    name: str = ""
    system: bool = False
    hidden: bool = False
    presentable: bool = False

    # -- what the field is ----------------------------------------------------------------------

    @property
    def type(self) -> str:
        """The wire's name of the type."""
        return str(self.__struct_config__.tag)

    @property
    def storage(self) -> Kind:
        """How values are stored under the current options."""
        return self.kind

    @property
    def is_multiple(self) -> bool:
        """Whether a value is a list."""
        return self.storage is Kind.LIST

    @property
    def is_required(self) -> bool:
        """Whether the zero value is refused."""
        return bool(getattr(self, "required", False))

    @property
    def body_limit(self) -> int:
        """Bytes that the field adds to the size limit of a record's body."""
        return 0

    # -- values ---------------------------------------------------------------------------------

    def zero(self) -> Value:
        """The value of a record that was given none."""
        return ""

    def is_zero(self, value: Value) -> bool:
        """Whether `required` refuses the value."""
        return value == self.zero()

    def prepare(self, raw: object) -> Value:
        """Casts body input; input that makes no sense becomes the zero value."""
        raise NotImplementedError

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        """The value after a modifier of :attr:`modifiers` was applied to the current one."""
        raise NotImplementedError

    def on_save(self, value: Value, now: str, *, is_new: bool) -> Value:
        """The value to validate and write: generated ids, dates set by the server."""
        return value

    def validate(self, value: Value) -> Iterator[Problem]:
        """Problems of a prepared value. The first one is shown."""
        yield from ()

    def validate_change(self, before: Value | None, value: Value) -> Iterator[Problem]:
        """Problems of putting `value` in the place of `before` (None: a new record).

        They come before those of :meth:`validate`.
        """
        yield from ()

    def references(self, value: Value) -> tuple[Reference, ...]:
        """The records that must exist for the value to be valid."""
        return ()

    def to_wire(self, value: Value) -> object:
        """The value as answers show it."""
        return value

    def to_db(self, value: Value) -> SqlValue:
        """The value as it is bound into a statement."""
        return value  # type: ignore[return-value]

    def from_db(self, raw: SqlValue) -> Value:
        """A stored value as a record's value; tolerant of NULL and of foreign types."""
        return raw if isinstance(raw, str) else "" if raw is None else str(raw)

    # -- as documents and types of other languages describe it ----------------------------------

    def shown_schema(self) -> JsonSchema:
        """The JSON schema of a value in answers."""
        return {"type": "string"}

    def body_schema(self) -> JsonSchema:
        """The JSON schema of a value in bodies."""
        return self.shown_schema()

    def change_schema(self, modifier: str) -> JsonSchema:
        """The JSON schema of what a body gives to a modifier of :attr:`modifiers`."""
        return self.body_schema()

    # -- options --------------------------------------------------------------------------------

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        """Problems of the field's own options as (option key, problem); dotted for list items."""
        yield from ()

    def to_json(self) -> dict[str, Any]:
        """The field as it is stored and sent: keys in alphabetical order."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in sorted(msgspec.to_builtins(self).items())
            if value or key not in self.additions
        }


class DescribedField(Field, frozen=True, kw_only=True, rename="camel"):
    """Every field but autodate: it may be required and carries a help text for forms."""

    help: str = ""
    required: bool = False

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        if len(self.help) > 300:
            yield "help", _length_problem(300)


def id_problems(id_: str) -> Iterator[Problem]:
    """Problems of a field's id."""
    if not id_:
        yield REQUIRED
    elif len(id_) > 100:
        yield _length_problem(100)


def name_problems(name: str) -> Iterator[Problem]:
    """Problems of a field's name, in the reference's order."""
    if not name:
        yield REQUIRED
    elif len(name) > 100:
        yield _length_problem(100)
    elif not _NAME.match(name):
        yield Problem("validation_match_invalid", "Must be in a valid format.")
    elif name in RESERVED_NAMES:
        yield Problem("validation_not_in_invalid", "Must not be in list.")
    elif "_via_" in name:
        yield Problem("validation_found_via", 'The value cannot contain "_via_".')


def range_problems(value: int, low: int | None, high: int = MAX_SAFE_INTEGER) -> Iterator[Problem]:
    """Problems of a numeric option that has limits; zero means "not set" and always passes."""
    if not value:
        return
    if low is not None and value < low:
        yield Problem(
            "validation_min_greater_equal_than_required",
            f"Must be no less than {low}.",
            {"threshold": low},
        )
    elif value > high:
        yield Problem(
            "validation_max_less_equal_than_required",
            f"Must be no greater than {high}.",
            {"threshold": high},
        )


def _length_problem(limit: int) -> Problem:
    return Problem(
        "validation_length_out_of_range",
        f"The length must be between 1 and {limit}.",
        {"max": limit, "min": 1},
    )
