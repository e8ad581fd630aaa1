"""The queue of a directory as one process uses it: takes tasks in, and works on those that are due.

A task is a row, added in the transaction of whoever wants it done. Any process takes it for a
while, its lease; nobody else does in that time. A bell wakes the processes when there is something
new, and a timer when the next task is due: while nothing is, nobody asks the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import NamedTuple

import msgspec

from fastcms.bus.bells import HAS_PIPES, Bells
from fastcms.queue.tables import TASKS
from fastcms.queue.task import GiveUpError, Kind, NewTask, Task, backoff
from fastcms.store.errors import StoreError
from fastcms.store.store import Store, Tx

AT_ONCE = 8  # tasks that a process works on
SLACK_SECONDS = 30.0  # of a lease beyond what an attempt may take
STOP_SECONDS = 10.0  # that running tasks get when the process stops
TROUBLE_SECONDS = 5.0  # until the next look when the database could not be asked
ERROR_LENGTH = 1_000  # characters
EXPIRED = "it has expired"
DIED = "the process that worked on it died"

log = logging.getLogger("fastcms.queue")

_DUE = (
    f"SELECT id, kind, label, payload, attempts, expires, error FROM {TASKS}"
    " WHERE dead = 0 AND due <= ? AND kind IN (SELECT value FROM json_each(?))"
    " ORDER BY due, id LIMIT ?"
)
_NEXT = f"SELECT min(due) FROM {TASKS} WHERE dead = 0 AND kind IN (SELECT value FROM json_each(?))"
# Of this process and this attempt still: whoever lost the lease changes nothing any more.
_MINE = "WHERE id = ? AND worker = ? AND attempts = ? AND dead = 0"


class Counts(NamedTuple):
    """How many tasks there are: to be done yet, worked on right now, and given up."""

    waiting: int
    running: int
    dead: int


class Queue:
    """Made and used on one event loop. :meth:`add` may be called without :meth:`start`."""

    def __init__(self, data_dir: Path, store: Store) -> None:
        self._store = store
        self._bells = Bells(data_dir / ".notify", "queue")
        # How each kind of task is done, by name; complete before the start.
        self.kinds: dict[str, Kind] = {}
        # The clock that everything here goes by.
        self.now: Callable[[], float] = time
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._is_asked = False
        self._is_stopping = False
        self._timer: asyncio.TimerHandle | None = None

    # -- taking in ------------------------------------------------------------------------------

    def add(self, tx: Tx, task: NewTask, *, pretend: bool = False) -> None:
        """Has a task done once this transaction is committed; on the writer's thread.

        `pretend` takes as long and does nothing, for who must not be told apart by the time.
        """
        if task.key and tx.execute(
            f"SELECT 1 FROM {TASKS} WHERE kind = ? AND key = ? AND worker = '' AND dead = 0",
            (task.kind, task.key),
        ):
            return
        now = self.now()
        ((id_,),) = tx.execute(
            f"INSERT INTO {TASKS} (kind, label, payload, key, due, expires, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                task.kind,
                task.label,
                msgspec.json.encode(task.payload).decode(),
                task.key,
                task.due or now,
                task.expires,
                now,
            ),
        )
        if pretend:
            tx.execute(f"DELETE FROM {TASKS} WHERE id = ?", (id_,))
        self.tell(tx)

    def tell(self, tx: Tx) -> None:
        """Has all processes look for what is due once this transaction is committed."""
        tx.after_commit(self._ring)

    def _ring(self) -> None:
        if HAS_PIPES:
            self._bells.ring()
        elif self._loop is not None:  # pragma: no cover (Windows)
            self._loop.call_soon_threadsafe(self.wake)

    # -- working --------------------------------------------------------------------------------

    def start(self) -> None:
        """Works on tasks from now on, those of processes that died among them."""
        self._loop = asyncio.get_running_loop()
        if HAS_PIPES:
            self._bells.tidy()
            self._bells.hang(self.wake)
        self._looking = self._loop.create_task(self._inherit())

    async def stop(self) -> None:
        """Ends what was begun. What takes too long is handed back to others."""
        if self._loop is None:
            return
        self._is_stopping = True
        self._bells.close()
        if self._timer is not None:
            self._timer.cancel()
        if self._looking is not None:
            await self._looking
        # What the last requests asked for.
        await self._begin()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def work(self) -> None:
        """Works off all that is due, and returns when nothing is; for those who did not start."""
        while tasks := await self._claim(AT_ONCE):
            await asyncio.gather(*map(self._run, tasks))

    def wake(self) -> None:
        """Looks for what is due."""
        self._is_asked = True
        if self._loop is None or self._is_stopping:
            return
        if self._looking is None or self._looking.done():
            self._looking = self._loop.create_task(self._look())

    async def _inherit(self) -> None:
        """Takes over what processes were at when they died, then looks for what is due."""

        def run(tx: Tx) -> None:
            workers = tx.execute(f"SELECT DISTINCT worker FROM {TASKS} WHERE worker != ''")
            for (worker,) in workers:
                if not self._bells.is_alive(worker):
                    sql = f"UPDATE {TASKS} SET worker = '', due = ? WHERE worker = ? AND dead = 0"
                    tx.execute(sql, (self.now(), worker))

        try:
            await self._store.write(run)
        except StoreError as error:
            # Their leases end all the same.
            log.error("the queue could not be looked through: %s", error)
        self._is_asked = True
        await self._look()

    async def _look(self) -> None:
        while self._is_asked and not self._is_stopping:
            self._is_asked = False
            wait: float | None = TROUBLE_SECONDS
            try:
                wait = await self._until_next()
                if wait is not None and wait <= 0 and len(self._running) < AT_ONCE:
                    await self._begin()
                    wait = await self._until_next()
            except StoreError as error:
                log.error("the queue could not be read: %s", error)
            self._set_timer(wait)

    def _set_timer(self, wait: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # A process that has enough to do looks again when something is done.
        if wait is not None and not self._is_stopping and len(self._running) < AT_ONCE:
            self._timer = asyncio.get_running_loop().call_later(max(wait, 0), self.wake)

    async def _until_next(self) -> float | None:
        """Seconds until a task is due; None if there is none."""
        ((due,),) = await self._store.read(_NEXT, (self._names,))
        return None if due is None else float(due) - self.now()

    async def _begin(self) -> None:
        """Begins what is due, as far as this process has room for it."""
        for task in await self._claim(AT_ONCE - len(self._running)):
            running = asyncio.get_running_loop().create_task(self._run(task))
            self._running.add(running)
            running.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Somebody takes it over when the lease ends.
            log.error("the end of a task could not be noted: %s", error)
        self.wake()

    async def _claim(self, most: int) -> list[Task]:
        """Takes tasks that are due, for this process alone."""

        def run(tx: Tx) -> tuple[list[Task], list[tuple[Task, str]]]:
            taken: list[Task] = []
            over: list[tuple[Task, str]] = []
            now = self.now()
            for id_, name, label, payload, attempts, expires, error in tx.execute(
                _DUE, (now, self._names, most)
            ):
                kind = self.kinds[name]
                found = msgspec.json.decode(payload)
                task = Task(id_, name, label, found, attempts + 1, expires)
                if expires is not None and expires <= now:
                    tx.execute(f"DELETE FROM {TASKS} WHERE id = ?", (id_,))
                    over.append((task, EXPIRED))
                elif attempts >= kind.attempts:
                    # Each time the process was gone before it could say how it went.
                    over.append((task, error or DIED))
                    _bury(tx, kind, task, now, error or DIED)
                else:
                    until = now + kind.seconds + SLACK_SECONDS
                    tx.execute(
                        f"UPDATE {TASKS} SET worker = ?, due = ?, attempts = ? WHERE id = ?",
                        (self._bells.name, until, task.attempt, id_),
                    )
                    taken.append(task)
            return taken, over

        taken, over = await self._store.write(run)
        for task, reason in over:
            await self._give_up(task, reason)
        return taken

    async def _run(self, task: Task) -> None:
        """One attempt, and a note of how it went."""
        kind = self.kinds[task.kind]
        mine = (task.id, self._bells.name, task.attempt)
        try:
            async with asyncio.timeout(kind.seconds) as limit:
                await kind.run(task)
        except asyncio.CancelledError:
            await self._hand_back(mine)
            raise
        except Exception as error:  # noqa: BLE001 (what a task raises is the reason of its failure)
            text = f"it took longer than {kind.seconds:g} s" if limit.expired() else _reason(error)
            is_over = isinstance(error, GiveUpError) or task.attempt >= kind.attempts
            await self._note_failure(task, text, is_over=is_over)
        else:
            await self._store.write_one(f"DELETE FROM {TASKS} {_MINE}", mine)

    async def _note_failure(self, task: Task, reason: str, *, is_over: bool) -> None:
        kind, now = self.kinds[task.kind], self.now()
        mine = (task.id, self._bells.name, task.attempt)
        wait = backoff(task.attempt)

        def run(tx: Tx) -> None:
            if is_over:
                if tx.execute(f"SELECT 1 FROM {TASKS} {_MINE}", mine):
                    _bury(tx, kind, task, now, reason)
                return
            due = now + wait if task.expires is None else min(now + wait, task.expires)
            tx.execute(
                f"UPDATE {TASKS} SET worker = '', due = ?, error = ? {_MINE}", (due, reason, *mine)
            )
            self.tell(tx)

        await self._store.write(run)
        if is_over:
            await self._give_up(task, reason)
        else:
            log.warning(
                "%s failed at attempt %d of %d, the next in %.0f s: %s",
                *(task.label, task.attempt, kind.attempts, wait, reason),
            )

    async def _give_up(self, task: Task, reason: str) -> None:
        log.error("%s was given up after %d attempts: %s", task.label, task.attempt, reason)
        try:
            await self.kinds[task.kind].given_up(task, reason)
        except Exception as error:  # noqa: BLE001 (the queue goes on)
            log.error("the end of %s could not be told: %s", task.label, _reason(error))

    async def _hand_back(self, mine: tuple[int, str, int]) -> None:
        """Gives a task to whoever comes next; the attempt does not count."""

        def run(tx: Tx) -> None:
            tx.execute(
                f"UPDATE {TASKS} SET worker = '', due = ?, attempts = attempts - 1 {_MINE}",
                (self.now(), *mine),
            )
            self.tell(tx)

        await self._store.write(run)

    async def counts(self) -> Counts:
        """How many tasks there are."""
        rows = await self._store.read(
            "SELECT coalesce(sum(dead = 0 AND worker = ''), 0),"
            " coalesce(sum(dead = 0 AND worker != ''), 0), coalesce(sum(dead > 0), 0)"
            f" FROM {TASKS}"
        )
        return Counts(*rows[0])

    @property
    def _names(self) -> str:
        # Tasks of others, as of a newer version, are left alone.
        return msgspec.json.encode(list(self.kinds)).decode()


def _bury(tx: Tx, kind: Kind, task: Task, now: float, reason: str) -> None:
    """Makes a dead letter of a task, if its kind has them."""
    if kind.is_kept:
        sql = f"UPDATE {TASKS} SET worker = '', dead = ?, error = ? WHERE id = ?"
        tx.execute(sql, (now, reason, task.id))
    else:
        tx.execute(f"DELETE FROM {TASKS} WHERE id = ?", (task.id,))


def _reason(error: Exception) -> str:
    if isinstance(error, GiveUpError):
        return str(error)[:ERROR_LENGTH]
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
