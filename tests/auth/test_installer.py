"""The token of the first start, and that nobody without it becomes the first superuser."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import time
from typing import Any

import pytest

from fastcms.auth.installer import EMAIL, installer_token
from fastcms.auth.tokens import parse_token
from fastcms.directory import open_directory
from tests.auth.accounts import PASSWORD
from tests.inprocess import Client

ROOTS = "/api/collections/_superusers"
NEW = {"email": "eve@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}

# What a database without a schema would take for "any text".
ANY = [{"$gt": ""}, {"$ne": None}, [""], [EMAIL], {"": EMAIL}, True, 0]


def fresh(directory: Path, body: Callable[[Client, str], Awaitable[None]]) -> None:
    """Runs `body` on a directory that nobody has set up yet, with the token of its start."""

    async def main() -> None:
        app = open_directory(directory)
        try:
            await body(Client(app), await installer_token(app))
        finally:
            app.close()

    asyncio.run(main())


async def emails(client: Client) -> list[str]:
    return [row[0] for row in await client.app.store.read("SELECT email FROM _superusers")]


def test_the_token_is_good_for_half_an_hour_and_is_not_renewed(tmp_path):
    async def body(client: Client, token: str) -> None:
        parsed = parse_token(token)
        assert parsed is not None
        assert 0 < parsed.claims.exp - time() <= 30 * 60
        answer = await client("POST", f"{ROOTS}/auth-refresh", token=token)
        assert (answer.status, answer.json()["token"]) == (200, token)

    fresh(tmp_path, body)


@pytest.mark.parametrize("text", ["", "x", PASSWORD], ids=["none", "short", "usual"])
def test_nobody_signs_in_as_the_stand_in(tmp_path, text):
    async def body(client: Client, token: str) -> None:
        sent = {"identity": EMAIL, "password": text}
        assert (await client("POST", f"{ROOTS}/auth-with-password", sent)).status == 400

    fresh(tmp_path, body)


BODIES: list[tuple[str, dict[str, Any]]] = [
    (way, {**filled, name: value})
    for way, filled in (
        ("auth-with-password", {"identity": EMAIL, "password": PASSWORD}),
        ("request-password-reset", {"email": EMAIL}),
        (
            "confirm-password-reset",
            {"token": "x", "password": PASSWORD, "passwordConfirm": PASSWORD},
        ),
    )
    for name in filled
    for value in ANY
]


def test_what_is_no_text_is_never_taken_for_one(tmp_path):
    async def body(client: Client, token: str) -> None:
        before = await client.app.store.read("SELECT * FROM _superusers")
        for way, sent in BODIES:
            answer = await client("POST", f"{ROOTS}/{way}", sent)
            message = "An error occurred while loading the submitted data."
            assert (answer.status, answer.json()["message"]) == (400, message), (way, sent)
        assert await client.app.store.read("SELECT * FROM _superusers") == before

    fresh(tmp_path, body)


def test_without_the_token_nobody_becomes_the_first_superuser(tmp_path):
    async def body(client: Client, token: str) -> None:
        for wrong in ("", "x", token[:-1], f"{token[:-2]}AA"):
            answer = await client("POST", f"{ROOTS}/records", NEW, token=wrong)
            assert answer.status == 403
        assert await emails(client) == [EMAIL]
        assert (await client("POST", f"{ROOTS}/records", NEW, token=token)).status == 200
        assert await emails(client) == ["eve@example.com"]
        # It has served: another account by it would be a second owner.
        again = NEW | {"email": "mallory@example.com"}
        assert (await client("POST", f"{ROOTS}/records", again, token=token)).status == 403
        assert await installer_token(client.app) == ""

    fresh(tmp_path, body)
