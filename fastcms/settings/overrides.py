"""Settings that come from outside of the directory and stand above the stored ones.

They are in the table `settings` of the configuration file, `fastcms.toml` beside the data directory
or the one that FASTCMS_CONFIG names, and in variables of the environment, which win:
FASTCMS_SETTINGS_SMTP_HOST is `smtp.host`. They are never stored.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fastcms.errors import Problem, Problems, StartError, leaves
from fastcms.settings.keys import Key, Section, keys_of
from fastcms.settings.model import Settings
from fastcms.settings.validate import problems

FILE = "fastcms.toml"
FILE_ENV = "FASTCMS_CONFIG"
ENV = "FASTCMS_SETTINGS_"
TABLE = "settings"

_NEW_WORD = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Override(NamedTuple):
    """A value, as JSON has it, and who says so: a variable, or the file."""

    value: Any
    source: str


class Overrides:
    """Settings that are set from outside, by path: `smtp.host`."""

    def __init__(self, found: Mapping[str, Override]) -> None:
        self.found = found
        self._document = _tree({path: override.value for path, override in found.items()})

    def over(self, stored: Settings) -> Settings:
        """The settings that are in force."""
        if not self.found:
            return stored
        return msgspec.convert(_merged(msgspec.to_builtins(stored), self._document), Settings)

    def without(self, changed: Settings, stored: Settings) -> Settings:
        """What is to be stored of changed settings: what comes from outside stays as it was."""
        if not self.found:
            return changed
        old = msgspec.to_builtins(stored)
        kept = _tree({path: value_at(old, path) for path in self.found})
        return msgspec.convert(_merged(msgspec.to_builtins(changed), kept), Settings)

    def refusals(self, changed: Settings) -> Problems:
        """A problem for each setting that a change wants otherwise than it is set from outside."""
        if not self.found:
            return {}
        new = msgspec.to_builtins(changed)
        in_force = msgspec.to_builtins(self.over(changed))
        return _tree(
            {
                path: Problem("validation_set_outside", f"It is set by {override.source}.")
                for path, override in self.found.items()
                if value_at(new, path) != value_at(in_force, path)
            }
        )

    def changed_below(self, old: Section, new: Section) -> Problems:
        """A problem for each stored setting that was changed and is set from outside."""
        if not self.found:
            return {}
        before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
        return _tree(
            {
                path: Problem("validation_set_outside", f"It is set by {override.source}.")
                for path, override in self.found.items()
                if value_at(before, path) != value_at(after, path)
            }
        )


def file_of(data_dir: Path) -> Path | None:
    """The configuration file, None where there is none."""
    if named := os.environ.get(FILE_ENV):
        return Path(named)
    file = data_dir.absolute().parent / FILE
    return file if file.exists() else None


def read_file(file: Path) -> dict[str, Any]:
    """What a configuration file says. Raises StartError, in one line, for one that is not TOML."""
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise StartError(f"{file}: {error.strerror}; name another with --config") from error
    except ValueError as error:
        raise StartError(f"{file}: {error}") from error


def overrides_of(data_dir: Path) -> Overrides:
    """What stands above the stored settings. Raises StartError for what is no setting."""
    found: dict[str, Override] = {}
    if file := file_of(data_dir):
        table = read_file(file).get(TABLE, {})
        if not isinstance(table, dict):
            raise StartError(f"{file}: {TABLE} is no table; write [{TABLE}.smtp]")
        for key, path, value in _in_table(table, Settings, "", file):
            found[path] = Override(_fit(key, value, f"{file}: {TABLE}.{path}"), file.name)
    known = {_variable(path): (path, key) for path, key in leaf_keys(Settings)}
    for name, text in os.environ.items():
        if name.startswith(ENV):
            if name not in known:
                raise StartError(f"{name}: there is no such setting{nearest(name, known)}")
            path, key = known[name]
            found[path] = Override(_fit(key, _read(text, key), name), name)
    overrides = Overrides(found)
    for path, problem in leaves(problems(overrides.over(Settings()))):
        # Items of a list are below their list.
        for name, override in found.items():
            if path == name or path.startswith(f"{name}."):
                raise StartError(f"{override.source}: {path}: {problem.message}")
    return overrides


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at what was meant, "" if nothing is like it."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), 1)
    return f"; did you mean {found[0]}?" if found else ""


def leaf_keys(section: type[Section], prefix: str = "") -> Iterator[tuple[str, Key]]:
    """Every key that has a value of its own, by its path."""
    for key in keys_of(section):
        if key.section is not None:
            yield from leaf_keys(key.section, f"{prefix}{key.name}.")
        else:
            yield prefix + key.name, key


def _variable(path: str) -> str:
    """`smtp.authMethod` → FASTCMS_SETTINGS_SMTP_AUTH_METHOD."""
    return ENV + _NEW_WORD.sub("_", path.replace(".", "_")).upper()


def _in_table(
    table: Mapping[str, Any], section: type[Section], prefix: str, file: Path
) -> Iterator[tuple[Key, str, Any]]:
    """The keys of a table of the file, each with its path and its value."""
    keys = {key.name: key for key in keys_of(section)}
    for name, value in table.items():
        path = prefix + name
        key = keys.get(name)
        if key is None:
            raise StartError(
                f"{file}: {TABLE}.{path}: there is no such setting{nearest(name, keys)}"
            )
        if key.section is None:
            yield key, path, value
        elif isinstance(value, dict):
            yield from _in_table(value, key.section, f"{path}.", file)
        else:
            raise StartError(f"{file}: {TABLE}.{path} is a table; write [{TABLE}.{path}]")


def _read(text: str, key: Key) -> Any:
    """The value of a variable, by what the key wants; lists are JSON, or texts with commas."""
    if key.type is bool:
        return _TRUTHS.get(text.lower(), text)
    if key.type is int:
        return int(text) if text.lstrip("-").isdecimal() else text
    if key.type is str:
        return text
    if text.lstrip().startswith("["):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _fit(key: Key, value: Any, place: str) -> Any:
    """The value as JSON has it. Raises StartError for one of another type."""
    try:
        return msgspec.to_builtins(msgspec.convert(value, key.type))
    except msgspec.ValidationError as error:
        raise StartError(f"{place}: {error}") from error


def _tree(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path as nested objects."""
    whole: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = path.split(".")
        place = whole
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return whole


def _merged(old: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _merged(value, new[name])
        if isinstance(value, dict) and name in new
        else new.get(name, value)
        for name, value in old.items()
    }


def value_at(document: Any, path: str) -> Any:
    """A value of a document, by its path."""
    for name in path.split("."):
        document = document[name]
    return document
