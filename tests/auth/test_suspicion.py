"""The warning about a sign-in whose device and network both are new."""

import pytest

from tests.auth.accounts import PASSWORD, USERS, add, arrived, change_users, mail_to
from tests.inprocess import Client, served
from tests.mailserver import MailServer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18 Safari/604.1"
HOME = ("203.0.113.7", FIREFOX)

# What comes after a first sign-in from home, and whether it is worth a warning.
CASES = [
    ("the same again", [HOME], False),
    ("a new browser at home", [("203.0.113.7", SAFARI)], False),
    ("another address of the network", [("203.0.113.99", SAFARI)], False),
    ("the own laptop elsewhere", [("198.51.100.9", FIREFOX)], False),
    ("a newer version of the browser elsewhere", [("198.51.100.9", FIREFOX + "9")], False),
    ("both new", [("198.51.100.9", SAFARI)], True),
    ("both new, by IPv6", [("2001:db8::1", SAFARI)], True),
    ("known since then", [("203.0.113.7", SAFARI), ("198.51.100.9", SAFARI)], False),
]


async def sign_in(client: Client, address: str, agent: str) -> None:
    body = {"identity": "ann@example.com", "password": PASSWORD}
    extra = {"X-Forwarded-For": address, "User-Agent": agent}
    answer = await client("POST", f"{USERS}/auth-with-password", body, token="", extra=extra)
    assert answer.status == 200, answer.body


async def prepare(client: Client, mails: MailServer, **options: object) -> None:
    await mail_to(client, mails)
    proxy = {"trustedProxy": {"headers": ["X-Forwarded-For"]}}
    assert (await client("PATCH", "/api/settings", proxy)).status == 200
    await add(client)
    await change_users(
        client,
        suspiciousSignIn={"enabled": True, **options},
        authAlert={"enabled": False},
    )


@pytest.mark.parametrize(("later", "warned"), [case[1:] for case in CASES], ids=lambda _: "")
def test_what_is_worth_a_warning(tmp_path, later, warned) -> None:
    async def body(client: Client) -> None:
        with MailServer() as mails:
            await prepare(client, mails)
            await sign_in(client, *HOME)
            for place in later:
                await sign_in(client, *place)
            found = await arrived(client, mails, int(warned))
            assert [mail.subject for mail in found] == ["Was this you?"] * warned
            if warned:
                assert found[0].to == ("ann@example.com",)
                assert "Safari on iPhone" in found[0].text

    served(tmp_path, body)


def test_the_text_may_be_ones_own(tmp_path) -> None:
    async def body(client: Client) -> None:
        with MailServer() as mails:
            template = {"subject": "Hm, {RECORD:email}", "body": "<p>{ALERT_INFO}</p>"}
            await prepare(client, mails, emailTemplate=template)
            await sign_in(client, *HOME)
            await sign_in(client, "198.51.100.9", SAFARI)
            (mail,) = await arrived(client, mails)
            assert mail.subject == "Hm, ann@example.com"
            assert "198.51.100.9 Safari on iPhone" in mail.text

    served(tmp_path, body)


def test_it_is_off_unless_set_and_then_nothing_is_remembered(tmp_path) -> None:
    async def body(client: Client) -> None:
        await add(client)
        await sign_in(client, *HOME)
        assert await client.app.store.read("SELECT * FROM _fc_places") == []
        assert "suspiciousSignIn" not in (await client("GET", USERS)).json()

    served(tmp_path, body)


def test_a_template_has_subject_and_body(tmp_path) -> None:
    async def body(client: Client) -> None:
        options = {"suspiciousSignIn": {"emailTemplate": {"subject": "x"}}}
        answer = await client("PATCH", USERS, options)
        problems = answer.json()["data"]["suspiciousSignIn"]["emailTemplate"]
        assert (answer.status, list(problems)) == (400, ["body"])

    served(tmp_path, body)
