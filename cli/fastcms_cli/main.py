"""The command `fastcms`. Its help has to be quick, so commands import the server when they run."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from fastcms.extend import pip
from fastcms.images.jobs import COMMAND
from fastcms_cli import (
    audit,
    backup,
    collection,
    config,
    console,
    custom,
    doctor,
    encryption,
    files,
    health,
    hooks,
    jobs,
    logs,
    mail,
    migrate,
    openapi,
    plugins,
    records,
    restore,
    rules,
    serve,
    settings,
    superuser,
    types,
    user,
)
from fastcms_cli.options import DataDir, begin

app = typer.Typer(
    name="fastcms",
    help="A backend in one file that speaks PocketBase's protocol.",
    # Plain help: rich would take longer to load than the help takes to show.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.add_typer(migrate.app, name="migrate")
app.add_typer(superuser.app, name="superuser")
app.add_typer(user.app, name="user")
app.add_typer(settings.app, name="settings")
records.register(collection.app)
app.add_typer(collection.app, name="collection")
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")
app.add_typer(hooks.app, name="hooks")
app.add_typer(plugins.app, name="plugins")
app.add_typer(jobs.app, name="jobs")
app.add_typer(logs.app, name="logs")
app.add_typer(mail.app, name="mail")
app.command("audit")(audit.audit)
app.add_typer(files.app, name="files")
backup.app.command("restore")(restore.restore)
app.add_typer(backup.app, name="backup")
app.command("doctor")(doctor.doctor)
app.command("health")(health.health)
app.command("types")(types.types)
app.command("openapi")(openapi.openapi)


_SWITCH = re.compile(r"^--(automigrate|dev|hooks|hooksStrict|hooksWatch|indexFallback)=false$")
_SWITCHED_ON = re.compile(r"^--(automigrate|dev|hooks|hooksStrict|hooksWatch|indexFallback)=true$")


def _show_version(wanted: bool) -> None:
    if wanted:
        from fastcms import __version__

        console.say(f"fastcms version {__version__}")
        raise typer.Exit


@app.command(COMMAND, hidden=True)
def image_worker() -> None:
    """An image process of a server: the executable has no other way to start one."""
    from fastcms.images.worker import main as work

    work()


@app.command(pip.COMMAND, hidden=True)
def pip_worker(archive: str, arguments: list[str]) -> None:
    """pip for the executable, which has no other way to start it."""
    pip.main(archive, arguments)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    directory: DataDir = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-v", help="Print the version.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A backend in one file that speaks PocketBase's protocol."""
    begin(context, directory)


def _without_values(arguments: Sequence[str]) -> list[str]:
    """Flags as FastCMS has them where they are written as for PocketBase: `--dev=false`."""
    changed = (_SWITCH.sub(r"--no-\1", argument) for argument in arguments)
    return [_SWITCHED_ON.sub(r"--\1", argument) for argument in changed]


def build() -> Any:
    """All commands but those of hooks. A run adds these to it, so each run needs its own."""
    return encryption.give_options(typer.main.get_command(app))


def main(arguments: Sequence[str] | None = None, built: Any = None) -> None:
    """Runs a command line, by default the process's own. What fails is one line, exit code 1.

    built: what `build` has made before, for this run alone.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        command = build() if built is None else built
        given = _without_values(given)
        defaults = config.prepare(command, given)
        custom.add(command, given)
        code = command(given, prog_name="fastcms", standalone_mode=False, default_map=defaults)
    except (typer.Abort, KeyboardInterrupt):
        console.fail("the command was cancelled")
    except typer.TyperException as error:
        console.fail(error.format_message())
    except console.Failure as error:
        console.fail(str(error))
    except Exception as error:
        from fastcms.errors import StartError
        from fastcms.store.errors import StoreError

        if not isinstance(error, StartError | StoreError):
            raise
        console.fail(str(error))
    raise SystemExit(code or 0)
