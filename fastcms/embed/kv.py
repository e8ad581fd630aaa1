"""Values by key that outlive the process and are the same for all that serve the directory."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from time import time
from typing import Any

import msgspec

from fastcms.embed.either import Owner, either
from fastcms.store.store import Row, Tx
from fastcms.values import SqlValue

KV = "_fc_kv"
TABLES = {
    # A value is JSON; `expires` is in seconds since 1970, NULL for never.
    KV: f"""
        CREATE TABLE {KV} (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, expires REAL);
        CREATE INDEX {KV}_expires ON {KV} (expires)
    """,
}

_ALIVE = "(expires IS NULL OR expires > ?)"
_GET = f"SELECT value FROM {KV} WHERE key = ? AND {_ALIVE}"
_SET = f"INSERT OR REPLACE INTO {KV} VALUES (?, ?, ?)"
_DELETE = f"DELETE FROM {KV} WHERE key = ?"
_INCREMENT = f"""
    INSERT INTO {KV} VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN expires IS NULL OR expires > ?4 THEN value + ?2 ELSE ?2 END,
        expires = CASE WHEN expires IS NULL OR expires > ?4 THEN expires ELSE ?3 END
    WHERE json_type(value) = 'integer' OR expires <= ?4
    RETURNING value
"""
_EXPIRED = f"DELETE FROM {KV} WHERE expires <= ?"


class KeyValues:
    """`app.kv`. Inside a transaction it is part of it."""

    def __init__(self, app: Owner) -> None:
        self._app = app

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """As its app does."""
        return self._app.settle(made)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, `default` if it has none or it has expired."""
        return self.settle(self._get(key, default))

    @either
    async def set(self, key: str, value: object, *, ttl: float | None = None) -> None:
        """Sets a value, anything that JSON can say; it expires after `ttl` seconds."""
        text = msgspec.json.encode(value).decode()
        await self._write(_SET, (key, text, _end(ttl)))

    @either
    async def increment(self, key: str, by: int = 1, *, ttl: float | None = None) -> int:
        """Counts, whoever else does at the same moment: the number after it.

        A new counter expires after `ttl` seconds, however often it is counted on. Raises
        ValueError, and changes nothing, where the value of the key is no whole number.
        """
        rows = await self._write(_INCREMENT, (key, by, _end(ttl), time()))
        if not rows:
            raise ValueError(f"the value of {key!r} is no whole number")
        return int(rows[0][0])

    @either
    async def delete(self, key: str) -> None:
        """Forgets a key."""
        await self._app.inner.store.write_one(_DELETE, (key,))

    async def _get(self, key: str, default: Any) -> Any:
        rows = await self._app.inner.store.read(_GET, (key, time()))
        return msgspec.json.decode(rows[0][0]) if rows else default

    async def _write(self, sql: str, params: Sequence[SqlValue]) -> list[Row]:
        def run(tx: Tx) -> list[Row]:
            rows = tx.execute(sql, params)
            # Whoever writes tidies, so that no more is kept than what is in use.
            tx.execute(_EXPIRED, (time(),))
            return rows

        return await self._app.inner.store.write(run)


def _end(ttl: float | None) -> float | None:
    return None if ttl is None else time() + ttl
