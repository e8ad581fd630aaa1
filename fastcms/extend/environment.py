"""Where the packages of hooks are: in an environment of the directory's own.

It is `pb_packages` beside the folder of hooks: a folder for each install, and for each Python and
system a file that names the one in use, so that an install takes effect whole or not at all.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from pathlib import Path

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
