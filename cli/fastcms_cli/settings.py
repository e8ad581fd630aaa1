"""`fastcms settings`, and what of it is FastCMS's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastcms_cli import console, encryption, settings_trials, settings_values
from fastcms_cli.opened import on
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.store.store import Tx

app = typer.Typer(help="Shows, changes and tries out settings.")
app.command("get")(settings_values.get)
app.command("set")(settings_values.set_)
app.command("reset")(settings_values.reset)
app.command("describe")(settings_values.describe)
app.add_typer(settings_trials.app, name="test")
app.command("rotate-key")(encryption.rotate_key)

PasswordHash = Literal["argon2id", "bcrypt"]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Shows, changes and tries out settings."""
    begin(context, directory)


@app.command("password-hash")
def password_hash(
    context: typer.Context,
    value: Annotated[PasswordHash | None, typer.Argument(show_default=False)] = None,
    *,
    memory: Annotated[
        int | None, typer.Option(min=7, max=1024, help="MiB that argon2id fills.")
    ] = None,
    time: Annotated[int | None, typer.Option(min=1, max=20, help="Passes over them.")] = None,
    parallelism: Annotated[
        int | None, typer.Option(min=1, max=16, help="Threads of one hash.")
    ] = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """What new passwords are hashed with; PocketBase can read bcrypt alone.

    Without a value it is only shown. Existing hashes change at the next sign-in.

    \b
    fastcms settings password-hash argon2id --memory 64
    """
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.settings import load

    costs = {"memory": memory, "time": time, "parallelism": parallelism}
    changes = {name: number for name, number in costs.items() if number is not None}
    opened = open_directory(chosen_dir(context, directory))
    try:
        if value is not None or changes:
            asyncio.run(_store(opened, value, changes))
        current = load.password_hash(opened.store.read_now)
        argon2 = load.argon2_profile(opened.store.read_now)
    finally:
        opened.close()
    name = "bcrypt" if current == "bcrypt" else "argon2id"
    shown = f"m={argon2.memory} MiB, t={argon2.time}, p={argon2.parallelism}"
    if as_json:
        costs = {"memory": argon2.memory, "time": argon2.time, "parallelism": argon2.parallelism}
        console.say_json({"ok": True, "passwordHash": name, "argon2id": costs})
    elif value is None and not changes:
        console.say(name)
    elif current == "bcrypt":
        console.say("New passwords are hashed with bcrypt.")
    else:
        console.say(f"New passwords are hashed with argon2id ({shown}).")


async def _store(opened: App, value: PasswordHash | None, changes: dict[str, int]) -> None:
    from msgspec.structs import replace

    from fastcms.settings import load

    read = opened.store.read_now
    algorithm = value or ("bcrypt" if load.password_hash(read) == "bcrypt" else "argon2id")
    if algorithm == "bcrypt":
        if changes:
            raise console.Failure(
                "--memory, --time and --parallelism are argon2id's; say argon2id as well"
            )
        await opened.store.write(lambda tx: load.save_password_hash(tx, "bcrypt"))
        return
    profile = replace(load.argon2_profile(read), **changes)
    if profile.is_weak:
        raise console.Failure(
            "that is weaker than OWASP's least: memory (MiB) times time must be 35 or more"
        )
    await opened.store.write(lambda tx: load.save_password_hash(tx, profile))


Change = Annotated[
    str | None,
    typer.Argument(
        metavar="JSON",
        show_default=False,
        help="An object that is merged into the setting; - reads it from stdin.",
    ),
]


@app.command("sms")
def sms(context: typer.Context, change: Change = None, directory: DataDir = None) -> None:
    """How text messages are sent, as JSON without its secrets.

    \b
    fastcms settings sms
    """
    _document(chosen_dir(context, directory), "sms", change, "text messages")


@app.command("storage")
def storage(context: typer.Context, change: Change = None, directory: DataDir = None) -> None:
    """Azure or Google as the place of files, as JSON without its secrets.

    For example: fastcms settings storage - < azure.json
    """
    _document(chosen_dir(context, directory), "storage", change, "places for files")


def _document(data_dir: Path, name: str, change: str | None, what: str) -> None:
    """Merges a change into a document of our own, if there is one, and shows the document."""
    import sys

    import msgspec

    from fastcms.errors import leaves
    from fastcms.settings.change import changed_own
    from fastcms.settings.documents import load_documents, save_documents
    from fastcms.settings.validate import problems

    body: dict[str, object] = {}

    def write(tx: Tx) -> None:
        old = load_documents(tx.execute)
        new = changed_own(old[name], body)
        for path, _ in leaves(problems(new)):
            raise ValueError(f"{path} is missing or not valid")
        save_documents(tx, old, {**old, name: new})

    async def work(app: App) -> dict[str, object]:
        if change is not None:
            await app.store.write(write)
        return load_documents(app.store.read_now)[name].to_json()

    try:
        if change is not None:
            text = sys.stdin.read() if change == "-" else change
            body = msgspec.json.decode(text, type=dict[str, object])
        console.say_json(on(data_dir, work))
    except ValueError as error:
        raise console.Failure(f"that is not a setting of {what}: {error}") from error
