"""Transactions that code of users opens."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fastcms.records.transacting import transacting
from fastcms.store.transaction import Transaction

if TYPE_CHECKING:
    from fastcms.embed.app import App


class Transacting:
    """A transaction of an app, while it is open; `where` is the line that opens it."""

    def __init__(self, app: App, seconds: float, where: str) -> None:
        self._app = app
        self._what = f"the transaction at {where}"
        self._seconds = seconds
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = self._app.inner
        if not (isinstance(app.store, Transaction) and app.store.is_open):
            opened = transacting(app, self._seconds, self._what, app.stamp)
            await self._stack.enter_async_context(opened)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

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
