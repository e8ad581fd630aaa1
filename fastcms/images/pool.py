"""The image processes of one server process: begun at the first image, ended when none come."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from fastcms.images.jobs import COMMAND, JOB_SECONDS, Busy, Job, Made, Unmade

IDLE_SECONDS = 60.0  # after which the processes end
WAIT_SECONDS = 60.0  # that a job waits for its turn: the reference's
MOST_WAITING = 200
# What a process needs of our environment. Secrets are in the rest.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG")
_FROZEN = "_PYI_"  # where the executable has unpacked itself


class Pool:
    """Up to `size` processes, each with one job at a time."""

    def __init__(self, size: int) -> None:
        self._turns = asyncio.Semaphore(size)
        self._waiting = 0
        self._idle: list[Process] = []
        self._end: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def pids(self) -> list[int]:
        """The processes that wait for a job."""
        return [process.pid for process in self._idle]

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Callable[[Job], Awaitable[Made]]]:
        """Waits for a process; inside, it does a job, and raises Unmade when that failed.

        What the job needs is fetched inside as well, so that it is there only for as many as work.
        Raises Busy when the turn does not come.
        """
        if self._waiting >= MOST_WAITING:
            raise Busy("too many images at once")
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy("too many images at once") from None
        finally:
            self._waiting -= 1
        try:
            yield self._run
        finally:
            self._turns.release()
            self._end_later()

    async def close(self) -> None:
        """Ends the processes."""
        if self._end is not None:
            self._end.cancel()
        if self._ending is not None:
            await self._ending
        await self._end_idle()

    async def _run(self, job: Job) -> Made:
        try:
            return await self._ask(job)
        except EOFError:
            pass  # it was killed, perhaps not for this job's sake
        try:
            return await self._ask(job)
        except EOFError:
            raise Unmade("its process died twice") from None

    async def _ask(self, job: Job) -> Made:
        """Raises EOFError when the process has gone."""
        process = self._idle.pop() if self._idle else await _begin()
        done = False
        try:
            async with asyncio.timeout(JOB_SECONDS):
                made = await _exchange(process, job)
            done = True
        except Unmade:
            done = True
            raise
        except TimeoutError:
            raise Unmade(f"took more than {JOB_SECONDS} seconds") from None
        finally:
            if done:
                self._idle.append(process)
            else:
                # In the midst of a job, also of one whose caller is gone: no use any more.
                await _end(process)
        return made

    def _end_later(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._begin_end)

    def _begin_end(self) -> None:
        if self._ending is None or self._ending.done():
            self._ending = asyncio.get_running_loop().create_task(self._end_idle())

    async def _end_idle(self) -> None:
        while self._idle:
            await _end(self._idle.pop())


async def _begin() -> Process:
    command = [sys.executable, COMMAND]
    if not getattr(sys, "frozen", False):
        command = [sys.executable, "-P", "-m", "fastcms.images.worker"]
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=dict(_environment())
        )
    except OSError as error:
        raise Unmade(f"no process for it: {error.strerror}") from error


def _environment() -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        if name in _ENVIRONMENT or name.startswith(_FROZEN):
            yield name, value
    # A fresh interpreter that finds the modules that this one found.
    yield "PYTHONPATH", os.pathsep.join(sys.path)


async def _exchange(process: Process, job: Job) -> Made:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(job).encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            raise EOFError
        head = json.loads(line)
        if "error" in head:
            raise Unmade(head["error"])
        return Made(await process.stdout.readexactly(int(head["size"])), head["type"])
    except (BrokenPipeError, ConnectionResetError, asyncio.IncompleteReadError):
        raise EOFError from None


async def _end(process: Process) -> None:
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            pass  # it has just ended itself
    await process.wait()
