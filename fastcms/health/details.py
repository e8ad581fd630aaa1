"""What superusers see of a server's state, and what of it needs them."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from pathlib import Path
from typing import Any

from fastcms import __version__, backup_lock
from fastcms.core import App
from fastcms.files.storage import StorageError
from fastcms.health.state import state
from fastcms.upkeep.risks import way_of_mail

PATIENCE = 5.0  # seconds for the place of files to answer
COUNT_SECONDS = 20.0  # for all files
CHECK_SECONDS = 60.0  # for a look through the whole database
# A file that no record can have.
_NO_FILE = "health/health/none"


async def details(app: App, *, integrity: bool, files: bool) -> dict[str, Any]:
    """All of it. To read the whole database, and to count all `files`, takes its time."""
    disk = shutil.disk_usage(app.data_dir)
    storage = await _storage(app)
    if files and storage["reachable"]:
        storage |= await _files(app)
    mail = _mail(app)
    database = await _database(app, integrity=integrity)
    parts = {name: await part(app) for name, part in app.health_parts.items()}
    problems: list[dict[str, str]] = []

    def complain(name: str, problem: str, remedy: str) -> None:
        problems.append({"name": name, "problem": problem, "remedy": remedy})

    for found in await state(app):
        name = f"job {found.what}" if found.kind == "job" else found.what
        complain(name, found.problem, found.remedy)
    if problem := await app.why_not_ready():
        complain("server", problem, "see the server's output")
    if database.get("integrity", "ok") != "ok":
        complain("database", database["integrity"], "restore a backup")
    if storage["error"]:
        complain("storage", storage["error"], "see the settings of the place of files")
    if not mail["configured"]:
        complain("mail", "there is no way to send mail", "set smtp in the settings")
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


async def _files(app: App) -> dict[str, Any]:
    """How many there are, thumbs included, and their bytes; as far as there is time to count."""
    count = size = 0
    try:
        async with asyncio.timeout(COUNT_SECONDS):
            async for _, bytes_ in app.files.walk():
                count, size = count + 1, size + bytes_
    except TimeoutError:
        return {"files": count, "bytes": size, "isAll": False}
    except StorageError as raised:
        return {"error": str(raised), "reachable": False}
    return {"files": count, "bytes": size, "isAll": True}


def _mail(app: App) -> dict[str, Any]:
    way = way_of_mail(app)
    return {"configured": bool(way), "by": way}
