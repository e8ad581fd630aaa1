"""What `fastcms superuser` and `fastcms user` have in common. The texts are the reference's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeAlias

import typer

from fastcms_cli import console

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.errors import ApiError

Action: TypeAlias = Literal["upsert", "create", "update", "delete", "disable totp"]

Email = Annotated[str | None, typer.Argument(metavar="EMAIL", show_default=False)]
Password = Annotated[
    str | None,
    typer.Argument(metavar="PASSWORD", show_default=False, help="Asked for when it is left out."),
]

PasswordStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from stdin: nobody sees it there."),
]
# Where PASSWORD may stand instead, for containers.
VARIABLE = "FASTCMS_PASSWORD"

AllowCommon = Annotated[
    bool, typer.Option("--allow-common", help="Take a password that many people have.")
]

_DONE: dict[Action, str] = {
    "upsert": 'Successfully saved {noun} "{email}"!',
    "create": 'Successfully created new {noun} "{email}"!',
    "update": 'Successfully changed {noun} "{email}" password!',
    "delete": 'Successfully deleted {noun} "{email}"!',
    "disable totp": 'Successfully disabled the authenticator app of {noun} "{email}"!',
}
_FAILED: dict[Action, str] = {
    "upsert": "failed to upsert {noun} account: {reason}",
    "create": "failed to create new {noun} account: {reason}",
    "update": 'failed to change {noun} "{email}" password: {reason}',
    "delete": 'failed to delete {noun} "{email}": {reason}',
    "disable totp": 'failed to disable the authenticator app of {noun} "{email}": {reason}',
}


class Order(NamedTuple):
    """One command line, read."""

    action: Action
    noun: str
    collection: str
    email: str | None
    password: str | None = None
    as_json: bool = False
    allow_common: bool = False
    stdin: bool = False


def run(data_dir: Path, order: Order) -> None:
    """Carries the order out and says so. Raises Failure, with --json after printing it too."""
    try:
        message = _run(data_dir, order)
    except console.Failure as failure:
        if order.as_json:
            console.say_json({"ok": False, "message": str(failure)})
            raise typer.Exit(1) from failure
        raise
    if order.as_json:
        console.say_json({"ok": True, "email": order.email, "message": message})
    else:
        console.say(message)


def _run(data_dir: Path, order: Order) -> str:
    email, password = _checked(order)

    import asyncio

    from fastcms.auth import installer
    from fastcms.directory import open_directory
    from fastcms.errors import ApiError

    app = open_directory(data_dir)
    try:
        installer.install(app)
        return asyncio.run(_carry_out(app, order, email, password))
    except ApiError as error:
        text = _FAILED[order.action]
        reason = _reason(error)
        raise console.Failure(text.format(noun=order.noun, email=email, reason=reason)) from error
    finally:
        app.close()


def _checked(order: Order) -> tuple[str, str]:
    """Email and password, the password asked for if need be."""
    from fastcms.fields.email import is_email

    email, password = order.email, _given_password(order)
    if order.action in ("delete", "disable totp"):
        if not email or not is_email(email):
            raise console.Failure("invalid or missing email address")
        return email, ""
    if email is None or (password is None and not console.can_ask()):
        raise console.Failure("missing email and password arguments")
    if not is_email(email):
        raise console.Failure("missing or invalid email address")
    return email, console.ask_password() if password is None else password


def _given_password(order: Order) -> str | None:
    """The password that somebody has given, in whichever way; None to ask for it."""
    import os

    if not order.stdin:
        return order.password if order.password is not None else os.environ.get(VARIABLE)
    if order.password is not None:
        raise console.Failure("give the password once: as PASSWORD, or with --password-stdin")
    import sys

    return sys.stdin.readline().rstrip("\r\n")


async def _carry_out(app: App, order: Order, email: str, password: str) -> str:
    from fastcms.auth import accounts, totp

    collection = app.schema.find(order.collection)
    if collection is None or not collection.is_auth:
        raise console.Failure(f'there is no auth collection "{order.collection}"')
    if collection.is_superusers and password and not order.allow_common:
        _check_common(email, password)
    match order.action:
        case "upsert":
            await accounts.upsert(app, collection, email, password)
        case "create":
            await accounts.create(app, collection, email, password)
        case "update":
            if await accounts.find_by_email(app, collection, email) is None:
                raise console.Failure(f'{order.noun} with email "{email}" doesn\'t exist')
            await accounts.update_password(app, collection, email, password)
        case "delete":
            if not await accounts.delete(app, collection, email):
                return f'{order.noun} "{email}" is missing or already deleted'
        case "disable totp":
            record = await accounts.find_by_email(app, collection, email)
            if record is None:
                raise console.Failure(f'{order.noun} with email "{email}" doesn\'t exist')
            if not await totp.remove(app, record):
                return f'{order.noun} "{email}" has no authenticator app'
    return _DONE[order.action].format(noun=order.noun, email=email)


def _check_common(email: str, password: str) -> None:
    from fastcms.records.password_policy import is_common

    if is_common(password, [email]):
        raise console.Failure(
            "this password is one of the first that anybody tries; take another one, "
            "or say --allow-common"
        )


def _reason(error: ApiError) -> str:
    from fastcms.errors import leaves

    found = [f"{path}: {problem.message}" for path, problem in leaves(error.data)]
    return "; ".join(found) or error.message
