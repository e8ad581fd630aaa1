"""What is wrong with the place of a data directory: who may use it, and how much room there is."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from stat import S_IROTH, S_IXOTH

from fastcms import swap
from fastcms.upkeep.finding import Finding

DATABASES = ("data.db", "auxiliary.db")
LEAST_FREE = 1 << 30  # bytes of disk
_FILES = tuple(f"{name}{end}" for name in DATABASES for end in ("", "-wal", "-shm"))
_FOLDERS = ("storage", "backups", ".notify", ".pb_temp_to_delete")


def unsettled(data_dir: Path) -> Iterator[Finding]:
    """A restore that has begun: whoever opens the directory completes it."""
    if (name := swap.pending(data_dir)) is not None:
        problem = "it is about to take the place of what is here"
        remedy = "start the server, or restart it, which completes that"
        yield Finding("restore", name, problem, remedy)


def unusable(data_dir: Path) -> Iterator[Finding]:
    """What this user may not use as a server has to."""
    if refused := _refused(data_dir, str(data_dir)):
        yield refused
        return  # what is in it cannot even be seen
    for name in (*_FOLDERS, *_FILES):
        if (data_dir / name).exists() and (refused := _refused(data_dir / name, name)):
            yield refused


def _refused(path: Path, what: str) -> Finding | None:
    mode = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    if os.access(path, mode, effective_ids=os.access in os.supports_effective_ids):
        return None
    problem = "this user may not read and write it"
    remedy = f"run as its owner, or: chmod -R u+rwX {shlex.quote(str(path))}"
    return Finding("access", what, problem, remedy, "error")


def exposed(data_dir: Path) -> Iterator[Finding]:
    """What every user of this machine can read: accounts and secrets are in it."""
    if os.name != "posix":
        return
    folder = data_dir.resolve()
    if not all(_lets_in(path) for path in (folder, *folder.parents)):
        return
    found = [path for path in (folder / "data.db", *_backups(folder)) if _mode(path) & S_IROTH]
    for path in found:
        problem = "every user of this machine can read it"
        remedy = f"chmod o-rwx {shlex.quote(str(data_dir))}"
        yield Finding("access", str(path.relative_to(folder)), problem, remedy)


def _backups(folder: Path) -> list[Path]:
    backups = folder / "backups"
    return sorted(backups.glob("*.zip")) if backups.is_dir() and _lets_in(backups) else []


def _lets_in(folder: Path) -> bool:
    return bool(_mode(folder) & S_IXOTH)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def low_disk(data_dir: Path) -> Iterator[Finding]:
    """Whether there is too little room left: a copy of the database should find a place."""
    free = shutil.disk_usage(data_dir).free
    if free < max(LEAST_FREE, (data_dir / "data.db").stat().st_size):
        remedy = "make room, or move files elsewhere"
        yield Finding("disk", "disk", f"{free} bytes are free", remedy)
