"""Names of people, which Apple tells their browser only, and only at the first sign-in.

They come with the code, before the app shows it, so they are kept under it for a minute.
"""

from __future__ import annotations

from hashlib import sha256
from time import time

import msgspec

from fastcms.core import App
from fastcms.store.store import Tx

SECONDS = 60
MAX_CODE = 1000
MAX_NAME = 150


class _Name(msgspec.Struct, rename={"first": "firstName", "last": "lastName"}):
    first: str = ""
    last: str = ""


class _User(msgspec.Struct):
    name: _Name = msgspec.field(default_factory=_Name)


async def keep(app: App, code: str, user: str) -> None:
    """Keeps the name in the JSON text `user`, if it has one, for the sign-in by this code."""
    try:
        name = msgspec.json.decode(user, type=_User).name
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return
    full = f"{name.first} {name.last}"[:MAX_NAME].strip()
    if not full or len(code) > MAX_CODE:
        return
    now = time()

    def run(tx: Tx) -> None:
        tx.execute("DELETE FROM _fc_apple_names WHERE until <= ?", (now,))
        tx.execute(
            "INSERT OR REPLACE INTO _fc_apple_names (code, name, until) VALUES (?, ?, ?)",
            (_key(code), full, now + SECONDS),
        )

    await app.store.write(run)


async def take(app: App, code: str) -> str:
    """The name that came with a code, "" if none did."""
    sql = "SELECT name FROM _fc_apple_names WHERE code = ? AND until > ?"
    rows = await app.store.read(sql, (_key(code), time()))
    return str(rows[0][0]) if rows else ""


def _key(code: str) -> str:
    # Who reads the table shall not find codes in it.
    return sha256(code.encode()).hexdigest()
