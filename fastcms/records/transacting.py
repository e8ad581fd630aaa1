"""Transactions that functions of hooks take part in, or that code of users opens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from fastcms.core import App, acting_in
from fastcms.records.uploads import concluded_together
from fastcms.store.transaction import Transaction

SLOW_SECONDS = 0.5  # that other writers wait before it is reported

log = logging.getLogger("fastcms.hooks")


@asynccontextmanager
async def transacting(
    app: App, seconds: float, what: str, stamp: int | None = None
) -> AsyncIterator[Transaction]:
    """What this task does with records in here is one transaction; what waits for its end is done
    behind it.

    `what` it is stands in the log where it keeps other writers waiting. Raises as Transaction does.
    """
    transaction = Transaction(app.store, seconds, stamp=stamp)
    try:
        async with concluded_together(), transaction:
            with (
                acting_in(app.within(transaction)),
                transaction.held_by_this_task(),
                _reported(what),
            ):
                yield transaction
    except Exception as error:
        await transaction.go_back(error)
        raise
    await transaction.go_on()


@contextmanager
def _reported(what: str) -> Iterator[None]:
    slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, _report, what)
    try:
        yield
    finally:
        slow.cancel()


def _report(what: str) -> None:
    log.warning(
        "%s keeps all other writers waiting, for more than %g s already; "
        "wait for nothing else in it",
        what,
        SLOW_SECONDS,
    )
