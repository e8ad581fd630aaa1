"""The table of what jobs did, by name."""

from __future__ import annotations

RUNS = "_fc_job_runs"

TABLES = {
    # `due` is the minute of a run by the clock, NULL for one that somebody asked for: so a minute
    # has one run, whoever is faster. Times are Unix seconds; `finished` is 0 while it runs.
    RUNS: f"""
        CREATE TABLE {RUNS} (
            id INTEGER PRIMARY KEY NOT NULL,
            job TEXT NOT NULL,
            due INTEGER,
            started REAL NOT NULL,
            finished REAL NOT NULL DEFAULT 0,
            error TEXT NOT NULL DEFAULT '',
            UNIQUE (job, due)
        )
    """,
}
