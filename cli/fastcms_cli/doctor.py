"""`fastcms doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, existing_dir

if TYPE_CHECKING:
    from fastcms.upkeep.doctor import Finding


def doctor(
    context: typer.Context,
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Remove files that nobody needs; nothing else.")
    ] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Looks for what is wrong in a data directory, and says how to mend it.

    Finds databases that are damaged, collections without their tables, records whose files are
    missing, and files that no record names, where files are kept now: on the disk or elsewhere.
    Exits with 1 if it finds something that is not fixed. The directory may be served meanwhile.

    \b
    fastcms doctor              what is wrong
    fastcms doctor --fix        removes what is left over
    """
    import asyncio

    from fastcms.errors import StartError
    from fastcms.files.removals import PutOffError
    from fastcms.files.storage import StorageError

    data_dir = existing_dir(context, directory)
    try:
        findings = asyncio.run(_examined(data_dir, fix=fix, show=not as_json))
    except (StartError, StorageError, PutOffError) as error:
        if not as_json:
            raise console.Failure(str(error)) from error
        console.say_json({"ok": False, "message": str(error)})
        raise typer.Exit(1) from error
    left = [finding for finding in findings if not finding.fixed]
    if as_json:
        console.say_json({"ok": not left, "findings": [_facts(finding) for finding in findings]})
    elif not findings:
        console.say("Nothing is wrong.")
    if left:
        raise typer.Exit(1)


async def _examined(data_dir: Path, *, fix: bool, show: bool) -> list[Finding]:
    from fastcms.directory import open_directory
    from fastcms.upkeep.doctor import broken_databases, drifted, examine

    found = []

    def add(finding: Finding) -> None:
        found.append(finding)
        if show:
            outcome = "removed" if finding.fixed else finding.remedy
            console.say(f"{finding.kind}: {finding.what}: {finding.problem}; {outcome}")

    for finding in broken_databases(data_dir):
        add(finding)
    if found:
        return found  # what it says about files could be wrong
    opened = open_directory(data_dir)
    try:
        for finding in drifted(opened):
            add(finding)
        if found:
            return found  # nor can the files of such tables be asked for
        async for finding in examine(opened, fix=fix):
            add(finding)
    finally:
        await opened.background.drain()
        opened.close()
    return found


def _facts(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__struct_fields__}
