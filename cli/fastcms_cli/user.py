"""`fastcms user`: the accounts of any auth collection."""

from __future__ import annotations

from typing import Annotated

import typer

from fastcms_cli import account_list, accounts, locks
from fastcms_cli import otp as one_time
from fastcms_cli import sessions as account_sessions
from fastcms_cli.account_list import MOST, Limit
from fastcms_cli.accounts import Email, Order, Password, PasswordStdin
from fastcms_cli.locks import Trust
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir, existing_dir
from fastcms_cli.sessions import SessionId

app = typer.Typer(help="Manages the accounts of an auth collection.")

CollectionName = Annotated[
    str, typer.Option("--collection", help="Name or id of the auth collection.")
]

totp = typer.Typer(help="Manages authenticator apps.", no_args_is_help=True)
app.add_typer(totp, name="totp")

sessions = typer.Typer(help="Shows and ends sessions.", no_args_is_help=True)
app.add_typer(sessions, name="sessions")


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Manages the accounts of an auth collection."""
    begin(context, directory)


@app.command()
def upsert(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    password_stdin: PasswordStdin = False,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates an account, or changes the password of an existing one.

    \b
    fastcms user upsert ann@example.com
    pass show ann | fastcms user upsert ann@example.com --password-stdin
    """
    order = Order("upsert", "user", collection, email, password, as_json, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def create(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    password_stdin: PasswordStdin = False,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a new account.

    \b
    fastcms user create ann@example.com --collection members
    FASTCMS_PASSWORD=… fastcms user create ann@example.com --json
    """
    order = Order("create", "user", collection, email, password, as_json, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def update(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    password_stdin: PasswordStdin = False,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Changes the password of an account.

    \b
    fastcms user update ann@example.com
    """
    order = Order("update", "user", collection, email, password, as_json, stdin=password_stdin)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def delete(
    context: typer.Context,
    *,
    email: Email = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Deletes an account.

    \b
    fastcms user delete ann@example.com --collection members
    """
    order = Order("delete", "user", collection, email, None, as_json)
    accounts.run(chosen_dir(context, directory), order)


@totp.command("disable")
def disable_totp(
    context: typer.Context,
    *,
    email: Email = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lets an account in without the authenticator app that its owner has lost.

    \b
    fastcms user totp disable ann@example.com
    """
    order = Order("disable totp", "user", collection, email, None, as_json)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def unlock(
    context: typer.Context,
    *,
    email: Email = None,
    trust: Trust = "",
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lifts the locks that failed attempts have put on an account.

    \b
    fastcms user unlock ann@example.com --trust 203.0.113.7
    """
    locks.unlock(chosen_dir(context, directory), collection, email, trust, as_json=as_json)


@app.command("locks")
def list_locks(
    context: typer.Context,
    *,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists what is locked after failed attempts.

    \b
    fastcms user locks --collection members
    """
    locks.show(chosen_dir(context, directory), collection, as_json=as_json)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    collection: CollectionName = "users",
    limit: Limit = MOST,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists the accounts of an auth collection.

    \b
    fastcms user list --collection members --limit 20
    """
    account_list.show(existing_dir(context, directory), collection, limit, as_json=as_json)


@sessions.command("list")
def list_sessions(
    context: typer.Context,
    *,
    email: Email = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists the sessions of an account, the one used last first.

    \b
    fastcms user sessions list ann@example.com
    """
    account_sessions.show(existing_dir(context, directory), collection, email, as_json=as_json)


@sessions.command("revoke")
def revoke_sessions(
    context: typer.Context,
    *,
    email: Email = None,
    session: SessionId = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Ends a session of an account, or all of them with every token that was ever issued.

    \b
    fastcms user sessions revoke ann@example.com
    """
    data_dir = existing_dir(context, directory)
    account_sessions.revoke(data_dir, collection, email, session, as_json=as_json)


@app.command()
def otp(
    context: typer.Context,
    *,
    email: Email = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes a one-time password for an account.

    \b
    fastcms user otp ann@example.com
    """
    one_time.run(chosen_dir(context, directory), "user", collection, email, as_json=as_json)
