"""The packages that hooks ask for: which are missing, and how they are installed."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical

from fastcms.extend import pip
from fastcms.extend.environment import LOCK, Environment
from fastcms.extend.requirements import FILE, Stated, stated

_UNFINISHED = ".new"
_A_DAY = 86400


class Lacking(NamedTuple):
    """A requirement that is not met."""

    file: Path
    requirement: Requirement
    # The version that is there, "" for none.
    version: str
    # Whether it is the server's own, which hooks cannot exchange.
    is_own: bool

    def __str__(self) -> str:
        asks = f"{self.file.name} asks for {self.requirement}"
        if self.is_own:
            return f"{asks}, but the server itself has {self.version}, which stays"
        has = f"{self.version} is installed" if self.version else "it is not installed"
        return f"{asks}, but {has}; run: fastcms hooks install"


class Done(NamedTuple):
    """What an install has put in place, or would: versions by name."""

    folder: Path
    packages: Mapping[str, str]


class Packages(Environment):
    """What is in it, and how that is exchanged."""

    def lacking(self, asked: Iterable[Stated]) -> list[Lacking]:
        """The requirements that are not met."""
        wanted = [(one.file, requirement) for one in asked for requirement in one.requirements]
        if not wanted:
            return []
        folder = self.folder
        installed = {} if folder is None else _versions([str(folder)])
        found = []
        for file, requirement in wanted:
            name = canonical(requirement.name)
            own = _own_version(name, self.root)
            version = own or installed.get(name, "")
            if not version or not requirement.specifier.contains(version, prereleases=True):
                found.append(Lacking(file, requirement, version, bool(own)))
        return found

    def install(
        self,
        asked: list[Stated],
        *,
        dry_run: bool = False,
        offline: bool = False,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Done:
        """Puts all that is asked for, and what that needs, in the place of what was installed.

        Raises PipError, in one line, and leaves what was there.
        """
        texts = [str(requirement) for one in asked for requirement in one.requirements]
        self.root.mkdir(exist_ok=True)
        self._sweep()
        new = self.root / f"{self.tag}-{os.getpid()}{_UNFINISHED}"
        try:
            with TemporaryDirectory(dir=self.root, prefix="pip-", suffix=_UNFINISHED) as place:
                report = Path(place, "report.json")
                own = Path(place, "own.txt")
                own.write_text("".join(f"{n}=={v}\n" for n, v in own_versions(self.root).items()))
                line = ["install", "--target", str(new), "--report", str(report)]
                line += ["--constraint", str(own)]
                line += ["--dry-run"] if dry_run else []
                line += ["--no-index"] if offline else []
                file = self.hooks / FILE
                line += ["--requirement", str(file)] if file.is_file() else []
                # With nothing asked for there is nothing for pip to do.
                if texts:
                    pip.run([*line, *texts], Path(place), tell)
                versions = _reported(report) if texts else {}
            if dry_run:
                return Done(new, versions)
            new.mkdir(exist_ok=True)
            return self._take(new, versions)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _take(self, new: Path, versions: Mapping[str, str]) -> Done:
        """Puts what is complete in use. What was in use before stays: servers may import from it
        until they have seen the change.
        """
        before = self.folder
        folder = self.root / f"{self.tag}-{time.time_ns()}"
        new.rename(folder)
        beside = self.pointer.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"folder": folder.name, "packages": versions}, indent=2))
        beside.replace(self.pointer)
        for other in self.root.glob(f"{self.tag}-*"):
            if other not in (before, folder) and other.suffix != _UNFINISHED:
                shutil.rmtree(other, ignore_errors=True)
        # Servers that watch the folder of hooks see this last.
        head = f"# What fastcms hooks install has put in place for {self.tag}.\n"
        lines = "".join(f"{name}=={version}\n" for name, version in versions.items())
        if self.hooks.is_dir():  # plugins may ask where there are no hooks
            (self.hooks / LOCK).write_text(head + lines)
        return Done(folder, versions)

    def _sweep(self) -> None:
        """Removes what installs that were killed have left."""
        for left in self.root.glob(f"*{_UNFINISHED}"):
            if time.time() - left.stat().st_mtime > _A_DAY:
                shutil.rmtree(left, ignore_errors=True)


def lacking(hooks: Path) -> list[str]:
    """What keeps the requirements of a folder from being met, a line each."""
    asked = stated(hooks)
    problems = [f"{one.file.name}: {one.problem}" for one in asked if one.problem]
    return problems + [str(one) for one in Packages(hooks).lacking(asked)]


def own_versions(root: Path) -> Mapping[str, str]:
    """The packages that the server itself has, which stand above those of hooks."""
    if getattr(sys, "frozen", False):
        # Written when the executable is made, which has no metadata beside its modules.
        versions: Mapping[str, str] = importlib.import_module("fastcms_frozen").VERSIONS
        return versions
    return _versions([path for path in sys.path if not path.startswith(f"{root}{os.sep}")])


def _own_version(name: str, root: Path) -> str:
    if getattr(sys, "frozen", False):
        return own_versions(root).get(name, "")
    paths = [path for path in sys.path if not path.startswith(f"{root}{os.sep}")]
    return next((found.version for found in Distribution.discover(name=name, path=paths)), "")


def _versions(paths: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in distributions(path=paths):
        # One that was half removed has no name. The first on the path is the one that is imported.
        if name := one.metadata["Name"]:
            found.setdefault(canonical(name), one.version)
    return dict(sorted(found.items()))


def _reported(report: Path) -> dict[str, str]:
    installed: list[Any] = json.loads(report.read_text("utf-8"))["install"]
    versions = {one["metadata"]["name"]: one["metadata"]["version"] for one in installed}
    return dict(sorted(versions.items()))
