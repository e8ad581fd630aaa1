"""Challenges that a passkey has to sign: each of them serves once, for a few minutes."""

from __future__ import annotations

import os
from time import time
from typing import Literal, TypeAlias

from fastcms.auth.attempts import TOO_MANY
from fastcms.errors import too_many
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

Purpose: TypeAlias = Literal["register", "sign in"]

SECONDS = 300
LENGTH = 32  # bytes
# Challenges that one client leaves unanswered: guests may ask for them, and each is a row. Many,
# since all clients may seem to be one behind a proxy that the settings do not name.
MOST = 5_000


async def new(
    request: Request, purpose: Purpose, collection: Collection, record: str = ""
) -> bytes:
    """A fresh challenge, for one record or for nobody yet. Raises 429 for who asks too often."""
    challenge = os.urandom(LENGTH)
    network = request.client_network
    now = time()

    def run(tx: Tx) -> bool:
        tx.execute("DELETE FROM _fc_challenges WHERE until <= ?", (now,))
        sql = "SELECT count(*) FROM _fc_challenges WHERE network = ?"
        if tx.execute(sql, (network,))[0][0] >= MOST:
            return False
        tx.execute(
            "INSERT INTO _fc_challenges VALUES (?, ?, ?, ?, ?, ?)",
            (challenge, purpose, collection.id, record, network, now + SECONDS),
        )
        return True

    if not await request.app.store.write(run):
        raise too_many(SECONDS, TOO_MANY)
    return challenge


async def use(
    request: Request, challenge: bytes, purpose: Purpose, collection: Collection, record: str = ""
) -> bool:
    """Whether the challenge was given out for this and is still good; afterwards it is not."""
    return bool(
        await request.app.store.write_one(
            "DELETE FROM _fc_challenges WHERE challenge = ? AND purpose = ? AND collectionRef = ?"
            " AND recordRef = ? AND until > ?",
            (challenge, purpose, collection.id, record, time()),
        )
    )
