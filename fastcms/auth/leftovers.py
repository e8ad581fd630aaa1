"""What signing in leaves behind and nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import time

from fastcms import clock
from fastcms.auth import mfa, otps
from fastcms.auth.sessions import SLACK
from fastcms.core import App
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

_FACTORS = (
    "DELETE FROM _fc_challenges WHERE until <= ?",
    f"DELETE FROM _fc_sessions WHERE expires < ? - {SLACK}",
    "DELETE FROM _fc_lockouts WHERE expires <= ?",
)
_CODES = (
    "DELETE FROM _fc_sms_codes WHERE until <= ?",
    "DELETE FROM _fc_attempts WHERE until <= ?",
)


async def sweep_factors(app: App) -> None:
    """Deletes sign-ins that wait for a second factor in vain, sessions and locks that are over."""

    def oldest(collection: Collection) -> str:
        assert collection.auth is not None
        seconds = collection.auth.mfa.duration or mfa.DURATION
        return clock.to_text(clock.now() - timedelta(seconds=seconds))

    await _sweep(app, ("_mfas",), oldest, _FACTORS)


async def sweep_codes(app: App) -> None:
    """Deletes one-time passwords and counted attempts that are over."""
    await _sweep(app, ("_otps", "_fc_otp_decoys"), otps.oldest_valid, _CODES)


async def _sweep(
    app: App,
    tables: tuple[str, ...],
    oldest: Callable[[Collection], str],
    statements: tuple[str, ...],
) -> None:
    collections = [collection for collection in app.refresh() if collection.auth is not None]

    def run(tx: Tx) -> None:
        for table in tables:
            for collection in collections:
                tx.execute(
                    f'DELETE FROM "{table}" WHERE "collectionRef" = ? AND "created" < ?',
                    (collection.id, oldest(collection)),
                )
        for statement in statements:
            tx.execute(statement, (time(),))

    await app.store.write(run)
