"""The folder of migrations: which files count, what is in them, what new ones are called."""

from __future__ import annotations

import inspect
import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fastcms.errors import ApiError, StartError, leaves
from fastcms.migrations.app import App
from fastcms.store.errors import StoreError

RUN = (".py", ".json")
# Migrations of the reference, which needs a JavaScript engine for them.
FOREIGN = (".js", ".ts")

_NUMBER = re.compile(r"\d{10}_")
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class MigrationError(StartError):
    """A migration that cannot be read or that failed; the text says where and why, in one line."""


class Migration(NamedTuple):
    """One file, ready to run."""

    path: Path
    up: Callable[[App], object]
    down: Callable[[App], object]


def default_folder(data_dir: Path) -> Path:
    """Where migrations are if nobody says otherwise: beside the data directory."""
    return Path(os.path.normpath(data_dir / ".." / "pb_migrations"))


def paths(folder: Path, suffixes: tuple[str, ...] = RUN) -> list[Path]:
    """The migrations of a folder in the order in which they run.

    Raises MigrationError for a folder that cannot be read.
    """
    try:
        found = [path for path in folder.iterdir() if path.suffix in suffixes and path.is_file()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise MigrationError(
            f"{folder} cannot be read: {error.strerror}; give another folder with --migrationsDir"
        ) from error
    return sorted((p for p in found if p.name[0] not in "._"), key=lambda path: path.name)


def load(path: Path) -> Migration:
    """Reads a migration. Raises MigrationError."""
    try:
        return _snapshot(path) if path.suffix == ".json" else _module(path)
    except MigrationError:
        raise
    except BaseException as error:
        raise failure(path, error) from error


def _module(path: Path) -> Migration:
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    # Compiled here: an import would leave a __pycache__ in the folder.
    exec(compile(path.read_bytes(), str(path), "exec"), names)  # noqa: S102 (people's own code)
    up, down = names.get("up"), names.get("down", _nothing)
    if not callable(up):
        raise MigrationError(f"{path}: it has no function up(app)")
    for name, function in (("up", up), ("down", down)):
        if inspect.iscoroutinefunction(function):
            raise MigrationError(f"{path}: {name} has to be a plain function, not an async one")
    return Migration(path, up, down)


def _snapshot(path: Path) -> Migration:
    """A list of collections, as an export has it and an import takes it."""
    content = msgspec.json.decode(path.read_bytes())
    if isinstance(content, dict):
        content = content.get("collections")
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise MigrationError(f"{path}: it is no list of collections")
    definitions: list[dict[str, Any]] = content
    return Migration(path, lambda app: app.import_collections(definitions), _nothing)


def _nothing(_: App) -> None:
    return None


def failure(path: Path, error: BaseException) -> MigrationError:
    """What went wrong in a migration: file, line and reason."""
    line = _line(path, error)
    place = f"{path}:{line}" if line else str(path)
    reason = " ".join(_reason(error).split())
    return MigrationError(f"{place}: {reason}; nothing was changed")


def _line(path: Path, error: BaseException) -> int:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 0
    frame, line = error.__traceback__, 0
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _reason(error: BaseException) -> str:
    if isinstance(error, ApiError):
        found = [f"{key}: {problem.message}" for key, problem in leaves(error.data)]
        return " ".join([error.message, *found]).removesuffix(".")
    if isinstance(error, StoreError):
        return str(error)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# -- new files ----------------------------------------------------------------------------------


def new_path(folder: Path, action: str, taken: Iterable[str] = ()) -> Path:
    """`{unix seconds}_{action}.py`, behind everything that the folder and `taken` have.

    The reference takes the second as it is: of two changes in one second one is lost, or runs too
    early the next time.
    """
    names = [*(path.name for path in paths(folder, RUN + FOREIGN)), *taken]
    last = max((name for name in names if _NUMBER.match(name)), default="")
    number = max(int(time.time()), int(last[:10] or 0))
    if f"{number}_{action}.py" <= last:
        number += 1
    return folder / f"{number}_{action}.py"


def write(path: Path, text: str) -> None:
    """Writes a new migration at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def snake_case(name: str) -> str:
    """A name given by people as it stands in a file name; the reference leaves the same of it."""
    words = [word for word in _NO_WORD.split(name) if word]
    return "_".join(_CAPITAL.sub("_", word) for word in words).lower()
