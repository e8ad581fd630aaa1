"""Names to operands: columns, paths through relations, `@request.*`, `@collection.*`, modifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from fastcms.fields.base import Field, Kind
from fastcms.fields.polymorphic import PolymorphicField
from fastcms.fields.referring import ReferringField
from fastcms.fields.relation import RelationField
from fastcms.filters import paths, request
from fastcms.filters.ast import FilterError
from fastcms.filters.operators import NULL_OPERAND, Operand, bound, constant
from fastcms.filters.paths import Step
from fastcms.schema.collection import Collection
from fastcms.schema.indexes import find_unique
from fastcms.schema.snapshot import Schema
from fastcms.sql.expr import (
    EMPTY,
    TRUE,
    Binary,
    Call,
    Column,
    Expr,
    JsonExtract,
    JsonLength,
    Param,
    Slot,
)

MAX_RELATIONS = 6

_SHAPES = re.compile(
    r"\w+[\w.:]*"
    r"|@request\.(?:context|method)"
    r"|@request\.(?:auth|body|query|headers)\.[\w.:]*\w"
    r"|@collection\.\w+(?::\w+)?\.[\w.:]*\w",
    re.ASCII,
)
_BACK_RELATION = re.compile(r"(\w+)_via_(\w+)", re.ASCII)
_MODIFIERS = frozenset({"isset", "changed", "each", "length", "lower"})
# Of `@request.auth.*`: read from the request itself, everything else is joined.
_PLAIN_AUTH = frozenset(
    {"id", "collectionId", "collectionName", "email", "emailVisibility", "verified"}
)
_LISTS = frozenset({"select", "relation", "polymorphic", "manyToMany", "file"})
_JSON = (Kind.JSON, Kind.GEO)
# SQLite reads no JSON that is nested deeper: a path as long as this leads nowhere, as a longer one.
_JSON_DEPTH = 1001

# The shape of an input by the key and reader that name it, and its slot.
Ask: TypeAlias = Callable[[str, request.Read], tuple[request.Shape, Slot]]


class Path:
    """A resolved path: the steps from a start row, and what is asked of the row at the end."""

    def __init__(
        self,
        steps: list[Step],
        value: Callable[[str], Operand],
        *,
        is_many: bool = False,
        is_trusted: bool = True,
    ) -> None:
        self.steps = steps
        self.value = value
        self.is_many = is_many
        # Whether the rows on the way need not be listable by the caller.
        self.is_trusted = is_trusted


class Resolver:
    """Looks up the names of one expression over one collection.

    With `is_trusted` it sees hidden fields and the records of every collection: rules and
    superusers do. Names that begin with `@` always see everything.
    """

    def __init__(
        self, schema: Schema, collection: Collection, ask: Ask, *, is_trusted: bool
    ) -> None:
        self.schema = schema
        self.collection = collection
        self.ask = ask
        self.is_trusted = is_trusted

    def resolve(self, name: str) -> Operand | Path:
        """A path from the base row, or an operand that needs no row.

        :raises FilterError: for an unknown or forbidden name.
        """
        if not _SHAPES.fullmatch(name):
            raise FilterError(f'failed to resolve field "{name}"')
        parts = name.split(".")
        if parts[0] == "@collection":
            return self._any_row(parts)
        if parts[0] == "@request":
            if parts[1] == "auth":
                return self._auth(parts[2:])
            if parts[1] == "body":
                return self._body(parts[2:])
            return self._plain(parts[1:])
        return _Walk(self.schema, self.collection, is_trusted=self.is_trusted).to(parts)

    def submitted_list(self, name: str) -> Operand | None:
        """The items of `@request.body.x` as a list, None if x is no list field."""
        field = self.collection.field(name.removeprefix("@request.body."))
        if field is None or name == field.name or field.type not in _LISTS:
            return None
        slot = self.ask(f"items {field.name}", request.body_items(field.name))[1]
        return Operand(Param(slot), is_known=True, kind=Kind.LIST)

    def changed_parts(self, name: str) -> tuple[str, str, str] | None:
        """What `@request.body.x:changed` stands for: x is set, the submitted and stored value."""
        field = name.removeprefix("@request.body.").removesuffix(":changed")
        if name != f"@request.body.{field}:changed" or self.collection.field(field) is None:
            return None
        return f"@request.body.{field}:isset", f"@request.body.{field}", field

    def _any_row(self, parts: list[str]) -> Operand | Path:
        name, _, alias = parts[1].partition(":")
        collection = self.schema.find(name)
        if collection is None:
            raise FilterError(
                f'failed to load collection "{parts[1]}" from field path "{".".join(parts)}"'
            )
        walk = _Walk(self.schema, collection, steps=[paths.any_row(collection, alias)])
        walk.is_many = True
        return walk.to(parts[2:])

    # -- @request -------------------------------------------------------------------------------

    def _auth(self, parts: list[str]) -> Operand | Path:
        if len(parts) == 1 and parts[0] in _PLAIN_AUTH:
            return self._plain(["auth", *parts])
        shape, slot = self.ask("auth", request.auth_row)
        collection = self.schema.by_id.get(shape) if isinstance(shape, str) else None
        if collection is None:
            return NULL_OPERAND
        walk = _Walk(
            self.schema, collection, steps=[paths.caller(collection, slot)], missing=NULL_OPERAND
        )
        return walk.to(parts)

    def _body(self, parts: list[str]) -> Operand | Path:
        name, modifier = split_modifier(parts[0])
        field = self.collection.field(name)
        if field is None:
            return self._plain(["body", *parts])
        if isinstance(field, RelationField) and len(parts) > 1:
            return self._submitted_records(field, parts[1:])
        if isinstance(field, PolymorphicField) and len(parts) > 1:
            raise FilterError(f'ask the field "{name}" itself for what it names')
        if len(parts) == 1 and modifier in ("", "lower"):
            return self._submitted(field, modifier)
        if len(parts) > 1 or modifier == "isset":
            return self._plain(["body", *parts])
        if field.type not in _LISTS:
            raise FilterError(f'field "{name}" doesn\'t support multivalue operations')
        if modifier == "length":
            return bound(self.ask(f"count {name}", request.body_count(name))[1])
        slot = self.ask(f"items {name}", request.body_items(name))[1]
        return Path(
            [paths.submitted_items(name, slot)],
            lambda alias: Operand(Column(alias, "value"), is_known=True),
            is_many=field.is_multiple,
        )

    def _submitted(self, field: Field, modifier: str) -> Operand:
        name = field.name
        if field.storage is Kind.JSON:
            shape, slot = self.ask(f"json {name}", request.body_json(name))
        elif modifier:
            shape, slot = self.ask(f"text {name}", request.body_text(name))
        else:
            return self._plain(["body", name])
        operand = bound(slot, is_empty=shape is not request.PRESENT)
        if modifier:
            return _lower(operand)
        return NULL_OPERAND if shape is request.ABSENT else operand

    def _submitted_records(self, field: RelationField, parts: list[str]) -> Operand | Path:
        target = self.schema.by_id.get(field.collection_id)
        if target is None:
            raise FilterError(
                f'failed to load collection "{field.collection_id}" from data field "{field.name}"'
            )
        shape, slot = self.ask(f"ids {field.name}", request.body_ids(field.name))
        if shape is request.ABSENT:
            return NULL_OPERAND
        walk = _Walk(
            self.schema,
            target,
            steps=[paths.submitted_records(field, target, slot)],
            missing=NULL_OPERAND,
        )
        walk.is_many = field.is_multiple
        return walk.to(parts)

    def _plain(self, parts: list[str]) -> Operand:
        last, modifier = split_modifier(parts[-1])
        path = [*parts[:-1], last]
        key = ".".join(path)
        if modifier == "isset":
            found = constant(bool(self.ask(f"isset {key}", request.is_set(path))[0]))
            return replace(found, is_truth=True)
        if modifier not in ("", "lower"):
            raise FilterError(f"invalid modifier sequence {parts[-1]}")
        field = self.collection.field(last)
        is_number = field is not None and field.type == "number"
        # A list rule of another collection may read the same value as a text.
        key = f"number {key}" if is_number else key
        shape, slot = self.ask(key, request.plain(path, is_number=is_number))
        if shape is request.ABSENT:
            return NULL_OPERAND
        operand = bound(slot, is_empty=shape == request.EMPTY)
        return _lower(operand) if modifier else operand


class _Walk:
    """Follows the parts of a path from one collection to the next."""

    def __init__(
        self,
        schema: Schema,
        collection: Collection,
        *,
        steps: list[Step] | None = None,
        missing: Operand | None = None,
        is_trusted: bool = True,
    ) -> None:
        self.schema = schema
        self.collection = collection
        self.steps = steps or []
        # What an unknown field is; None: an error.
        self.missing = missing
        self.is_trusted = is_trusted
        self.is_many = False
        # A polymorphic field that was named last: the next part says what of it is meant.
        self.choice: PolymorphicField | None = None

    def to(self, parts: list[str]) -> Operand | Path:
        """The path along `parts`, the last of which names a field, maybe with a modifier."""
        for depth, part in enumerate(parts[:-1]):
            if self.choice is not None:
                self._choose(self.choice, part)
                continue
            field = self.collection.field(part)
            if field is not None:
                self._check_visible(field)
                if field.storage in _JSON:
                    return self._path(_inside_json(field, parts[depth + 1 :]))
            if depth >= MAX_RELATIONS:
                raise FilterError(f'max nested relations reached for field "{part}"')
            if field is None:
                if not self._go_back(part):
                    assert self.missing is not None
                    return self.missing
                continue
            if isinstance(field, PolymorphicField):
                self.choice = field
                continue
            if not isinstance(field, RelationField):
                raise FilterError(f'field "{part}" is not a valid relation')
            target = self.schema.by_id.get(field.collection_id)
            if target is None:
                raise FilterError(f'failed to load field "{part}" collection')
            if not field.is_multiple and parts[depth + 1 :] == ["id"]:
                # The id is what the column holds: no join, and none that could hide it.
                return self._field(field, "")
            self.steps += paths.related(field, target)
            self.is_many = self.is_many or field.is_multiple
            self.collection = target
        return self._last(parts[-1])

    def _choose(self, field: PolymorphicField, part: str) -> None:
        """Goes on to those records that are of one collection."""
        target = self.schema.find(part)
        if target is None or target.id not in field.targets:
            raise FilterError(f'"{part}" is no collection of the field "{field.name}"')
        self.steps += paths.chosen(field, target)
        self.is_many = self.is_many or field.is_multiple
        self.collection = target
        self.choice = None

    def _part_of_choice(self, field: PolymorphicField, part: str) -> Path:
        """The id or the collection of what a polymorphic field names."""
        parts = _choice_parts(self.schema, field)
        if part not in parts:
            raise FilterError(f'"{part}" is neither a collection nor a part of "{field.name}"')
        if not field.is_multiple:
            return self._path(lambda alias: Operand(parts[part](Column(alias, field.name))))
        self.steps.append(paths.items(field.name))
        self.is_many = True
        return self._path(lambda alias: Operand(parts[part](Column(alias, "value"))))

    def _last(self, part: str) -> Operand | Path:
        if self.choice is not None:
            return self._part_of_choice(self.choice, part)
        name, modifier = split_modifier(part)
        field = self.collection.field(name)
        if field is None:
            if self.missing is not None:
                return self.missing
            raise FilterError(f'unknown field "{name}"')
        self._check_visible(field)
        return self._field(field, modifier)

    def _field(self, field: Field, modifier: str) -> Path:
        name = field.name
        if modifier == "length" and field.type in _LISTS:
            return self._path(lambda alias: Operand(JsonLength(Column(alias, name))))
        if modifier == "each" and field.type in _LISTS:
            self.steps.append(paths.items(name))
            self.is_many = self.is_many or field.is_multiple
            return self._path(lambda alias: Operand(Column(alias, "value")))
        kind = None if modifier else field.storage
        has_guard = name == "email" and self.collection.is_auth and not self.is_trusted

        def value(alias: str) -> Operand:
            column = Column(alias, name)
            operand = Operand(column, kind=kind)
            if field.storage is Kind.JSON:
                operand = Operand(JsonExtract(column), is_strict=True, kind=kind)
            if has_guard:
                visible = Binary("=", Column(alias, "emailVisibility"), TRUE)
                operand = replace(operand, guard=visible)
            return _lower(operand) if modifier == "lower" else operand

        return self._path(value)

    def _path(self, value: Callable[[str], Operand]) -> Path:
        return Path(self.steps, value, is_many=self.is_many, is_trusted=self.is_trusted)

    def _go_back(self, part: str) -> bool:
        """Takes a back relation; false where an unknown name counts as NULL."""
        match = _BACK_RELATION.fullmatch(part)
        collection = self.schema.find(match[1]) if match else None
        field = collection.field(match[2]) if match and collection else None
        if collection is None or not isinstance(field, ReferringField):
            problem = f'failed to resolve field "{part}"'
            if match and collection is None:
                problem = f'failed to load back relation field "{part}" collection'
            elif match and field is None:
                problem = f'missing back relation field "{match[2]}"'
            elif match:
                problem = f'invalid back relation field "{match[2]}"'
            if self.missing is not None:
                return False
            raise FilterError(problem)
        self._check_visible(field, kind="back relation field")
        if self.collection.id not in field.targets:
            if self.missing is not None:
                return False
            raise FilterError(
                f'invalid collection reference of a back relation field "{field.name}"'
            )
        self.steps.append(paths.back_related(collection, field, self.collection))
        self.is_many = (
            self.is_many or field.is_multiple or find_unique(collection.indexes, field.name) is None
        )
        self.collection = collection
        return True

    def _check_visible(self, field: Field, kind: str = "field") -> None:
        if field.hidden and not self.is_trusted:
            raise FilterError(f'non-filterable {kind} "{field.name}"')


def _choice_parts(schema: Schema, field: PolymorphicField) -> dict[str, Callable[[Column], Expr]]:
    """What can be asked of a value `COLLECTION_ID/RECORD_ID`, by name."""
    one, slash = Param(1), Param("/")

    def id_(value: Column) -> Expr:
        start = Binary("+", Call("instr", (value, slash)), one)
        return Call("substr", (value, start))

    def collection_id(value: Column) -> Expr:
        length = Binary("-", Call("instr", (value, slash)), one)
        return Call("substr", (value, one, length))

    def collection_name(value: Column) -> Expr:
        found: Expr = EMPTY
        for target in filter(None, map(schema.by_id.get, field.targets)):
            is_it = Binary("=", collection_id(value), Param(target.id))
            found = Call("iif", (is_it, Param(target.name), found))
        return found

    return {"id": id_, "collectionId": collection_id, "collectionName": collection_name}


def _lower(operand: Operand) -> Operand:
    return replace(operand, value=Call("lower", (operand.value,)))


def split_modifier(part: str) -> tuple[str, str]:
    """A path's last part as name and modifier; with several colons it is all name."""
    name, colon, modifier = part.partition(":")
    if not colon or ":" in modifier:
        return part, ""
    if modifier not in _MODIFIERS:
        raise FilterError(f'unknown modifier in "{part}"')
    return name, modifier


def _inside_json(field: Field, parts: list[str]) -> Callable[[str], Operand]:
    steps: list[str | int] = []
    if parts == [""]:
        # Only a sort key can end in a dot.
        parts = []
    for part in parts[:_JSON_DEPTH]:
        key = part.replace(":", "")
        if not key:
            raise FilterError(f'empty key in the path after "{field.name}"')
        # What does not fit into 64 bits is no array index, but a key made of digits.
        is_index = key.isdecimal() and int(key[:20]) < 2**63
        steps.append(int(key) if is_index else key)
    path = tuple(steps)
    return lambda alias: Operand(
        JsonExtract(Column(alias, field.name), path), is_strict=True, kind=Kind.JSON
    )
