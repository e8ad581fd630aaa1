"""Counting attempts: in one window for all, and anew in the next one."""

import asyncio
from pathlib import Path

from fastcms.auth import attempts
from fastcms.directory import open_directory


def test_attempts_of_one_window_add_up(tmp_path: Path):
    async def main() -> None:
        app = open_directory(tmp_path)
        try:
            tries = [attempts.count(app, "otp:a", 60) for _ in range(5)]
            assert sorted(await asyncio.gather(*tries)) == [1, 2, 3, 4, 5]
            assert await attempts.count(app, "otp:b", 60) == 1
            await attempts.forget(app, "otp:a")
            assert await attempts.count(app, "otp:a", 60) == 1
        finally:
            app.close()

    asyncio.run(main())


def test_two_processes_count_together(tmp_path: Path):
    async def main() -> None:
        app, other = open_directory(tmp_path), open_directory(tmp_path)
        try:
            assert await attempts.count(app, "otp:a", 60) == 1
            assert await attempts.count(other, "otp:a", 60) == 2
        finally:
            app.close()
            other.close()

    asyncio.run(main())


def test_a_window_that_is_over_counts_no_more_and_is_removed(tmp_path: Path):
    async def main() -> None:
        app = open_directory(tmp_path)
        try:
            assert await attempts.count(app, "otp:a", -1) == 1
            assert await attempts.count(app, "otp:a", 60) == 1
            await attempts.count(app, "otp:b", -1)
            await attempts.count(app, "otp:c", 60)
            kept = await app.store.read("SELECT key FROM _fc_attempts ORDER BY key")
            assert kept == [("otp:a",), ("otp:c",)]
        finally:
            app.close()

    asyncio.run(main())
