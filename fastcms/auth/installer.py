"""The first superuser: a stand-in account whose token, shown once at the start, may create it."""

from __future__ import annotations

from fastcms import clock, ids
from fastcms.auth.tokens import auth_token
from fastcms.core import App
from fastcms.records.events import RecordEvent
from fastcms.schema.collection import SUPERUSERS
from fastcms.store.store import Tx

# The reference's name for the stand-in: it knows ours, and we know its.
EMAIL = "__pbinstaller@example.com"
SECONDS = 30 * 60


async def installer_token(app: App) -> str:
    """A token that may create the first superuser, "" if there is one already."""
    schema = app.refresh()
    collection = schema.find(SUPERUSERS)
    if collection is None or collection.auth is None:
        return ""

    def stand_in(tx: Tx) -> tuple[str, str] | None:
        if tx.execute("SELECT 1 FROM _superusers WHERE email != ? LIMIT 1", (EMAIL,)):
            return None
        # No password: nobody can sign in as the stand-in, only its token counts.
        tx.execute(
            "INSERT INTO _superusers (id, email, verified, tokenKey, created, updated)"
            " SELECT ?1, ?2, TRUE, ?3, ?4, ?4"
            " WHERE NOT EXISTS (SELECT 1 FROM _superusers)",
            (ids.record_id(), EMAIL, ids.random_text(50), clock.now_text()),
        )
        found: tuple[str, str] = tx.execute("SELECT id, tokenKey FROM _superusers")[0]
        return found

    found = await app.store.write(stand_in)
    if found is None:
        return ""
    # A second listener of a restarted server would find nothing to delete.
    install(app)
    record = {"id": found[0], "tokenKey": found[1]}
    return auth_token(record, collection.id, collection.auth, refreshable=False, seconds=SECONDS)


def install(app: App) -> None:
    """Has the stand-in, if there is one, deleted as soon as there is a real superuser."""
    # Without a stand-in nobody listens, so that no write pays for it.
    if not app.store.read_now("SELECT 1 FROM _superusers WHERE email = ?", (EMAIL,)):
        return

    async def delete_stand_in(event: RecordEvent) -> None:
        if event.record.values["email"] != EMAIL:
            await app.store.write_one("DELETE FROM _superusers WHERE email = ?", (EMAIL,))
        await event.next()

    app.hooks.record_after_create_success.add(delete_stand_in, SUPERUSERS)
