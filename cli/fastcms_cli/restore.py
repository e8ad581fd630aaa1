"""`fastcms backup restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, chosen_dir

if TYPE_CHECKING:
    from fastcms.backups.make import Tell

# One of them tells a data directory, even one that has lost its database.
_SIGNS = ("data.db", "auxiliary.db", "storage", "backups", ".notify")
# A server makes way in that time: it gives running requests ten seconds.
OTHERS_SECONDS = 15.0
MOST_SECONDS = 60.0
_LOOK_SECONDS = 0.05


def restore(
    context: typer.Context,
    which: Annotated[
        str, typer.Argument(metavar="KEY|FILE", help="A backup, or a zip on the disk.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Puts a backup in the place of everything in the data directory, accounts and settings too.

    It is unpacked and examined before anything is touched; then the directory has the new state as
    a whole, or still the old one if anything fails. The other backups stay. A server that runs on
    the directory makes way for a moment: connections wait. The directory need not be there.

    \b
    fastcms backup restore pb_backup_acme_20261128163516.zip
    fastcms backup restore ./from-elsewhere.zip --dir ./copy --yes
    """
    from fastcms.backup_lock import BusyError
    from fastcms.backups.make import BackupError
    from fastcms.errors import StartError
    from fastcms.files.storage import StorageError

    data_dir = chosen_dir(context, directory).absolute()
    try:
        _demand_consent(data_dir, which, yes=yes)
        with _made(data_dir), console.steps(quiet=as_json) as tell:
            by_server = _restored(data_dir, which, tell)
    except BusyError:
        message = "another backup or restore of it is under way; try again later"
    except (BackupError, StorageError, StartError, OSError, console.Failure) as error:
        message = str(error)
    except KeyboardInterrupt:
        message = "it was stopped; nothing has changed"
    else:
        if as_json:
            console.say_json({"ok": True, "key": _key(which), "byServer": by_server})
        else:
            who = "The server has restored" if by_server else "Restored"
            console.say(f"{who} {_key(which)} into {data_dir}.")
        return
    if as_json:
        console.say_json({"ok": False, "message": message})
        raise typer.Exit(1)
    raise console.Failure(message)


def _demand_consent(data_dir: Path, which: str, *, yes: bool) -> None:
    """Raises Failure if what is in the directory is not to be replaced."""
    if not data_dir.exists():
        return
    if not data_dir.is_dir():
        raise console.Failure(f"{data_dir} is a file; give a directory with --dir")
    if not any((data_dir / sign).exists() for sign in _SIGNS):
        if any(data_dir.iterdir()):
            raise console.Failure(
                f"{data_dir} holds files of something else; give another directory with --dir"
            )
        return
    if yes:
        return
    question = f"{_key(which)} replaces everything in {data_dir}."
    if not console.can_ask():
        raise console.Failure(f"{question} Say so with --yes")
    if not console.confirm(f"{question} Go on?"):
        raise console.Failure("nothing has changed")


@contextmanager
def _made(data_dir: Path) -> Iterator[None]:
    """The directory; if it is made for this, it goes again when nothing comes into it."""
    is_new = not data_dir.exists()
    data_dir.mkdir(0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if is_new:
            (data_dir / ".notify" / "fastcms.backup").unlink(missing_ok=True)
            with suppress(OSError):
                (data_dir / ".notify").rmdir()
                data_dir.rmdir()
        raise


def _restored(data_dir: Path, which: str, tell: Tell) -> bool:
    """Restores it; whether a server has done the last step."""
    import shutil

    from fastcms import backup_lock, swap
    from fastcms.backups.make import Steps
    from fastcms.backups.restore import prepare
    from fastcms.directory import open_directory
    from fastcms.swap import OccupiedError

    with backup_lock.hold(data_dir, "restore", _key(which)) as hold:

        def both(step: str, done: int, total: int) -> None:
            hold.tell(step, done, total)
            tell(step, done, total)

        if path := _on_disk(data_dir, which):
            known = prepare(data_dir, path, _key(which), Steps(both))
        else:
            known = _prepare_kept(data_dir, which, both)
    try:
        swap.bring(data_dir, lambda: open_directory(data_dir).close(), 0)
    except OccupiedError:
        if _by_server(data_dir, known):
            return True
    with backup_lock.hold(data_dir, "restore", ""):
        shutil.rmtree(data_dir / swap.FOLDER)
    return False


def _on_disk(data_dir: Path, which: str) -> Path | None:
    """The file, without opening the directory: it may be broken."""
    from fastcms.backups.names import is_name
    from fastcms.backups.places import FOLDER

    kept = data_dir / FOLDER / which
    if is_name(which) and kept.is_file():
        return kept
    path = Path(which)
    return path if path.is_file() else None


def _prepare_kept(data_dir: Path, key: str, tell: Tell) -> int:
    """The same of a backup in a bucket."""
    import asyncio

    from fastcms.backups import keep
    from fastcms.backups.restore import prepare_key
    from fastcms.directory import open_directory

    async def main() -> int:
        opened = open_directory(data_dir)
        try:
            if not await keep.exists(opened, key):
                raise console.Failure(f"there is neither a backup nor a file {key}")
            return await prepare_key(opened, key, tell)
        finally:
            opened.close()

    if not (data_dir / "data.db").exists():
        raise console.Failure(f"there is neither a backup nor a file {key}")
    return asyncio.run(main())


def _by_server(data_dir: Path, known: int) -> bool:
    """Waits until the server has the backup in place; False if there is none, and it is done here.

    Raises Failure if neither comes to it.
    """
    import time

    from fastcms import swap
    from fastcms.backups.restore import is_there
    from fastcms.directory import open_directory
    from fastcms.swap import OccupiedError

    began = time.monotonic()
    # The last that the server does about it is to remove what was there before.
    while (data_dir / swap.FOLDER).exists():
        waited = time.monotonic() - began
        if waited > OTHERS_SECONDS and swap.pending(data_dir) is not None:
            # Nobody but commands, which may have ended.
            with suppress(OccupiedError):
                swap.bring(data_dir, lambda: open_directory(data_dir).close(), 0)
                return False
        if waited > MOST_SECONDS:
            break
        time.sleep(_LOOK_SECONDS)
    if swap.pending(data_dir) is not None:
        swap.withdraw(data_dir)
        raise console.Failure(
            f"another process has {data_dir} open and does not let go, so nothing has changed; "
            "end it and try again"
        )
    if not is_there(data_dir, known):
        raise console.Failure(
            "the server could not restore it, and the old state goes on; its output says why"
        )
    return True


def _key(which: str) -> str:
    return Path(which).name
