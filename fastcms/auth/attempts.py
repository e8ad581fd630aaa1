"""Counts what may be tried only so often, for all processes on the directory."""

from __future__ import annotations

from time import time

from fastcms.core import App
from fastcms.errors import too_many
from fastcms.store.store import Tx

TOO_MANY = "Too many attempts, please try again later."

_COUNT = (
    "INSERT INTO _fc_attempts (key, count, until) VALUES (?1, 1, ?2)"
    " ON CONFLICT (key) DO UPDATE SET"
    " count = CASE WHEN until > ?3 THEN count + 1 ELSE 1 END,"
    " until = CASE WHEN until > ?3 THEN until ELSE ?2 END"
    " RETURNING count"
)


async def count(app: App, key: str, seconds: float) -> int:
    """How many attempts under this key the running window has seen, this one included.

    A window begins with its first attempt and lasts `seconds`. What is tried is counted before it
    is judged, so attempts at the same moment cannot slip through together.
    """
    now = time()

    def run(tx: Tx) -> int:
        tx.execute("DELETE FROM _fc_attempts WHERE until <= ? AND key != ?", (now, key))
        found: int = tx.execute(_COUNT, (key, now + seconds, now))[0][0]
        return found

    return await app.store.write(run)


async def limit(app: App, key: str, most: int, seconds: float) -> None:
    """Counts an attempt; raises 429 for one beyond `most` in the running window."""
    if await count(app, key, seconds) > most:
        # At the latest then: when the window began is not asked for.
        raise too_many(seconds, TOO_MANY)


async def forget(app: App, key: str) -> None:
    """Ends the window of this key."""
    await app.store.write_one("DELETE FROM _fc_attempts WHERE key = ?", (key,))
