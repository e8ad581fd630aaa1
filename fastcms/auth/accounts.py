"""Accounts as an administrator handles them from the command line: no rules, all checks."""

from __future__ import annotations

from fastcms.app import App
from fastcms.errors import not_found
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.delete import delete as delete_records
from fastcms.records.record import Record
from fastcms.records.write import save
from fastcms.schema.collection import Collection
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


async def upsert(app: App, collection: Collection, email: str, password: str) -> Record:
    """Creates the account, or gives it the password if it is there."""
    if await find_by_email(app, collection, email) is None:
        return await create(app, collection, email, password)
    return await update_password(app, collection, email, password)


async def delete(app: App, collection: Collection, email: str) -> bool:
    """Deletes an account with all that hangs on it; False if there was none.

    Raises 400 for the last superuser and for one that other records require.
    """
    record = await find_by_email(app, collection, email)
    if record is None:
        return False
    await delete_records(app, app.refresh(), [record])
    return True


async def find_by_email(app: App, collection: Collection, email: str) -> Record | None:
    """The account with this address."""
    plan = _plan(app, collection)
    rows = await app.store.read(
        f'SELECT {plan.stored.sql} FROM {plan.table} WHERE {plan.table}."email" = ? LIMIT 1',
        (email,),
    )
    return Record.of_stored(collection, plan.stored.decode(rows[0])) if rows else None


def _plan(app: App, collection: Collection) -> Compiled:
    return compiled(app.schema, collection)
