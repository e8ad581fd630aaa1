"""Encrypts what the settings keep with another key."""

from __future__ import annotations

from fastcms.settings.load import HOLDING_SECRETS, opened, own_rows
from fastcms.settings.seal import Key
from fastcms.store.store import Tx


def rotate(tx: Tx, new: Key | None) -> None:
    """Opens everything with the key of this process and seals it with a new one, or with none.

    Raises StartError, and nothing is changed, if something cannot be opened.
    """
    for (stored,) in tx.execute("SELECT value FROM _params WHERE id = 'settings'"):
        plain = opened(stored)
        tx.execute(
            "UPDATE _params SET value = ? WHERE id = 'settings'",
            (new.seal(plain) if new else plain,),
        )
    for key, stored in own_rows(tx.execute):
        if key in HOLDING_SECRETS:
            plain = opened(stored)
            tx.execute(
                "UPDATE _fc_params SET value = ? WHERE key = ?",
                (new.seal(plain) if new else plain.decode(), key),
            )
    tx.schema_changed = True
