"""Work on records that is done again where their collection was changed before it was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastcms.core import App
from fastcms.errors import ApiError, bad_request
from fastcms.store.errors import SchemaChanged
from fastcms.store.transaction import Transaction

T = TypeVar("T")

ATTEMPTS = 10


async def again(app: App, work: Callable[[], Awaitable[T]]) -> T:
    """What the work gives, which takes the schema anew each time.

    Raises 400 in a transaction, of which a part was done under the old schema.
    """
    for _ in range(ATTEMPTS):
        try:
            return await work()
        except SchemaChanged as error:
            if isinstance(app.store, Transaction) and app.store.is_open:
                raise bad_request("A collection was changed in the transaction.") from error
            await app.settled()
    raise ApiError(503, "The collections keep changing, please try again.")
