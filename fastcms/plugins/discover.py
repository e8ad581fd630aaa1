"""Finds plugins: folders in `pb_plugins`, and installed packages that say they are one.

No code of theirs runs for that.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from fastcms.plugins.spec import FILE, Spec, SpecError, read

GROUP = "fastcms"  # of entry points: `stars = "fastcms_stars"`


class Found(NamedTuple):
    """The plugins that are there, by name, and what is wrong with others."""

    specs: dict[str, Spec]
    problems: dict[str, str]


def folder_of(data_dir: Path) -> Path:
    """Where a directory's own plugins are."""
    return data_dir.absolute().parent / "pb_plugins"


def discover(data_dir: Path) -> Found:
    """All plugins that the directory could enable; its own stand above installed ones."""
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
            module = find_spec(point.module.partition(".")[0])
            if module is None or module.origin is None:
                raise SpecError(f"the package {point.module} is not there")
            folder = Path(module.origin).parent.joinpath(*point.module.split(".")[1:])
            version = point.dist.version if point.dist else ""
            spec = read(folder, version, point.module)._replace(name=point.name)
        except SpecError as error:
            problems[point.name] = str(error)
        else:
            specs[spec.name] = spec
    return Found(specs, problems)
