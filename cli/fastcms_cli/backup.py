"""`fastcms backup`: makes and keeps backups of a data directory, whether it is served or not."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, existing_dir
from fastcms_cli.sizes import size_text

if TYPE_CHECKING:
    from fastcms.backups.make import Made, Tell
    from fastcms.backups.verify import Report
    from fastcms.core import App

T = TypeVar("T")

app = typer.Typer(
    name="backup",
    help="Makes and keeps backups of the data directory.",
    rich_markup_mode=None,
)
Keys = Annotated[list[str], typer.Argument(metavar="KEY...", help="Names of backups.")]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Makes and keeps backups of the data directory."""
    begin(context, directory)


@app.command("create")
def create(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            help="Like before-upgrade.zip; after the application and the time if left out.",
        ),
    ] = "",
    *,
    series: Annotated[
        str, typer.Option(metavar="WORD", help="Begin the name with this word, for --keep.")
    ] = "",
    keep: Annotated[
        int,
        typer.Option(min=0, help="Then remove all but the newest N of the series; 0 removes none."),
    ] = 0,
    out: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Write it into a file instead; - is the standard output."
        ),
    ] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Read it again and examine what is in it.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes a backup of all data and files, while the directory is served or not.

    Nobody who writes has to wait. It is there as a whole or not at all; one at a time is made.
    Where backups are kept in a bucket, it goes there. Exits with 1 if it fails.

    \b
    fastcms backup create --dir /srv/app/pb_data
    fastcms backup create --series nightly --keep 7 --quiet      for a crontab
    fastcms backup create --out /mnt/usb/today.zip
    fastcms backup create --out - | ssh host 'cat > app.zip'
    """
    _check_create(name, series, keep=keep, out=out, verify=verify)
    if out == "-" and sys.stdout.isatty():
        _fail("the standard output is a terminal; lead it into a file or a pipe", as_json=as_json)

    async def act(opened: App) -> tuple[str, Made, list[str]]:
        from fastcms.backups import keep as backups
        from fastcms.backups.names import PREFIX

        key = name or Path(out).name
        key = key or await backups.fresh_name(opened, f"{series}_" if series else PREFIX)
        if not out and await backups.exists(opened, key):
            raise console.Failure(f"there is a backup {key} already; give another name")
        with console.steps(quiet=quiet or as_json) as tell:
            made = await backups.create(opened, key, keep=_to(out) if out else None, tell=tell)
            if verify:
                _demand_sound(await _verified(opened, key, tell))
        removed = []
        if keep:
            removed = await backups.rotate(opened, lambda one: _is_of(series, one), keep)
        return key, made, removed

    key, made, removed = _on(existing_dir(context, directory), act, as_json=as_json)
    for path, why in made.left_out.items():
        console.warn(f"{path} is not in it: it {why}")
    if as_json and out != "-":
        facts = {"key": key, "size": made.size, "files": made.manifest.files}
        facts |= {"leftOut": made.left_out, "removed": removed}
        console.say_json({"ok": True, **facts})
    elif not quiet and out != "-":
        gone = f"; removed {', '.join(removed)}" if removed else ""
        files = made.manifest.files
        console.say(f"Created {out or key} ({size_text(made.size)}, {files} files){gone}.")


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Shows the backups, by name, with when they were made and their size.

    \b
    fastcms backup list
    fastcms backup list --json | jq -r '.items[].key'
    """
    from fastcms.backups import keep as backups

    found = _on(existing_dir(context, directory), backups.listed, as_json=as_json)
    if as_json:
        items = [{"key": one.key, "size": one.size, "modified": one.modified} for one in found]
        console.say_json({"ok": True, "items": items})
        return
    if not found:
        console.say("There are no backups.")
    for one in found:
        console.say(f"{one.modified}  {size_text(one.size):>10}  {one.key}")


@app.command("verify")
def verify(
    context: typer.Context,
    which: Annotated[
        str, typer.Argument(metavar="KEY|FILE", help="A backup, or a zip on the disk.")
    ],
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Unpacks a backup beside the data and examines what comes out; exits with 1 if it is unsound.

    Looks at each byte, at the databases, at the number of rows in each table, and whether the files
    that records name are there. One that PocketBase made has no row numbers to compare with.

    \b
    fastcms backup verify pb_backup_acme_20261128163516.zip
    fastcms backup verify ./from-elsewhere.zip
    """

    async def act(opened: App) -> Report:
        with console.steps(quiet=as_json) as tell:
            return await _verified(opened, which, tell)

    report = _on(existing_dir(context, directory), act, as_json=as_json)
    if as_json:
        import msgspec

        console.say_json({"ok": not report.problems, **msgspec.to_builtins(report)})
    elif not report.problems:
        files = f"{report.files} files" if report.with_files else "no files of records"
        console.say(
            f"{report.key} is sound: {report.rows} rows, {files}, {size_text(report.bytes)}."
        )
    for problem in () if as_json else report.problems:
        console.say(problem)
    if report.problems:
        raise typer.Exit(1)


@app.command("upload")
def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A zip on the disk.")],
    *,
    name: Annotated[
        str, typer.Option(metavar="KEY", help="What to call it; as the file if left out.")
    ] = "",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Puts a zip from elsewhere among the backups.

    \b
    fastcms backup upload ./from-elsewhere.zip
    """
    key = name or file.name

    async def act(opened: App) -> int:
        from fastcms.backups import keep as backups
        from fastcms.backups.names import is_name

        if not is_name(key):
            raise console.Failure(f"{key!r} is no name for a backup; give one with --name")
        if await backups.exists(opened, key):
            raise console.Failure(f"there is a backup {key} already; give another with --name")
        return await backups.add_copy(opened, key, file)

    size = _on(existing_dir(context, directory), act, as_json=as_json)
    if as_json:
        console.say_json({"ok": True, "key": key, "size": size})
    else:
        console.say(f"Uploaded {key} ({size_text(size)}).")


@app.command("download")
def download(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Name of the backup.")],
    out: Annotated[
        str,
        typer.Argument(metavar="[FILE]", help="Where to write it; - is the standard output."),
    ] = "",
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Copies a backup out, into a file of the same name if none is given.

    \b
    fastcms backup download pb_backup_acme_20261128163516.zip /mnt/usb/app.zip
    """
    target = out or key.rpartition("/")[2]

    async def act(opened: App) -> int:
        from fastcms.backups import keep as backups
        from fastcms.backups.places import on_disk

        if not await backups.exists(opened, key):
            raise console.Failure(f"there is no backup {key}")
        async with on_disk(opened, key) as path:
            return await _to(target)(key, path)

    size = _on(existing_dir(context, directory), act, as_json=as_json)
    if target == "-":
        return
    if as_json:
        console.say_json({"ok": True, "key": key, "file": target, "size": size})
    else:
        console.say(f"Wrote {target} ({size_text(size)}).")


@app.command("delete")
def delete(
    context: typer.Context, keys: Keys, *, as_json: AsJson = False, directory: DataDir = None
) -> None:
    """Removes backups.

    \b
    fastcms backup delete pb_backup_acme_20261128163516.zip
    """

    async def act(opened: App) -> None:
        from fastcms.backups import keep as backups

        for key in keys:
            await backups.remove(opened, key)

    _on(existing_dir(context, directory), act, as_json=as_json)
    if as_json:
        console.say_json({"ok": True, "removed": keys})
    else:
        console.say(f"Removed {', '.join(keys)}.")


@app.command("schedule")
def schedule(
    context: typer.Context,
    cron: Annotated[
        str,
        typer.Argument(metavar="[CRON]", help="When the server makes one, in UTC: '0 3 * * *'."),
    ] = "",
    *,
    off: Annotated[bool, typer.Option("--off", help="Make none by the clock any more.")] = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="How many of them to keep.", show_default=False)
    ] = None,
    verify: Annotated[
        bool | None,
        typer.Option("--verify/--no-verify", help="Examine each of them.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Has the server make backups by the clock; without anything it says when.

    A server that runs follows at once. Every superuser gets a mail if one fails.

    \b
    fastcms backup schedule '0 3 * * *' --keep 7 --verify
    fastcms backup schedule --off
    """
    if cron and off:
        _fail("say when, or --off", as_json=as_json)

    async def act(opened: App) -> dict[str, object]:
        from fastcms.backups.plan import change, shown

        await change(opened, cron="" if off else cron or None, max_keep=keep, verify=verify)
        return shown(opened)

    plan = _on(existing_dir(context, directory), act, as_json=as_json)
    if as_json:
        console.say_json({"ok": True, **plan})
    elif plan["cron"]:
        examined = ", and each is examined" if plan["verify"] else ""
        console.say(f"{plan['cron']} (UTC); the newest {plan['keep']} are kept{examined}.")
    else:
        console.say("No backups are made by the clock.")


def _check_create(name: str, series: str, *, keep: int, out: str, verify: bool) -> None:
    """Raises Failure for options that do not go together."""
    from fastcms.backups.names import ASKED, LONGEST, SERIES

    if name and (not ASKED.fullmatch(name) or len(name) > LONGEST):
        raise console.Failure(
            f"{name!r} is no name for a backup: it may have a-z, 0-9, _ and -, and ends in .zip"
        )
    if series and not SERIES.fullmatch(series):
        raise console.Failure(f"{series!r} is no word for a series: it may have a-z, 0-9 and -")
    if series and name:
        raise console.Failure("a series names its backups itself; leave out the name or --series")
    if keep and not series:
        raise console.Failure("--keep needs --series WORD, so that no other backups are removed")
    if out and (name or series):
        raise console.Failure("--out goes without a name and without --series")
    if out and verify:
        raise console.Failure("--verify is for backups that are kept; use fastcms backup verify")


def _is_of(series: str, key: str) -> bool:
    from fastcms.backups.names import is_of_series

    return is_of_series(series, key)


async def _verified(opened: App, which: str, tell: Tell) -> Report:
    """What is found in a backup that is kept, or in a zip on the disk."""
    import asyncio

    from fastcms.backups import keep as backups
    from fastcms.backups.verify import verify_file, verify_key

    if await backups.exists(opened, which):
        return await verify_key(opened, which, tell)
    path = Path(which)
    if not await asyncio.to_thread(path.is_file):
        raise console.Failure(f"there is neither a backup nor a file {which}")
    return await verify_file(opened, path, path.name, tell)


def _demand_sound(report: Report) -> None:
    if report.problems:
        raise console.Failure(f"{report.key} was made but is not sound: {report.problems[0]}")


def _to(out: str) -> Callable[[str, Path], Awaitable[int]]:
    """What brings a zip into a file, whole or not at all, or to the standard output."""

    async def bring(_: str, zipped: Path) -> int:
        import asyncio

        return await asyncio.to_thread(_copy, zipped, out)

    return bring


def _copy(zipped: Path, out: str) -> int:
    import os
    import shutil

    with zipped.open("rb") as source:
        if out == "-":
            return console.pour(source)
        target = Path(out)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with beside.open("xb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
            beside.replace(target)
        except OSError as error:
            raise console.Failure(
                f"{out} cannot be written: {error.strerror or error}; give another file"
            ) from error
        finally:
            beside.unlink(missing_ok=True)
        return target.stat().st_size


def _on(data_dir: Path, work: Callable[[App], Awaitable[T]], *, as_json: bool) -> T:
    """What `work` finds in the open directory; what fails ends the command in one line."""
    import asyncio

    from fastcms.backup_lock import BusyError
    from fastcms.backups.make import BackupError
    from fastcms.directory import open_directory
    from fastcms.errors import StartError
    from fastcms.files.storage import StorageError

    async def main() -> T:
        opened = open_directory(data_dir)
        try:
            return await work(opened)
        finally:
            await opened.background.drain()
            opened.close()

    try:
        return asyncio.run(main())
    except BusyError:
        _fail("another backup or restore of it is under way; try again later", as_json=as_json)
    except (BackupError, StorageError, StartError, OSError, console.Failure) as error:
        _fail(str(error), as_json=as_json)
    except KeyboardInterrupt:
        _fail("it was stopped; nothing is left of it", as_json=as_json)


def _fail(message: str, *, as_json: bool) -> NoReturn:
    if as_json:
        console.say_json({"ok": False, "message": message})
        raise typer.Exit(1)
    raise console.Failure(message)
