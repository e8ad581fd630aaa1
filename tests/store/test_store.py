"""The store on a real file: group commit, isolation of failures, slow reads, other processes."""

import asyncio
import threading
from typing import TypeVar

import pytest

from fastcms.store.errors import SchemaChanged, StoreError, UniqueViolation
from fastcms.store.reader import Reader
from fastcms.store.shared import Shared
from fastcms.store.store import Store, Tx

T = TypeVar("T")

INSERT = "INSERT INTO t (name) VALUES (?)"
# Some 300 ms of work, far above what a read may take on the event loop.
SLOW = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1500000) "
    "SELECT COUNT(*) FROM n"
)


def test_a_write_is_answered_after_its_commit(with_store, tmp_path, shared):
    async def body(store: Store) -> None:
        await store.write_one(INSERT, ("one",))
        # Another store sees only what is committed.
        other = Store(tmp_path / "data.db", shared)
        try:
            assert await other.read("SELECT name FROM t") == [("one",)]
        finally:
            other.close()

    with_store(body)


def test_a_failing_job_takes_nothing_of_its_group_with_it(with_store):
    async def body(store: Store) -> list[object]:
        def two_steps(tx: Tx) -> None:
            tx.execute(INSERT, ("half",))
            tx.execute(INSERT, ("first",))

        results = await asyncio.gather(
            store.write_one(INSERT, ("first",)),
            store.write_one(INSERT, ("first",)),
            store.write(two_steps),
            store.write_one(INSERT, ("last",)),
            return_exceptions=True,
        )
        names = await store.read("SELECT name FROM t ORDER BY name")
        return [*(type(r).__name__ for r in results), names]

    assert with_store(body) == [
        "int",
        "UniqueViolation",
        "UniqueViolation",
        "int",
        [("first",), ("last",)],
    ]


@pytest.mark.parametrize(
    ("index", "columns"),
    [
        ("CREATE UNIQUE INDEX i ON t (a)", ("a",)),
        ("CREATE UNIQUE INDEX i ON t (a, b)", ("a", "b")),
        ("CREATE UNIQUE INDEX i ON t (a || b)", ()),
    ],
)
def test_a_unique_violation_names_its_columns(with_store, index, columns):
    async def body(store: Store) -> tuple[str, ...]:
        await store.write(lambda tx: tx.execute(index))
        await store.write_one("INSERT INTO t (a, b) VALUES (1, 2)", ())
        with pytest.raises(UniqueViolation) as caught:
            await store.write_one("INSERT INTO t (a, b) VALUES (1, 2)", ())
        return caught.value.columns

    assert with_store(body) == columns


def test_events_reach_listeners_in_commit_order_and_only_after_a_commit(with_store):
    async def body(store: Store) -> list[object]:
        heard: list[object] = []
        store.listeners.append(heard.append)

        def fails(tx: Tx) -> None:
            tx.emit("never")
            tx.execute("nonsense")

        await asyncio.gather(
            store.write(lambda tx: tx.emit("a")),
            store.write(fails),
            store.write(lambda tx: tx.emit("b")),
            return_exceptions=True,
        )
        return heard

    assert with_store(body) == ["a", "b"]


def test_a_slow_read_moves_to_a_thread_and_the_loop_goes_on(with_store):
    async def body(store: Store) -> list[str]:
        order: list[str] = []

        async def slow() -> None:
            assert await store.read(SLOW) == [(1_500_000,)]
            order.append("slow")

        async def quick() -> None:
            await store.read("SELECT 1")
            order.append("quick")

        task = asyncio.create_task(slow())
        await asyncio.sleep(0)
        await asyncio.gather(quick(), task)
        return order

    assert with_store(body) == ["quick", "slow"]


def test_a_statement_known_as_slow_starts_on_a_thread(with_store, tmp_path):
    async def body(store: Store) -> int:
        await store.read(SLOW)
        before = {t.ident for t in threading.enumerate()}
        await asyncio.gather(*(store.read(SLOW) for _ in range(2)))
        assert before <= {t.ident for t in threading.enumerate()}
        return (await store.read("SELECT COUNT(*) FROM t"))[0][0]

    assert with_store(body) == 0


def test_a_read_on_a_thread_ends_at_its_time_limit(with_store, monkeypatch):
    monkeypatch.setattr("fastcms.store.reader.TIMEOUT", 0.01)

    async def body(store: Store) -> None:
        with pytest.raises(StoreError, match="interrupt"):
            await store.read(SLOW)

    with_store(body)


def test_readers_cannot_write(with_store):
    async def body(store: Store) -> None:
        with pytest.raises(StoreError, match="readonly"):
            await store.read("DELETE FROM t")

    with_store(body)


def test_a_job_planned_under_an_older_schema_is_not_done(with_store):
    async def body(store: Store) -> list[object]:
        stamp = store.shared.stamp

        def change(tx: Tx) -> None:
            tx.execute("ALTER TABLE t ADD COLUMN c")
            tx.schema_changed = True

        await store.write(change)
        with pytest.raises(SchemaChanged):
            await store.write_one(INSERT, ("late",), stamp=stamp)
        await store.write_one(INSERT, ("in time",), stamp=store.shared.stamp)
        return await store.read("SELECT name FROM t")

    assert with_store(body) == [("in time",)]


def test_a_schema_change_that_fails_changes_no_stamp(with_store):
    async def body(store: Store) -> bool:
        stamp = store.shared.stamp

        def change(tx: Tx) -> None:
            tx.schema_changed = True
            tx.execute("ALTER TABLE nothing ADD COLUMN c")

        with pytest.raises(StoreError):
            await store.write(change)
        return store.shared.stamp == stamp

    assert with_store(body)


def test_the_stamp_is_shared_by_all_who_open_the_directory(tmp_path):
    one, two = Shared(tmp_path), Shared(tmp_path)
    before = two.stamp
    one.touch()
    assert two.stamp == one.stamp != before
    one.close()
    two.close()


def test_the_log_is_checkpointed_while_writes_go_on(with_store, tmp_path, monkeypatch):
    monkeypatch.setattr("fastcms.store.checkpoint.PAGES", 10)
    done = threading.Event()

    async def body(store: Store) -> None:
        connect = store._checkpointer._connect

        def connect_and_watch():
            connection = connect()
            execute = connection.execute

            def watched(sql, params=()):
                rows = execute(sql, params)
                if "wal_checkpoint" in sql:
                    done.set()
                return rows

            connection.execute = watched
            return connection

        store._checkpointer._connect = connect_and_watch
        for n in range(40):
            await store.write_one(INSERT, (f"{n}" * 500,))
        assert await asyncio.to_thread(done.wait, 20)

    with_store(body)


def test_closing_commits_what_was_submitted(tmp_path, shared):
    async def main() -> None:
        store = Store(tmp_path / "data.db", shared)
        await store.write(lambda tx: tx.execute("CREATE TABLE t (name TEXT)"))
        store.write_one(INSERT, ("submitted",))
        store.close()

    asyncio.run(main())

    async def again() -> list[object]:
        store = Store(tmp_path / "data.db", shared)
        try:
            return await store.read("SELECT name FROM t")
        finally:
            store.close()

    assert asyncio.run(again()) == [("submitted",)]


def test_the_list_of_slow_statements_is_bounded(tmp_path, shared, monkeypatch):
    monkeypatch.setattr("fastcms.store.reader.SLOW_STATEMENTS", 2)
    monkeypatch.setattr("fastcms.store.reader.INLINE_SECONDS", -1.0)
    monkeypatch.setattr("fastcms.store.reader.STEPS", 1)

    async def main() -> int:
        store = Store(tmp_path / "data.db", shared)
        reader: Reader = store._reader
        try:
            for n in range(5):
                sql = f"SELECT COUNT(*) FROM (SELECT 1 UNION SELECT 2 UNION SELECT {n})"
                await store.read(sql)
            return len(reader._slow)
        finally:
            store.close()

    assert asyncio.run(main()) <= 2


def test_missing_tables_are_made_and_those_that_are_there_stay(with_store):
    async def body(store: Store) -> None:
        store.create_tables({"a": "CREATE TABLE a (x); CREATE INDEX ax ON a (x)"})
        await store.write_one("INSERT INTO a VALUES (1)", ())
        store.create_tables({"a": "CREATE TABLE a (x)", "b": "CREATE TABLE b (y)"})
        assert await store.read("SELECT x FROM a") == [(1,)]
        assert await store.read("SELECT y FROM b") == []

    with_store(body)
