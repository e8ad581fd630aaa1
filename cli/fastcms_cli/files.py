"""`fastcms files`: where the files of records are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, existing_dir
from fastcms_cli.sizes import size_text

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.upkeep.move import Move, Report

app = typer.Typer(help="Moves the files of records from place to place.")

# As in fastcms.files.places, which is too heavy for the help.
Place: TypeAlias = Literal["local", "s3", "azure", "gcs"]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Moves the files of records from place to place."""
    begin(context, directory)


@app.command()
def move(
    context: typer.Context,
    *,
    to: Annotated[Place, typer.Option("--to", help="The place to bring the files to.")],
    source: Annotated[
        Place | None,
        typer.Option("--from", help="The place they are in; the one in use if left out."),
    ] = None,
    switch: Annotated[
        bool, typer.Option("--switch", help="Have the new place used, when all files are there.")
    ] = False,
    delete: Annotated[
        bool,
        typer.Option(
            "--delete",
            help="Remove the originals, each after its copy was read back and compared.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")] = (
        False
    ),
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Copies all files of records to another place; what is there already stays.

    It may be stopped and run again, and the directory may be served meanwhile. The place has to
    be described in the settings before, and need not be in use.

    \b
    fastcms files move --to s3 --dry-run          how much there is to copy
    fastcms files move --to s3 --switch           copies, then uses the bucket
    fastcms files move --from local --to s3 --delete    frees the disk afterwards
    fastcms files move --to local --switch        brings everything back
    """
    import asyncio

    from fastcms.errors import StartError

    data_dir = existing_dir(context, directory)
    try:
        facts = asyncio.run(
            _move(data_dir, source, to, switch=switch, delete=delete, dry=dry_run, quiet=as_json)
        )
    except (StartError, console.Failure) as error:
        if as_json:
            console.say_json({"ok": False, "message": str(error)})
            raise typer.Exit(1) from error
        raise
    if as_json:
        console.say_json({"ok": True, **facts})


async def _move(
    data_dir: Path,
    source: Place | None,
    target: Place,
    *,
    switch: bool,
    delete: bool,
    dry: bool,
    quiet: bool,
) -> dict[str, object]:
    from fastcms.directory import open_directory
    from fastcms.files.storage import StorageError
    from fastcms.upkeep.move import Move

    opened = open_directory(data_dir)
    try:
        source = source or opened.places.chosen
        _check(opened, source, target, switch=switch, delete=delete)
        with console.transfer(quiet=quiet) as show:
            move = Move(opened, source, target, lambda done: show(*done))
            try:
                await _act(move, switch=switch, delete=delete, dry=dry)
            except StorageError as error:
                raise console.Failure(f"{error}; mend that and run the command again") from error
    finally:
        await opened.background.drain()
        opened.close()
    report = move.report
    if not quiet:
        _say(report, source, target, dry=dry)
    if report.failed:
        key, reason = next(iter(report.failed.items()))
        raise console.Failure(
            f"{len(report.failed)} files could not be moved, {key} among them: {reason}; "
            "run the command again"
        )
    return {
        "from": source,
        "to": target,
        "files": report.files,
        "bytes": report.bytes,
        "toCopy": report.to_copy if dry else 0,
        "bytesToCopy": report.bytes_to_copy if dry else 0,
        "copied": report.copied,
        "copiedBytes": report.copied_bytes,
        "switched": report.switched,
        "removed": report.removed,
    }


def _check(opened: App, source: Place, target: Place, *, switch: bool, delete: bool) -> None:
    """Raises Failure for what cannot be done."""
    from fastcms.upkeep.move import unset

    if source == target:
        raise console.Failure(
            f"the files are in {target} already; name another place with --to, "
            "or where they are with --from"
        )
    for place in (source, target):
        if missing := unset(opened, place):
            raise console.Failure(
                f"the settings do not describe {place} yet ({missing}); see docs/storage.md"
            )
    if delete and not switch and opened.places.chosen != target:
        raise console.Failure(
            f"{source} is in use, so its files stay; say --switch as well, or leave out --delete"
        )
    if switch and (override := opened.overrides.found.get("s3.enabled")):
        raise console.Failure(
            f"{override.source} sets s3.enabled, which --switch would change; take it out there"
        )
    if switch and opened.places.chosen not in (source, target):
        raise console.Failure(
            f"the files are in {opened.places.chosen}; bring them to {target} from there"
        )


async def _act(move: Move, *, switch: bool, delete: bool, dry: bool) -> None:
    if dry:
        await move.look()
        return
    await move.copy()
    if move.report.failed:
        return
    if switch:
        await move.switch()
    if delete and not move.report.failed:
        await move.remove_originals()


def _say(report: Report, source: Place, target: Place, *, dry: bool) -> None:
    if dry:
        console.say(
            f"Would copy {report.to_copy} of {report.files} files "
            f"({size_text(report.bytes_to_copy)} of {size_text(report.bytes)}) "
            f"from {source} to {target}."
        )
        return
    console.say(
        f"Copied {report.copied} of {report.files} files ({size_text(report.copied_bytes)}) "
        f"from {source} to {target}; {report.files - report.copied} were there."
    )
    if report.switched:
        console.say(f"Files are kept in {target} from now on.")
    if report.removed:
        console.say(f"Removed {report.removed} files from {source}.")
