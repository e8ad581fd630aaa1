"""Work on an open data directory, for commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from fastcms.core import App

T = TypeVar("T")


def on(data_dir: Path, work: Callable[[App], Awaitable[T]]) -> T:
    """What `work` finds in the open directory, whether it is served meanwhile or not."""
    import asyncio

    from fastcms import features
    from fastcms.directory import open_directory

    async def main() -> T:
        opened = open_directory(data_dir)
        try:
            features.install(opened)
            return await work(opened)
        finally:
            await opened.background.drain()
            opened.close()

    return asyncio.run(main())
