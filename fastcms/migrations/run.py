"""Applies and reverts migrations, all that belong to one call in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from fastcms.core import App as Directory
from fastcms.migrations import files, history
from fastcms.migrations.app import App
from fastcms.migrations.files import FOREIGN, RUN, Migration, MigrationError
from fastcms.store.store import Tx

T = TypeVar("T")


class Pending(NamedTuple):
    """What a folder has that the directory has not seen."""

    # In their order.
    paths: list[Path]
    # Migrations of the reference, which FastCMS leaves alone.
    foreign: list[str]


def pending(directory: Directory, folder: Path) -> Pending:
    """The migrations that are not applied yet. Raises MigrationError."""
    return _pending(history.applied(directory.store.read_now), folder)


def _pending(applied: set[str], folder: Path) -> Pending:
    return Pending(
        [path for path in files.paths(folder) if path.name not in applied],
        [path.name for path in files.paths(folder, FOREIGN) if path.name not in applied],
    )


async def up(directory: Directory, folder: Path) -> list[str]:
    """Applies all pending migrations and gives their names.

    Raises MigrationError for the first one that fails; then nothing at all was changed.
    """
    if not pending(directory, folder).paths:
        return []

    def apply(tx: Tx, app: App) -> list[str]:
        # Looked up again: another process may have been faster.
        todo = [files.load(path) for path in _pending(history.applied(tx.execute), folder).paths]
        for migration in todo:
            _run(migration, migration.up, app)
            history.add(tx, migration.path.name)
        return [migration.path.name for migration in todo]

    return await _transaction(directory, apply)


def last_applied(directory: Directory, folder: Path, count: int) -> list[str]:
    """The migrations that :func:`down` would revert, the last applied first.

    Those whose file is gone cannot be and do not count.
    """
    there = {path.name for path in files.paths(folder, RUN + FOREIGN)}
    names = history.newest_first(directory.store.read_now)
    return [name for name in names if name in there][:count]


async def down(directory: Directory, folder: Path, names: Sequence[str]) -> None:
    """Reverts these migrations in the given order. Raises MigrationError as :func:`up` does."""
    for name in names:
        if name.endswith(FOREIGN):
            raise MigrationError(
                f"{folder / name}: it is JavaScript, which FastCMS cannot revert; "
                "nothing was changed"
            )

    def revert(tx: Tx, app: App) -> None:
        for migration in [files.load(folder / name) for name in names]:
            _run(migration, migration.down, app)
            history.remove(tx, migration.path.name)

    await _transaction(directory, revert)


async def history_sync(directory: Directory, folder: Path) -> list[str]:
    """Forgets the migrations whose file is gone, and gives their names."""

    def forget(tx: Tx) -> list[str]:
        there = {path.name for path in files.paths(folder, RUN + FOREIGN)}
        gone = sorted(n for n in history.newest_first(tx.execute) if n not in there)
        for name in gone:
            history.remove(tx, name)
        return gone

    return await directory.store.write(forget)


async def _transaction(directory: Directory, act: Callable[[Tx, App], T]) -> T:
    result = await directory.store.write(lambda tx: act(tx, App(directory, tx)))
    directory.refresh()
    await directory.removals.remove_due()
    return result


def _run(migration: Migration, step: Callable[[App], object], app: App) -> None:
    try:
        step(app)
    except BaseException as error:
        # Also an exit(), which would take the writer's thread with it.
        raise files.failure(migration.path, error) from error
