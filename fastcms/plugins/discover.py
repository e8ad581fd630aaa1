"""Finds plugins: folders in `pb_plugins`, and installed packages that say they are one.

No code of theirs runs for that.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from fastcms.extend.environment import Environment
from fastcms.plugins.spec import FILE, Spec, SpecError, read

GROUP = "fastcms"  # of entry points: `stars = "fastcms_stars"`


class Found(NamedTuple):
    """The plugins that are there, by name, and what is wrong with others."""

    specs: dict[str, Spec]
    problems: dict[str, str]


def folder_of(data_dir: Path) -> Path:
    """Where a directory's own plugins are."""
    return data_dir.absolute().parent / "pb_plugins"


def environment_of(data_dir: Path) -> Environment:
    """The packages that are installed for the directory."""
    return Environment(data_dir.absolute().parent / "pb_hooks")


def discover(data_dir: Path) -> Found:
    """All plugins that the directory could enable; its own stand above installed ones.

    Those are beside FastCMS, or where `fastcms hooks install` has put them.
    """
    environment_of(data_dir).use()
    specs: dict[str, Spec] = {}
    problems: dict[str, str] = {}
    for file in sorted(folder_of(data_dir).glob(f"*/{FILE}")):
        try:
            spec = read(file.parent)
        except SpecError as error:
            problems[file.parent.name] = str(error)
        else:
            specs[spec.name] = spec
    for point in entry_points(group=GROUP):
        if point.name in specs or point.name in problems:
            continue
        try:
            # Finding a module below another would run that.
            first = point.module.partition(".")[0]
            module = find_spec(first)
            if module is None or module.origin is None:
                raise SpecError(f"the package {first} is not there")
            if module.submodule_search_locations is None:
                raise SpecError(f"{first} is a module, and no package with a {FILE}")
            folder = Path(module.origin).parent.joinpath(*point.module.split(".")[1:])
            version = point.dist.version if point.dist else ""
            spec = read(folder, version, point.module)._replace(name=point.name)
        except SpecError as error:
            problems[point.name] = str(error)
        else:
            specs[spec.name] = spec
    return Found(specs, problems)
