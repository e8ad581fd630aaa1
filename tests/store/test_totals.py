"""Counts that are kept: true after every commit, whoever made it."""

import asyncio
from pathlib import Path

from fastcms.store.shared import Shared
from fastcms.store.store import Store

COUNT = "SELECT COUNT(*) FROM t WHERE a > ?"


def test_a_count_is_true_after_every_commit_of_anybody(tmp_path: Path):
    async def main() -> None:
        shared = Shared(tmp_path)
        one, other = (Store(tmp_path / "data.db", shared) for _ in range(2))
        await one.write(lambda tx: tx.execute("CREATE TABLE t (a)"))
        expected = 0
        for number in range(1, 30):
            for store in (one, other):
                await store.write_one("INSERT INTO t VALUES (?)", (number,))
                expected += 1
                for reader in (one, other, one, other):
                    assert await reader.count(COUNT, (0,), lasts=True) == expected
        assert await one.count(COUNT, (28,), lasts=True) == 2
        assert await one.count(COUNT, (0,), lasts=True) == expected
        one.close()
        other.close()
        shared.close()

    asyncio.run(main())


def test_only_a_count_that_lasts_is_kept(tmp_path: Path, monkeypatch):
    async def main() -> list[str]:
        shared = Shared(tmp_path)
        store = Store(tmp_path / "data.db", shared)
        await store.write(lambda tx: tx.execute("CREATE TABLE t (a)"))
        asked: list[str] = []
        read = store._reader.read

        async def watched(sql, params=()):
            asked.append(sql)
            return await read(sql, params)

        monkeypatch.setattr(store._reader, "read", watched)
        for lasts in (True, True, False, False):
            assert await store.count(COUNT, (0,), lasts=lasts) == 0
        store.close()
        shared.close()
        return asked

    assert asyncio.run(main()) == [COUNT] * 3


def test_equal_values_of_other_types_are_counted_apart(tmp_path: Path):
    async def main() -> list[int]:
        shared = Shared(tmp_path)
        store = Store(tmp_path / "data.db", shared)
        await store.write(lambda tx: tx.execute("CREATE TABLE t (a)"))
        await store.write_one("INSERT INTO t VALUES ('1')", ())
        sql = "SELECT COUNT(*) FROM t WHERE a = CAST(? AS TEXT)"
        counts = [await store.count(sql, (value,), lasts=True) for value in (1, 1.0, 1)]
        store.close()
        shared.close()
        return counts

    assert asyncio.run(main()) == [1, 0, 1]


def test_the_kept_counts_are_bounded(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("fastcms.store.totals.ENTRIES", 3)

    async def main() -> int:
        shared = Shared(tmp_path)
        store = Store(tmp_path / "data.db", shared)
        await store.write(lambda tx: tx.execute("CREATE TABLE t (a)"))
        for number in range(10):
            await store.count(COUNT, (number,), lasts=True)
        known = len(store.count.__self__._known)
        store.close()
        shared.close()
        return known

    assert asyncio.run(main()) == 3
