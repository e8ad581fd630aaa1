"""POST …/password-strength: an estimate for who types, and not for who sorts a list."""

import logging

import pytest

from fastcms.auth.password_strength import REQUESTS
from tests.inprocess import Answer, Client, served

PATH = "/api/collections/users/password-strength"


async def ask(client: Client, path: str = PATH, **body: object) -> Answer:
    return await client("POST", path, body, token="")


def test_weak_and_strong(tmp_path):
    async def body(client: Client) -> None:
        weak = (await ask(client, password="password")).json()
        assert weak == {
            "score": 0,
            "guesses": weak["guesses"],
            "warning": "This is a top-10 common password.",
            "suggestions": ["Add another word or two. Uncommon words are better."],
            "problems": {},
        }
        strong = (await ask(client, password="Tr1cky-horse-staple")).json()
        assert strong["score"] == 4
        assert strong["guesses"] > weak["guesses"]
        own = (await ask(client, password="gwendolyn7", about=["gwendolyn7"])).json()
        assert own["score"] == 0

    served(tmp_path, body)


def test_it_tells_what_the_policy_would_say(tmp_path):
    async def body(client: Client) -> None:
        await client("PATCH", "/api/collections/users", {"passwordPolicy": {"blockCommon": True}})
        found = (await ask(client, password="password123")).json()
        assert found["problems"]["password"]["code"] == "validation_password_common"

    served(tmp_path, body)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        (PATH, {}, 400),
        (PATH, {"password": ""}, 400),
        (PATH, {"password": 5}, 400),
        (PATH, {"password": "a" * 256}, 400),
        (PATH, {"password": "a" * 255, "about": 5}, 200),
        ("/api/collections/_mfas/password-strength", {"password": "x"}, 404),
        ("/api/collections/nothing/password-strength", {"password": "x"}, 404),
    ],
)
def test_what_can_be_asked(tmp_path, path, sent, status):
    async def body(client: Client) -> None:
        assert (await ask(client, path, **sent)).status == status

    served(tmp_path, body)


def test_one_address_may_ask_only_so_often_and_nothing_is_kept(tmp_path, caplog):
    async def body(client: Client) -> None:
        caplog.set_level(logging.DEBUG)
        statuses = [(await ask(client, password="my-own-secret")).status for _ in range(REQUESTS)]
        assert set(statuses) == {200}
        refused = await ask(client, password="my-own-secret")
        assert (refused.status, refused.headers["retry-after"]) == (429, "60")
        assert "my-own-secret" not in caplog.text
        tables = await client.app.store.read("SELECT * FROM _fc_attempts")
        assert "my-own-secret" not in str(tables)

    served(tmp_path, body)
