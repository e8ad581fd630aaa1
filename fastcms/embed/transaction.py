"""Transactions that code of users opens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fastcms.core import acting_in
from fastcms.records.uploads import concluded_together
from fastcms.store.store import Store
from fastcms.store.transaction import Transaction

if TYPE_CHECKING:
    from fastcms.embed.app import App

SLOW_SECONDS = 0.5  # that other writers wait before it is reported

log = logging.getLogger("fastcms.hooks")


class Transacting:
    """A transaction of an app, while it is open; `where` is the line that opens it."""

    def __init__(self, app: App, seconds: float, where: str) -> None:
        self._app = app
        self._where = where
        self._seconds = seconds
        self._stack = AsyncExitStack()
        self._transaction: Transaction | None = None

    async def __aenter__(self) -> Self:
        app = self._app.inner
        if isinstance(app.store, Transaction) and app.store.is_open:
            return self
        transaction = Transaction(app.store, self._seconds, stamp=app.stamp)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(concluded_together())
            await stack.enter_async_context(transaction)
            stack.enter_context(acting_in(app.within(transaction)))
            stack.enter_context(_held_by_this_task(app.store))
            slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._report)
            stack.callback(slow.cancel)
            self._stack = stack.pop_all()
        self._transaction = transaction
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._stack.__aexit__(kind, error, trace)
        except Exception as failure:
            if self._transaction is not None:
                await self._transaction.go_back(failure)
            raise
        if self._transaction is None:
            return
        if error is None:
            await self._transaction.go_on()
        elif isinstance(error, Exception):
            await self._transaction.go_back(error)

    def _report(self) -> None:
        log.warning(
            "the transaction at %s keeps all other writers waiting, for more than %g s already; "
            "wait for nothing else in it",
            self._where,
            SLOW_SECONDS,
        )

    def __enter__(self) -> Self:
        self._app.settle(self.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._app.settle(self.__aexit__(kind, error, trace))


@contextmanager
def _held_by_this_task(store: Store) -> Iterator[None]:
    """What is no part of the transaction, but written by who holds it, is refused: it would wait
    for the end of what it is in the midst of.
    """
    store.holder = asyncio.current_task()
    try:
        yield
    finally:
        store.holder = None
