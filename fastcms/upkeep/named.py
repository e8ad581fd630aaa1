"""Which files records name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

from fastcms.core import App
from fastcms.files.storage import Storage
from fastcms.records.compiled import quote
from fastcms.schema.snapshot import Schema
from fastcms.store.store import Row
from fastcms.values import SqlValue, to_unique_texts

AT_ONCE = 500
Scan: TypeAlias = Callable[[str, Sequence[SqlValue], int], Iterator[list[Row]]]


def named_keys(schema: Schema, scan: Scan) -> Iterator[str]:
    """The keys of all files that records name; `scan` is :meth:`Store.scan` or does the same."""
    for collection in schema:
        fields = [field for field in collection.fields if field.type == "file"]
        if collection.is_view or not fields:
            continue
        columns = "".join(f", {quote(field.name)}" for field in fields)
        sql = f'SELECT "id"{columns} FROM {quote(collection.name)}'
        for rows in scan(sql, (), AT_ONCE):
            for record, *values in rows:
                for field, value in zip(fields, values, strict=True):
                    for name in to_unique_texts(field.from_db(value)):
                        yield f"{collection.id}/{record}/{name}"


async def wanted(app: App, keys: Collection[str]) -> set[str]:
    """Those of the files that a record names, or is about to; a thumb counts as its file."""
    listed, found = list(keys), set[str]()
    for start in range(0, len(listed), AT_ONCE):
        found |= await app.removals.wanted(listed[start : start + AT_ONCE])
    return found


async def cut_names(app: App, storage: Storage) -> dict[str, str]:
    """The keys of files by what the place calls them, where that is not the same."""
    return {
        kept: key
        for key in named_keys(app.schema, app.store.scan)
        if (kept := storage.kept_as(key)) != key
    }
