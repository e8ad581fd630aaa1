"""Where the packages of hooks are: in an environment of the directory's own.

It is `pb_packages` beside the folder of hooks: a folder for each install, and for each Python and
system a file that names the one in use, so that an install takes effect whole or not at all.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

LOCK = "requirements.lock"


class Environment:
    """That of one folder of hooks, for the Python that runs."""

    def __init__(self, hooks: Path) -> None:
        self.hooks = hooks
        self.root = hooks.absolute().parent / "pb_packages"
        self.tag = f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}"
        # Names the folder in use.
        self.pointer = self.root / f"{self.tag}.json"

    @property
    def folder(self) -> Path | None:
        """What is in use, None where nothing was installed."""
        try:
            return self.root / str(json.loads(self.pointer.read_text())["folder"])
        except FileNotFoundError:
            return None

    def use(self) -> None:
        """Lets this process import what is installed, behind all that the server itself has."""
        ours = f"{self.root}{os.sep}"
        folder = self.folder
        if folder is not None or any(path.startswith(ours) for path in sys.path):
            sys.path[:] = [path for path in sys.path if not path.startswith(ours)]
            sys.path += [] if folder is None else [str(folder)]
        if getattr(sys, "frozen", False):
            sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, LeftOut)]
            sys.meta_path += [] if folder is None else [LeftOut(folder)]


class LeftOut:
    """Finds modules that the executable has left out of its own packages, like `PIL.ImageFont`,
    where hooks have asked for the same package: it was installed in the same version.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How the module is loaded, None for one that is not there either."""
        package = name.rpartition(".")[0]
        if not package:
            return None
        return PathFinder.find_spec(name, [str(self._folder.joinpath(*package.split(".")))])
