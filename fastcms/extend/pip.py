"""pip, in a process of its own: the one of this Python, or the one that the executable carries."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

COMMAND = "pip-worker"  # by which the executable starts itself as pip
ARCHIVE = "pip.zip"
_QUIET = ("--disable-pip-version-check", "--no-input", "--progress-bar=off")
_SHOWN = ("Processing ", "Collecting ", "Downloading ", "Installing ")


class PipError(Exception):
    """pip did not do what it was told; the text says why, in one line."""


def run(arguments: Sequence[str], place: Path, tell: Callable[[str], None]) -> None:
    """Runs pip; `tell` gets a line for each step. In `place` it finds room. Raises PipError.

    pip's own variables (`PIP_INDEX_URL`, `PIP_FIND_LINKS`, …) hold.
    """
    import subprocess

    line = [*_command(place), *arguments, *_QUIET, "--root-user-action=ignore"]
    if is_frozen():
        # There is no compiler's Python to build anything with.
        line.append("--only-binary=:all:")
    with subprocess.Popen(  # noqa: S603 (pip, with requirements as arguments of its own)
        line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = []
        for text in process.stdout:
            said.append(text.strip())
            if said[-1].startswith(_SHOWN):
                tell(said[-1])
    if process.returncode:
        raise PipError(_why(said))


def is_frozen() -> bool:
    """Whether this is the executable."""
    return bool(getattr(sys, "frozen", False))


def _command(place: Path) -> list[str]:
    if is_frozen():
        import lzma

        archive = place / ARCHIVE
        archive.write_bytes(lzma.decompress(importlib.import_module("fastcms_frozen_pip").ARCHIVE))
        return [sys.executable, COMMAND, "--", str(archive)]
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    wheels = Path(importlib.import_module("ensurepip").__file__ or "").parent / "_bundled"
    for wheel in wheels.glob("pip-*.whl"):
        return [sys.executable, str(wheel / "pip")]
    raise PipError("this Python has no pip; install it, for instance with: python -m ensurepip")


def _why(said: Iterable[str]) -> str:
    """The lines of errors, as one."""
    errors = [text.removeprefix("ERROR: ") for text in said if text.startswith("ERROR: ")]
    why = "; ".join(dict.fromkeys(errors)) or "pip failed"
    return f"{why} (the executable installs wheels only)" if is_frozen() else why


def main(archive: str, arguments: Sequence[str]) -> None:
    """Becomes the pip of that archive."""
    import runpy

    sys.path.insert(0, archive)
    sys.argv = ["pip", *arguments]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
