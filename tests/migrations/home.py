"""A data directory with migrations beside it, worked on inside the test's own process."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, TypeVar

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.migrations import run

T = TypeVar("T")

# What a migration and its reverse must leave as it was; `updated` is the time of the last save.
COLLECTIONS = (
    "SELECT id, system, type, name, fields, indexes, listRule, viewRule, createRule, updateRule,"
    " deleteRule, options, created FROM _collections ORDER BY rowid"
)


class Home:
    """`pb_data` and `pb_migrations` in one folder."""

    def __init__(self, parent: Path) -> None:
        self.data = parent / "pb_data"
        self.folder = parent / "pb_migrations"

    def write(self, name: str, up: str, down: str = "pass") -> Path:
        """A migration whose functions have these bodies."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        bodies = [indent(dedent(body).strip(), "    ") for body in (up, down)]
        path.write_text("def up(app):\n{}\n\n\ndef down(app):\n{}\n".format(*bodies))
        return path

    def up(self) -> list[str]:
        return self.opened(lambda app: run.up(app, self.folder))

    def down(self, count: int = 1) -> list[str]:
        async def revert(app: App) -> list[str]:
            names = run.last_applied(app, self.folder, count)
            await run.down(app, self.folder, names)
            return names

        return self.opened(revert)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        async def read(app: App) -> list[tuple[Any, ...]]:
            return app.store.read_now(sql)

        return self.opened(read)

    def applied(self) -> list[str]:
        rows = self.ask("SELECT file FROM _migrations WHERE file NOT LIKE '%.go' ORDER BY rowid")
        return [name for (name,) in rows]

    def opened(self, act: Callable[[App], Awaitable[T]]) -> T:
        return asyncio.run(self.opened_here(act))

    async def opened_here(self, act: Callable[[App], Awaitable[T]]) -> T:
        app = open_directory(self.data)
        try:
            return await act(app)
        finally:
            app.close()
