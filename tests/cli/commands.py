"""Runs command lines of either server."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.servers import Kind, command

_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", re.MULTILINE)


_NONE: Mapping[str, str] = {}


class Done(NamedTuple):
    """How a command ended; without the time that the reference puts before its errors."""

    code: int
    out: str
    err: str


def run(kind: Kind, *arguments: str, directory: Path) -> Done:
    """One command line; `--dir` is added at its end."""
    return run_line(command(kind, *arguments, directory=directory))


def run_line(line: list[str], given: str = "", environment: Mapping[str, str] = _NONE) -> Done:
    """One command line as it is, with a text on its stdin; nobody is at the keyboard."""
    done = subprocess.run(
        line,
        capture_output=True,
        text=True,
        timeout=60,
        input=given,
        env={**os.environ, **environment},
    )
    return Done(done.returncode, done.stdout.strip(), _STAMP.sub("", done.stderr).strip())
