"""The formats of files. A format is a module of its own, and a line in :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from fastcms.fields.base import Field
from fastcms.transfer.formats import delimited, json_list, sqlite, xlsx
from fastcms.transfer.table import FileError, ReadOptions, Sink, Source, WriteOptions


class Format(NamedTuple):
    """A kind of file: how it is called, known, read and written."""

    name: str
    suffixes: tuple[str, ...]
    # The first is what a download is called.
    media_types: tuple[str, ...]
    read: Callable[[Path, ReadOptions], Source]
    write: Callable[[Path, Sequence[Field], WriteOptions], Sink]


FORMATS: tuple[Format, ...] = (
    Format("csv", (".csv",), ("text/csv",), delimited.DelimitedSource, delimited.DelimitedSink),
    Format(
        "tsv",
        (".tsv", ".tab"),
        ("text/tab-separated-values",),
        partial(delimited.DelimitedSource, delimiter="\t"),
        partial(delimited.DelimitedSink, delimiter="\t"),
    ),
    Format("json", (".json",), ("application/json",), json_list.JsonSource, json_list.JsonSink),
    Format(
        "ndjson",
        (".ndjson", ".jsonl"),
        ("application/x-ndjson", "application/jsonl", "application/ndjson"),
        json_list.NdjsonSource,
        json_list.NdjsonSink,
    ),
    Format(
        "xlsx",
        (".xlsx",),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
        xlsx.XlsxSource,
        xlsx.XlsxSink,
    ),
    Format(
        "sqlite",
        (".sqlite", ".sqlite3", ".db"),
        ("application/vnd.sqlite3", "application/x-sqlite3"),
        sqlite.SqliteSource,
        sqlite.SqliteSink,
    ),
)
NAMES = tuple(format_.name for format_ in FORMATS)


def by_name(name: str) -> Format:
    """The format of that name. Raises FileError."""
    for format_ in FORMATS:
        if format_.name == name.lower():
            return format_
    raise FileError(f'there is no format "{name}"; there are {", ".join(NAMES)}')


def by_suffix(path: Path) -> Format:
    """The format that a file's name tells. Raises FileError."""
    for format_ in FORMATS:
        if path.suffix.lower() in format_.suffixes:
            return format_
    raise FileError(f"{path.name} does not tell its format; say --format {'|'.join(NAMES)}")


def by_media_type(content_type: str) -> Format:
    """The format of a Content-Type header. Raises FileError."""
    media_type = content_type.partition(";")[0].strip().lower()
    for format_ in FORMATS:
        if media_type in format_.media_types:
            return format_
    raise FileError(f"the content type tells no format; add ?format={'|'.join(NAMES)}")
