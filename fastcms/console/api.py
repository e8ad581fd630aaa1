"""`POST /api/sql`, for superusers."""

from __future__ import annotations

import re
from time import perf_counter

from fastcms.console.cells import cell
from fastcms.errors import REQUIRED, ApiError, Problem, StartError, bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.schema import rows
from fastcms.settings.load import load_all
from fastcms.store.console import ReadOnly
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

MOST_CHARACTERS = 5_000
MOST_ROWS = 1_000
SECONDS = 180.0

_NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_VALID = "An error occurred while validating the submitted data."
_TOO_LONG = Problem(
    "validation_length_too_long",
    f"The length must be no more than {MOST_CHARACTERS}.",
    {"max": MOST_CHARACTERS, "min": 0},
)
_WRITING = Problem("validation_query_writes", "The query writes.")
# What a statement that writes begins with; any other one is tried as a question first.
_WRITES = re.compile(r"\s*(insert|create|update|delete|drop|detach|alter|replace)", re.IGNORECASE)
_VACUUM = re.compile(r"\s*vacuum(\s+main)?[\s;]*", re.IGNORECASE)
# The reference's ways to quote names of tables and columns, and to name parameters.
_QUOTED = re.compile(r"\{\{([\w. -]+)\}\}|\[\[([\w. -]+)\]\]")
_PARAMETER = re.compile(r"\{:(\w+)\}")


async def run(request: Request) -> Reply:
    """Runs the statements of the body and answers with what the last one gives."""
    request.require_superuser()
    # With it, whoever has a key for a while could make more of it.
    request.refuse_impersonated()
    sql, read_only = await _query(request)
    started = perf_counter()
    try:
        affected, columns, found = await _run(request, sql, read_only=read_only)
    except ReadOnly as error:
        raise bad_request(_NOT_VALID, {"query": _WRITING}) from error
    except StoreError as error:
        raise _failed(str(error)) from error
    return json_reply(
        {
            "execTime": int((perf_counter() - started) * 1000),
            "affectedRows": affected,
            "columns": [{"name": name, "type": type_, "nullable": True} for name, type_ in columns],
            "rows": [[cell(value) for value in row] for row in found],
        }
    )


async def _query(request: Request) -> tuple[str, bool]:
    """The SQL of the body, and whether it must not write. Raises 400 for what cannot be run."""
    body = await request.read_body(error=_NOT_LOADED)
    query, read_only = body.get("query") or "", body.get("readOnly") is True
    if not isinstance(query, str):
        raise bad_request(_NOT_LOADED)
    if not query:
        raise bad_request(_NOT_VALID, {"query": REQUIRED})
    if len(query) > MOST_CHARACTERS:
        raise bad_request(_NOT_VALID, {"query": _TOO_LONG})
    if not query.strip():
        raise _failed("empty query")
    if parameter := _PARAMETER.search(query):
        raise _failed(f"Named parameter not found: {parameter[1]}")
    return _QUOTED.sub(lambda match: _quoted(match[1] or match[2]), query), read_only


async def _run(
    request: Request, sql: str, *, read_only: bool
) -> tuple[int, list[tuple[str, str]], list[tuple[object, ...]]]:
    store = request.app.store
    if read_only:
        # SQLite has other words for it where the file would change and no row.
        if _VACUUM.fullmatch(sql):
            raise ReadOnly(sql)
        return 0, *await store.look(sql, MOST_ROWS, SECONDS)
    if _VACUUM.fullmatch(sql):
        await store.vacuum(SECONDS)
        return 0, [], []
    if not _WRITES.match(sql):
        try:
            columns, found = await store.look(sql, MOST_ROWS, SECONDS)
        except ReadOnly:
            # It writes all the same: after a comment, or after WITH.
            pass
        else:
            return 0, columns, found

    def write(tx: Tx) -> int:
        changed = tx.console(sql, SECONDS)
        if changed.schema:
            _check(tx)
            tx.schema_changed = True
        return changed.rows

    return await store.write(write), [], []


def _check(tx: Tx) -> None:
    """Raises StoreError when no process could read the collections or settings any more."""
    try:
        rows.from_rows(tx.execute(rows.SELECT_ALL))
        if found := load_all(tx.execute).degraded:
            raise ValueError(f"{found[0].name}: {found[0].problem}")
    except (ValueError, TypeError, StartError) as error:
        raise StoreError(f"the collections or settings would be broken: {error}") from error


def _quoted(name: str) -> str:
    return ".".join(f"`{part}`" for part in name.split("."))


def _failed(reason: str) -> ApiError:
    return bad_request(f"Failed to execute query. Raw error:\n{reason}")


ROUTES: tuple[Route, ...] = (endpoint("/api/sql", POST=run),)
