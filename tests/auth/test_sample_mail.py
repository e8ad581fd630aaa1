"""`POST /api/settings/test/email` where the parity table (auth_codes.SAMPLES) cannot look."""

import re

import pytest

from fastcms.auth.mails import KINDS
from tests.auth.accounts import USERS, add, change_users, mail_to
from tests.inprocess import Client, served
from tests.mailserver import MailServer

SAMPLE = {"email": "you@example.com", "template": "verification", "collection": "users"}


def test_what_the_mail_server_said_is_told(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        answer = await client("POST", "/api/settings/test/email", SAMPLE)
        message = answer.json()["message"]
        assert answer.status == 400
        assert message.startswith("Failed to send the test email. Raw error: \n")
        assert "mailbox is full" in message

    with MailServer(refuses="552 mailbox is full") as mails:
        served(tmp_path, body)


def test_its_link_is_good_for_nothing(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await add(client, "you")
        await client("POST", "/api/settings/test/email", SAMPLE)
        token = {"token": mails.last(1).token}
        answer = await client("POST", "/api/collections/users/confirm-verification", token)
        assert answer.json()["data"]["token"]["code"] == "validation_invalid_token"

    with MailServer() as mails:
        served(tmp_path, body)


PREVIEW = "/api/settings/preview/email"
SECRETS = re.compile(r"eyJ[\w.-]+|\d{4}-\d\d-\d\d [\d:.]+Z")


@pytest.mark.parametrize("template", ["verification", "password-reset", "email-change", "otp"])
def test_a_preview_is_the_mail_that_would_be_sent(tmp_path, template):
    async def body(client: Client) -> None:
        await mail_to(client, mails, appName="Shop", appURL="https://shop.example.com")
        sample = {**SAMPLE, "template": template, "email": "test@example.com"}
        assert (await client("POST", "/api/settings/test/email", sample)).status == 204
        shown = (
            await client("POST", PREVIEW, {"template": template, "collection": "users"})
        ).json()
        mail = mails.last(1)
        assert shown["subject"] == mail.subject
        for one, other in ((shown["html"], mail.html), (shown["text"], mail.text)):
            assert SECRETS.sub("x", one).strip() == SECRETS.sub("x", other)
        assert len(mails.mails) == 1

    with MailServer() as mails:
        served(tmp_path, body)


def test_a_preview_of_what_is_not_saved_yet(tmp_path):
    async def body(client: Client) -> None:
        await change_users(client, otp={"enabled": True})
        given = {
            "template": "otp",
            "collection": "users",
            "subject": "{OTP}\r\nBcc: eve@example.com {RECORD:tokenKey} {{7*7}}",
            "body": "<p>{RECORD:email} {APP_NAME} {NOTHING}</p>",
        }
        shown = (await client("POST", PREVIEW, given)).json()
        assert shown["subject"] == "123456Bcc: eve@example.com {RECORD:tokenKey} {{7*7}}"
        assert "<p>test@example.com Acme {NOTHING}</p>" in shown["html"]
        assert shown["text"] == "test@example.com Acme {NOTHING}"
        assert (await client("POST", PREVIEW, {**given, "body": ""})).json()["text"] == ""
        stored = (await client("GET", USERS)).json()["otp"]["emailTemplate"]
        assert "Bcc" not in stored["subject"]

    served(tmp_path, body)


def test_every_mail_has_a_preview_for_superusers_alone(tmp_path):
    async def body(client: Client) -> None:
        for template in KINDS:
            answer = await client("POST", PREVIEW, {"template": template})
            assert answer.status == 200, answer.body
            assert all(answer.json()[part] for part in ("subject", "html", "text"))
            assert "{" not in answer.json()["text"]
        for wrong, field in (
            ({"template": "odd"}, "template"),
            ({}, "template"),
            ({"template": "otp", "collection": "odd"}, "collection"),
            ({"template": "otp", "subject": 5}, "subject"),
            ({"template": "otp", "body": []}, "body"),
        ):
            answer = await client("POST", PREVIEW, wrong)
            assert (answer.status, list(answer.json()["data"])) == (400, [field])
        answer = await client("POST", PREVIEW, {"template": "otp"}, token="")
        assert answer.status == 401

    served(tmp_path, body)
