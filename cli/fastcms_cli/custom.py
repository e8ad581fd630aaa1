"""Commands of users, of plugins and files of hooks, beside the commands of FastCMS itself."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from fastcms_cli import config, console, encryption, opened
from fastcms_cli.options import DEFAULT_DIR, DIR_ENV, DataDir, HooksDir, existing_dir, hooks_folder

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.extend.commands import CommandAt
    from fastcms.extend.registry import Registry


LOAD_SECONDS = 5.0  # that a file may take to be loaded
PLUGINS = "plugins.json"  # of `fastcms.plugins.state`, which help has no time to load


class Source(NamedTuple):
    """Where a command comes from: what people call it, and the file that its errors are told of."""

    name: str
    file: Path


def add(command: TyperGroup, arguments: Sequence[str]) -> None:
    """Adds them where the command line may mean one: help of the whole, or a word unknown so far.

    What cannot be added is told in a line on stderr.
    """
    word = _word(command, arguments)
    if word in command.commands or (not word and not {"-v", "--version"}.isdisjoint(arguments)):
        return
    _configure(command, arguments)
    data_dir = Path(config.given("--dir", arguments) or os.environ.get(DIR_ENV) or DEFAULT_DIR)
    named = config.given("--hooksDir", arguments)
    folder = hooks_folder(data_dir, Path(named) if named else None)
    has_plugins, has_files = (data_dir / PLUGINS).exists(), any(folder.glob("*.py"))
    # Most directories have none, and help has to be quick.
    if not has_plugins and not has_files:
        return

    from fastcms.extend.commands import CommandAt
    from fastcms.extend.sqlite_guard import guard

    guard(data_dir.absolute())
    sources = [*(_plugins(data_dir) if has_plugins else ()), *(_files(folder) if has_files else ())]
    for source, registry in sources:
        for at, _ in registry.all:
            if isinstance(at, CommandAt):
                _add_one(command, at, source)


def _plugins(data_dir: Path) -> Iterator[tuple[Source, Registry]]:
    """What those that the directory has enabled register; the log tells of those that fail."""
    from fastcms.errors import StartError
    from fastcms.plugins.load import load

    try:
        plugins = load(data_dir)
    except StartError as error:
        console.warn(str(error))
        return
    for name, (spec, registry, _) in plugins.loaded.items():
        yield Source(f"the plugin {name}", spec.folder / "__init__.py"), registry


def _files(folder: Path) -> Iterator[tuple[Source, Registry]]:
    """What the files of the folder register."""
    from fastcms.extend.load import load

    # A thread that waits for the keyboard would be an error at the end of the process.
    keyboard = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            loaded = load(folder, seconds=LOAD_SECONDS)
        finally:
            sys.stdin = keyboard
    for broken in loaded.broken:
        console.warn(f"{broken.file.name} was not loaded: {broken.error}")
    for file, registry in loaded.registries.items():
        yield Source(file.name, file), registry


def _word(command: TyperGroup, arguments: Sequence[str]) -> str:
    """The first word that is no option of the whole, "" if there is none."""
    take_values = {
        name
        for option in command.params
        if isinstance(option, TyperOption) and not option.is_flag
        for name in option.opts
    }
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            return argument
        if argument in take_values:
            next(rest, None)
    return ""


def _configure(command: TyperGroup, arguments: Sequence[str]) -> None:
    """Goes by the configuration file in help, too, which does without one that is wrong."""
    asked = [argument for argument in arguments if argument not in config.ASKS_ONLY]
    if len(asked) == len(arguments):
        return  # it is read already
    if config.given("--config", asked) or config.file_for(asked):
        from fastcms.errors import StartError

        with suppress(console.Failure, StartError):
            config.prepare(command, asked)


def _add_one(command: TyperGroup, at: CommandAt, source: Source) -> None:
    if at.name in command.commands:
        console.warn(f"{source.name}: there is a command {at.name} already; take another name")
        return
    try:
        command.commands[at.name] = _made(at, source.file)
    except Exception as error:  # noqa: BLE001 (whatever its hints are)
        console.warn(f"{source.name}: {at.name} cannot be a command: {error}")


def _made(at: CommandAt, file: Path) -> TyperCommand:
    """The function as a command. Raises TypeError for parameters that no command can have."""
    from fastcms.extend.commands import parameters

    apps, others = parameters(at.function)
    for parameter in others:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{parameter.name} has to be one parameter")
    wanted = [parameter.replace(kind=parameter.KEYWORD_ONLY) for parameter in others]

    def run(**given: Any) -> None:
        context, directory = given.pop("fastcms_context"), given.pop("fastcms_dir")
        del given["fastcms_hooks"]
        _run(at, file, given, apps, existing_dir(context, directory) if apps else None)

    own = (("context", typer.Context, ...), ("dir", DataDir, None), ("hooks", HooksDir, None))
    for name, hint, default in own:
        parameter = inspect.Parameter(
            f"fastcms_{name}", inspect.Parameter.KEYWORD_ONLY, annotation=hint
        )
        wanted.append(parameter if default is ... else parameter.replace(default=default))
    run.__annotations__ = {}
    run.__signature__ = inspect.Signature(wanted)  # type: ignore[attr-defined]
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    text = at.help or inspect.getdoc(at.function) or ""
    names = {"help_option_names": ["-h", "--help"]}
    alone.command(at.name, help=text, context_settings=names)(run)
    made = typer.main.get_command(alone)
    assert isinstance(made, TyperCommand)
    encryption.give_options(made)
    flags = ["-h", "--help"]
    for option in made.params:
        if isinstance(option, TyperOption):
            flags += [*option.opts, *option.secondary_opts]
    if twice := {flag for flag in flags if flags.count(flag) > 1}:
        raise TypeError(f"{', '.join(sorted(twice))} is an option of every command")
    return made


def _run(
    at: CommandAt, file: Path, given: dict[str, Any], apps: Sequence[str], data_dir: Path | None
) -> None:
    """Calls the function, with the app of the directory if it wants one."""
    import asyncio

    from fastcms.embed.app import app as public
    from fastcms.extend.calls import Runner
    from fastcms.extend.faults import is_cancelled

    async def call() -> BaseException | None:
        runner = Runner(1)
        try:
            await runner.callable(partial(at.function, **given, **dict.fromkeys(apps, public)))()
        except BaseException as error:
            if is_cancelled(error):
                raise
            return error
        finally:
            runner.close()
        return None

    async def call_with(inner: App) -> BaseException | None:
        kind = type(inner)
        kind.served, inner.loop = inner, asyncio.get_running_loop()
        try:
            return await call()
        finally:
            kind.served = None

    error = asyncio.run(call()) if data_dir is None else opened.on(data_dir, call_with)
    if error is not None:
        _fail(error, file)


def _fail(error: BaseException, file: Path) -> None:
    """Ends the command as the function says, or with a line that says what it raised."""
    from fastcms.errors import ApiError, leaves
    from fastcms.extend.load import told

    if isinstance(error, ApiError):
        found = [f"{path}: {problem.message}" for path, problem in leaves(error.data)]
        raise console.Failure("; ".join(found) or error.message) from error
    meant = (typer.Exit, typer.Abort, typer.TyperException)
    if isinstance(error, meant) or not isinstance(error, Exception):
        raise error
    raise console.Failure(told(file, error).error) from error
