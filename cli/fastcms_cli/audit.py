"""`fastcms audit`: which superusers acted in the name of others."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, chosen_dir

_SAYS = {
    "impersonate": "{at}  {actor} may act as {record} until {until}, from {address}",
    "exit": "{at}  {actor} no longer acts as {record}, ended from {address}",
}


def audit(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Entries to show.")] = 100,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows who impersonated whom, the newest entry first.

    \b
    fastcms audit --limit 20
    """
    import asyncio

    from fastcms.auth.audit import entries
    from fastcms.directory import open_directory

    opened = open_directory(chosen_dir(context, directory))
    try:
        found = asyncio.run(entries(opened, limit))
    finally:
        opened.close()
    if as_json:
        console.say_json({"ok": True, "items": found})
    elif not found:
        console.say("Nobody has impersonated anybody.")
    else:
        for entry in found:
            console.say(_line(entry))


def _line(entry: dict[str, Any]) -> str:
    actor = entry["actorEmail"] or entry["actor"]
    record = f"{entry['collection']}/{entry['recordEmail'] or entry['record']}"
    return _SAYS[entry["action"]].format(**entry | {"actor": actor, "record": record})
