"""`fastcms logs`: what the server wrote down of requests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

LOOK_SECONDS = 0.5

app = typer.Typer(
    name="logs", help="The log of requests.", rich_markup_mode=None, invoke_without_command=True
)
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="Entries to show.")]


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """The log of requests."""
    begin(context, directory)


@app.command("query")
def query(
    context: typer.Context,
    filter_: Annotated[
        str, typer.Argument(metavar="[FILTER]", help="As in the API: data.status >= 500")
    ] = "",
    *,
    limit: Limit = 30,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows the newest entries that a filter lets through, the oldest of them first.

    \b
    fastcms logs query "data.status >= 400" --json
    """
    found = _entries(chosen_dir(context, directory), filter_, limit)
    if as_json:
        console.say_json({"ok": True, "items": found})
        return
    if not found:
        console.say("There is no such entry.")
    for entry in found:
        console.say(_line(entry))


@app.command("tail")
def tail(
    context: typer.Context,
    *,
    limit: Limit = 10,
    follow: Annotated[bool, typer.Option(help="Wait for more, until Ctrl-C.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    directory: DataDir = None,
) -> None:
    """Shows the newest entries, and those that come.

    \b
    fastcms logs tail
    """
    import asyncio

    from fastcms import swap
    from fastcms.directory import open_directory
    from fastcms.logs.entries import FIRST, latest

    data_dir = chosen_dir(context, directory)

    async def look() -> bool:
        """Whether that was all; else a backup is to come, which the directory is let go for."""
        opened = open_directory(data_dir)
        try:
            last, most = FIRST, limit
            while swap.pending(data_dir) is None:
                for place, entry in await latest(opened, last, most):
                    last = place
                    if as_json:
                        console.say_json(entry)
                    else:
                        console.say(_line(entry))
                if not follow:
                    return True
                most = 100_000
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            opened.close()
        return False

    async def main() -> None:
        while not await look():
            pass

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        return


def _entries(data_dir: Path, filter_: str, limit: int) -> list[dict[str, Any]]:
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.filters import FilterError
    from fastcms.logs.entries import matching

    opened = open_directory(data_dir)
    try:
        return asyncio.run(matching(opened, filter_, limit))
    except FilterError as error:
        raise console.Failure(f"the filter is not valid: {error}") from error
    finally:
        opened.close()


def _line(entry: dict[str, Any]) -> str:
    data = entry["data"]
    parts = [entry["created"], str(data.get("status", entry["level"])), entry["message"]]
    if "execTime" in data:
        parts.append(f"{data['execTime']:.1f} ms")
    if data.get("error"):
        parts.append(data["error"])
    # A line is a line, whatever a client put into an address.
    return "".join(c if c.isprintable() else "\ufffd" for c in "  ".join(parts))
