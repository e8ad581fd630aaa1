"""Runs command lines of either server."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple

from tests import warm
from tests.servers import Kind, command

_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", re.MULTILINE)
_LONGEST_SECONDS = 60

_NONE: Mapping[str, str] = {}


class Done(NamedTuple):
    """How a command ended; without the time that the reference puts before its errors."""

    code: int
    out: str
    err: str


def run(kind: Kind, *arguments: str, directory: Path) -> Done:
    """One command line; `--dir` is added at its end. FastCMS has its modules loaded already."""
    if kind is Kind.REFERENCE:
        return run_line(command(kind, *arguments, directory=directory))
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = warm.start([*arguments, "--dir", str(directory)], out.fileno(), err.fileno())
        try:
            code = process.wait(_LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return _done(code, _text(out), _text(err))


def run_line(line: list[str], given: str = "", environment: Mapping[str, str] = _NONE) -> Done:
    """One command line as people start it, with a text on its stdin; nobody is at the keyboard."""
    done = subprocess.run(
        line,
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        input=given,
        env={**os.environ, **environment},
    )
    return _done(done.returncode, done.stdout, done.stderr)


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _done(code: int, out: str, err: str) -> Done:
    return Done(code, out.strip(), _STAMP.sub("", err).strip())
