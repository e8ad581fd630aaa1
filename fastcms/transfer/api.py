"""The routes of import and export, for superusers."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from fastcms.errors import ApiError, bad_request, not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.query import parse_query
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.rules import keep_superusers
from fastcms.store.errors import SchemaChanged, StoreError
from fastcms.transfer import formats
from fastcms.transfer.dump import DumpOrder, dump
from fastcms.transfer.load import LoadOrder, load
from fastcms.transfer.look import look
from fastcms.transfer.table import FileError, ReadOptions, WriteOptions

UPLOAD_LIMIT = 2 << 30  # bytes of a file that is imported
PIECE = 64 << 10  # bytes of a download that are sent at a time

_TRUE = frozenset({"1", "true"})
_FALSE = frozenset({"", "0", "false"})
IMPORT_OPTIONS = (
    "format",
    "map",
    "encoding",
    "delimiter",
    "table",
    "upsertBy",
    "skipBad",
    "dryRun",
    "keepDates",
    "create",
    "look",
)
MOST_LOOKED_AT = 100  # rows
EXPORT_OPTIONS = ("format", "filter", "sort", "fields", "hidden", "escapeFormulas")


class Ids(msgspec.Struct, frozen=True):
    """The records that are wanted."""

    ids: tuple[str, ...]


async def import_(request: Request) -> Reply:
    """POST /api/collections/{collection}/import"""
    request.require_superuser()
    query = _options(request, IMPORT_OPTIONS)
    collection = request.params["collection"]
    found = request.schema.find(collection)
    if not _is_true(query, "create") and found is None:
        raise not_found("Missing collection context.")
    if found is not None:
        keep_superusers(found, request)
    order = LoadOrder(
        collection=collection,
        read=ReadOptions(
            encoding=query.get("encoding", ""),
            delimiter=query.get("delimiter", ""),
            table=query.get("table", ""),
        ),
        mapping=_mapping(request),
        upsert_by=query.get("upsertBy", ""),
        skip_bad=_is_true(query, "skipBad"),
        dry_run=_is_true(query, "dryRun"),
        keep_dates=_is_true(query, "keepDates"),
        create=_is_true(query, "create"),
    )
    with _as_bad_request():
        if name := query.get("format"):
            format_ = formats.by_name(name)
        else:
            format_ = formats.by_media_type(request.header(b"content-type"))
        with tempfile.TemporaryDirectory(prefix="fastcms-import-") as folder:
            path = Path(folder, f"upload{format_.suffixes[0]}")
            await _keep(request, path)
            if "look" in query:
                if found is None:
                    raise not_found("Missing collection context.")
                seen = await look(found, order.read, format_, path, _count(query["look"]))
                return json_reply(seen)
            report = await load(request.app, order, format_, path)
    if not (report.imported or report.dry_run):
        raise bad_request(
            f"Nothing was imported: {report.bad} of {report.rows} rows are bad.",
            report.problems(),
        )
    return json_reply(report.to_json())


async def export(request: Request) -> Reply:
    """GET /api/collections/{collection}/export, and POST with the ids that are wanted"""
    request.require_superuser()
    query = _options(request, EXPORT_OPTIONS)
    collection = request.schema.find(request.params["collection"])
    if collection is None:
        raise not_found("Missing collection context.")
    order = DumpOrder(
        collection=collection.id,
        filter=query.get("filter", ""),
        ids=await _ids(request) if request.method == "POST" else None,
        sort=query.get("sort", ""),
        fields=tuple(name.strip() for name in query.get("fields", "").split(",") if name.strip()),
        hidden=_is_true(query, "hidden"),
        write=WriteOptions(escape_formulas=_is_true(query, "escapeFormulas")),
    )
    with _as_bad_request():
        format_ = formats.by_name(query.get("format", "csv"))
        # Whole before the first byte is sent: what is wrong is still an error's answer, and a slow
        # client does not hold the database's log. The open file outlives its name.
        with tempfile.TemporaryDirectory(prefix="fastcms-export-") as folder:
            path = Path(folder, f"download{format_.suffixes[0]}")
            await dump(request.app, order, format_, path, request=request)
            file = await asyncio.to_thread(path.open, "rb")
    name = f"{collection.name}{format_.suffixes[0]}"
    headers = (
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        (b"content-length", str(os.fstat(file.fileno()).st_size).encode()),
    )
    media_type = format_.media_types[0]
    if format_.name in ("csv", "tsv"):
        media_type += "; charset=utf-8"
    return Reply(b"", 200, media_type.encode(), headers, stream=_pieces(file))


async def _ids(request: Request) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(await request.read(), type=Ids).ids
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request('The body has the form {"ids": ["…"]}.') from error


def _count(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= MOST_LOOKED_AT):
        raise bad_request(f"The option look is a number of rows, 1 to {MOST_LOOKED_AT}.")
    return int(text)


async def _keep(request: Request, path: Path) -> None:
    """Writes the body into a file."""
    file = await asyncio.to_thread(path.open, "wb")
    with file:
        async for chunk in request.chunks(UPLOAD_LIMIT):
            await asyncio.to_thread(file.write, chunk)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


@contextmanager
def _as_bad_request() -> Iterator[None]:
    try:
        yield
    except FileError as error:
        raise bad_request(str(error)) from error
    except SchemaChanged as error:
        # The body is read: the request cannot be answered anew.
        raise bad_request("The schema was changed meanwhile; try again.") from error
    except StoreError as error:
        raise bad_request(f"The database refuses: {error}") from error
    except OSError as error:
        raise ApiError(500, f"The file cannot be kept: {error.strerror or error}") from error


def _options(request: Request, known: tuple[str, ...]) -> Mapping[str, str]:
    for name in request.query:
        if name not in known:
            names = ", ".join(known)
            raise bad_request(f'There is no option "{name}"; there are {names}.')
    return request.query


def _is_true(query: Mapping[str, str], name: str) -> bool:
    text = query.get(name, "").lower()
    if text not in _TRUE | _FALSE:
        raise bad_request(f"The option {name} is true or false.")
    return text in _TRUE


def _mapping(request: Request) -> dict[str, str]:
    pairs = parse_query(request.scope["query_string"])
    return dict(pair(text) for name, text in pairs if name == "map")


def pair(text: str) -> tuple[str, str]:
    """A column and its field. Raises FileError for a text without an equals sign."""
    column, sign, field = text.rpartition("=")
    if not sign:
        raise bad_request(f'The option map has the form COLUMN=FIELD, not "{text}".')
    return column.strip(), field.strip()


ROUTES: tuple[Route, ...] = (
    endpoint("/api/collections/{collection}/import", POST=import_),
    endpoint("/api/collections/{collection}/export", GET=export, POST=export),
)
