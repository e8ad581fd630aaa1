"""Whether a data directory can be served: found by reading alone, before the first byte is written.

Also asked of a directory that is not served yet, such as one that came out of a backup.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec

from fastcms import resources
from fastcms.errors import StartError
from fastcms.schema import rows
from fastcms.settings.load import load_settings
from fastcms.store.connection import Row
from fastcms.store.errors import StoreError
from fastcms.store.peek import peek

Read: TypeAlias = Callable[[str], list[Row]]

# Of what FastCMS itself keeps in data.db.
VERSION = 1

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def check(path: Path) -> tuple[bool, bool]:
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
            if not read(TABLES):
                return False
            check(read)
    except StartError as error:
        raise StartError(f"{file} cannot be served: {error}") from error
    except StoreError as error:
        raise StartError(f"{file} cannot be opened: {error}; {remedy(error)}") from error
    return True


def _check_data(read: Read) -> None:
    tables = {name for (name,) in read(TABLES)}
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
    try:
        rows.from_rows(read(rows.SELECT_ALL))
    except (ValueError, TypeError) as error:
        raise StartError(
            f"it has a collection that FastCMS does not know ({error}); start a newer FastCMS, or "
            "enable the plugin that brings it"
        ) from error


def _newer_schema(read: Read, tables: set[str]) -> str:
    """What shows that a newer version made the database, "" if nothing does."""
    known = known_migrations()
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


def remedy(error: StoreError) -> str:
    """How to mend a database that cannot be opened."""
    if "locked" in str(error):
        return "stop the process that holds it and try again"
    return "restore it from a backup or give another directory with --dir"


def known_migrations() -> list[str]:
    """The reference's own migrations, all that a fresh directory counts as done, oldest first."""
    names: list[str] = msgspec.json.decode(resources.template("migrations.json").read_bytes())
    return names
