"""A store on a real file, for the tests of this folder."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from fastcms.store.shared import Shared
from fastcms.store.store import Store

T = TypeVar("T")


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    shared = Shared(tmp_path)
    yield shared
    shared.close()


@pytest.fixture
def with_store(tmp_path: Path, shared: Shared) -> Callable[[Callable[[Store], Awaitable[T]]], T]:
    """Runs a coroutine function with a store that has a table `t` with a unique name."""

    def run(body: Callable[[Store], Awaitable[T]]) -> T:
        async def main() -> T:
            store = Store(tmp_path / "data.db", shared)
            try:
                await store.write(
                    lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS t (name TEXT UNIQUE, a, b)")
                )
                return await body(store)
            finally:
                store.close()

        return asyncio.run(main())

    return run
