"""Notes when sessions were used last: seldom, together, and after the requests were answered."""

from __future__ import annotations

import asyncio
import logging
from time import time

from fastcms.core import App
from fastcms.store.store import Tx

NOTED_EVERY = 60  # seconds between two notes of one session
WAIT = 2  # seconds in which the sessions of one write come together

_NOTE = f"UPDATE _fc_sessions SET used = ?1 WHERE id = ?2 AND used < ?1 - {NOTED_EVERY}"

log = logging.getLogger("fastcms.auth")


class LastUse:
    """The sessions of one process whose use is still to be written down."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._pending: dict[str, float] = {}

    def note(self, session: str) -> None:
        """Notes that the session is used now."""
        if not self._pending:
            asyncio.get_running_loop().call_later(WAIT, self._write)
        self._pending.setdefault(session, time())

    def _write(self) -> None:
        pending, self._pending = self._pending, {}

        def run(tx: Tx) -> None:
            for session, used in pending.items():
                tx.execute(_NOTE, (used, session))

        self._app.store.write(run).add_done_callback(_report)


def _report(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()):
        # Nothing depends on it: the next use is noted again.
        log.warning("the last use of sessions could not be noted: %s", error)
