"""Runs command lines of either server."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.servers import Kind, command

_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", re.MULTILINE)


class Done(NamedTuple):
    """How a command ended; without the time that the reference puts before its errors."""

    code: int
    out: str
    err: str


def run(kind: Kind, *arguments: str, directory: Path) -> Done:
    """One command line; `--dir` is added at its end."""
    return run_line(command(kind, *arguments, directory=directory))


def run_line(line: list[str]) -> Done:
    """One command line as it is; nobody is at the keyboard."""
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    return Done(done.returncode, done.stdout.strip(), _STAMP.sub("", done.stderr).strip())
