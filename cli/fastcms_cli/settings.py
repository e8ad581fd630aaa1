"""`fastcms settings`: what the reference's settings document has no place for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

if TYPE_CHECKING:
    from fastcms.app import App

app = typer.Typer(help="Shows and changes settings of FastCMS's own.")

PasswordHash = Literal["argon2id", "bcrypt"]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Shows and changes settings of FastCMS's own."""
    begin(context, directory)


@app.command("password-hash")
def password_hash(
    context: typer.Context,
    value: Annotated[PasswordHash | None, typer.Argument(show_default=False)] = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """What new passwords are hashed with; PocketBase can read bcrypt alone.

    Without a value it is only shown. Existing hashes change at the next sign-in.
    """
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.settings import load

    opened = open_directory(chosen_dir(context, directory))
    try:
        if value is not None:
            asyncio.run(_store(opened, value))
        current = load.password_hash(opened.store.read_now)
    finally:
        opened.close()
    if as_json:
        console.say_json({"ok": True, "passwordHash": current})
    elif value is None:
        console.say(current)
    else:
        console.say(f"New passwords are hashed with {current}.")


async def _store(opened: App, value: PasswordHash) -> None:
    from fastcms.settings.load import save_password_hash

    await opened.store.write(lambda tx: save_password_hash(tx, value))
