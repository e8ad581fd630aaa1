"""What `fastcms superuser` and `fastcms user` do about locks that failed attempts have caused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.schema.collection import Collection

Trust = Annotated[
    str,
    typer.Option(
        "--trust",
        metavar="ADDRESS",
        help="Let the account in from this address, whoever else fails on it.",
        show_default=False,
    ),
]


def unlock(
    data_dir: Path, collection: str, email: str | None, trust: str, *, as_json: bool
) -> None:
    """Lifts the locks of an account and says so."""
    if not email:
        raise console.Failure("missing email argument")

    import asyncio

    from fastcms.auth.lockout_requests import is_address
    from fastcms.directory import open_directory

    if trust and not is_address(trust):
        raise console.Failure(f'"{trust}" is no IP address')
    app = open_directory(data_dir)
    try:
        found = _auth_collection(app, collection)
        asyncio.run(_unlock(app, found, email, trust))
    finally:
        app.close()
    if as_json:
        console.say_json({"ok": True, "email": email})
    else:
        console.say(f'Successfully unlocked "{email}"!')


def show(data_dir: Path, collection: str, *, as_json: bool) -> None:
    """Prints the locks of this moment."""
    import asyncio

    from fastcms.directory import open_directory

    app = open_directory(data_dir)
    try:
        items = asyncio.run(_listed(app, _auth_collection(app, collection)))
    finally:
        app.close()
    if as_json:
        console.say_json({"ok": True, "items": items})
        return
    if not items:
        console.say("Nothing is locked.")
    for item in items:
        whose = item["email"] or item["record"] or "an unknown account"
        what = {
            "account": whose,
            "pair": f"{whose} from {item['address']}",
            "address": f"all accounts from {item['address']}",
        }
        failures = f"{item['failures']} failed attempts"
        console.say(f"{what[item['scope']]}: until {item['until']}, {failures}")


async def _unlock(app: App, collection: Collection, email: str, trust: str) -> None:
    from fastcms.auth import lockout
    from fastcms.auth.accounts import find_by_email

    record = await find_by_email(app, collection, email)
    if record is None:
        raise console.Failure(f'there is no account "{email}" in {collection.name}')
    await lockout.unlock(app, record, trust)


async def _listed(app: App, collection: Collection) -> list[dict[str, Any]]:
    from fastcms.auth import lockout_requests
    from fastcms.records.compiled import compiled
    from fastcms.records.write import find

    items = await lockout_requests.current(app, collection)
    plan = compiled(app.schema, collection)
    for item in items:
        record = await find(app, plan, item["record"]) if item["record"] else None
        item["email"] = str(record["email"]) if record is not None else ""
    return items


def _auth_collection(app: App, name: str) -> Collection:
    collection = app.schema.find(name)
    if collection is None or not collection.is_auth:
        raise console.Failure(f'there is no auth collection "{name}"')
    return collection
