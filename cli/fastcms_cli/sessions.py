"""`sessions` of `fastcms superuser` and `fastcms user`: who is signed in, and who no longer is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console, opened

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.records.record import Record

SessionId = Annotated[
    str | None,
    typer.Argument(metavar="[SESSION]", show_default=False, help="One of them; all if left out."),
]


def show(data_dir: Path, collection: str, email: str | None, *, as_json: bool) -> None:
    """Prints the sessions of an account, the one used last first."""

    async def look(app: App) -> list[dict[str, str]]:
        from fastcms.auth import sessions
        from fastcms.clock import seconds_text

        record = await _account(app, collection, email)
        return [
            {
                "id": session.id,
                "method": session.method,
                "device": session.device,
                "address": session.address,
                "created": seconds_text(session.created),
                "used": seconds_text(session.used),
                "expires": seconds_text(session.expires),
                "impersonatedBy": session.impersonated_by,
            }
            for session in await sessions.active(app, record)
        ]

    items = opened.on(data_dir, look)
    if as_json:
        console.say_json({"ok": True, "items": items})
        return
    if not items:
        console.say("Nobody is signed in.")
    for item in items:
        where = f"{item['device'] or 'an unknown device'} at {item['address'] or 'no address'}"
        console.say(f"{item['id']}  {item['method']}  {where}, used {item['used']}")


def revoke(
    data_dir: Path, collection: str, email: str | None, session: str | None, *, as_json: bool
) -> None:
    """Ends one session of an account, or all that were ever begun."""

    async def end(app: App) -> None:
        from fastcms.auth import accounts, sessions

        record = await _account(app, collection, email)
        if session is None:
            # Tokens that belong to no session end as well.
            await accounts.end_all_sessions(app, record)
        elif not await app.store.write(lambda tx: sessions.end(tx, record, session)):
            raise console.Failure(
                f'"{email}" has no session "{session}"; see sessions list {email}'
            )

    opened.on(data_dir, end)
    if as_json:
        console.say_json({"ok": True, "email": email, "session": session})
    elif session is None:
        console.say(f'Successfully ended all sessions of "{email}"!')
    else:
        console.say(f'Successfully ended the session "{session}" of "{email}"!')


async def _account(app: App, name: str, email: str | None) -> Record:
    from fastcms.auth.accounts import find_by_email

    if not email:
        raise console.Failure("missing email argument")
    collection = app.schema.find(name)
    if collection is None or not collection.is_auth:
        raise console.Failure(f'there is no auth collection "{name}"')
    record = await find_by_email(app, collection, email)
    if record is None:
        raise console.Failure(f'there is no account "{email}" in {collection.name}')
    return record
