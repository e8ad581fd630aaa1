"""Mails outlive a mail server that is down, and what waits for it in the database is no secret."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from fastcms.auth import queued_mails
from fastcms.auth.events import RecordMailEvent
from tests.auth.accounts import USERS, add, arrived, change_users, mail_to, sent
from tests.inprocess import Client, served
from tests.mailserver import MailServer
from tests.servers import free_port

CODE = "93715284"


async def down(client: Client, **smtp: object) -> None:
    """Has mails sent to where nobody listens."""
    settings = {"enabled": True, "host": "127.0.0.1", "port": free_port(), **smtp}
    assert (await client("PATCH", "/api/settings", {"smtp": settings})).status == 200


async def ask(client: Client, way: str) -> None:
    answer = await client("POST", f"{USERS}/request-{way}", {"email": "ann@example.com"}, token="")
    assert answer.status in (200, 204), answer.body


def later(client: Client, seconds: float) -> None:
    moment = client.app.queue.now() + seconds
    client.app.queue.now = lambda: moment


async def log(client: Client, filter_: str = "") -> list[dict[str, Any]]:
    found = await client("GET", f"/api/mails?filter={filter_}")
    assert found.status == 200, found.body
    items: list[dict[str, Any]] = found.json()["items"]
    return items


def with_ann(directory: Path, body: Callable[[Client], Awaitable[None]]) -> None:
    async def prepared(client: Client) -> None:
        await change_users(client, otp={"enabled": True})
        await add(client)
        await body(client)

    served(directory, prepared)


@pytest.mark.parametrize("way", ["verification", "password-reset", "otp"])
@pytest.mark.parametrize("refusal", ["", "451 not now"], ids=["down", "put off"])
def test_it_arrives_when_the_mail_server_is_back(tmp_path, way, refusal):
    async def body(client: Client) -> None:
        with MailServer(refuses=refusal) as refusing:
            await (mail_to(client, refusing) if refusal else down(client))
            await ask(client, way)
            await sent(client)
        (noted,) = await log(client)
        assert (noted["status"], noted["attempts"], noted["template"]) == ("deferred", 1, way)
        assert noted["error"]
        await mail_to(client, mails)
        await sent(client)
        assert mails.mails == []
        later(client, 6)
        (mail,) = await arrived(client, mails)
        (noted,) = await log(client)
        assert (noted["status"], noted["attempts"], noted["error"]) == ("sent", 2, "")
        # The same mail in the eyes of who reads it.
        assert noted["id"] in mail.parsed["Message-ID"]
        assert await client.app.store.read("SELECT 1 FROM _fc_queue") == []

    with MailServer() as mails:
        with_ann(tmp_path, body)


@pytest.mark.parametrize("way", ["verification", "password-reset", "otp"])
def test_what_waits_holds_no_secret(tmp_path, way, monkeypatch):
    monkeypatch.setattr("fastcms.auth.otps.new_code", lambda _: CODE)

    async def body(client: Client) -> None:
        await down(client)
        await ask(client, way)
        await sent(client)
        ((payload,),) = await client.app.store.read("SELECT payload FROM _fc_queue")
        assert "eyJ" not in payload
        for file in tmp_path.rglob("*"):
            if file.is_file():
                assert CODE.encode() not in file.read_bytes(), file
        assert (tmp_path / ".notify" / "fastcms.seal").exists() == (way == "otp")
        await mail_to(client, mails)
        later(client, 6)
        (mail,) = await arrived(client, mails)
        assert mail.code == CODE if way == "otp" else mail.token

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_what_a_mail_server_says_again_is_masked(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("fastcms.auth.otps.new_code", lambda _: CODE)

    async def body(client: Client) -> None:
        await mail_to(client, refusing)
        await ask(client, "otp")
        await sent(client)
        ((error,),) = await client.app.store.read("SELECT error FROM _fc_queue")
        for text in (error, (await log(client))[0]["error"], caplog.text):
            assert "odd word ***" in text
            assert CODE not in text

    with MailServer(refuses=f"451 odd word {CODE}") as refusing:
        with_ann(tmp_path, body)


@pytest.mark.parametrize(
    ("way", "seconds"), [("verification", 259_200), ("password-reset", 1_800), ("otp", 180)]
)
def test_it_is_not_sent_after_its_time(tmp_path, way, seconds):
    async def body(client: Client) -> None:
        await down(client)
        await ask(client, way)
        await sent(client)
        await mail_to(client, mails)
        later(client, seconds + 1)
        await sent(client)
        assert mails.mails == []
        assert [mail["status"] for mail in await log(client)] == ["expired"]
        assert (
            await client.app.store.read("SELECT 1 FROM _fc_queue UNION SELECT 1 FROM _otps") == []
        )

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_a_copy_of_the_database_opens_no_code(tmp_path):
    async def body(client: Client) -> None:
        await down(client)
        await ask(client, "otp")
        (tmp_path / ".notify" / "fastcms.seal").unlink()
        client.app.seal._key = None
        await mail_to(client, mails)
        await sent(client)
        assert mails.mails == []
        assert (
            await client.app.store.read("SELECT 1 FROM _fc_queue UNION SELECT 1 FROM _otps") == []
        )

    with MailServer() as mails:
        with_ann(tmp_path, body)


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM users", "UPDATE users SET email = 'new@example.com'"],
    ids=["gone", "moved"],
)
@pytest.mark.parametrize("way", ["verification", "password-reset", "otp"])
def test_nobody_proves_an_address_that_is_not_the_account_s(tmp_path, way, change):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await ask(client, way)
        await client.app.store.write_one(change, ())
        await sent(client)
        assert mails.mails == []
        assert await client.app.store.read("SELECT 1 FROM _fc_queue") == []

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_a_verified_account_needs_no_link(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await ask(client, "verification")
        await client.app.store.write_one("UPDATE users SET verified = 1", ())
        await sent(client)
        assert mails.mails == []

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_only_what_is_useful_later_is_a_dead_letter(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        for way in ("verification", "password-reset", "otp"):
            await ask(client, way)
        await sent(client)
        dead = (await client("GET", "/api/queue?state=dead")).json()["items"]
        assert sorted(item["label"].split("/")[0] for item in dead) == [
            "the password-reset mail to users",
            "the verification mail to users",
        ]
        assert all("550" in item["error"] for item in dead)
        assert {mail["status"] for mail in await log(client)} == {"failed"}

    with MailServer(refuses="550 no such user") as mails:
        with_ann(tmp_path, body)


def test_the_log_says_no_secret_though_the_subject_does(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        template = {"subject": "{OTP} for {RECORD:email}", "body": "<p>{OTP}</p>"}
        await change_users(client, otp={"enabled": True, "emailTemplate": template})
        link = {"subject": "go to {TOKEN}", "body": "<p>{TOKEN}</p>"}
        await change_users(client, verificationTemplate=link)
        await ask(client, "otp")
        await ask(client, "verification")
        await sent(client)
        assert any("eyJ" in mail.subject for mail in mails.mails)
        assert {mail["subject"] for mail in await log(client)} == {
            "*** for ann@example.com",
            "go to ***",
        }

    with MailServer() as mails:
        with_ann(tmp_path, body)


@pytest.mark.parametrize(
    ("way", "verified", "status"),
    [
        ("verification", False, 204),
        ("verification", True, 400),
        ("password-reset", True, 204),
        ("otp", False, 400),
    ],
)
def test_a_superuser_has_it_sent_again(tmp_path, way, verified, status):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await ask(client, way)
        await arrived(client, mails)
        (noted,) = await log(client)
        if verified:
            ann = f"{USERS}/records/{noted['record']}"
            assert (await client("PATCH", ann, {"verified": True})).status == 200
        path = f"/api/mails/{noted['id']}"
        assert (await client("POST", path, token="")).status == 401
        assert (await client("POST", "/api/mails/nothing")).status == 404
        assert (await client("POST", path)).status == status
        await sent(client)
        assert len(mails.mails) == (2 if status == 204 else 1)
        assert (await client("DELETE", f"{USERS}/records/{noted['record']}")).status == 204
        assert (await client("POST", path)).status == (400 if way == "otp" else 404)

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_handlers_may_keep_it_back_or_change_it(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)

        async def keep(_: RecordMailEvent) -> None:
            return None

        client.app.hooks.mailer_send.add(keep)
        await ask(client, "verification")
        await sent(client)
        assert mails.mails == []
        assert [mail["status"] for mail in await log(client)] == ["withheld"]
        assert await client.app.store.read("SELECT 1 FROM _fc_queue") == []

    with MailServer() as mails:
        with_ann(tmp_path, body)


def test_an_alert_goes_to_the_address_of_then(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        app = client.app
        users = app.schema.find("users")
        record = await queued_mails._record(
            app,
            queued_mails.QueuedMail(
                mail="login-alert",
                collection=users.id,
                record=(await app.store.read("SELECT id FROM users"))[0][0],
                to="",
                values={},
                id="",
            ),
        )
        kind = queued_mails.mails.LOGIN_ALERT
        await queued_mails.put(app, kind, users, record, {"ALERT_INFO": "here"})
        await app.store.write_one("UPDATE users SET email = 'thief@example.com'", ())
        assert (await arrived(client, mails))[0].to == ("ann@example.com",)

    with MailServer() as mails:
        with_ann(tmp_path, body)
