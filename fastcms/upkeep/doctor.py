"""Finds what is wrong in a data directory, and says how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import time
from typing import NamedTuple

from fastcms.core import App
from fastcms.files.removals import TABLE, parse_key
from fastcms.files.scratch import LOCK
from fastcms.store.errors import StoreError
from fastcms.store.peek import peek
from fastcms.upkeep.drift import drift, lost_indexes
from fastcms.upkeep.finding import Finding
from fastcms.upkeep.named import named_keys, wanted
from fastcms.upkeep.place import DATABASES

# What may belong to a write that is under way.
YOUNG_SECONDS = 600.0
_REMOVE = "fastcms doctor --fix removes it"


def broken_databases(data_dir: Path) -> Iterator[Finding]:
    """What SQLite finds in the databases; they need not be open, nor fit to be opened."""
    for name in DATABASES:
        path = data_dir / name
        if not path.exists():
            continue
        try:
            with peek(path) as read:
                found = [str(text) for (text,) in read("PRAGMA quick_check(10)")]
        except StoreError as error:
            found = [str(error)]
        if found != ["ok"]:
            remedy = "restore the directory from a backup"
            yield Finding("database", name, "; ".join(found), remedy, "error")


def drifted(app: App) -> Iterator[Finding]:
    """Collections whose tables are not there, or not whole: someone changed them by hand."""
    remedy = "restore the directory from a backup, or change the collection to what is there"
    for name, problem in drift(app):
        yield Finding("drift", name, problem, remedy, "error")


def unindexed(app: App) -> Iterator[Finding]:
    """Indexes that collections have and their tables lack."""
    for name, index in lost_indexes(app):
        problem = f"its table has no index {index.name}"
        if index.unique:
            problem += ", so values that must be unique can come twice"
        remedy = "take it out of the collection's indexes, save, and add it again"
        yield Finding("drift", name, problem, remedy, "error" if index.unique else "warning")


async def examine(app: App, *, fix: bool) -> AsyncIterator[Finding]:
    """What is wrong with files. With `fix` those that nobody needs are removed: raises PutOffError
    if a backup is being made.

    While other processes work on the directory, files younger than some minutes are left alone.
    """
    # Entries of the log that a killed server left are then where PocketBase looks for them too.
    await app.log_store.unfold()
    for finding in _leftovers(app, fix=fix):
        yield finding
    if fix:
        # Also removes what dead processes were about to keep.
        await app.removals.inherit(await asyncio.to_thread(app.scratch.inherit))
        await app.background.drain()
    # In this order: what comes while we look is in none of the two, or in the second one alone.
    there = [key async for key, _ in app.files.walk()]
    named = set(named_keys(app.schema, app.store.scan))
    kept = {app.files.kept_as(key): key for key in named}
    strays = [key for key in there if key not in kept and _is_ours(app, key)]
    async for finding in _orphans(app, strays, fix=fix):
        yield finding
    for name in sorted(kept.keys() - set(there)):
        key = kept[name]
        # It may be there since, or the record gone.
        if await app.files.find(key) is None and await wanted(app, [key]):
            remedy = "bring it back from a backup, or take its name out of the record"
            problem = "a record names it, and it is not there"
            yield Finding("missing", key, problem, remedy, "error")


def _is_ours(app: App, key: str) -> bool:
    """Whether the file is one of this directory: a bucket may hold other things besides."""
    return app.places.chosen == "local" or key.partition("/")[0] in app.schema.by_id


def _leftovers(app: App, *, fix: bool) -> Iterator[Finding]:
    for path in app.scratch.left():
        # A process that was killed leaves an empty folder; there is always one.
        if path.is_dir() and not any(child.name != LOCK for child in path.iterdir()):
            continue
        problem = "a process that was killed left it"
        where = str(path.relative_to(app.data_dir))
        yield Finding("leftover", where, problem, _REMOVE, fixed=fix)


async def _orphans(app: App, keys: list[str], *, fix: bool) -> AsyncIterator[Finding]:
    newest = time() - YOUNG_SECONDS if app.scratch.is_shared else None
    named = await wanted(app, keys)
    pending = await _Pending.read(app)
    for key in keys:
        if key in named or pending.covers(key):
            continue
        stored = await app.files.find(key)
        if stored is None or (newest is not None and stored.modified > newest):
            continue
        if fix:
            await app.removals.remove_unwanted(app.files, [key])
        is_thumb = key.count("/") > 2
        problem = "its image is gone" if is_thumb else "no record names it"
        yield Finding("thumb" if is_thumb else "orphan", key, problem, _REMOVE, fixed=fix)


class _Pending(NamedTuple):
    """What the server removes by itself, now or when the place of files answers again."""

    files: frozenset[str]
    folders: frozenset[str]

    @classmethod
    async def read(cls, app: App) -> _Pending:
        keys = [str(key) for (key,) in await app.store.read(f"SELECT key FROM {TABLE}")]
        return cls(
            frozenset(key for key in keys if not key.endswith("/")),
            frozenset(key.removesuffix("/") for key in keys if key.endswith("/")),
        )

    def covers(self, key: str) -> bool:
        """Whether the file, or the one that it shows, is among it."""
        of = parse_key(key)
        folder = f"{of.collection}/{of.record}"
        files, folders = {key, f"{folder}/{of.name}"}, {of.collection, folder}
        return not (self.files.isdisjoint(files) and self.folders.isdisjoint(folders))
