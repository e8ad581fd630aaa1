"""What a check of values needs of the database, and the same inside a transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from fastcms.store.connection import Row
from fastcms.store.job import Tx
from fastcms.values import SqlValue

T = TypeVar("T")


class Reads(Protocol):
    """Answers one statement: the store for a request, a transaction for what happens in it."""

    def read(self, sql: str, params: Sequence[SqlValue] = (), /) -> Awaitable[list[Row]]:
        """The rows of a statement that changes nothing."""


class TxReads:
    """An open transaction as the checks ask it; answers at once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def read(self, sql: str, params: Sequence[SqlValue] = (), /) -> list[Row]:
        """The rows as the transaction has them."""
        return self._tx.execute(sql, params)


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing; for the writer's thread."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("a check waited inside a transaction")
