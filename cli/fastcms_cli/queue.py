"""`fastcms jobs queue`: what waits to be done, and what was given up."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fastcms_cli import console, opened
from fastcms_cli.options import AsJson, DataDir, begin, existing_dir

app = typer.Typer(
    name="queue",
    help="Tasks that wait or were given up, as mails that could not be sent.",
    rich_markup_mode=None,
    invoke_without_command=True,
)
Id = Annotated[int | None, typer.Argument(metavar="[ID]", help="The task's id.")]


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Tasks that wait or were given up, as mails that could not be sent."""
    begin(context, directory)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    state: Annotated[str, typer.Option(help="Only tasks that are waiting, running or dead.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Tasks to show.")] = 30,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows the tasks, the newest first. A dead one was given up: see `retry`.

    \b
    fastcms jobs queue list --state dead
    """
    from fastcms.queue import letters

    wanted = next((known for known in letters.STATES if known == state), None)
    if state and wanted is None:
        raise console.Failure(f'no task is "{state}"; say {", ".join(letters.STATES)}')
    found = opened.on(
        existing_dir(context, directory), lambda on: letters.listed(on.store, wanted, limit)
    )
    if as_json:
        console.say_json({"ok": True, "items": found})
        return
    if not found:
        console.say("There is no such task.")
    for task in found:
        console.say(_line(task))


@app.command("retry")
def retry(
    context: typer.Context,
    id_: Id = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Has a dead task done again: by the server that runs, or else when one starts.

    \b
    fastcms jobs queue retry 42
    fastcms jobs queue retry --all
    """
    from fastcms.queue import letters

    if (id_ is None) is not every:
        raise console.Failure("say the id of a task, or --all")
    count = opened.on(
        existing_dir(context, directory),
        lambda on: letters.retry(on.queue, on.store, id_),
    )
    if id_ is not None and not count:
        raise _missing(id_, "dead task", "--state dead")
    if as_json:
        console.say_json({"ok": True, "retried": count})
    else:
        console.say(f"Successfully queued {count} task{'' if count == 1 else 's'} again!")


@app.command("delete")
def delete(
    context: typer.Context,
    id_: Annotated[int, typer.Argument(metavar="ID", help="The task's id.")],
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Removes a task that nobody works on: it will not be done.

    \b
    fastcms jobs queue delete 42
    """
    from fastcms.queue import letters

    if not opened.on(existing_dir(context, directory), lambda on: letters.delete(on.store, id_)):
        raise _missing(id_, "task to remove", "")
    if as_json:
        console.say_json({"ok": True, "deleted": id_})
    else:
        console.say(f"Successfully deleted task {id_}!")


def _missing(id_: int, noun: str, option: str) -> console.Failure:
    command = f"fastcms jobs queue list {option}".strip()
    return console.Failure(f"there is no {noun} {id_}; {command} shows them")


def _line(task: dict[str, Any]) -> str:
    parts = [task["created"], str(task["id"]), task["state"], task["label"]]
    if task["attempts"]:
        parts.append(f"{task['attempts']} attempts")
    if task["error"]:
        parts.append(task["error"])
    # A line is a line, whatever a mail server says.
    return "".join(c if c.isprintable() else "\ufffd" for c in "  ".join(parts))
