"""Options that more than one command has."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from fastcms_cli import console

DEFAULT_DIR = Path("pb_data")
# What the configuration says for more than one command is passed on by the environment.
DIR_ENV = "FASTCMS_DIR"
MIGRATIONS_ENV = "FASTCMS_MIGRATIONS_DIR"
HOOKS_ENV = "FASTCMS_HOOKS_DIR"

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        metavar="DIRECTORY",
        help="The data directory; ./pb_data if not given.",
        show_default=False,
    ),
]
MigrationsDir = Annotated[
    Path | None,
    typer.Option(
        "--migrationsDir",
        metavar="DIRECTORY",
        help="The folder of migrations; pb_migrations beside the data directory if not given.",
        show_default=False,
    ),
]
HooksDir = Annotated[
    Path | None,
    typer.Option(
        "--hooksDir",
        metavar="DIRECTORY",
        help="The folder of hooks; pb_hooks beside the data directory if not given.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def begin(context: typer.Context, directory: Path | None) -> None:
    """What a group does before its command: keeps its `--dir`, helps those who named no command."""
    if directory is not None:
        context.obj = directory
    if context.invoked_subcommand is None:
        console.say(context.get_help())


def chosen_dir(context: typer.Context, directory: Path | None) -> Path:
    """The data directory: `--dir` of the command, else the one before it, else the configured one,
    else the default.
    """
    before = context.obj
    if directory is None and isinstance(before, Path):
        return before
    return directory or Path(os.environ.get(DIR_ENV) or DEFAULT_DIR)


def migrations_folder(data_dir: Path, given: Path | None) -> Path:
    """The folder of migrations: the given one, else the configured one, else the default."""
    from fastcms.migrations.files import default_folder

    configured = os.environ.get(MIGRATIONS_ENV)
    return given or (Path(configured) if configured else default_folder(data_dir))


def hooks_folder(data_dir: Path, given: Path | None) -> Path:
    """The folder of hooks: the given one, else the configured one, else the default."""
    configured = os.environ.get(HOOKS_ENV)
    return (given or (Path(configured) if configured else default_hooks(data_dir))).absolute()


def default_hooks(data_dir: Path) -> Path:
    """The folder of hooks where none is named."""
    return data_dir.absolute().parent / "pb_hooks"


def default_public(data_dir: Path) -> Path:
    """The folder of static files where none is named."""
    return data_dir.absolute().parent / "pb_public"


def existing_dir(context: typer.Context, directory: Path | None) -> Path:
    """The same for a command that makes no directory. Raises Failure where there is none."""
    chosen = chosen_dir(context, directory)
    # Where it may not be looked into, whoever opens it says so.
    with suppress(PermissionError):
        if not (chosen / "data.db").exists():
            raise console.Failure(
                f"{chosen} is no data directory; give the right one with --dir DIRECTORY"
            )
    return chosen
