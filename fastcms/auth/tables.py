"""The tables that signing in has beyond the reference's, by name."""

from __future__ import annotations

TABLES = {
    # Points in time are Unix seconds.
    "_fc_attempts": """
        CREATE TABLE _fc_attempts (
            key TEXT PRIMARY KEY NOT NULL,
            count INTEGER NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_attempts_until ON _fc_attempts (until);
    """,
}
