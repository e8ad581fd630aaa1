"""FastCMS as people get it: installed from its wheel, and as the one executable."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CACHE = ROOT / ".cache" / "built"
_SOURCES = ("fastcms", "cli/fastcms_cli", "pb_data_template", "build")


def installed() -> Path:
    """The command `fastcms` of an environment that holds the wheel, made once for these sources.

    Its dependencies are those of the environment that runs the tests.
    """
    folder = _CACHE / "installed"
    with _once(folder) as is_there:
        if not is_there:
            _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
            _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
            (wheel,) = folder.glob("*.whl")
            python = str(folder / "bin" / "python")
            pip = (sys.executable, "-m", "pip", "--python", python)
            _run(*pip, "install", "--quiet", "--no-deps", str(wheel))
            (site,) = folder.glob("lib/python*/site-packages")
            # A path of a .pth file has no .pth files of its own: the sources are not seen by it.
            (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "fastcms"


def executable() -> Path:
    """dist/fastcms, made anew when it is not of these sources."""
    with _once(_CACHE / "executable") as is_there:
        if not is_there:
            _run(sys.executable, "build/freeze.py")
    return ROOT / "dist" / "fastcms"


@contextmanager
def _once(name: Path) -> Iterator[bool]:
    """Whether it was made of these sources already; the processes of a test run wait for it."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    with Path(f"{name}.lock").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        now = _digest()
        yield lock.read() == now
        lock.truncate(0)
        lock.write(now)


def _digest() -> str:
    files = [ROOT / "pyproject.toml", ROOT / "fastcms.spec"]
    for folder in _SOURCES:
        files += [f for f in (ROOT / folder).rglob("*") if "__pycache__" not in f.parts]
    parts = sha256()
    for file in sorted(f for f in files if f.is_file()):
        parts.update(f"{file}\0".encode() + sha256(file.read_bytes()).digest())
    return parts.hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
