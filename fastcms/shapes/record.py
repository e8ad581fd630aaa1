"""The shapes of a collection's records: in answers, in bodies that create, in those that change.

All that is made of them — TypeScript, Python, OpenAPI — says the same, since it is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fastcms.fields.base import Field, JsonSchema
from fastcms.fields.multiple import MultipleField
from fastcms.fields.referring import ReferringField
from fastcms.records.compiled import SECRETS, compiled
from fastcms.records.expand import Choice, Relation, find
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

# The names of types are a collection's and one of these, so that none is another's and those of
# everything else end differently.
RESPONSE, CREATE, UPDATE, EXPAND = "Response", "Create", "Update", "Expand"

_TEXT: JsonSchema = {"type": "string"}
_WORDS = re.compile(r"[A-Za-z0-9]+")


class Key(NamedTuple):
    """A key of a record or a body."""

    name: str
    schema: JsonSchema
    is_required: bool
    help: str = ""


class Expansion(NamedTuple):
    """A key of `expand`, and the names of the collections whose records are there."""

    name: str
    targets: tuple[str, ...]
    is_many: bool


class Shape(NamedTuple):
    """All of a collection. `name` is the beginning of its types' names.

    A view has neither `create` nor `update`.
    """

    name: str
    collection: Collection
    response: tuple[Key, ...]
    create: tuple[Key, ...]
    update: tuple[Key, ...]
    expand: tuple[Expansion, ...]


def shapes(schema: Schema, *, superuser: bool) -> tuple[Shape, ...]:
    """Those of all collections, in the order in which they were made.

    Only a superuser sees hidden fields and the system's collections.
    """
    names = type_names(schema)
    return tuple(
        Shape(
            names[collection.id],
            collection,
            tuple(_response(collection, superuser=superuser)),
            () if collection.is_view else tuple(_create(collection, superuser=superuser)),
            () if collection.is_view else tuple(_update(schema, collection, superuser=superuser)),
            tuple(_expansions(schema, collection, names, superuser=superuser)),
        )
        for collection in schema
        if superuser or not collection.system
    )


def type_names(schema: Schema) -> Mapping[str, str]:
    """By a collection's id the beginning of its types' names: `blog_posts` → `BlogPosts`.

    Of two that would be called alike the newer one has a number, which no camel case ends with.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for collection in schema:
        words = _WORDS.findall(collection.name)
        plain = "".join(word[0].upper() + word[1:] for word in words)
        # No identifier begins with a digit, or is empty.
        name = base = plain if plain[:1].isalpha() else f"_{plain}"
        number = 2
        while name in taken:
            name = f"{base}_{number}"
            number += 1
        taken.add(name)
        names[collection.id] = name
    return names


def _response(collection: Collection, *, superuser: bool) -> Iterator[Key]:
    yield Key("collectionId", {"type": "string", "const": collection.id}, is_required=True)
    yield Key("collectionName", {"type": "string", "const": collection.name}, is_required=True)
    for field in _visible(collection, superuser=superuser):
        if not _is_secret(collection, field):
            # An address is shown to those whom its owner lets see it.
            always = superuser or not (collection.is_auth and field.name == "email")
            yield Key(field.name, field.shown_schema(), is_required=always, help=_help(field))


def _create(collection: Collection, *, superuser: bool) -> Iterator[Key]:
    for field in _settable(collection, superuser=superuser):
        is_filled_in = bool(getattr(field, "autogenerate_pattern", ""))
        is_required = field.is_required and not is_filled_in
        yield Key(field.name, field.body_schema(), is_required, _help(field))
        if is_filled_in and field.name != "id":
            modifier = ":autogenerate"
            yield Key(field.name + modifier, field.change_schema(modifier), is_required=False)
        if collection.is_auth and field.name == "password":
            yield Key("passwordConfirm", _TEXT, is_required)


def _update(schema: Schema, collection: Collection, *, superuser: bool) -> Iterator[Key]:
    for field in _settable(collection, superuser=superuser):
        if field.name == "id" and not schema.lets_ids_change(collection):
            continue
        yield Key(field.name, field.body_schema(), is_required=False, help=_help(field))
        yield from _changes(field)
        if collection.is_auth and field.name == "password":
            yield Key("passwordConfirm", _TEXT, is_required=False)
            yield Key("oldPassword", _TEXT, is_required=False)


def _changes(field: Field) -> Iterator[Key]:
    """The keys of a body that change what was there, as `tags+` does.

    Of a single text that would be the same as a new value.
    """
    if isinstance(field, MultipleField) and not field.is_multiple:
        return
    for modifier in sorted(field.modifiers - {":autogenerate"}):
        name = f"+{field.name}" if modifier == "prefix" else f"{field.name}{modifier}"
        yield Key(name, field.change_schema(modifier), is_required=False)


def _expansions(
    schema: Schema, collection: Collection, names: Mapping[str, str], *, superuser: bool
) -> Iterator[Expansion]:
    plan = compiled(schema, collection)
    keys = [field.name for field in collection.fields if isinstance(field, ReferringField)]
    # Also those of views, which `schema.references` has not.
    keys += [
        f"{other.name}_via_{field.name}"
        for other in schema
        for field in other.fields
        if isinstance(field, ReferringField) and collection.id in field.targets
    ]
    for key in keys:
        found = find(plan, key, sees_hidden=superuser)
        targets: tuple[Collection, ...] = ()
        is_many = False
        if isinstance(found, Relation):
            targets, is_many = (found.target.collection,), found.is_many
        elif isinstance(found, Choice):
            targets = tuple(target.collection for target in found.targets)
            is_many = found.field.is_multiple
        shown = tuple(names[t.id] for t in targets if superuser or not t.system)
        if shown:
            yield Expansion(key, shown, is_many)


def _visible(collection: Collection, *, superuser: bool) -> Iterator[Field]:
    return (field for field in collection.fields if superuser or not field.hidden)


def _settable(collection: Collection, *, superuser: bool) -> Iterator[Field]:
    for field in collection.fields:
        is_own_password = collection.is_auth and field.name == "password"
        if field.type != "autodate" and (superuser or not field.hidden or is_own_password):
            yield field


def _is_secret(collection: Collection, field: Field) -> bool:
    return collection.is_auth and field.name in SECRETS


def _help(field: Field) -> str:
    return str(getattr(field, "help", ""))
