"""Thumbs and variants through the image processes: made once, kept, bounded, never in the way."""

import asyncio
import os
import resource
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from fastcms.errors import ApiError
from fastcms.files.local import LocalStorage
from fastcms.files.object_store import s3
from fastcms.files.storage import Attributes, Storage, Stored
from fastcms.images import images as subject
from fastcms.images import pool
from fastcms.images.images import Images
from fastcms.images.jobs import Busy, Job
from fastcms.images.variants import Variant
from fastcms.images.worker import MEMORY
from fastcms.settings.model import S3
from tests.images import samples
from tests.s3server import s3_server

KEY = "c/r/a.jpg"
PHOTOGRAPH = samples.jpeg(1200, 900)


class Place:
    """A folder with images, and the makers of one or two server processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: Storage = LocalStorage(folder / "storage", folder / "scratch")
        self.images = self.more()

    def more(self) -> Images:
        return Images(self.folder / "lock", self.folder / "scratch")

    async def put(
        self, content: bytes = PHOTOGRAPH, key: str = KEY, type_: str = "image/jpeg"
    ) -> None:
        await self.files.put(key, content, Attributes(type_))

    async def found(self, key: str) -> Stored:
        stored = await self.files.find(key)
        assert stored is not None
        return stored

    async def thumb(self, size: str = "100x100", key: str = KEY) -> str | None:
        kept = await self.images.thumb(self.files, key, size)
        return kept and kept.key

    async def variant(self, variant: Variant, key: str = KEY) -> str:
        return (await self.images.variant(self.files, key, variant)).key


def played(tmp_path: Path, act: Callable[[Place], Awaitable[None]]) -> None:
    async def main() -> None:
        place = Place(tmp_path)
        try:
            await act(place)
        finally:
            await place.images.close()
        assert not list((tmp_path / "scratch").iterdir())

    asyncio.run(main())


def test_a_thumb_is_made_once_and_kept_where_the_reference_keeps_it(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await place.put()
        key = await place.thumb()
        assert key == "c/r/thumbs_a.jpg/100x100_a.jpg"
        first = await place.found(key)
        assert first.content_type == "image/jpeg"
        assert await place.thumb() == key
        assert (await place.found(key)).etag == first.etag
        await place.files.delete_below("c/r/thumbs_a.jpg")
        assert await place.thumb() == key

    played(tmp_path, act)


def test_many_who_want_the_same_share_one_job(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await place.put()
        jobs: list[Job] = []
        others = [place.images, place.more()]
        for images in others:
            _count(images, jobs)
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(others[number % 2].thumb(place.files, KEY, "100x100"))
        # In one process they are one for sure; between processes a lock sees to it, which does not
        # hold within the one process of this test.
        assert 1 <= len(jobs) <= 2
        await others[1].close()

    played(tmp_path, act)


def test_processes_wait_for_each_other(tmp_path: Path) -> None:
    # Another process holds the lock of every image and lets go as soon as it is told to.
    script = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'w')\n"
        "fcntl.lockf(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.readline()\n"
    )

    async def act(place: Place) -> None:
        await place.put()
        holder = await asyncio.create_subprocess_exec(
            pool.sys.executable, "-c", script, str(tmp_path / "lock"), stdin=-1, stdout=-1
        )
        assert holder.stdin is not None
        assert holder.stdout is not None
        await holder.stdout.readline()
        jobs: list[Job] = []
        _count(place.images, jobs)
        wanted = asyncio.ensure_future(place.thumb())
        done, _ = await asyncio.wait([wanted], timeout=0.2)
        assert not done
        assert not jobs
        # The other one has made it.
        await place.put(b"made elsewhere", "c/r/thumbs_a.jpg/100x100_a.jpg")
        holder.stdin.close()
        assert await wanted == "c/r/thumbs_a.jpg/100x100_a.jpg"
        assert not jobs
        await holder.wait()

    played(tmp_path, act)


def test_who_leaves_does_not_spoil_it_for_others(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await place.put()
        first, second = (asyncio.ensure_future(place.thumb()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == "c/r/thumbs_a.jpg/100x100_a.jpg"

    played(tmp_path, act)


def test_a_broken_image_has_no_thumb_and_is_not_tried_again_at_once(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        jobs: list[Job] = []
        _count(place.images, jobs)
        await place.put(PHOTOGRAPH[:5000])
        assert [await place.thumb() for _ in range(3)] == [None] * 3
        assert len(jobs) == 1
        # Another one is not held up.
        await place.put(PHOTOGRAPH, "c/r/b.jpg")
        assert await place.thumb(key="c/r/b.jpg")

    played(tmp_path, act)


def test_a_broken_image_has_no_variants(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        jobs: list[Job] = []
        _count(place.images, jobs)
        await place.put(PHOTOGRAPH[:5000])
        for width in range(1, 5):
            with pytest.raises(ApiError) as caught:
                await place.variant(Variant(width))
            assert caught.value.status == 400
        assert len(jobs) == 1

    played(tmp_path, act)


HARMFUL = [
    ("a bomb of pixels", samples.png_of(20_000, 20_000), False),
    ("the largest that is let in", samples.png_of(7_000, 7_000), True),
    ("a bomb of text", samples.text_bomb(), True),
    ("a JPEG without its pixels", samples.jpeg_claiming(14_000, 14_000), None),
    ("a GIF without its pixels", samples.gif_claiming(7_000, 7_000), False),
    ("a WebP without its pixels", samples.webp_claiming(7_000, 7_000), False),
]


def test_harmful_images_cost_little_and_harm_nobody(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        for number, (what, content, shown) in enumerate(HARMFUL):
            key = f"c/r/{number}.png"
            await place.put(content, key, "image/png")
            found = await place.thumb(key=key)
            assert shown is None or (found is not None) is shown, what
        await place.put()
        assert await place.thumb()

    played(tmp_path, act)


def test_a_killed_process_is_replaced(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await place.put()
        assert await place.thumb("100x100")
        killed = place.images.pool.pids[0]
        os.kill(killed, signal.SIGKILL)
        assert await place.thumb("50x50")
        assert killed not in place.images.pool.pids

    played(tmp_path, act)


def test_one_that_is_killed_at_work_is_replaced(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await place.put()
        assert await place.thumb("100x100")
        (pid,) = place.images.pool.pids
        os.kill(pid, signal.SIGSTOP)
        wanted = asyncio.ensure_future(place.thumb("50x50"))
        while place.images.pool.pids:
            await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        assert await wanted

    played(tmp_path, act)


def test_a_process_has_no_secrets_and_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTCMS_ENCRYPTION_KEY", "secret-of-the-server")

    async def act(place: Place) -> None:
        await place.put()
        assert await place.thumb()
        (pid,) = place.images.pool.pids
        assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert resource.prlimit(pid, resource.RLIMIT_AS)[0] == MEMORY
        assert resource.prlimit(pid, resource.RLIMIT_FSIZE)[0] == 0
        used_up, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
        assert 0 < used_up <= 2 * pool.JOB_SECONDS
        # Nothing of the server's is open in it.
        opened = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
        assert {file for file in opened if not file.startswith("pipe:")} <= {"/dev/null"}

    played(tmp_path, act)


def test_a_process_that_dies_with_every_try_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = pool._begin
    begun: list[int] = []

    async def doomed() -> pool.Process:
        process = await begin()
        begun.append(process.pid)
        process.kill()
        return process

    async def act(place: Place) -> None:
        await place.put()
        monkeypatch.setattr(pool, "_begin", doomed)
        assert await place.thumb() is None
        assert len(begun) == 2
        monkeypatch.setattr(pool, "_begin", begin)
        assert await place.thumb("50x50")

    played(tmp_path, act)


def test_a_job_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(place: Place) -> None:
        await place.put()
        assert await place.thumb("100x100")
        stopped = place.images.pool.pids[0]
        os.kill(stopped, signal.SIGSTOP)
        monkeypatch.setattr(pool, "JOB_SECONDS", 0.1)
        assert await place.thumb("50x50") is None
        monkeypatch.undo()
        with pytest.raises(ProcessLookupError):
            os.kill(stopped, 0)
        assert await place.thumb("60x60")

    played(tmp_path, act)


def test_processes_end_when_nobody_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.0)

    async def act(place: Place) -> None:
        await place.put()
        assert await place.thumb("100x100")
        while place.images.pool.pids:
            await asyncio.sleep(0.001)
        assert await place.thumb("50x50")

    played(tmp_path, act)


def test_the_queue_is_bounded_in_length_and_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(place: Place) -> None:
        await place.put()
        crowd = pool.Pool(1)
        place.images._pool = crowd
        monkeypatch.setattr(pool, "WAIT_SECONDS", 0.01)
        async with crowd.turn():
            with pytest.raises(Busy):
                await crowd.turn().__aenter__()
            monkeypatch.setattr(pool, "MOST_WAITING", 0)
            monkeypatch.setattr(pool, "WAIT_SECONDS", 1_000)
            async with asyncio.timeout(10):
                with pytest.raises(Busy):
                    await crowd.turn().__aenter__()
            # The original takes a thumb's place, a word about when to come back a variant's.
            assert await place.thumb() is None
            with pytest.raises(ApiError) as caught:
                await place.variant(Variant(10))
            assert caught.value.status == 429
            assert dict(caught.value.headers)[b"retry-after"] == b"5"
        monkeypatch.undo()
        # Nothing is held against the image.
        place.images._pool = None
        assert await place.thumb()
        await crowd.close()

    played(tmp_path, act)


def test_variants_are_kept_and_the_oldest_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_VARIANTS", 3)

    async def act(place: Place) -> None:
        await place.put()
        thumb = await place.thumb()
        assert thumb
        made = []
        for width in range(10, 15):
            made.append(await place.variant(Variant(width, format="webp")))
            path = place.files.path(made[-1])
            assert path
            os.utime(path, (width, width))
        assert made[0] == "c/r/thumbs_a.jpg/10x0-fit-webp-0_a.jpg"
        kept = {key async for key, _ in place.files.walk("c/r/thumbs_a.jpg")}
        assert kept == {thumb, *made[2:]}
        assert (await place.found(made[-1])).content_type == "image/webp"
        # One that is large by itself is served all the same, and the others go.
        monkeypatch.setattr(subject, "MOST_VARIANT_BYTES", 10)
        last = await place.variant(Variant(500))
        kept = {key async for key, _ in place.files.walk("c/r/thumbs_a.jpg")}
        assert kept == {thumb, last}

    played(tmp_path, act)


def test_what_is_made_of_a_file_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(place: Place) -> None:
        await place.put()
        put = place.files.put

        async def late(key: str, source: bytes | Path, attributes: Attributes) -> None:
            # The record is deleted while its thumb is being made.
            await place.files.delete_below("c/r")
            await put(key, source, attributes)

        monkeypatch.setattr(place.files, "put", late)
        assert await place.thumb() is None
        assert not (tmp_path / "storage" / "c").exists()

    played(tmp_path, act)


def test_files_in_a_bucket(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        with s3_server() as server:
            settings = msgspec.convert(server.settings(server.new_bucket()), S3)
            place.files = s3(settings)
            await place.put()
            thumb = await place.thumb()
            assert thumb
            assert (await place.found(thumb)).content_type == "image/jpeg"
            variant = await place.variant(Variant(10, format="webp"))
            assert (await place.found(variant)).content_type == "image/webp"

    played(tmp_path, act)


def _count(images: Images, jobs: list[Job]) -> None:
    run = images.pool._run

    async def counted(job: Job) -> pool.Made:
        jobs.append(job)
        return await run(job)

    images.pool._run = counted  # type: ignore[method-assign]
