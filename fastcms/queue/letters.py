"""Tasks as superusers see them: lists, another try for what was given up, removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

from fastcms.clock import seconds_text
from fastcms.queue.queue import Queue
from fastcms.queue.tables import TASKS
from fastcms.store.store import Store, Tx

State: TypeAlias = Literal["waiting", "running", "dead"]
STATES: tuple[State, ...] = get_args(State)
KEPT_SECONDS = 30 * 24 * 3600  # of a dead letter

_STATE = "CASE WHEN dead > 0 THEN 'dead' WHEN worker != '' THEN 'running' ELSE 'waiting' END"
_COLUMNS = f"id, kind, label, {_STATE}, attempts, due, expires, error, created, dead"


async def listed(store: Store, state: State | None, limit: int, offset: int = 0) -> list[Any]:
    """Tasks as the wire shows them, the newest first. What they hold is not shown."""
    rows = await store.read(
        f"SELECT {_COLUMNS} FROM {TASKS} WHERE ?1 = '' OR {_STATE} = ?1"
        " ORDER BY id DESC LIMIT ?2 OFFSET ?3",
        (state or "", limit, offset),
    )
    return [_shown(row) for row in rows]


async def count(store: Store, state: State | None) -> int:
    """How many tasks there are in a state, or in any."""
    sql = f"SELECT count(*) FROM {TASKS} WHERE ?1 = '' OR {_STATE} = ?1"
    total: int = (await store.read(sql, (state or "",)))[0][0]
    return total


async def retry(queue: Queue, store: Store, id_: int | None = None) -> int:
    """Has a dead letter, or all of them, tried again at once; how many there were."""

    def run(tx: Tx) -> int:
        # Whoever asks for it wants it, however old it is.
        tx.execute(
            f"UPDATE {TASKS} SET dead = 0, attempts = 0, due = ?1, expires = NULL, error = ''"
            " WHERE dead > 0 AND (?2 IS NULL OR id = ?2)",
            (queue.now(), id_),
        )
        count = tx.changes()
        queue.tell(tx)
        return count

    return await store.write(run)


async def delete(store: Store, id_: int) -> bool:
    """Removes a task that nobody works on; False if there is none."""
    sql = f"DELETE FROM {TASKS} WHERE id = ? AND (worker = '' OR dead > 0)"
    return await store.write_one(sql, (id_,)) > 0


async def sweep(queue: Queue, store: Store) -> None:
    """Forgets dead letters that nobody has cared about for long."""
    oldest = queue.now() - KEPT_SECONDS
    await store.write_one(f"DELETE FROM {TASKS} WHERE dead > 0 AND dead < ?", (oldest,))


def _shown(row: Sequence[Any]) -> dict[str, Any]:
    id_, kind, label, state, attempts, due, expires, error, created, dead = row
    return {
        "id": id_,
        "kind": kind,
        "label": label,
        "state": state,
        "attempts": attempts,
        "due": "" if dead else seconds_text(due),
        "expires": seconds_text(expires) if expires else "",
        "error": error,
        "created": seconds_text(created),
        "dead": seconds_text(dead) if dead else "",
    }
