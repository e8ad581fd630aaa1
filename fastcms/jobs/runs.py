"""Runs of jobs: each is written down before it begins and again when it has ended."""

from __future__ import annotations

import logging
from time import time
from typing import Any

from fastcms.clock import seconds_text
from fastcms.core import App, Job
from fastcms.jobs.tables import RUNS
from fastcms.store.store import Tx

KEPT = 100  # runs of each job
ERROR_LENGTH = 1_000  # characters

log = logging.getLogger("fastcms.jobs")

_CLAIM = (
    f"INSERT INTO {RUNS} (job, due, started) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id"
)
_FORGET = (
    f"DELETE FROM {RUNS} WHERE job = ?1 AND id <="
    f" (SELECT id FROM {RUNS} WHERE job = ?1 ORDER BY id DESC LIMIT 1 OFFSET {KEPT})"
)


async def claim(app: App, job: str, due: int | None = None) -> int | None:
    """The id of a new run, None if the one of this minute belongs to another process."""

    def run(tx: Tx) -> int | None:
        found = tx.execute(_CLAIM, (job, due, time()))
        tx.execute(_FORGET, (job,))
        return found[0][0] if found else None

    return await app.store.write(run)


async def run(app: App, job: Job, id_: int) -> None:
    """Does a claimed run, and notes how it ended."""
    error = ""
    try:
        await job.run(app)
    except Exception as raised:  # noqa: BLE001 (a job may fail; the next one runs all the same)
        error = f"{type(raised).__name__}: {raised}"[:ERROR_LENGTH]
        log.error("the job %s failed: %s", job.id, error)
    sql = f"UPDATE {RUNS} SET finished = ?, error = ? WHERE id = ?"
    await app.store.write_one(sql, (time(), error, id_))


async def history(app: App, job: str = "", limit: int = KEPT, offset: int = 0) -> list[Any]:
    """Runs as the wire shows them, of one job or of all, the newest first."""
    rows = await app.store.read(
        f"SELECT id, job, due, started, finished, error FROM {RUNS}"
        " WHERE ?1 = '' OR job = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
        (job, limit, offset),
    )
    return [
        {
            "id": id_,
            "job": name,
            "scheduled": due is not None,
            "started": seconds_text(started),
            "finished": seconds_text(finished) if finished else "",
            "seconds": round(finished - started, 3) if finished else 0,
            "error": error,
        }
        for id_, name, due, started, finished, error in rows
    ]


async def failing(app: App) -> list[dict[str, str]]:
    """The jobs whose last run failed, with the error."""
    rows = await app.store.read(
        f"SELECT job, finished, error FROM {RUNS} r WHERE error != '' AND id ="
        f" (SELECT max(id) FROM {RUNS} WHERE job = r.job AND finished IS NOT NULL) ORDER BY job"
    )
    return [
        {"job": job, "finished": seconds_text(finished), "error": error}
        for job, finished, error in rows
    ]


async def count(app: App, job: str) -> int:
    """How many runs of a job there are in the history."""
    rows = await app.store.read(f"SELECT count(*) FROM {RUNS} WHERE job = ?", (job,))
    total: int = rows[0][0]
    return total
