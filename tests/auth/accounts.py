"""Accounts and settings that the tests of sign-in begin with."""

from typing import Any

from tests.inprocess import Client
from tests.mailserver import Mail, MailServer

USERS = "/api/collections/users"
PASSWORD = "password123"


async def add(client: Client, name: str = "ann", **more: Any) -> str:
    """An account `NAME@example.com`; returns its id."""
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    body = {"email": f"{name}@example.com", **secret, **more}
    answer = await client("POST", f"{USERS}/records", body)
    assert answer.status == 200, answer.body
    return str(answer.json()["id"])


async def change_users(client: Client, **changes: Any) -> None:
    answer = await client("PATCH", USERS, changes)
    assert answer.status == 200, answer.body


async def mail_to(client: Client, mails: MailServer, **meta: str) -> None:
    """Has the server send its mails to this one."""
    body = {**mails.settings, "meta": meta} if meta else mails.settings
    answer = await client("PATCH", "/api/settings", body)
    assert answer.status == 200, answer.body


async def sent(client: Client) -> None:
    """Returns when everything that waits to be sent has been tried."""
    await client.app.background.drain()
    await client.app.queue.work()
    await client.app.background.drain()


async def arrived(client: Client, mails: MailServer, count: int = 1) -> list[Mail]:
    """That many mails, after everything that the server has begun to send."""
    await sent(client)
    return mails.wait(count)
