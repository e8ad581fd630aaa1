"""What superusers see of a server's state, and what of it needs them."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from pathlib import Path
from typing import Any

from fastcms import __version__, backup_lock
from fastcms.app import App
from fastcms.files.storage import StorageError
from fastcms.jobs import runs
from fastcms.mail.sendmail import program

PATIENCE = 5.0  # seconds for the place of files to answer
LOW_DISK = 0.05  # of the disk that is free
CHECK_SECONDS = 60.0  # for a look through the whole database
# A file that no record can have.
_NO_FILE = "health/health/none"


async def details(app: App, *, integrity: bool) -> dict[str, Any]:
    """All of it; with `integrity` the database is read as a whole, which takes its time."""
    disk = shutil.disk_usage(app.data_dir)
    storage = await _storage(app)
    failed = await runs.failing(app)
    mail = _mail(app)
    database = await _database(app, integrity=integrity)
    parts = {name: await part(app) for name, part in app.health_parts.items()}
    problems = [{"name": part.name, "problem": part.problem, "remedy": part.remedy}
                for part in app.degraded]  # fmt: skip

    def complain(name: str, problem: str, remedy: str) -> None:
        problems.append({"name": name, "problem": problem, "remedy": remedy})

    if problem := await app.why_not_ready():
        complain("server", problem, "see the server's output")
    if disk.free < disk.total * LOW_DISK:
        complain("disk", f"{disk.free} bytes are free", "make room, or move files elsewhere")
    if database.get("integrity", "ok") != "ok":
        complain("database", database["integrity"], "restore a backup")
    if storage["error"]:
        complain("storage", storage["error"], "see the settings of the place of files")
    if not mail["configured"]:
        complain("mail", "there is no way to send mail", "set smtp in the settings")
    for run in failed:
        complain(f"job {run['job']}", run["error"], "see its runs: fastcms jobs history")
    return {
        "problems": problems,
        "versions": {"fastcms": __version__, "python": platform.python_version(),
                     "sqlite": database.pop("version")},
        "server": {"pid": os.getpid(), "workers": app.images.siblings},
        "database": database,
        "disk": {"total": disk.total, "free": disk.free},
        "storage": storage,
        "mail": mail,
        "backup": backup_lock.progress(app.data_dir),
        **parts,
    }  # fmt: skip


async def _database(app: App, *, integrity: bool) -> dict[str, Any]:
    (version,) = (await app.store.read("SELECT sqlite_version()"))[0]
    (free,) = (await app.store.read("SELECT freelist_count FROM pragma_freelist_count"))[0]
    found = {
        "version": version,
        "bytes": _size(app.data_dir / "data.db"),
        "walBytes": _size(app.data_dir / "data.db-wal"),
        "logBytes": _size(app.data_dir / "auxiliary.db"),
        "freePages": free,
        "collections": sum(1 for _ in app.schema),
    }
    if integrity:
        rows = await app.store.read_within("PRAGMA quick_check(10)", CHECK_SECONDS)
        found["integrity"] = "; ".join(str(text) for (text,) in rows)
    return found


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


async def _storage(app: App) -> dict[str, Any]:
    """Which place the files of records are in, and whether it answers."""
    error = ""
    try:
        async with asyncio.timeout(PATIENCE):
            await app.files.find(_NO_FILE)
    except TimeoutError:
        error = "it does not answer"
    except StorageError as raised:
        error = str(raised)
    return {"place": app.places.chosen, "reachable": not error, "error": error}


def _mail(app: App) -> dict[str, Any]:
    way = "smtp" if app.settings.smtp.enabled else "sendmail" if program() else ""
    return {"configured": bool(way), "by": way}
