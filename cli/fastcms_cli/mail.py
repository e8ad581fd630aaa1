"""`fastcms mail`: what was sent to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fastcms_cli import console, opened
from fastcms_cli.options import AsJson, DataDir, begin, existing_dir

app = typer.Typer(
    name="mail", help="The log of mails.", rich_markup_mode=None, invoke_without_command=True
)


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """The log of mails."""
    begin(context, directory)


@app.command("list")
def list_(
    context: typer.Context,
    filter_: Annotated[
        str, typer.Argument(metavar="[FILTER]", help="As in the API: status = 'failed'")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Mails to show.")] = 30,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows what was sent to whom, the newest first; never what it said.

    What was given up is sent again by `fastcms jobs queue retry`.

    \b
    fastcms mail list "status = 'failed'"
    """
    found = _mails(existing_dir(context, directory), filter_, limit)
    if as_json:
        console.say_json({"ok": True, "items": found})
        return
    if not found:
        console.say("There is no such mail.")
    for mail in found:
        console.say(_line(mail))


def _mails(data_dir: Path, filter_: str, limit: int) -> list[dict[str, Any]]:
    from fastcms.filters import FilterError
    from fastcms.mail.api import matching

    try:
        return opened.on(data_dir, lambda app: matching(app, filter_, limit))
    except FilterError as error:
        raise console.Failure(f"the filter is not valid: {error}") from error


def _line(mail: dict[str, Any]) -> str:
    parts = [mail["created"], mail["status"], mail["to"], mail["template"], mail["subject"]]
    if mail["error"]:
        parts.append(mail["error"])
    # A line is a line, whatever a mail server says.
    return "".join(c if c.isprintable() else "\ufffd" for c in "  ".join(filter(None, parts)))
