"""`fastcms superuser otp` and `fastcms user otp`. The texts are the reference's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from fastcms_cli import console

if TYPE_CHECKING:
    from fastcms.core import App


class Issued(NamedTuple):
    """A one-time password that was made."""

    id: str
    code: str
    seconds: int


def run(data_dir: Path, noun: str, collection: str, email: str | None, *, as_json: bool) -> None:
    """Makes a one-time password and shows it. Raises Failure, with --json after printing it too."""
    try:
        issued = _run(data_dir, noun, collection, email)
    except console.Failure as failure:
        if as_json:
            console.say_json({"ok": False, "message": str(failure)})
            raise typer.Exit(1) from failure
        raise
    if as_json:
        console.say_json(
            {
                "ok": True,
                "email": email,
                "otpId": issued.id,
                "password": issued.code,
                "seconds": issued.seconds,
            }
        )
        return
    console.say(
        f'Successfully created OTP for {noun} "{email}":\n'
        f"├─ Id:    {issued.id}\n"
        f"├─ Pass:  {issued.code}\n"
        f"└─ Valid: {issued.seconds}s\n"
    )


def _run(data_dir: Path, noun: str, collection: str, email: str | None) -> Issued:
    from fastcms.fields.email import is_email

    if not email or not is_email(email):
        raise console.Failure("invalid or missing email address")

    import asyncio

    from fastcms.directory import open_directory

    app = open_directory(data_dir)
    try:
        return asyncio.run(_issue(app, noun, collection, email))
    finally:
        app.close()


async def _issue(app: App, noun: str, name: str, email: str) -> Issued:
    from fastcms.auth import accounts, otps

    collection = app.schema.find(name)
    if collection is None or collection.auth is None:
        raise console.Failure(f'there is no auth collection "{name}"')
    record = await accounts.find_by_email(app, collection, email)
    if record is None:
        raise console.Failure(f'{noun} with email "{email}" doesn\'t exist')
    if not collection.auth.otp.enabled:
        raise console.Failure(f"OTP auth is not enabled for the {collection.name} collection")
    code = otps.new_code(collection)
    # It was sent nowhere, so it proves no address.
    otp_id, _ = await otps.issue(app, collection, record, "", code)
    return Issued(otp_id, code, collection.auth.otp.duration)
