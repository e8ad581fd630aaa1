"""An open data directory to import into, without a server around it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from fastcms.collections import save
from fastcms.collections.body import changed_collection, new_collection
from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.transfer import formats
from fastcms.transfer.dump import DumpOrder, dump
from fastcms.transfer.load import LoadOrder, load
from fastcms.transfer.report import Report
from fastcms.transfer.table import ReadOptions


class Place:
    """Makes collections, imports texts and shows what is stored."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app = app
        self.folder = folder

    async def make(self, name: str, *fields: dict[str, Any], **more: Any) -> None:
        body = {"name": name, "type": "base", "fields": list(fields), **more}
        collection = new_collection(body, self.app.schema.by_id)
        await save.save(self.app, self.app.refresh(), None, collection)

    async def add(self, name: str, *fields: dict[str, Any]) -> None:
        schema = self.app.refresh()
        before = schema.find(name)
        assert before is not None
        kept = [field.to_json() for field in before.fields]
        after = changed_collection(before, {"fields": [*kept, *fields]})
        await save.save(self.app, schema, before, after)

    async def load(
        self,
        collection: str,
        content: str | bytes | Path,
        format_name: str = "csv",
        *,
        read: ReadOptions = ReadOptions(),  # noqa: B008 (immutable)
        **order: Any,
    ) -> Report:
        path = content
        if not isinstance(content, Path):
            path = self.folder / f"input.{format_name}"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return await load(
            self.app,
            LoadOrder(collection=collection, read=read, **order),
            formats.by_name(format_name),
            path,
        )

    async def dump(self, collection: str, format_name: str = "csv", **order: Any) -> Path:
        path = self.folder / f"output.{format_name}"
        path.unlink(missing_ok=True)
        order_ = DumpOrder(collection=collection, **order)
        await dump(self.app, order_, formats.by_name(format_name), path)
        return path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.app.store.read_now(sql)


def inside(tmp_path: Path, run: Callable[[Place], Coroutine[Any, Any, None]]) -> None:
    """Runs a coroutine function with a fresh directory."""

    async def main() -> None:
        app = open_directory(tmp_path / "pb_data")
        try:
            await run(Place(app, tmp_path))
        finally:
            app.close()

    asyncio.run(main())


def text(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", **options}


def number(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "type": "number", **options}


def unique(table: str, column: str) -> str:
    return f"CREATE UNIQUE INDEX idx_{table}_{column} ON {table} ({column})"


def bad(report: Report) -> dict[int, dict[str, str]]:
    """The messages of the bad rows by row and field."""
    return {
        row.row: {name: problem.message for name, problem in row.problems.items()}
        for row in report.bad_rows
    }
