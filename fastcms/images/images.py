"""Thumbs and variants of the images of records: made once, then files beside the image."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from fastcms.errors import bad_request, too_many
from fastcms.files.storage import Attributes, Storage, StorageError, Stored
from fastcms.ids import random_text
from fastcms.images.jobs import Busy, Job, Unmade
from fastcms.images.pool import Pool
from fastcms.images.turns import Turns
from fastcms.images.variants import FILE as VARIANT
from fastcms.images.variants import Variant

# Sniffed types that have thumbs: the reference's list.
THUMB_TYPES = frozenset({"image/png", "image/jpg", "image/jpeg", "image/gif", "image/webp"})
ALWAYS = "100x100"  # the size that every file field has
MOST_BYTES = 128 << 20  # of an image file; a larger one is left as it is
# Variants of one image that are kept. Who asks for more pushes out the oldest.
MOST_VARIANTS = 32
MOST_VARIANT_BYTES = 32 << 20
RETRY_SECONDS = 300.0  # after which an image that failed is tried again
_MOST_FAILED = 1_000
AGAIN_SECONDS = 5  # that a client shall wait when too many images are asked for

log = logging.getLogger("fastcms.images")


class Kept(NamedTuple):
    """A thumb or a variant that is there."""

    key: str
    stored: Stored


class Images:
    """What one serving process makes of images.

    What it is making is known to it, and held against other processes by :class:`Turns`.
    """

    def __init__(self, lock: Path, scratch: Path, *, siblings: int = 1) -> None:
        self._turns = Turns(lock)
        self.scratch = scratch
        # Serving processes that share the machine's cores with this one.
        self.siblings = siblings
        self._pool: Pool | None = None
        self._making: dict[str, asyncio.Task[Stored]] = {}
        # Images that nothing could be made of, and when that was: a bomb shall go off once.
        self._failed: dict[str, float] = {}

    @property
    def pool(self) -> Pool:
        """The image processes."""
        if self._pool is None:
            self._pool = Pool(max(1, _cores() // self.siblings))
        return self._pool

    async def thumb(self, files: Storage, key: str, size: str) -> Kept | None:
        """The thumb of the file `key`, made if need be.

        None where the original has to do: it is broken, too large, or too much is asked for at
        once. The caller has checked size and type (:data:`ALWAYS`, :data:`THUMB_TYPES`).
        """
        thumb_key = beside(key, size)
        if (stored := await files.find(thumb_key)) is not None:
            return Kept(thumb_key, stored)
        if self._has_failed(thumb_key):
            return None
        try:
            stored = await self._once(
                thumb_key, lambda: self._keep(files, key, thumb_key, _thumb(size))
            )
        except (Unmade, Busy, StorageError) as error:
            if isinstance(error, Unmade):
                self._note_failure(thumb_key)
            log.warning("no thumb %s of %s: %s", size, key, error)
            return None
        return Kept(thumb_key, stored)

    async def variant(self, files: Storage, key: str, variant: Variant) -> Kept:
        """A variant of the file `key`, made if need be. Raises ApiError."""
        variant_key = beside(key, variant.name)
        if (stored := await files.find(variant_key)) is not None:
            return Kept(variant_key, stored)
        unfit = bad_request("The image cannot be transformed.")
        if self._has_failed(key):
            raise unfit
        try:
            stored = await self._once(
                variant_key, lambda: self._keep_variant(files, key, variant_key, variant)
            )
        except Unmade as error:
            # For all variants, since there are so many of them.
            self._note_failure(key)
            log.warning("no variant %s of %s: %s", variant.name, key, error)
            raise unfit from error
        except Busy:
            raise too_many(AGAIN_SECONDS, "Too many images are being made.") from None
        return Kept(variant_key, stored)

    async def close(self) -> None:
        """Ends the image processes and lets go of the lock."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        if self._pool is not None:
            await self._pool.close()
        self._turns.close()

    # -- making ---------------------------------------------------------------------------------

    async def _once(self, key: str, make: Callable[[], Awaitable[Stored]]) -> Stored:
        """What `make` makes, in this call or in one that came before it.

        It goes on when the caller leaves: others may wait for the same.
        """
        task = self._making.get(key)
        if task is None:

            async def run() -> Stored:
                async with self._turns.hold(key):
                    return await make()

            task = asyncio.get_running_loop().create_task(run())
            self._making[key] = task
            task.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(task)

    def _made(self, key: str, task: asyncio.Task[Stored]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # looked at, should every caller have left

    async def _keep(
        self, files: Storage, key: str, made_key: str, job: Callable[[str], Job]
    ) -> Stored:
        if (stored := await files.find(made_key)) is not None:
            return stored  # another process was quicker
        async with self.pool.turn() as work, self._on_disk(files, key) as path:
            made = await work(job(str(path)))
        await files.put(made_key, made.content, Attributes(made.content_type))
        if await files.find(key) is None:
            # Removed meanwhile, together with all that was beside it by then.
            await files.delete(made_key)
        elif (stored := await files.find(made_key)) is not None:
            return stored
        raise Unmade("the image is gone")

    async def _keep_variant(
        self, files: Storage, key: str, variant_key: str, variant: Variant
    ) -> Stored:
        stored = await self._keep(files, key, variant_key, variant.job)
        await _drop_oldest(files, variant_key)
        return stored

    @asynccontextmanager
    async def _on_disk(self, files: Storage, key: str) -> AsyncIterator[Path]:
        """The file as one of this machine's disk."""
        stored = await files.find(key)
        if stored is None or stored.size > MOST_BYTES:
            raise Unmade("the file is gone" if stored is None else "the file is too large")
        path = files.path(key)
        if path is not None:
            yield path
            return
        copy = self.scratch / random_text(20)
        try:
            with await asyncio.to_thread(_created, copy) as file:
                async for piece in files.read(key):
                    await asyncio.to_thread(file.write, piece)
            yield copy
        finally:
            await asyncio.to_thread(copy.unlink, missing_ok=True)

    # -- what failed ----------------------------------------------------------------------------

    def _has_failed(self, key: str) -> bool:
        moment = self._failed.get(key)
        return moment is not None and time.monotonic() - moment < RETRY_SECONDS

    def _note_failure(self, key: str) -> None:
        self._failed.pop(key, None)
        self._failed[key] = time.monotonic()
        if len(self._failed) > _MOST_FAILED:
            del self._failed[next(iter(self._failed))]


def beside(key: str, name: str) -> str:
    """The key of a thumb or variant of the file `key`: the reference's folder for them."""
    folder, _, file = key.rpartition("/")
    return f"{folder}/thumbs_{file}/{name}_{file}"


def _thumb(size: str) -> Callable[[str], Job]:
    return lambda path: {"do": "thumb", "path": path, "size": size}


async def _drop_oldest(files: Storage, newest: str) -> None:
    """Removes variants of an image until the others fit its share of the disk."""
    folder = newest.rpartition("/")[0]
    kept = {
        key: size async for key, size in files.walk(folder) if VARIANT.match(key[len(folder) :])
    }
    if len(kept) <= MOST_VARIANTS and sum(kept.values()) <= MOST_VARIANT_BYTES:
        return
    ages = {key: found.modified for key in kept if (found := await files.find(key)) is not None}
    for key in sorted(ages, key=lambda key: (key == newest, ages[key])):
        if len(kept) <= MOST_VARIANTS and sum(kept.values()) <= MOST_VARIANT_BYTES:
            return
        if key != newest:
            await files.delete(key)
            del kept[key]


def _created(path: Path) -> BinaryIO:
    path.parent.mkdir(exist_ok=True, parents=True)
    return path.open("xb")


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
