"""`fastcms superuser`."""

from __future__ import annotations

import typer

from fastcms_cli import accounts, locks
from fastcms_cli import otp as one_time
from fastcms_cli.accounts import Action, AllowCommon, Email, Order, Password
from fastcms_cli.locks import Trust
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

app = typer.Typer(help="Manages superusers.")

totp = typer.Typer(help="Manages authenticator apps.", no_args_is_help=True)
app.add_typer(totp, name="totp")


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Manages superusers."""
    begin(context, directory)


@app.command()
def upsert(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a superuser, or changes the password of an existing one."""
    order = _order("upsert", email, password, as_json)._replace(allow_common=allow_common)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def create(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a new superuser."""
    order = _order("create", email, password, as_json)._replace(allow_common=allow_common)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def update(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Changes the password of a superuser."""
    order = _order("update", email, password, as_json)._replace(allow_common=allow_common)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def delete(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Deletes a superuser."""
    accounts.run(chosen_dir(context, directory), _order("delete", email, None, as_json))


@totp.command("disable")
def disable_totp(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lets a superuser in without the authenticator app that was lost."""
    accounts.run(chosen_dir(context, directory), _order("disable totp", email, None, as_json))


@app.command()
def unlock(
    context: typer.Context,
    *,
    email: Email = None,
    trust: Trust = "",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lifts the locks that failed attempts have put on a superuser."""
    locks.unlock(chosen_dir(context, directory), "_superusers", email, trust, as_json=as_json)


@app.command("locks")
def list_locks(
    context: typer.Context,
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists what is locked after failed attempts."""
    locks.show(chosen_dir(context, directory), "_superusers", as_json=as_json)


@app.command()
def otp(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes a one-time password for a superuser."""
    data_dir = chosen_dir(context, directory)
    one_time.run(data_dir, "superuser", "_superusers", email, as_json=as_json)


def _order(action: Action, email: str | None, password: str | None, as_json: bool) -> Order:
    return Order(action, "superuser", "_superusers", email, password, as_json)
