"""`fastcms superuser list` and `fastcms user list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console, opened

if TYPE_CHECKING:
    from fastcms.core import App

Limit = Annotated[int, typer.Option("--limit", min=1, help="Accounts at most.")]

MOST = 100


def show(data_dir: Path, collection: str, limit: int, *, as_json: bool) -> None:
    """Prints the accounts of a collection in the order in which they came."""
    items = opened.on(data_dir, lambda app: _accounts(app, collection, limit))
    if as_json:
        console.say_json({"ok": True, "items": items})
        return
    if not items:
        console.say("There is none.")
    for item in items:
        verified = "" if item["verified"] else "  not verified"
        console.say(f"{item['id']}  {item['email'] or '(no email)'}{verified}")


async def _accounts(app: App, name: str, limit: int) -> list[dict[str, object]]:
    from fastcms.auth import accounts

    collection = app.schema.find(name)
    if collection is None or not collection.is_auth:
        raise console.Failure(f'there is no auth collection "{name}"')
    return [
        {"id": id_, "email": email, "verified": verified}
        for id_, email, verified in await accounts.first(app, collection, limit)
    ]
