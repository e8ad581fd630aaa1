"""A transaction that is held open: what it sees, who waits for it, and how it may end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from functools import partial

import apsw
import pytest

from fastcms.store.errors import SchemaChanged, StoreError, UniqueViolation
from fastcms.store.held import HeldTx
from fastcms.store.store import Store, Tx
from fastcms.store.transaction import Transaction
from tests.store.test_store import INSERT, SLOW

NAMES = "SELECT name FROM t ORDER BY name"
# Would take minutes.
ENDLESS = SLOW.replace("1500000", "1500000000")


async def hold(
    store: Store,
    steps: Callable[[Transaction], Awaitable[None]],
    seconds: float = 5,
    stamp: int | None = None,
) -> None:
    async with Transaction(store, seconds, stamp=stamp) as transaction:
        await steps(transaction)


async def never(_: Transaction) -> None:
    raise AssertionError("it has begun")


async def names(store: Store) -> list[str]:
    return [name for (name,) in await store.read(NAMES)]


def test_it_sees_what_it_wrote_and_others_do_not_until_its_end(with_store):
    async def body(store: Store) -> None:
        async with Transaction(store, 5) as transaction:
            await transaction.write_one(INSERT, ("one",))
            await transaction.write(lambda tx: tx.execute(INSERT, ("two",)))
            assert await names(transaction) == ["one", "two"]
            assert transaction.read_now(NAMES) == [("one",), ("two",)]
            assert await transaction.count("SELECT count(*) FROM t", (), lasts=True) == 2
            assert await transaction.read_within(NAMES, 1) == [("one",), ("two",)]
            assert await names(store) == []
        assert await names(store) == ["one", "two"]

    with_store(body)


def test_a_failing_job_takes_nothing_else_with_it(with_store):
    async def body(store: Store) -> None:
        def two_steps(tx: Tx) -> None:
            tx.execute(INSERT, ("half",))
            tx.execute(INSERT, ("one",))

        async with Transaction(store, 5) as transaction:
            await transaction.write_one(INSERT, ("one",))
            with pytest.raises(UniqueViolation):
                await transaction.write(two_steps)
            with pytest.raises(UniqueViolation):
                await transaction.write_one(INSERT, ("one",))
            await transaction.write_one(INSERT, ("two",))
        assert await names(store) == ["one", "two"]

    with_store(body)


def test_an_exception_undoes_all_and_tells_nobody(with_store):
    async def body(store: Store) -> None:
        heard: list[object] = []
        store.listeners.append(heard.append)
        calls: list[str] = []

        async def afterwards() -> None:
            calls.append("afterwards")

        def run(tx: Tx) -> None:
            tx.execute(INSERT, ("one",))
            tx.emit("event")
            tx.after_commit(lambda: calls.append("commit"))

        async def steps(transaction: Transaction) -> None:
            await transaction.write(run)
            await transaction.afterwards(afterwards)
            raise KeyError

        with pytest.raises(KeyError):
            await hold(store, steps)
        assert (await names(store), heard, calls) == ([], [], [])

    with_store(body)


def test_after_the_commit_comes_what_waited_for_it(with_store):
    async def body(store: Store) -> None:
        told: list[object] = []
        store.listeners.append(told.append)

        async def afterwards() -> None:
            assert await names(store) == ["one", "two"]
            told.append("afterwards")

        async def failing() -> None:
            raise LookupError

        def run(name: str, tx: Tx) -> None:
            tx.execute(INSERT, (name,))
            tx.emit(name)
            if name == "undone":
                raise ZeroDivisionError

        async def steps(transaction: Transaction) -> None:
            await transaction.write(lambda tx: run("one", tx))
            await transaction.afterwards(failing)
            with pytest.raises(ZeroDivisionError):
                await transaction.write(lambda tx: run("undone", tx))
            await transaction.write(lambda tx: run("two", tx))
            await transaction.afterwards(afterwards)
            assert told == []

        transaction = Transaction(store, 5)
        async with transaction:
            await steps(transaction)
        with pytest.raises(LookupError):
            await transaction.go_on()
        # One that fails keeps no other from its turn.
        assert told == ["one", "two", "afterwards"]
        await store.afterwards(afterwards)
        assert told[-2:] == ["afterwards", "afterwards"]

    with_store(body)


def test_others_write_after_it_and_read_meanwhile(with_store):
    async def body(store: Store) -> None:
        async with Transaction(store, 5) as transaction:
            await transaction.write_one(INSERT, ("first",))
            others = [
                asyncio.ensure_future(store.write_one(INSERT, (name,)))
                for name in ("second", "third")
            ]
            behind = asyncio.ensure_future(hold(store, fourth))
            await asyncio.sleep(0.02)
            assert await names(store) == []
            assert not any(one.done() for one in (*others, behind))
        await asyncio.gather(*others, behind)
        rows = await store.read("SELECT name FROM t ORDER BY rowid")
        assert rows == [("first",), ("second",), ("third",), ("fourth",)]

    with_store(body)


async def fourth(transaction: Transaction) -> None:
    await transaction.write_one(INSERT, ("fourth",))


def test_others_get_their_turn_when_its_time_is_over(with_store):
    """Whatever its holder waits for, even for one of them."""

    async def body(store: Store) -> None:
        async def steps(transaction: Transaction) -> None:
            await transaction.write_one(INSERT, ("undone",))
            await store.write_one(INSERT, ("other",))
            with pytest.raises(StoreError, match="took too long"):
                await transaction.write(lambda tx: tx.execute(INSERT, ("late",)))
            with pytest.raises(StoreError, match="took too long"):
                await transaction.write_one(INSERT, ("late",))
            with pytest.raises(StoreError, match="took too long"):
                await names(transaction)

        with pytest.raises(StoreError, match="took too long"):
            await hold(store, steps, seconds=0.05)
        assert await names(store) == ["other"]

    with_store(body)


def test_a_long_read_leaves_the_event_loop_free(with_store):
    async def body(store: Store) -> None:
        async with Transaction(store, 30) as transaction:
            await transaction.write_one(INSERT, ("one",))
            slow = asyncio.ensure_future(transaction.read(SLOW))
            turns = 0
            while not slow.done():
                await asyncio.sleep(0.005)
                turns += 1
            assert turns > 3
            # Beside a job that is under way, a read waits for its turn.
            both = await asyncio.gather(transaction.read(SLOW), transaction.read(NAMES))
            assert both == [[(1500000,)], [("one",)]]

    with_store(body)


@pytest.mark.parametrize("sql", [ENDLESS, f"INSERT INTO t (name) SELECT * FROM ({ENDLESS})"])
def test_a_statement_cannot_outlast_it(with_store, sql):
    async def body(store: Store) -> None:
        async def steps(transaction: Transaction) -> None:
            await transaction.write_one(INSERT, ("one",))
            await transaction.write(lambda tx: tx.execute(sql))

        async def stubborn(transaction: Transaction) -> None:
            with pytest.raises(StoreError):
                await steps(transaction)
            assert transaction.is_late
            with pytest.raises(StoreError):
                await transaction.write_one(INSERT, ("two",))
            with pytest.raises(StoreError):
                await transaction.write(lambda tx: tx.execute(INSERT, ("two",)))

        for way in (steps, stubborn):
            with pytest.raises(StoreError):
                await hold(store, way, 0.2)
            assert await names(store) == []
        await store.write_one(INSERT, ("free",))

    with_store(body)


def test_a_job_of_many_statements_cannot_outlast_it(with_store):
    async def body(store: Store) -> None:
        def run(tx: Tx) -> None:
            while True:
                tx.execute("SELECT 1")

        async def steps(transaction: Transaction) -> None:
            await transaction.write(run)

        with pytest.raises(StoreError):
            await hold(store, steps, 0.1)

    with_store(body)


def test_one_that_is_cancelled_is_undone(with_store):
    async def body(store: Store) -> None:
        async def endless(begun: asyncio.Event) -> None:
            async with Transaction(store, 5) as transaction:
                await transaction.write_one(INSERT, ("one",))
                begun.set()
                await asyncio.Event().wait()

        begun, waiting = asyncio.Event(), asyncio.Event()
        first = asyncio.ensure_future(endless(begun))
        await begun.wait()
        # The second never begins.
        second = asyncio.ensure_future(endless(waiting))
        await asyncio.sleep(0)
        for task in (second, first):
            task.cancel()
        await asyncio.wait([first, second])
        assert not waiting.is_set()
        await store.write_one(INSERT, ("free",))
        assert await names(store) == ["free"]

    with_store(body)


def test_what_lasts_is_there_however_it_ends(with_store):
    async def body(store: Store) -> None:
        async def end(name: str, error: Exception | None, seconds: float = 5) -> None:
            async with Transaction(store, seconds) as transaction:
                await transaction.write_one(INSERT, (f"{name} 1",))
                await transaction.write(lambda tx: tx.execute(INSERT, (f"{name} 2",)), lasts=True)
                await transaction.write_one(INSERT, (f"{name} 3",))
                if seconds < 1:
                    await transaction.read(ENDLESS)
                if error is not None:
                    raise error

        await end("kept", None)
        with pytest.raises(KeyError):
            await end("undone", KeyError())
        with pytest.raises(StoreError):
            await end("late", None, 0.2)
        assert await names(store) == ["kept 1", "kept 2", "kept 3", "late 2", "undone 2"]

    with_store(body)


def test_it_does_not_begin_under_another_schema(with_store, shared):
    async def body(store: Store) -> None:
        stamp = shared.stamp

        def change(tx: Tx) -> None:
            tx.execute("ALTER TABLE t ADD COLUMN c")
            tx.schema_changed = True

        await store.write(change)
        with pytest.raises(SchemaChanged):
            await hold(store, never, stamp=stamp)
        async with Transaction(store, 5, stamp=shared.stamp) as transaction:
            await transaction.write_one(INSERT, ("one",), stamp=shared.stamp)
        # A change of its own is told to all when it is committed.
        stamp = shared.stamp
        async with Transaction(store, 5) as transaction:
            await transaction.write(change_again)
            assert shared.stamp == stamp
            with pytest.raises(SchemaChanged):
                await transaction.write_one(INSERT, ("two",), stamp=stamp)
        assert shared.stamp != stamp
        assert not shared.is_changing

    with_store(body)


def change_again(tx: Tx) -> None:
    tx.execute("ALTER TABLE t ADD COLUMN d")
    tx.schema_changed = True


def test_after_its_end_it_is_the_store(with_store):
    async def body(store: Store) -> None:
        calls: list[str] = []

        async def call() -> None:
            calls.append("afterwards")

        async with Transaction(store, 5) as transaction:
            await transaction.write_one(INSERT, ("one",))
        await transaction.write(lambda tx: tx.execute(INSERT, ("two",)))
        await transaction.write_one(INSERT, ("three",))
        await transaction.afterwards(call)
        assert calls == ["afterwards"]
        assert await names(transaction) == await names(store) == ["one", "three", "two"]

    with_store(body)


def test_it_does_not_begin_where_the_database_is_locked(with_store, tmp_path):
    async def body(store: Store) -> None:
        other = apsw.Connection(str(tmp_path / "data.db"))
        other.execute("BEGIN IMMEDIATE")
        store._writer._connection.raw.set_busy_timeout(50)
        with pytest.raises(StoreError):
            await hold(store, never)
        other.execute("ROLLBACK")
        other.close()
        async with Transaction(store, 5) as transaction:
            await transaction.write_one(INSERT, ("one",))

    with_store(body)


def test_what_comes_too_late_is_answered(with_store):
    async def body(store: Store) -> None:
        async def late(transaction: Transaction) -> None:
            while not transaction.is_late:
                await asyncio.sleep(0.01)
            with pytest.raises(StoreError):
                await transaction.write(lambda tx: tx.execute(INSERT, ("late",)))
            with pytest.raises(StoreError):
                await transaction.write_one(INSERT, ("late",))

        with pytest.raises(StoreError):
            await hold(store, late, 0.05)
        assert await names(store) == []

    with_store(body)


def test_a_job_may_wait_for_who_writes_meanwhile(with_store):
    """What is written within a job is undone with it, and told with what is told of it."""

    async def body(store: Store) -> None:
        told: list[object] = []
        store.listeners.append(told.append)

        def job(tx: HeldTx, *, fails: bool) -> None:
            tx.execute(INSERT, ("outer",))
            tx.emit("outer")
            tx.wait(writes(), copy_context())
            tx.emit("last")
            if fails:
                raise LookupError

        async def writes() -> None:
            assert await names(transaction) == ["outer"]
            await transaction.write_one(INSERT, ("inner",))
            await transaction.write(lambda tx: tx.emit("inner"))
            with pytest.raises(UniqueViolation):
                await transaction.write_one(INSERT, ("outer",))

        async with Transaction(store, 5) as transaction:
            with pytest.raises(LookupError):
                await transaction.write(partial(job, fails=True))
            assert await names(transaction) == []
            await transaction.write(partial(job, fails=False))
            assert told == []
        assert await names(store) == ["inner", "outer"]
        assert told == ["outer", "inner", "last"]

    with_store(body)


@pytest.mark.parametrize("error", [LookupError, BaseException, asyncio.CancelledError])
def test_a_job_fails_with_what_it_waits_for(with_store, error):
    async def body(store: Store) -> None:
        async def fail() -> None:
            raise error

        async with Transaction(store, 5) as transaction:
            expected = LookupError if error is LookupError else StoreError
            with pytest.raises(expected):
                await transaction.write(lambda tx: tx.wait(fail(), copy_context()))
        await store.write_one(INSERT, ("one",))

    with_store(body)


def test_a_job_waits_no_longer_than_the_transaction_lasts(with_store):
    async def body(store: Store) -> None:
        is_cancelled = asyncio.Event()

        async def hang() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                is_cancelled.set()

        async def wait_within() -> None:
            # One within another, as for a record that goes with another.
            await transaction.write(lambda tx: tx.wait(hang(), copy_context()))

        transaction = Transaction(store, 0.05)
        with pytest.raises(StoreError, match="too long"):
            async with transaction:
                await transaction.write(lambda tx: tx.wait(wait_within(), copy_context()))
        await store.write_one(INSERT, ("one",))
        await is_cancelled.wait()

    with_store(body)
