"""What a check of values needs of the database."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from fastcms.store.connection import Row
from fastcms.values import SqlValue


class Reads(Protocol):
    """Answers one statement: the store for a request, a transaction for what happens in it."""

    def read(self, sql: str, params: Sequence[SqlValue] = (), /) -> Awaitable[list[Row]]:
        """The rows of a statement that changes nothing."""
