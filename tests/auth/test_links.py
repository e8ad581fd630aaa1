"""Requests and confirmations by mail where the parity tables cannot look (auth_mails.py)."""

from pathlib import Path
from typing import Any

import pytest

from fastcms.auth.events import AccountEvent
from fastcms.errors import forbidden
from tests.auth.accounts import PASSWORD, USERS, add, arrived, change_users, mail_to, sent
from tests.inprocess import Client, served
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser

NEW = "new-password-1"


async def ask(client: Client, way: str, **body: Any) -> None:
    answer = await client("POST", f"{USERS}/{way}", body, token="")
    assert answer.status == 204, answer.body


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    directory: Path = tmp_path_factory.mktemp("links") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=3) as running:
        yield running


@pytest.mark.parametrize("way", ["request-verification", "request-password-reset"])
def test_no_more_than_one_mail_whatever_process_is_asked(server: Server, way: str) -> None:
    root = server.superuser_token()
    email = f"{way}@example.com"
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    account = {"email": email, **secret}
    server.expect("POST", f"{USERS}/records", token=root, json_body=account)
    with MailServer() as mails:
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        for _ in range(12):
            # Each has a connection of its own, which the kernel gives to any of the processes.
            server.expect("POST", f"{USERS}/{way}", json_body={"email": email})
        mails.wait(1)
        # A stop waits for mails that are on their way.
        server.stop()
        assert len(mails.mails) == 1
    server.start()


@pytest.mark.parametrize("way", ["verification", "password-reset"])
def test_a_mail_that_failed_may_be_asked_for_again(tmp_path, way, caplog):
    async def body(client: Client) -> None:
        await add(client)
        with MailServer(refuses="550 not ever") as refusing:
            await mail_to(client, refusing)
            await ask(client, f"request-{way}", email="ann@example.com")
            await sent(client)
        assert "not ever" in caplog.text
        assert "eyJ" not in caplog.text
        with MailServer() as mails:
            await mail_to(client, mails)
            await ask(client, f"request-{way}", email="ann@example.com")
            await arrived(client, mails)

    served(tmp_path, body)


@pytest.mark.parametrize("way", ["request-verification", "request-password-reset"])
def test_an_unknown_address_costs_the_same_write(tmp_path, way):
    async def body(client: Client) -> None:
        await add(client)
        written: list[str] = []
        write = client.app.store.write

        def counted(run, **more):
            written.append(run.__qualname__)
            return write(run, **more)

        client.app.store.write = counted
        await ask(client, way, email="ann@example.com")
        known, written[:] = list(written), []
        await ask(client, way, email="nobody@example.com")
        assert written == known != []

    with MailServer() as mails:

        async def with_mails(client: Client) -> None:
            await mail_to(client, mails)
            await body(client)

        served(tmp_path, with_mails)


@pytest.mark.parametrize(
    ("way", "hook"),
    [
        ("request-verification", "record_request_verification_request"),
        ("request-password-reset", "record_request_password_reset_request"),
    ],
)
def test_a_handler_can_stop_a_request(tmp_path, way, hook):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await add(client)

        async def refuse(event: AccountEvent) -> None:
            raise forbidden(f"not {event.record['email']}")

        getattr(client.app.hooks, hook).add(refuse, "users")
        answer = await client("POST", f"{USERS}/{way}", {"email": "ann@example.com"}, token="")
        assert (answer.status, answer.json()["message"]) == (403, "Not ann@example.com.")
        assert mails.mails == []

    with MailServer() as mails:
        served(tmp_path, body)


def test_an_address_in_another_case_counts_where_the_index_says_so(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        users = (await client("GET", USERS)).json()
        indexes = [
            index.replace("(`email`)", "(`email` COLLATE NOCASE)") for index in users["indexes"]
        ]
        await change_users(client, indexes=indexes)
        await add(client)
        await ask(client, "request-verification", email="ANN@Example.com")
        (mail,) = await arrived(client, mails)
        assert mail.to == ("ann@example.com",)

    with MailServer() as mails:
        served(tmp_path, body)


def test_an_email_change_whose_mail_fails_is_refused(tmp_path):
    async def body(client: Client) -> None:
        await add(client)
        signed_in = await client(
            "POST",
            f"{USERS}/auth-with-password",
            {"identity": "ann@example.com", "password": PASSWORD},
            token="",
        )
        with MailServer(refuses="550 no") as mails:
            await mail_to(client, mails)
            answer = await client(
                "POST",
                f"{USERS}/request-email-change",
                {"newEmail": "anna@example.com"},
                token=signed_in.json()["token"],
            )
        assert answer.json() == {
            "data": {},
            "message": "Failed to request email change.",
            "status": 400,
        }

    served(tmp_path, body)


def test_a_long_password_confirms_a_change_of_address(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        long = "long password " * 9
        ann = await add(client)
        secret = {"password": long, "passwordConfirm": long}
        assert (await client("PATCH", f"{USERS}/records/{ann}", secret)).status == 200
        signed_in = {"identity": "ann@example.com", "password": long}
        answer = await client("POST", f"{USERS}/auth-with-password", signed_in, token="")
        token = answer.json()["token"]
        wish = {"newEmail": "anna@example.com"}
        await client("POST", f"{USERS}/request-email-change", wish, token=token)
        link = {"token": (await arrived(client, mails))[0].token, "password": long}
        answer = await client("POST", f"{USERS}/confirm-email-change", link, token="")
        assert answer.status == 204, answer.body

    with MailServer() as mails:
        served(tmp_path, body)
