"""Whether a backup would bring a directory back: unpacks it and looks at what came out."""

from __future__ import annotations

import asyncio
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from fastcms import admission
from fastcms.backups.archive import DATABASES, ArchiveError, opened
from fastcms.backups.content import FILES
from fastcms.backups.make import BackupError, Steps, Tell, apart, reason
from fastcms.backups.manifest import Manifest, of_zip
from fastcms.backups.places import on_disk
from fastcms.core import App
from fastcms.errors import StartError
from fastcms.schema import rows
from fastcms.settings.load import load_settings, load_storage
from fastcms.store import snapshot
from fastcms.store.errors import StoreError
from fastcms.store.peek import peek
from fastcms.upkeep.named import named_keys

SHOWN = 10  # problems of a kind


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    key: str
    # What is wrong, in a line each; none for a sound backup.
    problems: list[str]
    # What the backup says of itself; None if FastCMS did not make it.
    manifest: Manifest | None = None
    # Files beside the databases, their bytes with the databases', and rows of all tables.
    files: int = 0
    bytes: int = 0
    rows: int = 0
    # Whether the files of records are part of it; they are not if they were kept elsewhere.
    with_files: bool = msgspec.field(default=True, name="withFiles")


async def verify_key(app: App, key: str, tell: Tell = lambda *_: None) -> Report:
    """Examines a backup that is kept. Raises StorageError, and BackupError if the disk fails."""
    async with on_disk(app, key) as path:
        return await verify_file(app, path, key, tell)


async def verify_file(app: App, path: Path, key: str, tell: Tell = lambda *_: None) -> Report:
    """Examines a zip by unpacking it into the scratch folder. Raises BackupError if that fails."""
    folder = app.scratch.fresh()
    try:
        return await apart(lambda steps: examine(path, folder, key, steps), tell)
    except OSError as error:
        raise BackupError(reason(error)) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def examine(path: Path, folder: Path, key: str, steps: Steps) -> Report:
    """What is found in a zip that is unpacked into `folder`; for threads."""
    try:
        with opened(path) as archive:
            steps.begin("unpacking", archive.size)
            done = 0

            def told(count: int) -> None:
                nonlocal done
                steps.add(count - done)
                done = count

            archive.extract(folder, told)
            files = sum(not entry.is_folder for entry in archive.entries)
            size = archive.size
        with zipfile.ZipFile(path) as zipped:
            manifest = of_zip(zipped)
    except ArchiveError as error:
        return Report(key=key, problems=[str(error)])
    databases = [name for name in DATABASES if (folder / name).exists()]
    problems = [
        f"{name} is damaged: {damage}" for name in databases for damage in _damages(folder / name)
    ]
    if problems:
        return Report(key=key, problems=problems, manifest=manifest)
    counts = {name: snapshot.row_counts(folder / name) for name in databases}
    try:
        admission.check(folder)
    except StartError as error:
        problems.append(str(error).replace(f"{folder}/", ""))
    with_files = not problems and _has_files(folder)
    if with_files:
        problems += _missing(folder)
    if manifest is not None:
        problems += _differences(manifest, counts, files - len(databases), size)
    return Report(
        key=key,
        problems=problems,
        manifest=manifest,
        files=files - len(databases),
        bytes=size,
        rows=sum(sum(tables.values()) for tables in counts.values()),
        with_files=with_files,
    )


def _damages(database: Path) -> list[str]:
    try:
        return snapshot.damages(database)
    except StoreError as error:
        return [str(error)]


def _has_files(folder: Path) -> bool:
    """Whether files of records were kept on the disk of the server when the backup was made."""
    with peek(folder / DATABASES[0]) as read:
        try:
            return not (load_settings(read).s3.enabled or load_storage(read).provider)
        except StartError:
            # Encrypted: then what is there tells.
            return (folder / FILES).exists()


def _missing(folder: Path) -> Iterator[str]:
    """Files that records name and that are not there."""
    database = folder / DATABASES[0]
    with peek(database) as read:
        schema = rows.from_rows(read(rows.SELECT_ALL))
    keys = named_keys(schema, partial(snapshot.scan, database))
    missing = [key for key in keys if not (folder / FILES / key).is_file()]
    yield from (f"a record names the file {key}, which is not in it" for key in missing[:SHOWN])
    if len(missing) > SHOWN:
        yield f"{len(missing) - SHOWN} more such files are not in it"


def _differences(
    manifest: Manifest, counts: Mapping[str, Mapping[str, int]], files: int, size: int
) -> Iterator[str]:
    """Where the backup is not what it says it is."""
    if (manifest.files, manifest.bytes) != (files, size):
        yield (
            f"it holds {files} files and {size} bytes in all, "
            f"and was made with {manifest.files} and {manifest.bytes}"
        )
    for database, tables in manifest.rows.items():
        found = counts.get(database, {})
        for table in sorted(tables.keys() | found.keys()):
            if tables.get(table) != found.get(table):
                yield (
                    f"the table {table} has {found.get(table, 'no')} rows, "
                    f"and had {tables.get(table, 'none')}"
                )
