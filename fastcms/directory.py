"""Opens a data directory: makes a fresh one, takes one of the reference as it is, or refuses.

Whatever is wrong is found by reading alone, before the first byte is written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec

from fastcms import resources
from fastcms.app import App
from fastcms.auth import tables as auth_tables
from fastcms.bus import tables as bus_tables
from fastcms.collections.template import insert_collections
from fastcms.errors import StartError
from fastcms.files import removals
from fastcms.jobs import tables as jobs_tables
from fastcms.schema import rows
from fastcms.settings.load import (
    OWN_TABLE,
    load_settings,
    password_hash,
    save_own,
    save_settings,
)
from fastcms.settings.model import Settings
from fastcms.store.connection import Connection, Row
from fastcms.store.errors import StoreError
from fastcms.store.job import Tx
from fastcms.store.peek import peek
from fastcms.store.shared import Shared
from fastcms.uploads import tables as uploads_tables

Read: TypeAlias = Callable[[str], list[Row]]

# What the features keep beside the reference's tables.
_OWN_TABLES = {
    **auth_tables.TABLES,
    **bus_tables.TABLES,
    **jobs_tables.TABLES,
    **removals.TABLES,
    **uploads_tables.TABLES,
}

# Of what FastCMS itself keeps in data.db.
VERSION = 1

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def open_directory(path: Path, *, dev: bool = False) -> App:
    """The app on the directory `path`, which is made when there is none.

    Raises StartError, in one line, for a directory that cannot be served.
    """
    path = path.absolute()
    try:
        has_data, has_log = _check(path)
        path.mkdir(parents=True, exist_ok=True)
        if not has_data:
            _create(path)
        if not has_log:
            _create_log(path / "auxiliary.db")
        app = App(path, dev=dev)
        app.store.create_tables(_OWN_TABLES)
    except OSError as error:
        raise StartError(
            f"{error.filename or path} cannot be used: {error.strerror or error}; "
            "mend that or give another directory with --dir"
        ) from error
    except StoreError as error:
        raise StartError(f"{path} cannot be used: {error}; {_remedy(error)}") from error
    return app


# -- looking, touching nothing ------------------------------------------------------------------


def _check(path: Path) -> tuple[bool, bool]:
    """Whether there is data and a log already. Raises StartError for what cannot be served."""
    if path.exists():
        if not path.is_dir():
            raise StartError(f"{path} is a file; give a directory with --dir")
        _demand_access(path, os.R_OK | os.W_OK | os.X_OK)
    return (
        _check_file(path / "data.db", _check_data),
        _check_file(path / "auxiliary.db", lambda _: None),
    )


def _check_file(file: Path, check: Callable[[Read], None]) -> bool:
    """Whether the database is there and not empty; if so, runs `check` on it."""
    if not file.exists():
        return False
    if not file.is_file():
        raise StartError(f"{file} is not a file; move it away")
    _demand_access(file, os.R_OK | os.W_OK)
    try:
        with peek(file) as read:
            if not read(_TABLES):
                return False
            check(read)
    except StartError as error:
        raise StartError(f"{file} cannot be served: {error}") from error
    except StoreError as error:
        raise StartError(f"{file} cannot be opened: {error}; {_remedy(error)}") from error
    return True


def _check_data(read: Read) -> None:
    tables = {name for (name,) in read(_TABLES)}
    if not {"_collections", "_params", "_migrations"} <= tables:
        raise StartError(
            "it is no PocketBase or FastCMS database (it has no _collections, _params and "
            "_migrations); move it away or give another directory with --dir"
        )
    if not read("SELECT 1 FROM pragma_table_info('_collections') WHERE name = 'fields'"):
        raise StartError(
            "it is from PocketBase 0.22 or older; start PocketBase 0.23 to 0.40 on a copy once, "
            "which upgrades it"
        )
    if newer := _newer_schema(read, tables):
        raise StartError(f"{newer}, which FastCMS does not know; start a newer FastCMS")
    load_settings(read)
    password_hash(read)
    try:
        rows.from_rows(read(rows.SELECT_ALL))
    except (ValueError, TypeError) as error:
        raise StartError(
            f"it has a collection that FastCMS does not know ({error}); start a newer FastCMS"
        ) from error


def _newer_schema(read: Read, tables: set[str]) -> str:
    """What shows that a newer version made the database, "" if nothing does."""
    known = _migrations()
    # The reference's own migrations end in ".go" and sort by time. Those of people who build on it
    # in Go do too: older ones than its latest are let through, for them no table changes.
    for (name,) in read("SELECT file FROM _migrations WHERE file LIKE '%.go' ORDER BY file"):
        if name not in known and name > known[-1]:
            return f"it was changed by the migration {name}"
    if "_fc_params" in tables:
        for (value,) in read("SELECT value FROM _fc_params WHERE key = 'version'"):
            if int(value) > VERSION:
                return f"it was changed by a newer FastCMS (data version {value})"
    return ""


def _demand_access(path: Path, mode: int) -> None:
    if not os.access(path, mode, effective_ids=os.access in os.supports_effective_ids):
        raise StartError(
            f"{path} may not be read and written by this user; change its owner or its mode, "
            "or give another directory with --dir"
        )


def _remedy(error: StoreError) -> str:
    if "locked" in str(error):
        return "stop the process that holds it and try again"
    return "restore it from a backup or give another directory with --dir"


# -- making -------------------------------------------------------------------------------------


def _create(path: Path) -> None:
    """Fills an empty data.db, in one transaction: a start that dies half way leaves it empty."""
    shared = Shared(path)
    connection = Connection(path / "data.db")
    shared.lock()
    try:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have been faster.
        if not connection.execute(_TABLES):
            _fill(Tx(connection))
        connection.execute("COMMIT")
    finally:
        shared.unlock()
        connection.close()
        shared.close()


def _fill(tx: Tx) -> None:
    tx.execute(resources.template("data.sql").read_text("utf-8"))
    for name in _migrations():
        tx.execute("INSERT INTO _migrations VALUES (?, ?)", (name, time.time_ns() // 1000))
    insert_collections(tx, msgspec.json.decode(resources.template("collections.json").read_bytes()))
    settings = resources.template("settings.json").read_bytes()
    save_settings(tx, msgspec.json.decode(settings, type=Settings))
    tx.execute(OWN_TABLE)
    save_own(tx, "version", VERSION)
    save_own(tx, "passwordHash", "argon2id")


def _create_log(file: Path) -> None:
    connection = Connection(file)
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute(_TABLES):
            connection.execute(resources.template("auxiliary.sql").read_text("utf-8"))
        connection.execute("COMMIT")
    finally:
        connection.close()


def _migrations() -> list[str]:
    """The reference's own migrations, all that a fresh directory counts as done, oldest first."""
    names: list[str] = msgspec.json.decode(resources.template("migrations.json").read_bytes())
    return names
