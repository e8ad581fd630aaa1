"""`fastcms migrate`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, MigrationsDir, chosen_dir, migrations_folder

if TYPE_CHECKING:
    from fastcms.core import App

app = typer.Typer(help="Applies, reverts and writes migrations.")

_FOLDER = "migrationsDir"


class Result(NamedTuple):
    """What a command did: lines for people, an object for programs."""

    lines: list[str]
    facts: dict[str, object]


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context, migrations_dir: MigrationsDir = None, directory: DataDir = None
) -> None:
    """Applies, reverts and writes migrations. Without a command it is `up`."""
    if directory is not None:
        context.obj = directory
    context.meta[_FOLDER] = migrations_dir
    if context.invoked_subcommand is None:
        up(context)


@app.command()
def up(
    context: typer.Context,
    *,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Applies all migrations that are not applied yet, together or not at all.

    \b
    fastcms migrate up
    """

    async def act(opened: App, folder: Path) -> Result:
        applied = await up_in(opened, folder)
        lines = [f"Applied {name}" for name in applied] or ["No new migrations to apply."]
        return Result(lines, {"applied": applied})

    _run(context, directory, migrations_dir, act, as_json=as_json)


@app.command()
def down(
    context: typer.Context,
    count: Annotated[int, typer.Argument(min=1, help="How many, the last applied first.")] = 1,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Reverts the last applied migrations, together or not at all.

    \b
    fastcms migrate down 2 --yes
    """

    async def act(opened: App, folder: Path) -> Result:
        from fastcms.migrations import run

        names = run.last_applied(opened, folder, count)
        if names and not yes:
            _demand_yes(names, as_json=as_json)
        await run.down(opened, folder, names)
        lines = [f"Reverted {name}" for name in names] or ["No migrations to revert."]
        return Result(lines, {"reverted": names})

    _run(context, directory, migrations_dir, act, as_json=as_json)


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for, in a few words.")],
    *,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Writes a new, empty migration.

    \b
    fastcms migrate create add_posts
    """
    from fastcms.migrations import files, text

    action = files.snake_case(name)
    if not action:
        raise console.Failure(
            f"{name!r} has no letter or digit; name the migration by what it does"
        )
    folder = _folder(context, chosen_dir(context, directory), migrations_dir)
    path = files.new_path(folder, action)
    _report(_written(path, text.blank()), as_json=as_json)


@app.command()
def collections(
    context: typer.Context,
    *,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Writes a migration that makes all collections as they are now.

    \b
    fastcms migrate collections
    """

    async def act(opened: App, folder: Path) -> Result:
        from fastcms.migrations import files, text

        path = files.new_path(folder, "collections_snapshot")
        return _written(path, text.snapshot(opened.schema))

    _run(context, directory, migrations_dir, act, as_json=as_json)


@app.command("history-sync")
def history_sync(
    context: typer.Context,
    *,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Forgets applied migrations whose file was deleted.

    \b
    fastcms migrate history-sync
    """

    async def act(opened: App, folder: Path) -> Result:
        from fastcms.migrations import run

        gone = await run.history_sync(opened, folder)
        line = "The _migrations table was synced with the available migrations."
        return Result([line], {"removed": gone})

    _run(context, directory, migrations_dir, act, as_json=as_json)


async def up_in(opened: App, folder: Path) -> list[str]:
    """Applies what is pending, and says what of the folder FastCMS cannot run."""
    from fastcms.migrations import run

    if foreign := run.pending(opened, folder).foreign:
        console.warn(
            f"{folder / foreign[0]}{f' and {len(foreign) - 1} more' if foreign[1:] else ''}: "
            "FastCMS does not run JavaScript migrations; docs/migrations.md says what to do"
        )
    return await run.up(opened, folder)


def _run(
    context: typer.Context,
    directory: Path | None,
    migrations_dir: Path | None,
    act: Callable[[App, Path], Awaitable[Result]],
    *,
    as_json: bool,
) -> None:
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.errors import StartError

    data_dir = chosen_dir(context, directory)
    folder = _folder(context, data_dir, migrations_dir)

    async def main() -> Result:
        opened = open_directory(data_dir)
        try:
            return await act(opened, folder)
        finally:
            opened.close()

    try:
        # What a migration prints must not stand in the way of programs that read the result.
        with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
            result = asyncio.run(main())
    except (StartError, console.Failure) as error:
        if as_json:
            console.say_json({"ok": False, "message": str(error)})
            raise typer.Exit(1) from error
        raise
    _report(result, as_json=as_json)


def _folder(context: typer.Context, data_dir: Path, migrations_dir: Path | None) -> Path:
    return migrations_folder(data_dir, migrations_dir or context.meta.get(_FOLDER))


def _written(path: Path, content: str) -> Result:
    from fastcms.migrations import files

    try:
        files.write(path, content)
    except OSError as error:
        raise console.Failure(f"{path} cannot be written: {error.strerror}") from error
    return Result([f"Successfully created file {path}"], {"file": str(path)})


def _report(result: Result, *, as_json: bool) -> None:
    if as_json:
        console.say_json({"ok": True, **result.facts})
    else:
        for line in result.lines:
            console.say(line)


def _demand_yes(names: list[str], *, as_json: bool) -> None:
    if as_json:
        raise console.Failure("reverting has to be confirmed; give --yes")
    for name in names:
        console.warn(name)
    if not console.confirm(f"Do you really want to revert the last {len(names)} migration(s)?"):
        raise console.Failure("the command was cancelled, nothing was changed; --yes is the answer")
