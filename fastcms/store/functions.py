"""The functions of `fastcms.sql.functions` on a connection."""

from __future__ import annotations

import apsw

from fastcms.sql.functions import FUNCTIONS


def register(connection: apsw.Connection) -> None:
    """Makes the functions known to statements.

    Not to views, triggers and indexes: the directory must stay readable for whoever lacks them.
    """
    for name, (function, count) in FUNCTIONS.items():
        connection.create_scalar_function(
            name, function, count, deterministic=True, flags=apsw.SQLITE_DIRECTONLY
        )
