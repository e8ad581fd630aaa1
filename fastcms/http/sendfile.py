"""Bytes of a file to a client by the kernel: without a thread, and without memory of ours."""

from __future__ import annotations

import asyncio
import os

# Sent before others have their turn.
TURN = 1 << 20
CAN_SEND_FILES = hasattr(os, "sendfile")
# Reads only what needs no waiting for the disk; 0 where the system cannot tell.
_NO_WAIT: int = getattr(os, "RWF_NOWAIT", 0)


class FileSending:
    """The head of an answer and bytes of an open file, on their way to one client.

    The loop sends only what the system has in memory; a thread has the rest fetched from the disk.
    """

    def __init__(self, connection: int, file: int) -> None:
        self._connection = connection
        self._file = file
        self._writable: asyncio.Future[bool] | None = None
        self._is_stopped = False

    async def run(self, head: bytes, start: int, size: int) -> bool:
        """Whether all was sent: it is not if the client goes away or the file is too short."""
        # A handle of our own, since the loop's transport does not let its own be waited for.
        connection = os.dup(self._connection)
        try:
            return await self._send(connection, head, start, start + size)
        except OSError:
            return False
        finally:
            os.close(connection)

    def stop(self) -> None:
        """Ends it: the client is gone."""
        self._is_stopped = True
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(False)

    async def _send(self, connection: int, head: bytes, place: int, end: int) -> bool:
        while not self._is_stopped and (head or place < end):
            try:
                if head:
                    head = head[os.write(connection, head) :]
                    continue
                size = min(TURN, end - place)
                if not _is_at_hand(self._file, place, size):
                    await asyncio.to_thread(_fetch, self._file, place, size)
                sent = os.sendfile(connection, self._file, place, size)
            except BlockingIOError:
                await self._until_writable(connection)
                continue
            if not sent:
                return False
            place += sent
            if sent == TURN:
                await asyncio.sleep(0)
        return not self._is_stopped

    async def _until_writable(self, connection: int) -> None:
        loop = asyncio.get_running_loop()
        self._writable = loop.create_future()
        loop.add_writer(connection, _set, self._writable)
        try:
            await self._writable
        finally:
            loop.remove_writer(connection)


def _set(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_result(True)


def read_at_hand(file: int, place: int, size: int) -> bytes | None:
    """Some bytes of a file; None if the disk would have to be waited for, or nobody can tell."""
    if not _NO_WAIT:
        return None
    content = bytearray(size)
    try:
        return bytes(content) if os.preadv(file, [content], place, _NO_WAIT) == size else None
    except OSError:
        return None


def _is_at_hand(file: int, place: int, size: int) -> bool:
    """Whether bytes can be had without waiting for a disk: the first and the last of them tell."""
    if not _NO_WAIT:
        return True
    byte = bytearray(1)
    try:
        os.preadv(file, [byte], place, _NO_WAIT)
        os.preadv(file, [byte], place + size - 1, _NO_WAIT)
    except BlockingIOError:
        return False
    except OSError:
        # The file system cannot tell.
        return True
    return True


def _fetch(file: int, place: int, size: int) -> None:
    os.pread(file, size, place)
