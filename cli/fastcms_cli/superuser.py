"""`fastcms superuser`."""

from __future__ import annotations

import typer

from fastcms_cli import account_list, accounts, locks, superuser_ips
from fastcms_cli import otp as one_time
from fastcms_cli import sessions as account_sessions
from fastcms_cli.account_list import MOST, Limit
from fastcms_cli.accounts import Action, AllowCommon, Email, Order, Password, PasswordStdin
from fastcms_cli.locks import Trust
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir, existing_dir
from fastcms_cli.sessions import SessionId

app = typer.Typer(help="Manages superusers.")

totp = typer.Typer(help="Manages authenticator apps.", no_args_is_help=True)
app.add_typer(totp, name="totp")

sessions = typer.Typer(help="Shows and ends sessions.", no_args_is_help=True)
app.add_typer(sessions, name="sessions")

app.command("ips")(superuser_ips.ips)


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
    password_stdin: PasswordStdin = False,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a superuser, or changes the password of an existing one.

    \b
    fastcms superuser upsert me@example.com
    pass show fastcms | fastcms superuser upsert me@example.com --password-stdin
    """
    order = _order("upsert", email, password, as_json)
    order = order._replace(allow_common=allow_common, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def create(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    password_stdin: PasswordStdin = False,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a new superuser.

    \b
    fastcms superuser create me@example.com
    FASTCMS_PASSWORD=… fastcms superuser create me@example.com --json
    """
    order = _order("create", email, password, as_json)
    order = order._replace(allow_common=allow_common, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def update(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    password_stdin: PasswordStdin = False,
    allow_common: AllowCommon = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Changes the password of a superuser.

    \b
    fastcms superuser update me@example.com
    """
    order = _order("update", email, password, as_json)
    order = order._replace(allow_common=allow_common, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def delete(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Deletes a superuser.

    \b
    fastcms superuser delete me@example.com
    """
    accounts.run(chosen_dir(context, directory), _order("delete", email, None, as_json))


@totp.command("disable")
def disable_totp(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lets a superuser in without the authenticator app that was lost.

    \b
    fastcms superuser totp disable me@example.com
    """
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
    """Lifts the locks that failed attempts have put on a superuser.

    \b
    fastcms superuser unlock me@example.com --trust 203.0.113.7
    """
    locks.unlock(chosen_dir(context, directory), "_superusers", email, trust, as_json=as_json)


@app.command("locks")
def list_locks(
    context: typer.Context,
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists what is locked after failed attempts.

    \b
    fastcms superuser locks --json
    """
    locks.show(chosen_dir(context, directory), "_superusers", as_json=as_json)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    limit: Limit = MOST,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists the superusers.

    \b
    fastcms superuser list --json
    """
    data_dir = existing_dir(context, directory)
    account_list.show(data_dir, "_superusers", limit, as_json=as_json)


@sessions.command("list")
def list_sessions(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists the sessions of a superuser, the one used last first.

    \b
    fastcms superuser sessions list me@example.com
    """
    data_dir = existing_dir(context, directory)
    account_sessions.show(data_dir, "_superusers", email, as_json=as_json)


@sessions.command("revoke")
def revoke_sessions(
    context: typer.Context,
    *,
    email: Email = None,
    session: SessionId = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Ends a session of a superuser, or all of them with every token that was ever issued.

    \b
    fastcms superuser sessions revoke me@example.com
    """
    data_dir = existing_dir(context, directory)
    account_sessions.revoke(data_dir, "_superusers", email, session, as_json=as_json)


@app.command()
def otp(
    context: typer.Context,
    *,
    email: Email = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes a one-time password for a superuser.

    \b
    fastcms superuser otp me@example.com
    """
    data_dir = chosen_dir(context, directory)
    one_time.run(data_dir, "superuser", "_superusers", email, as_json=as_json)


def _order(action: Action, email: str | None, password: str | None, as_json: bool) -> Order:
    return Order(action, "superuser", "_superusers", email, password, as_json)
