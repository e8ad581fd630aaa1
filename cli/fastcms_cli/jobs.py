"""`fastcms jobs`: what runs by the clock, what became of it, and a way to run it now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console, opened, queue
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

if TYPE_CHECKING:
    from fastcms.core import App

app = typer.Typer(
    name="jobs", help="What runs by the clock.", rich_markup_mode=None, invoke_without_command=True
)
app.add_typer(queue.app, name="queue")
Name = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """What runs by the clock."""
    begin(context, directory)


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Shows the jobs and when they run, as cron expressions in UTC.

    \b
    fastcms jobs list
    """

    async def look(opened: App) -> list[dict[str, str]]:
        from fastcms.jobs.api import listed

        return listed(opened)

    found = opened.on(chosen_dir(context, directory), look)
    if as_json:
        console.say_json({"ok": True, "items": found})
        return
    for job in found:
        console.say(f"{job['expression']:<15} {job['id']}")


@app.command("run")
def run(
    context: typer.Context, job: Name, *, as_json: AsJson = False, directory: DataDir = None
) -> None:
    """Runs a job now and waits for its end.

    \b
    fastcms jobs run __pbDBOptimize__
    """

    async def act(opened: App) -> dict[str, Any]:
        from fastcms.jobs import runs

        if job not in opened.jobs:
            raise console.Failure(f'there is no job "{job}"; fastcms jobs list shows them')
        id_ = await runs.claim(opened, job)
        assert id_ is not None
        await runs.run(opened, opened.jobs[job], id_)
        found: dict[str, Any] = (await runs.history(opened, job, 1))[0]
        return found

    done = opened.on(chosen_dir(context, directory), act)
    if done["error"]:
        raise console.Failure(f"{job} failed: {done['error']}")
    if as_json:
        console.say_json({"ok": True, "run": done})
    else:
        console.say(f"Successfully ran {job} in {done['seconds']} s!")


@app.command("history")
def history(
    context: typer.Context,
    job: Annotated[
        str, typer.Argument(metavar="[JOB]", help="The job's id; all if not given.")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Runs to show.")] = 30,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows what jobs did, the newest run first.

    \b
    fastcms jobs history __pbLogsCleanup__
    """

    async def look(opened: App) -> list[Any]:
        from fastcms.jobs import runs

        return await runs.history(opened, job, limit)

    found = opened.on(chosen_dir(context, directory), look)
    if as_json:
        console.say_json({"ok": True, "items": found})
        return
    if not found:
        console.say("No job has run.")
    for done in found:
        end = done["error"] or (f"{done['seconds']} s" if done["finished"] else "not finished")
        console.say(f"{done['started']}  {done['job']}: {end}")
