"""Keeps Python's own SQLite away from the files of the server.

Two copies of SQLite in one process do not see each other's locks: a row that one of them has
committed can be lost. So code of users may open other files by `sqlite3`, but never the server's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import unquote

# The directories that are served by this process; what listens to Python cannot be taken away.
_guarded: set[str] = set()


def guard(data_dir: Path) -> None:
    """From now on `sqlite3.connect` refuses what is in that directory."""
    if not _guarded:
        sys.addaudithook(_look)
    _guarded.add(os.path.realpath(data_dir))


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if event != "sqlite3.connect":
        return
    name = arguments[0]
    if not isinstance(name, str | bytes | os.PathLike):
        return
    text = os.fsdecode(name)
    if text.startswith("file:"):
        text = unquote(text.removeprefix("file:").partition("?")[0])
        # file:///var/x, and file://localhost/var/x
        text = text.removeprefix("//localhost").removeprefix("//")
    path = os.path.realpath(text)
    if any(path.startswith(f"{folder}{os.sep}") for folder in _guarded):
        raise PermissionError(
            f"{path} is the server's: sqlite3 beside it would lose rows; "
            "read and write by the app that hooks are given"
        )
