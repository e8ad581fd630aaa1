"""`fastcms doctor`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import (
    AsJson,
    DataDir,
    MigrationsDir,
    existing_dir,
    migrations_folder,
)

if TYPE_CHECKING:
    from fastcms.upkeep.finding import Finding


def doctor(
    context: typer.Context,
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Remove files that nobody needs; nothing else.")
    ] = False,
    as_json: AsJson = False,
    migrations_dir: MigrationsDir = None,
    directory: DataDir = None,
) -> None:
    """Looks for what is wrong in a data directory, and says how to mend it.

    Finds databases that are damaged, collections without their tables and indexes, relations to
    records that are gone, files that are missing or that no record names, where files are kept now:
    on the disk or elsewhere; also migrations, rights, disk, jobs, and settings that carry a risk.
    Exits with 1 if it finds more than hints that is not fixed. The directory may be served
    meanwhile.

    \b
    fastcms doctor              what is wrong
    fastcms doctor --fix        removes what is left over
    """
    import asyncio

    from fastcms.errors import StartError
    from fastcms.files.removals import PutOffError
    from fastcms.files.storage import StorageError

    data_dir = existing_dir(context, directory)
    folder = migrations_folder(data_dir, migrations_dir)
    try:
        findings = asyncio.run(_examined(data_dir, folder, fix=fix, show=not as_json))
    except (StartError, StorageError, PutOffError) as error:
        if not as_json:
            raise console.Failure(str(error)) from error
        console.say_json({"ok": False, "message": str(error)})
        raise typer.Exit(1) from error
    left = [found for found in findings if found.severity != "hint" and not found.fixed]
    if as_json:
        console.say_json({"ok": not left, "findings": [_facts(finding) for finding in findings]})
    elif all(finding.severity == "hint" for finding in findings):
        console.say("Nothing is wrong.")
    if left:
        raise typer.Exit(1)


async def _examined(
    data_dir: Path, migrations_dir: Path, *, fix: bool, show: bool
) -> list[Finding]:
    from fastcms.directory import open_directory
    from fastcms.health import undone
    from fastcms.health.state import state
    from fastcms.upkeep import doctor, place
    from fastcms.upkeep.dangling import dangling
    from fastcms.upkeep.risks import risks

    found: list[Finding] = []

    def add(findings: Iterable[Finding]) -> bool:
        """Whether there are none."""
        before = len(found)
        for finding in findings:
            found.append(finding)
            if show:
                console.say(_line(finding))
        return len(found) == before

    # What cannot be read says nothing, and what opens a directory completes a restore.
    for look in (place.unusable, place.unsettled, doctor.broken_databases):
        if not add(look(data_dir)):
            return found
    opened = open_directory(data_dir)
    try:
        if not add(doctor.drifted(opened)):
            return found  # the records and files of such tables cannot be asked for
        add(doctor.unindexed(opened))
        add(place.exposed(data_dir))
        add(await state(opened))
        add(undone.migrations(opened, migrations_dir))
        add(await undone.dead_letters(opened))
        add(risks(opened))
        async for finding in dangling(opened):
            add([finding])
        async for finding in doctor.examine(opened, fix=fix):
            add([finding])
    finally:
        await opened.background.drain()
        opened.close()
    return found


def _line(finding: Finding) -> str:
    outcome = "removed" if finding.fixed else finding.remedy
    text = f"{finding.kind}: {finding.what}: {finding.problem}; {outcome}"
    # What other programs said may have lines of its own.
    return " ".join((f"hint: {text}" if finding.severity == "hint" else text).split())


def _facts(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__struct_fields__}
