"""What a plugin is: a folder with a `plugin.toml`, a module and what it needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

FILE = "plugin.toml"
STATIC = "static"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_KEYS = frozenset({"name", "version", "description", "fastcms", "requires", "packages", "screens"})


class SpecError(Exception):
    """A `plugin.toml` says something that cannot be; the text says what, in one line."""


class Screen(NamedTuple):
    """A screen of the dashboard: what it is called there, and its module below `static`."""

    title: str
    module: str


class Spec(NamedTuple):
    """What a `plugin.toml` says."""

    name: str
    version: str
    description: str
    folder: Path
    # The versions of FastCMS that it works with.
    fastcms: SpecifierSet
    # Other plugins.
    requires: tuple[Requirement, ...]
    # Packages of PyPI, for `fastcms hooks install`.
    packages: tuple[Requirement, ...]
    screens: tuple[Screen, ...]
    # The module that an installed package names; "" for that of the folder.
    module: str = ""


def read(folder: Path, version: str = "", module: str = "") -> Spec:
    """The plugin in a folder; an installed package has its `version` and names its `module`.

    Raises SpecError.
    """
    try:
        told = tomllib.loads((folder / FILE).read_text("utf-8"))
    except OSError as error:
        raise SpecError(f"{folder / FILE} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{folder / FILE} is no TOML: {error}") from error
    try:
        return _spec(told, folder, version, module)
    except (InvalidRequirement, InvalidSpecifier, InvalidVersion, ValueError) as error:
        raise SpecError(f"{folder / FILE}: {str(error).splitlines()[0]}") from error


def _spec(told: dict[str, Any], folder: Path, version: str, module: str) -> Spec:
    if unknown := told.keys() - _KEYS:
        known = ", ".join(sorted(_KEYS))
        raise ValueError(f"there is no key {min(unknown)!r}; there are: {known}")
    name = _text(told, "name", folder.name)
    if not _NAME.fullmatch(name):
        raise ValueError(f"the name {name!r} is not made of a-z, 0-9 and _, a letter first")
    version = _text(told, "version", version)
    if not version:
        raise ValueError("there is no version")
    Version(version)
    return Spec(
        name,
        version,
        _text(told, "description"),
        folder,
        SpecifierSet(_text(told, "fastcms")),
        _requirements(told, "requires"),
        _requirements(told, "packages"),
        tuple(_screen(one, folder) for one in _list(told, "screens")),
        module,
    )


def _screen(told: Any, folder: Path) -> Screen:
    if not isinstance(told, dict) or not _text(told, "title") or not _text(told, "module"):
        raise ValueError("a screen has a title and a module")
    screen = Screen(_text(told, "title"), _text(told, "module"))
    if not (folder / STATIC / screen.module).is_file():
        raise ValueError(f"there is no {STATIC}/{screen.module}")
    return screen


def _requirements(told: dict[str, Any], key: str) -> tuple[Requirement, ...]:
    asked = [Requirement(str(text)) for text in _list(told, key)]
    return tuple(r for r in asked if r.marker is None or r.marker.evaluate())


def _list(told: dict[str, Any], key: str) -> list[Any]:
    value = told.get(key, [])
    if not isinstance(value, list):
        raise ValueError(f"{key} is no list")
    return value


def _text(told: dict[str, Any], key: str, default: str = "") -> str:
    value = told.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key} is no text")
    return value
