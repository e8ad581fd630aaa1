"""`fastcms user`: the accounts of any auth collection."""

from __future__ import annotations

from typing import Annotated

import typer

from fastcms_cli import accounts, locks
from fastcms_cli import otp as one_time
from fastcms_cli.accounts import Email, Order, Password
from fastcms_cli.locks import Trust
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

app = typer.Typer(help="Manages the accounts of an auth collection.")

CollectionName = Annotated[
    str, typer.Option("--collection", help="Name or id of the auth collection.")
]

totp = typer.Typer(help="Manages authenticator apps.", no_args_is_help=True)
app.add_typer(totp, name="totp")


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
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates an account, or changes the password of an existing one."""
    order = Order("upsert", "user", collection, email, password, as_json)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def create(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates a new account."""
    order = Order("create", "user", collection, email, password, as_json)
    accounts.run(chosen_dir(context, directory), order)


@app.command()
def update(
    context: typer.Context,
    *,
    email: Email = None,
    password: Password = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Changes the password of an account."""
    order = Order("update", "user", collection, email, password, as_json)
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
    """Deletes an account."""
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
    """Lets an account in without the authenticator app that its owner has lost."""
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
    """Lifts the locks that failed attempts have put on an account."""
    locks.unlock(chosen_dir(context, directory), collection, email, trust, as_json=as_json)


@app.command("locks")
def list_locks(
    context: typer.Context,
    *,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists what is locked after failed attempts."""
    locks.show(chosen_dir(context, directory), collection, as_json=as_json)


@app.command()
def otp(
    context: typer.Context,
    *,
    email: Email = None,
    collection: CollectionName = "users",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes a one-time password for an account."""
    one_time.run(chosen_dir(context, directory), "user", collection, email, as_json=as_json)
