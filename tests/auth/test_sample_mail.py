"""`POST /api/settings/test/email` where the parity table (auth_codes.SAMPLES) cannot look."""

from tests.auth.accounts import add, mail_to
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
