"""Accounts beyond the rules of records, with all checks: for the command line and for sign-in."""

from __future__ import annotations

from fastcms.core import App
from fastcms.errors import ApiError, bad_request, not_found
from fastcms.http.request import Request
from fastcms.ids import random_text
from fastcms.passwords import hash_on_thread
from fastcms.records.compiled import Compiled, compiled, quote
from fastcms.records.delete import delete as delete_records
from fastcms.records.record import Record
from fastcms.records.write import save
from fastcms.schema.collection import Collection
from fastcms.schema.indexes import find_unique, is_case_insensitive
from fastcms.values import NewPassword


async def create(app: App, collection: Collection, email: str, password: str) -> Record:
    """A new verified account. Raises ApiError 400 with the problems by field."""
    record = Record.blank(collection)
    record.values |= {"email": email, "password": NewPassword(password), "verified": True}
    await save(app, _plan(app, collection), record)
    return record


async def update_password(app: App, collection: Collection, email: str, password: str) -> Record:
    """Gives an account a new password, which ends its sessions. Raises 404 for an unknown one."""
    record = await find_by_email(app, collection, email)
    if record is None:
        raise not_found()
    record.values["password"] = NewPassword(password)
    await save(app, _plan(app, collection), record)
    return record


async def set_random_password(app: App, record: Record) -> None:
    """Gives an account that is about to be saved a password that nobody knows; ends its sessions.

    It is set as a hash: what the collection asks of passwords that people choose does not matter.
    """
    hashed = await hash_on_thread(random_text(50), app.password_hash)
    record.values |= {"password": hashed, "tokenKey": random_text(50)}


async def end_all_sessions(app: App, record: Record) -> None:
    """Gives an account another key for its tokens: none that was ever issued is good any more."""
    record.values["tokenKey"] = random_text(50)
    await save(app, _plan(app, record.collection), record)


async def upsert(app: App, collection: Collection, email: str, password: str) -> Record:
    """Creates the account, or gives it the password if it is there."""
    if await find_by_email(app, collection, email) is None:
        return await create(app, collection, email, password)
    return await update_password(app, collection, email, password)


async def save_by_request(request: Request, record: Record, failed: str) -> None:
    """Saves an account that its owner changed by a link or a code.

    Raises 400 with the message `failed` and the problems by field.
    """
    try:
        plan = compiled(request.schema, record.collection)
        await save(request.app, plan, record, request.stamp)
    except ApiError as error:
        if error.status != 400:
            raise
        raise bad_request(failed, error.data) from error


async def delete(app: App, collection: Collection, email: str) -> bool:
    """Deletes an account with all that hangs on it; False if there was none.

    Raises 400 for the last superuser and for one that other records require.
    """
    record = await find_by_email(app, collection, email)
    if record is None:
        return False
    await delete_records(app, app.refresh(), [record])
    return True


async def first(app: App, collection: Collection, limit: int) -> list[tuple[str, str, bool]]:
    """Id, address and whether it is verified of so many accounts, in the order they came in."""
    table = _plan(app, collection).table
    sql = f"SELECT id, email, verified FROM {table} ORDER BY rowid LIMIT ?"
    rows = await app.store.read(sql, (limit,))
    return [(str(id_), str(email), bool(verified)) for id_, email, verified in rows]


async def find_by_email(app: App, collection: Collection, email: str) -> Record | None:
    """The account with this address."""
    return await find_by(app, _plan(app, collection), "email", email)


async def find_by(app: App, plan: Compiled, name: str, value: str) -> Record | None:
    """The account whose field has this value, in any letter case if the field's index says so.

    None where the field has no unique index of its own: two accounts might answer.
    """
    index = find_unique(plan.collection.indexes, name)
    if index is None or name not in plan.collection.by_name:
        return None
    nocase = " COLLATE NOCASE" if is_case_insensitive(index) else ""
    rows = await app.store.read(
        f"SELECT {plan.stored.sql} FROM {plan.table} "
        f"WHERE {plan.table}.{quote(name)} = ?{nocase} LIMIT 1",
        (value,),
    )
    return Record.of_stored(plan.collection, plan.stored.decode(rows[0])) if rows else None


def _plan(app: App, collection: Collection) -> Compiled:
    return compiled(app.schema, collection)
