"""`fastcms settings test`: tries out what the settings describe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console, opened
from fastcms_cli.options import AsJson, DataDir, begin, existing_dir

if TYPE_CHECKING:
    from fastcms.core import App

app = typer.Typer(help="Tries out what the settings describe.")


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Tries out what the settings describe; exits with 1 where it does not work."""
    begin(context, directory)


@app.command("email")
def email(
    context: typer.Context,
    address: str,
    *,
    template: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="verification, password-reset, email-change, otp or login-alert.",
        ),
    ] = "verification",
    collection: Annotated[
        str, typer.Option(metavar="NAME", help="Whose mail; that of superusers if not given.")
    ] = "",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Sends a mail to look at.

    \b
    fastcms settings test email me@example.com
    fastcms settings test email me@example.com --template otp --collection users
    """

    async def work(app: App) -> str:
        from fastcms.auth.sample_mail import send_sample

        await send_sample(app, app.schema, address, template, collection)
        return f"Successfully sent a mail to {address}!"

    _try(context, directory, work, as_json=as_json)


@app.command("s3")
def s3(
    context: typer.Context,
    filesystem: Annotated[
        str, typer.Argument(metavar="[storage|backups]", help="Which bucket.")
    ] = "storage",
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Keeps and removes a file in the bucket of files, or in that of backups.

    \b
    fastcms settings test s3 --json
    """

    async def work(app: App) -> str:
        from fastcms.files.object_store import s3 as bucket_of
        from fastcms.upkeep.trials import try_storage

        buckets = {"storage": app.settings.s3, "backups": app.settings.backups.s3}
        if filesystem not in buckets:
            raise console.Failure(f"{filesystem}: say storage or backups")
        bucket = buckets[filesystem]
        if not bucket.enabled:
            section = "s3" if filesystem == "storage" else "backups.s3"
            raise console.Failure(
                f"the bucket is not in use; fastcms settings set {section}.enabled=true …"
            )
        await try_storage(bucket_of(bucket))
        return f"Successfully kept and removed a file in {bucket.bucket}!"

    _try(context, directory, work, as_json=as_json)


@app.command("storage")
def storage(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="[PLACE]", help="local, s3, azure or gcs; the one in use.")
    ] = "",
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Keeps and removes a file in a place for files, in use or not.

    \b
    fastcms settings test storage
    """

    async def work(app: App) -> str:
        from fastcms.files.places import PLACES
        from fastcms.upkeep.trials import try_storage

        chosen = next((known for known in PLACES if known == place), None)
        if place and chosen is None:
            raise console.Failure(f"{place}: say one of {', '.join(PLACES)}")
        chosen = chosen or app.places.chosen
        await try_storage(app.places.open(chosen))
        return f"Successfully kept and removed a file in {chosen}!"

    _try(context, directory, work, as_json=as_json)


@app.command("sms")
def sms(
    context: typer.Context,
    phone: str,
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Sends a text message.

    \b
    fastcms settings test sms +4915112345678
    """

    async def work(app: App) -> str:
        from fastcms.auth import phones
        from fastcms.upkeep.trials import try_sms

        number = phones.normal(phone)
        if not number:
            raise console.Failure(f"{phone}: write the number with its country, like +49…")
        await try_sms(app, number)
        return f"Successfully sent a message to {number}!"

    _try(context, directory, work, as_json=as_json)


@app.command("webhook")
def webhook(
    context: typer.Context,
    url: str,
    *,
    secret_file: Annotated[
        typer.FileText | None,
        typer.Option(metavar="FILE", help="Holds the secret to sign with; - is stdin."),
    ] = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Posts a small event to an address, also one on this machine.

    \b
    fastcms settings test webhook https://example.com/hook
    fastcms settings test webhook http://127.0.0.1:3000/hook --secret-file secret.txt
    """
    secret = secret_file.read().strip() if secret_file is not None else ""

    async def work(_: App) -> str:
        from fastcms.upkeep.trials import try_webhook

        answered = await try_webhook(url, secret, public_only=False)
        told = f"it answered {answered.status} after {answered.milliseconds:g} ms"
        if not 200 <= answered.status < 300:
            raise console.Failure(told)
        return f"Successfully sent, {told}!"

    _try(context, directory, work, as_json=as_json)


@app.command("database")
def database(context: typer.Context, *, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Reads from and writes to the databases, and tells how long it took.

    \b
    fastcms settings test database
    """

    async def work(app: App) -> str:
        from fastcms.upkeep.trials import try_database

        found: dict[str, Any] = await try_database(app)
        data, logs = found["data"], found["logs"]
        return (
            f"data.db: read in {data['read']} ms, written in {data['write']} ms; "
            f"auxiliary.db: written in {logs['write']} ms"
        )

    _try(context, directory, work, as_json=as_json)


def _try(
    context: typer.Context,
    directory: Any,
    work: Callable[[App], Awaitable[str]],
    *,
    as_json: bool,
) -> None:
    from fastcms.errors import ApiError, leaves
    from fastcms.upkeep.trials import TrialError

    try:
        message = opened.on(existing_dir(context, directory), work)
    except (ApiError, TrialError, console.Failure) as error:
        wrong = leaves(error.data) if isinstance(error, ApiError) else ()
        reason = "; ".join(f"{path}: {problem.message}" for path, problem in wrong)
        text = " ".join((reason or str(error)).split())
        if not as_json:
            raise console.Failure(text) from error
        console.say_json({"ok": False, "message": text})
        raise typer.Exit(1) from error
    if as_json:
        console.say_json({"ok": True, "message": message})
    else:
        console.say(message)
