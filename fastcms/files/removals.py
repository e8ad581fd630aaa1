"""Files that no record names any more: noted in the transaction that says so, removed after it.

A note lasts until the file is gone, over crashes and while the place of the files is down. What a
record names when its turn comes, or is just about to name, is never removed, whatever a note says.
Nothing is removed while a backup is made: what the database says at its begin must be in it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from typing import NamedTuple

import msgspec

from fastcms.background import Background
from fastcms.files.scratch import Scratch, keys_of
from fastcms.files.storage import Storage, StorageError
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import StoreError
from fastcms.store.store import Store, Tx
from fastcms.values import to_unique_texts

TABLE = "_fc_file_removals"
# The key of a file or, with a slash at its end, what the keys of several begin with. Due in Unix
# seconds.
TABLES = {
    TABLE: f"CREATE TABLE {TABLE} (key TEXT PRIMARY KEY NOT NULL, due REAL NOT NULL) WITHOUT ROWID"
}
AT_ONCE = 200  # notes
RETRY_SECONDS = 60.0
NOTED_SECONDS = 1.0  # for those who put a file in its place to say whether it stays there
BACKUP_SECONDS = 1.0  # until it is asked again whether a backup is over
CHECK_SECONDS = 600.0  # until a process looks what others have left to do
THUMBS = "thumbs_"

log = logging.getLogger("fastcms.files")


class PutOffError(Exception):
    """A backup is being made: what is to be removed stays until it is done."""

    def __init__(self) -> None:
        super().__init__("a backup is being made; try again when it is done")


class Key(NamedTuple):
    """What the key of a file tells; a thumb's is that of the file it shows."""

    collection: str
    record: str
    name: str


class Removals:
    """Notes what is to be removed, and removes it. One to a process, used on its event loop."""

    def __init__(
        self,
        store: Store,
        scratch: Scratch,
        background: Background,
        files: Callable[[], Storage],
        schema: Callable[[], Schema],
        *,
        may_remove: Callable[[], bool],
    ) -> None:
        """`may_remove` says whether no backup is made at this moment."""
        self._store = store
        self._scratch = scratch
        self._background = background
        self._files = files
        self._schema = schema
        self.may_remove = may_remove
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_working = False
        self._is_asked = False
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def note(self, tx: Tx, keys: Iterable[str]) -> None:
        """Has files removed once this transaction is committed; on the writer's thread."""
        tx.execute(
            f"INSERT INTO {TABLE} SELECT value, 0 FROM json_each(?) WHERE true"
            " ON CONFLICT (key) DO UPDATE SET due = 0",
            (msgspec.json.encode(list(keys)).decode(),),
        )
        tx.after_commit(self._wake_from_thread)

    async def inherit(self, notes: Sequence[Path]) -> None:
        """Sees to the files that processes had noted to keep when they ended, and to old notes."""
        if keys := [key for note in notes for key in keys_of(note)]:
            await self._store.write(lambda tx: self.note(tx, keys))
        for note in notes:
            note.unlink(missing_ok=True)
        # Not earlier: what the notes still say is wanted.
        self.wake()

    def wake(self) -> None:
        """Removes what is due, beside the requests."""
        if self._is_over:
            return
        self._loop = asyncio.get_running_loop()
        self._is_asked = True
        if not self._is_working:
            self._is_working = True
            self._background.start("removing files", self._work())

    def stop(self) -> None:
        """Begins nothing more: what is noted is for the next process."""
        self._is_over = True

    async def remove_due(self) -> None:
        """Removes what is due, as far as the place of files lets it."""
        while await self._remove_some():
            pass

    def _wake_from_thread(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.wake)

    async def _work(self) -> None:
        try:
            while self._is_asked:
                self._is_asked = False
                await self.remove_due()
                await self._wait_for_next()
        finally:
            self._is_working = False

    async def _remove_some(self) -> bool:
        """Whether there may be more to do now."""
        sql = f"SELECT key FROM {TABLE} WHERE due <= ? ORDER BY due LIMIT ?"
        keys = [str(key) for (key,) in await self._store.read(sql, (time(), AT_ONCE))]
        done: list[str] = []
        soon: list[str] = []
        wait = RETRY_SECONDS
        try:
            for key in keys:
                (done if await self._remove(key) else soon).append(key)
        except PutOffError:
            wait = BACKUP_SECONDS
        except (StorageError, StoreError) as error:
            log.warning("a file could not be removed and will be later: %s", error)
        left = keys[len(done) + len(soon) :]

        def forget(tx: Tx) -> None:
            one_of = "key IN (SELECT value FROM json_each(?))"
            tx.execute(f"DELETE FROM {TABLE} WHERE {one_of}", (_json(done),))
            for some, seconds in ((soon, NOTED_SECONDS), (left, wait)):
                if some:
                    due = time() + seconds
                    tx.execute(f"UPDATE {TABLE} SET due = ? WHERE {one_of}", (due, _json(some)))

        if keys:
            await self._store.write(forget)
        return bool(keys) and not left

    async def _wait_for_next(self) -> None:
        (next_due,) = (await self._store.read(f"SELECT min(due) FROM {TABLE}"))[0]
        wait = CHECK_SECONDS
        if isinstance(next_due, float):
            wait = min(max(next_due - time(), 0), wait)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(wait, self.wake)

    async def _remove(self, key: str) -> bool:
        """Whether all is gone that no record names; not while the end of a write is unknown."""
        files = self._files()
        if key.endswith("/"):
            below = key.removesuffix("/")
            found = [found async for found, _ in files.walk(below)]
        else:
            folder, _, name = key.rpartition("/")
            below, found = f"{folder}/{THUMBS}{name}", [key]
        if not (await asyncio.to_thread(self._scratch.noted)).isdisjoint(found):
            return False
        await self.remove_unwanted(files, found)
        # Thumbs last: who makes one looks for its image once more when the thumb is there.
        await self.remove_unwanted(files, [thumb async for thumb, _ in files.walk(below)])
        if key.endswith("/") and (folder_here := files.path(key.removesuffix("/"))) is not None:
            await asyncio.to_thread(_drop_empty, folder_here)
        return True

    async def remove_unwanted(self, files: Storage, keys: Sequence[str]) -> None:
        """Removes those that no record names. Raises PutOffError while a backup is made."""
        wanted = await self.wanted(keys)
        for key in keys:
            if key not in wanted:
                # Asked after it was clear that no record names it: so a backup that begins from
                # now on is of a database that does not name it either.
                if not self.may_remove():
                    raise PutOffError
                await files.delete(key)

    async def wanted(self, keys: Sequence[str]) -> set[str]:
        """Which of these files have a record that names them, or will have one in a moment.

        They must have been there before this is asked: no name is ever given twice.
        """
        if not keys:
            return set()
        # In this order: a process writes its record before it takes its note away.
        noted = await asyncio.to_thread(self._scratch.noted)
        by_collection: dict[str, dict[str, list[tuple[str, str]]]] = {}
        wanted = set()
        for key in keys:
            parsed = parse_key(key)
            if "/".join(parsed) in noted:
                wanted.add(key)
            of_records = by_collection.setdefault(parsed.collection, {})
            of_records.setdefault(parsed.record, []).append((parsed.name, key))
        schema = self._schema()
        for collection_id, records in by_collection.items():
            collection = schema.by_id.get(collection_id)
            if collection is None or collection.is_view:
                continue
            named = await self._named(collection, list(records))
            for record, files in records.items():
                names = named.get(record, ())
                wanted |= {key for name, key in files if name in names}
        return wanted

    async def _named(self, collection: Collection, ids: Sequence[str]) -> Mapping[str, set[str]]:
        """The names of files in records, by their ids."""
        fields = [field for field in collection.fields if field.type == "file"]
        columns = "".join(f', "{field.name}"' for field in fields)
        rows = await self._store.read(
            f'SELECT "id"{columns} FROM "{collection.name}"'
            ' WHERE "id" IN (SELECT value FROM json_each(?))',
            (_json(ids),),
        )
        return {
            str(id_): {name for value in values for name in to_unique_texts(value)}
            for id_, *values in rows
        }


def _drop_empty(folder: Path) -> None:
    """Removes a folder and those in it, as far as they are empty."""
    for parent, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(parent).rmdir()


def parse_key(key: str) -> Key:
    """The collection, the record and the name of a file, from the key of it or of its thumb."""
    collection, _, rest = key.partition("/")
    record, _, name = rest.partition("/")
    folder, slash, _ = name.partition("/")
    return Key(collection, record, folder.removeprefix(THUMBS) if slash else name)


def _json(keys: Sequence[str]) -> str:
    return msgspec.json.encode(keys).decode()
