"""Turns the body of a request into the collection it asks for.

Keys are merged over the collection that was there before: lists are replaced, option objects merged
key by key, unknown keys ignored, and null means the empty value.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from fastcms import ids
from fastcms.fields import decode_field
from fastcms.fields.base import Field
from fastcms.fields.bool import BoolField
from fastcms.fields.email import EmailField
from fastcms.fields.password import PasswordField
from fastcms.fields.text import DEFAULT_ID_PATTERN, TextField
from fastcms.schema import indexes
from fastcms.schema.auth_defaults import new_auth_options
from fastcms.schema.collection import Collection
from fastcms.schema.options import AuthOptions, MappedFields, OAuth2Provider
from fastcms.schema.view_options import ViewCache
from fastcms.schema.view_parameters import Default
from fastcms.values import to_date_text

S = TypeVar("S", bound=msgspec.Struct)
F = TypeVar("F", bound=Field)

_TEXTS = {"id": "id", "name": "name", "type": "type"}
_RULES = {
    "listRule": "list_rule",
    "viewRule": "view_rule",
    "createRule": "create_rule",
    "updateRule": "update_rule",
    "deleteRule": "delete_rule",
}
_NO_AUTH = AuthOptions()

ID_FIELD = TextField(
    name="id",
    system=True,
    required=True,
    primary_key=True,
    min=ids.ID_LENGTH,
    max=ids.ID_LENGTH,
    pattern=DEFAULT_ID_PATTERN,
    autogenerate_pattern=f"[a-z0-9]{{{ids.ID_LENGTH}}}",
)
PASSWORD_FIELD = PasswordField(name="password", system=True, hidden=True, required=True, min=8)
TOKEN_KEY_FIELD = TextField(
    name="tokenKey",
    system=True,
    hidden=True,
    required=True,
    min=30,
    max=60,
    autogenerate_pattern="[a-zA-Z0-9]{50}",
)
EMAIL_FIELD = EmailField(name="email", system=True, required=True)
EMAIL_VISIBILITY_FIELD = BoolField(name="emailVisibility", system=True)
VERIFIED_FIELD = BoolField(name="verified", system=True)


def check_head(body: Mapping[str, Any]) -> None:
    """Raises ValueError when `name` or `type` is no text; a create request looks at them first."""
    for key in ("name", "type"):
        _text(body.get(key))


def new_collection(body: Mapping[str, Any], taken: Container[str]) -> Collection:
    """The collection that a create request describes; `taken` are the ids in use.

    Raises ValueError for wrong JSON types.
    """
    type_ = _text(body.get("type")) or "base"
    blank = Collection(
        id="",
        name="",
        # An unknown type lives until validation, which names it.
        type=type_,  # type: ignore[arg-type]
        fields=() if type_ == "view" else with_ids((ID_FIELD,)),
        auth=new_auth_options() if type_ == "auth" else None,
    )
    collection = _merge(blank, body)
    derived = ids.collection_id(collection.type, collection.name)
    if collection.id in ("", derived):
        # It may be taken by a collection that had the same name once.
        collection = replace(collection, id=_first_free(derived, taken))
    return complete(collection)


def changed_collection(before: Collection, body: Mapping[str, Any]) -> Collection:
    """`before` with what an update request changes. Raises ValueError for wrong JSON types."""
    after = _merge(before, body)
    if after.is_view:
        # Whatever the request says: the fields of a view follow from its query.
        return replace(after, fields=before.fields if before.is_view else ())
    return complete(after)


def imported_collection(
    before: Collection, body: Mapping[str, Any], *, delete_missing: bool
) -> Collection:
    """`before` with what an import says of it. Raises ValueError for wrong JSON types.

    Fields that the import does not name stay, with `delete_missing` only those of the system. One
    that it has under another id stays as it is if their types are the same: so does the reference.
    """
    if delete_missing and body.get("fields") is None:
        body = {**body, "fields": []}
    after = _merge(before, body)
    if after.is_view:
        return replace(after, fields=before.fields if before.is_view else ())
    fields = list(after.fields)
    for field in before.fields:
        if (delete_missing and not field.system) or any(f.id == field.id for f in fields):
            continue
        found = next((i for i, f in enumerate(fields) if f.name == field.name), None)
        if found is not None and fields[found].type == field.type:
            fields[found] = field
        else:
            fields.append(field)
    return complete(replace(after, fields=tuple(fields)))


def complete(collection: Collection) -> Collection:
    """The collection with all that it may not lack: field ids, system fields, indexes."""
    if collection.auth is not None:
        collection = _complete_auth(collection, collection.auth)
    elif collection.type == "base":
        collection = replace(collection, fields=_with_id_field(collection.fields))
    return replace(collection, indexes=_on_own_table(collection))


def _complete_auth(collection: Collection, options: AuthOptions) -> Collection:
    fields = _with_auth_fields(_with_id_field(collection.fields))
    texts = list(collection.indexes)
    for column, condition in (("tokenKey", ""), ("email", " WHERE `email` != ''")):
        if indexes.find_unique(texts, column) is None:
            index = f"idx_{column}_{collection.id}"
            texts.append(
                f"CREATE UNIQUE INDEX `{index}` ON `{collection.name}` (`{column}`){condition}"
            )
    names = {field.name for field in fields}
    mapped = msgspec.to_builtins(options.oauth2.mapped_fields)
    known = {key: name if name in names else "" for key, name in mapped.items()}
    oauth2 = replace(options.oauth2, mapped_fields=MappedFields(**known))
    return replace(
        collection,
        fields=fields,
        indexes=tuple(texts),
        auth=replace(options, oauth2=oauth2),
    )


# -- merging ------------------------------------------------------------------------------------


def _merge(before: Collection, body: Mapping[str, Any]) -> Collection:
    changes: dict[str, Any] = {}
    for key, attribute in _TEXTS.items():
        if key in body:
            changes[attribute] = _text(body[key])
    if "type" in changes:
        changes["type"] = changes["type"] or "base"
    for key, attribute in _RULES.items():
        if key in body:
            changes[attribute] = None if body[key] is None else _text(body[key])
    if "system" in body:
        changes["system"] = body["system"] is not None and msgspec.convert(body["system"], bool)
    if "indexes" in body:
        changes["indexes"] = tuple(_text(item) for item in _list(body["indexes"]))
    if "fields" in body:
        changes["fields"] = with_ids(decode_field(_object(f)) for f in _list(body["fields"]))
    if "created" in body:
        changes["created"] = to_date_text(_text(body["created"]))
    # Read even where they have no meaning: a wrong type is an error there, too.
    auth = merged(before.auth or _NO_AUTH, body)
    view_query = _text(body.get("viewQuery", before.view_query))
    type_ = changes.get("type", before.type)
    changes["auth"] = auth if type_ == "auth" else None
    changes["view_query"] = view_query if type_ == "view" else ""
    if type_ == "view":
        changes |= _view_options(body)
    return replace(before, **changes)


def _view_options(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "viewParams" in body:
        found["view_params"] = msgspec.convert(body["viewParams"] or {}, dict[str, Default])
    if "viewCache" in body:
        found["view_cache"] = msgspec.convert(body["viewCache"] or None, ViewCache | None)
    return found


def merged(current: S, changes: Mapping[str, Any]) -> S:
    """The struct with the keys of a JSON object laid over its own."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(current):
        if field.encode_name not in changes:
            continue
        value, new = getattr(current, field.name), changes[field.encode_name]
        if field.name == "providers":
            found[field.name] = _merge_providers(value, new)
        elif isinstance(value, msgspec.Struct):
            found[field.name] = type(value)() if new is None else merged(value, _object(new))
        elif new is None:
            found[field.name] = field.default
        else:
            found[field.name] = msgspec.convert(new, field.type)
    return replace(current, **found)


def _merge_providers(current: Iterable[OAuth2Provider], new: object) -> tuple[OAuth2Provider, ...]:
    """The new list; an entry keeps what it does not name, its secret above all."""
    known = {provider.name: provider for provider in current}
    blank = OAuth2Provider()
    entries = [{} if entry is None else _object(entry) for entry in _list(new)]
    return tuple(merged(known.get(_text(e.get("name")), blank), e) for e in entries)


def _first_free(id_: str, taken: Container[str]) -> str:
    """The id, or with the first number behind it under which it is free."""
    free = id_
    number = 2
    while free in taken:
        free = f"{id_}{number}"
        number += 1
    return free


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


# -- fields -------------------------------------------------------------------------------------


def with_ids(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields, each with an id of its own.

    A field without an id takes that of the field before it with the same name, or one derived from
    its type and name. Of two fields with the same id the second one takes the place of the first.
    """
    result: list[Field] = []
    for field in fields:
        taken = {f.id: position for position, f in enumerate(result)}
        derived = field.type + ids.checksum(field.name)
        id_ = field.id or _id_by_name(result, field.name) or _first_free(derived, taken)
        same = replace(field, id=id_)
        if id_ in taken:
            result[taken[id_]] = same
        else:
            result.append(same)
    return tuple(result)


def _id_by_name(fields: Iterable[Field], name: str) -> str:
    return next((field.id for field in fields if name and field.name == name), "")


def _with_id_field(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields with an id field, in front if there was none."""
    field = _find(fields, TextField, "id")
    if field is None:
        return with_ids((ID_FIELD, *fields))
    forced = replace(
        field,
        system=True,
        required=True,
        hidden=False,
        primary_key=True,
        pattern=field.pattern or DEFAULT_ID_PATTERN,
    )
    return _replaced(fields, forced)


def _with_auth_fields(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields with those that every auth collection has, at the end where they were missing."""
    if password := _find(fields, PasswordField, "password"):
        fields = _replaced(fields, replace(password, system=True, hidden=True, required=True))
    else:
        fields = with_ids((*fields, PASSWORD_FIELD))
    if token_key := _find(fields, TextField, "tokenKey"):
        fields = _replaced(fields, replace(token_key, system=True, hidden=True, required=True))
    else:
        fields = with_ids((*fields, TOKEN_KEY_FIELD))
    if email := _find(fields, EmailField, "email"):
        fields = _replaced(fields, replace(email, system=True, hidden=False))
    else:
        fields = with_ids((*fields, EMAIL_FIELD))
    for flag in (EMAIL_VISIBILITY_FIELD, VERIFIED_FIELD):
        if found := _find(fields, BoolField, flag.name):
            fields = _replaced(fields, replace(found, system=True))
        else:
            fields = with_ids((*fields, flag))
    return fields


def _find(fields: Iterable[Field], type_: type[F], name: str) -> F | None:
    return next((f for f in fields if f.name == name and isinstance(f, type_)), None)


def _replaced(fields: tuple[Field, ...], field: Field) -> tuple[Field, ...]:
    return tuple(field if f.id == field.id else f for f in fields)


# -- indexes ------------------------------------------------------------------------------------


def _on_own_table(collection: Collection) -> tuple[str, ...]:
    """The index statements, rewritten where they name another table than the collection's."""
    if not collection.name:
        return collection.indexes
    result: list[str] = []
    for text in collection.indexes:
        index = indexes.parse(text)
        if index is None or index.table == collection.name:
            result.append(text)
        else:
            result.append(index.on_table(collection.name).build())
    return tuple(result)
