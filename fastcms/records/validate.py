"""Judges a record before it is written: field by field, then what only the database knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastcms.errors import NOT_UNIQUE, REQUIRED, Problem
from fastcms.fields.base import Field
from fastcms.fields.file import FileField
from fastcms.fields.password import PasswordField
from fastcms.fields.text import PK_INVALID, TextField
from fastcms.passwords import Hashing
from fastcms.records.belongings import reference_problems
from fastcms.records.compiled import quote
from fastcms.records.record import Record
from fastcms.schema.collection import BELONGINGS, Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.reads import Reads

MISMATCH = Problem("validation_values_mismatch", "Values don't match.")
WRONG_OLD_PASSWORD = Problem("validation_invalid_old_password", "Missing or invalid old password.")
MISSING_RECORDS = Problem(
    "validation_missing_rel_records",
    "Failed to find all relation records with the provided ids.",
)
MISSING_COLLECTION = Problem(
    "validation_missing_rel_collection",
    "Relation connection is missing or cannot be accessed.",
)
NAMED_ID = Problem(
    "validation_named_id", "The id cannot be changed while other records name the record."
)
TAKEN_AUTH_ID = Problem("validation_invalid_auth_id", "Invalid or duplicated auth record id.")


async def problems_of(
    record: Record, schema: Schema, store: Reads, hashing: Hashing
) -> dict[str, Problem]:
    """Problems of the record's values by field name; one for each field, the first found.

    `hashing` is what new passwords will be hashed with, which limits their length.
    """
    problems: dict[str, Problem] = {}
    for field in record.collection.fields:
        if (problem := await _problem_of(field, record, schema, store, hashing)) is not None:
            problems[field.name] = problem
    if record.is_changed("id") and "id" not in problems:
        if await _is_confusable(record, store):
            problems["id"] = PK_INVALID
        elif record.collection.is_auth and await _is_other_auth_id(record, schema, store):
            problems["id"] = TAKEN_AUTH_ID
    if not problems and record.collection.name in BELONGINGS:
        return await reference_problems(record, schema, store)
    return problems


def value_problem(field: Field, record: Record, hashing: Hashing) -> Problem | None:
    """What is wrong with one value in itself, before the database is asked."""
    value = record.values[field.name]
    before = None if record.stored is None else record.stored[field.name]
    if record.uploads and isinstance(field, FileField):
        return next(field.validate_files(before, value, record.uploads), None)
    problem = next(field.validate_change(before, value), None)
    # A stored id is not judged again: one inserted by hand may break the pattern.
    if problem is None and not (field.name == "id" and record.stored is not None):
        if isinstance(field, PasswordField) and hashing != "bcrypt":
            problem = next(field.validate_long(value), None)
        else:
            problem = next(field.validate(value), None)
    return problem


async def _problem_of(
    field: Field, record: Record, schema: Schema, store: Reads, hashing: Hashing
) -> Problem | None:
    value = record.values[field.name]
    is_new_id = field.name == "id" and not record.is_new and record.is_changed("id")
    if is_new_id and schema.lets_ids_change(record.collection):
        problem = next(field.validate(value), None)
    else:
        problem = value_problem(field, record, hashing)
    if problem is not None:
        return problem
    for reference in field.references(value):
        target = schema.by_id.get(reference.collection_id)
        if target is None:
            return MISSING_COLLECTION
        marks = ", ".join("?" * len(reference.ids))
        found = await store.read(
            f'SELECT COUNT(*) FROM {quote(target.name)} WHERE "id" IN ({marks})',
            reference.ids,
        )
        if found[0][0] != len(reference.ids):
            return MISSING_RECORDS
    return None


async def _is_confusable(record: Record, store: Reads) -> bool:
    """Whether another id differs in letter case only; ids of the usual pattern cannot."""
    field = record.collection.by_name["id"]
    if not isinstance(field, TextField) or not field.has_custom_ids:
        return False
    table = quote(record.collection.name)
    sql = f'SELECT 1 FROM {table} WHERE "id" = ? COLLATE NOCASE'
    return bool(await store.read(sql, (record.id,)))


async def _is_other_auth_id(record: Record, schema: Schema, store: Reads) -> bool:
    """Whether another auth collection has the id: tokens and rules tell records by it."""
    for other in schema:
        if other.is_auth and other.id != record.collection.id:
            sql = f'SELECT 1 FROM {quote(other.name)} WHERE "id" = ?'
            if await store.read(sql, (record.id,)):
                return True
    return False


async def auth_problems(
    record: Record,
    body: Mapping[str, Any],
    is_old_password: Callable[[str], Awaitable[bool]],
    *,
    manager: bool,
) -> dict[str, Problem]:
    """Problems of what a body asks of an auth record: passwords, address, verification.

    `manager` may set what the record's owner may not (a superuser, or who the manage rule lets).
    """
    password, confirm, old = (
        _text(body.get(key)) for key in ("password", "passwordConfirm", "oldPassword")
    )
    stored = record.stored
    problems: dict[str, Problem] = {}
    if not manager:
        if stored is not None and record.values["email"] != stored["email"]:
            problems["email"] = MISMATCH
        if record.values["verified"] != (stored["verified"] if stored is not None else False):
            problems["verified"] = MISMATCH
    if not password and (stored is None or confirm or old):
        problems["password"] = REQUIRED
    if not confirm and (stored is None or password or old):
        problems["passwordConfirm"] = REQUIRED
    elif confirm != password:
        problems["passwordConfirm"] = MISMATCH
    if stored is not None and not manager and (password or confirm):
        if not old:
            problems["oldPassword"] = REQUIRED
        elif not await is_old_password(old):
            problems["oldPassword"] = WRONG_OLD_PASSWORD
    return problems


def unique_problems(collection: Collection, columns: tuple[str, ...]) -> dict[str, Problem]:
    """A violated index as problems of its columns."""
    return {name: NOT_UNIQUE for name in columns if name in collection.by_name}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, (list, dict)) else str(value)
