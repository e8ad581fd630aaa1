"""The table of tasks that wait, are worked on, or were given up."""

from __future__ import annotations

TASKS = "_fc_queue"

TABLES = {
    # Times are Unix seconds. `due` is when it is to be worked on; while somebody does, when that
    # one's lease ends. `worker` is the name of that process. `expires` is when nobody wants it any
    # more, NULL for never. `dead` is when it was given up, 0 before. What is done has no row.
    TASKS: f"""
        CREATE TABLE {TASKS} (
            id INTEGER PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            payload TEXT NOT NULL,
            key TEXT NOT NULL,
            due REAL NOT NULL,
            expires REAL,
            attempts INTEGER NOT NULL DEFAULT 0,
            worker TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT '',
            created REAL NOT NULL,
            dead REAL NOT NULL DEFAULT 0
        );
        CREATE INDEX {TASKS}_due ON {TASKS} (due) WHERE dead = 0;
        CREATE INDEX {TASKS}_key ON {TASKS} (kind, key) WHERE key != '' AND dead = 0
    """,
}
