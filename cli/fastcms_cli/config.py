"""Where the values of `fastcms serve` come from, and `fastcms config`, which shows it.

A flag stands above a variable of the environment, that above the configuration file, and that above
what is stored or the default.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup, TyperOption

from fastcms_cli import accounts, console, encryption
from fastcms_cli.options import (
    DEFAULT_DIR,
    DIR_ENV,
    AsJson,
    DataDir,
    begin,
    chosen_dir,
    default_hooks,
    default_public,
)

FILE = "fastcms.toml"
_ENV = "FASTCMS_"
_SETTINGS = "settings"  # the table of the file that is no option's
_PATHS = frozenset({"dir", "hooksDir", "migrationsDir", "publicDir", "encryption-key-file"})
_KEY = frozenset({"encryptionEnv", "encryption-key-file"})
ASKS_ONLY = frozenset({"-h", "--help", "-v", "--version"})

# By the names that the parser has for types of options; all others take texts.
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "boolean": ((bool,), "true or false"),
    "int range": ((int,), "whole number"),
    "float range": ((int, float), "number"),
}

app = typer.Typer(help="Shows where each value comes from.")


class Value(NamedTuple):
    """A value of an option, and who says so: a variable, or the file."""

    value: Any
    source: str


# What the environment and the file say, for those who ask after the command line is read.
found: dict[str, Value] = {}


def prepare(command: TyperGroup, arguments: Sequence[str]) -> Mapping[str, object]:
    """Reads the environment and the file; what they say stands in for flags that are left out.

    Raises Failure for what no option can take.
    """
    found.clear()
    if not ASKS_ONLY.isdisjoint(arguments):
        return {}
    options = {_name(option): option for option in _options(command)}
    if named := given("--config", arguments):
        os.environ[encryption.CONFIG] = str(Path(named).absolute())
    file = file_for(arguments)
    if file is not None:
        found.update(_in_file(file, options))
    for name, option in options.items():
        variable = variable_of(name)
        if (text := os.environ.get(variable)) is not None:
            found[name] = Value(_fit(option, text, variable), variable)
    _pass_on(arguments)
    # The directory may also be given before the command, which stands above both.
    return {
        "serve": {
            str(options[name].name): value for name, (value, _) in found.items() if name != "dir"
        }
    }


def variable_of(name: str) -> str:
    """`migrationsDir` → FASTCMS_MIGRATIONS_DIR."""
    apart = "".join(f"_{char}" if char.isupper() else char for char in name)
    return _ENV + apart.replace("-", "_").upper()


def _options(command: TyperGroup) -> Iterator[TyperOption]:
    """The options of serve, which are what can be configured."""
    for parameter in command.commands["serve"].params:
        if isinstance(parameter, TyperOption) and _name(parameter) not in ("config", "help"):
            yield parameter


def _name(option: TyperOption) -> str:
    return option.opts[0].lstrip("-")


def given(flag: str, arguments: Sequence[str]) -> str:
    """The last value of a flag, "" if it is not given; the parser comes too late for the file."""
    value = ""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == flag and place + 1 < len(arguments):
            value = arguments[place + 1]
        elif argument.startswith(f"{flag}="):
            value = argument.removeprefix(f"{flag}=")
    return value


def file_for(arguments: Sequence[str]) -> Path | None:
    """The configuration file: a named one, else the one beside the data directory, if any."""
    if named := os.environ.get(encryption.CONFIG):
        return Path(named)
    data_dir = Path(given("--dir", arguments) or os.environ.get(DIR_ENV, "") or DEFAULT_DIR)
    file = data_dir.absolute().parent / FILE
    return file if file.exists() else None


def _in_file(file: Path, options: Mapping[str, TyperOption]) -> Iterator[tuple[str, Value]]:
    # Its settings are read where the directory is opened.
    from fastcms.settings.overrides import nearest, read_file

    for name, value in read_file(file).items():
        if name == _SETTINGS:
            continue
        if name not in options:
            hint = nearest(name, [*options, _SETTINGS])
            raise console.Failure(f"{file}: {name}: there is no such option{hint}")
        if name == "dir" and encryption.CONFIG not in os.environ:
            raise console.Failure(
                f"{file}: dir: the file was found beside a data directory; name it with --config"
            )
        fitting = _fit(options[name], value, f"{file}: {name}")
        if name in _PATHS:
            fitting = file.parent / fitting
        yield name, Value(fitting, file.name)


def _fit(option: TyperOption, value: Any, place: str) -> Any:
    """A value as the option takes it. Raises Failure for one that it does not take."""
    if isinstance(value, list) and option.type.name == "str":
        value = ",".join(map(str, value))
    kinds, word = _KINDS.get(option.type.name, ((), "text"))
    # A truth value is a number to Python.
    is_fit = isinstance(value, (str, *kinds)) and (bool in kinds or not isinstance(value, bool))
    if kinds == (int,) and isinstance(value, str):
        is_fit = value.removeprefix("-").isdecimal()
    if not is_fit:
        raise console.Failure(f"{place}: {json.dumps(value, default=str)} is no {word}")
    try:
        return option.type.convert(value, option, None)
    except typer.BadParameter as error:
        raise console.Failure(f"{place}: {error.message}") from error


def _pass_on(arguments: Sequence[str]) -> None:
    """Gives commands besides serve what the file says for them, too."""
    is_key_given = any(
        given(f"--{name}", arguments) or variable_of(name) in os.environ for name in _KEY
    )
    passed = {"dir", "hooksDir", "migrationsDir", *(() if is_key_given else _KEY)}
    for name in found.keys() & passed:
        os.environ.setdefault(variable_of(name), str(found[name].value))


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Shows where each value comes from."""
    begin(context, directory)


@app.command("show")
def show(context: typer.Context, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Lists what a server of the directory would go by, each value with its source.

    A variable stands above the configuration file, and that above what is stored; a flag of serve
    stands above all. Secrets are not shown.

    \b
    fastcms config show --json
    """
    from fastcms.settings.overrides import file_of

    data_dir = chosen_dir(context, directory)
    options = [*_shown_options(context, data_dir)]
    settings = [*_shown_settings(data_dir)]
    file = file_of(data_dir)
    if as_json:
        console.say_json(
            {
                "ok": True,
                "file": str(file) if file else None,
                "options": [_facts(*row) for row in options],
                "settings": [_facts(*row) for row in settings],
            }
        )
        return
    console.say(f"# {file or 'no configuration file'}")
    for name, value, source in [
        *options,
        *((f"settings.{path}", *rest) for path, *rest in settings),
    ]:
        console.say(f"{name} = {json.dumps(value, ensure_ascii=False)}  # {source}")


@app.command("check")
def check(context: typer.Context, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Says what is wrong with the configuration, without starting anything.

    Exits with 1 for what would stop a server, and warns of variables that nothing reads.

    \b
    FASTCMS_HTTP=:8080 fastcms config check
    """
    from fastcms.settings.overrides import ENV, nearest, overrides_of

    overrides_of(chosen_dir(context, directory))
    names = {variable_of(_name(option)) for option in _options(_root(context))} | {
        encryption.CONFIG,
        accounts.VARIABLE,
    }
    unknown = [
        name
        for name in os.environ
        if name.startswith(_ENV) and not name.startswith(ENV) and name not in names
    ]
    if as_json:
        console.say_json({"ok": True, "unknown": unknown})
        return
    for name in unknown:
        console.warn(f"{name}: nothing reads it{nearest(name, names)}")
    console.say("The configuration can be used.")


def _root(context: typer.Context) -> TyperGroup:
    root = context.find_root().command
    assert isinstance(root, TyperGroup)
    return root


def _facts(name: str, value: object, source: str) -> dict[str, object]:
    return {"name": name, "value": value, "source": source}


def _shown_options(context: typer.Context, data_dir: Path) -> Iterator[tuple[str, object, str]]:
    from fastcms.migrations.files import default_folder

    beside = {
        "dir": data_dir,
        "migrationsDir": default_folder(data_dir),
        "hooksDir": default_hooks(data_dir),
        "publicDir": default_public(data_dir),
    }
    for option in _options(_root(context)):
        name = _name(option)
        shown = found.get(name) or Value(beside.get(name, option.default), "default")
        if name == "dir" and data_dir not in (shown.value, DEFAULT_DIR):
            shown = Value(data_dir, "--dir")
        yield name, str(shown.value) if isinstance(shown.value, Path) else shown.value, shown.source


def _shown_settings(data_dir: Path) -> Iterator[tuple[str, object, str]]:
    import msgspec

    from fastcms.directory import open_directory
    from fastcms.settings.model import Settings
    from fastcms.settings.overrides import leaf_keys, overrides_of, value_at

    default, stored, overrides = Settings(), Settings(), overrides_of(data_dir)
    if (data_dir / "data.db").exists():
        opened = open_directory(data_dir)
        stored = opened.stored_settings
        opened.close()
    in_force = msgspec.to_builtins(overrides.over(stored))
    for path, key in leaf_keys(Settings):
        value = value_at(in_force, path)
        if path in overrides.found:
            source = overrides.found[path].source
        else:
            source = (
                "default" if value == value_at(msgspec.to_builtins(default), path) else "stored"
            )
        yield path, "***" if key.secret and value else value, source
