"""One-time passwords where the parity tables cannot look: processes, decoys, failures."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import fastcms.auth.methods.otp
import fastcms.auth.otps
from fastcms.auth.events import AccountEvent, OTPRequestEvent
from fastcms.errors import forbidden
from fastcms.passwords import hash_password
from tests.auth.accounts import PASSWORD, USERS, add, arrived, change_users, mail_to, sent
from tests.inprocess import Answer, Client, served
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser

TOO_MANY = "Too many attempts, please try again later with a new OTP."


async def ask(client: Client, email: str = "ann@example.com") -> str:
    answer = await client("POST", f"{USERS}/request-otp", {"email": email}, token="")
    assert answer.status == 200, answer.body
    return str(answer.json()["otpId"])


async def show(client: Client, otp_id: str, code: str) -> Answer:
    body = {"otpId": otp_id, "password": code}
    return await client("POST", f"{USERS}/auth-with-otp", body, token="")


async def prepare(client: Client, mails: MailServer, **otp: object) -> str:
    await mail_to(client, mails)
    await change_users(client, otp={"enabled": True, **otp})
    return await add(client)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("otp") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=3) as running:
        root = running.superuser_token()
        running.expect("PATCH", USERS, token=root, json_body={"otp": {"enabled": True}})
        secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
        for name in ("ann", "bob"):
            account = {"email": f"{name}@example.com", **secret}
            running.expect("POST", f"{USERS}/records", token=root, json_body=account)
        yield running


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com"])
def test_five_attempts_whatever_process_is_asked(server: Server, email: str) -> None:
    """Alike for an address of nobody: neither the number nor the answers tell."""
    with MailServer() as mails:
        root = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        codes = [
            server.expect("POST", f"{USERS}/request-otp", json_body={"email": email})["otpId"]
            for _ in range(2)
        ]
        # Each has a connection of its own, which the kernel gives to any of the processes.
        answers = [
            server.send(
                "POST",
                f"{USERS}/auth-with-otp",
                json_body={"otpId": codes[number % 2], "password": "wrong"},
            )
            for number in range(8)
        ]
    messages = [(answer.status, answer.json()["message"]) for answer in answers]
    assert messages == [(400, "Invalid or expired OTP.")] * 5 + [(429, TOO_MANY)] * 3


@pytest.mark.parametrize("email", ["bob@example.com", "none@example.com"])
def test_no_more_than_ten_codes_whatever_process_is_asked(server: Server, email: str) -> None:
    with MailServer() as mails:
        root = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        ids = [
            server.expect("POST", f"{USERS}/request-otp", json_body={"email": email})["otpId"]
            for _ in range(13)
        ]
        assert len(set(ids[:10])) == 10
        assert set(ids[9:]) == {ids[9]}
        if email.startswith("bob"):
            assert len(mails.wait(10)) == 10


def test_an_unknown_address_costs_the_same_work(tmp_path, monkeypatch):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        done: list[str] = []
        for name in ("hash_on_thread", "verify_on_thread"):
            for module in (fastcms.auth.otps, fastcms.auth.methods.otp):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, noted(done, name, getattr(module, name)))
        monkeypatch.setattr(client.app.store, "write", noted(done, "write", client.app.store.write))
        known = await show(client, await ask(client), "wrong")
        of_known, done[:] = list(done), []
        unknown = await show(client, await ask(client, "nobody@example.com"), "wrong")
        assert done == of_known == ["hash_on_thread", "write", "write", "write", "verify_on_thread"]
        assert (known.status, known.body) == (unknown.status, unknown.body)

    with MailServer() as mails:
        served(tmp_path, body)


def noted(done, name, function):
    def wrapper(*arguments, **more):
        done.append(name)
        return function(*arguments, **more)

    return wrapper


def test_a_decoy_never_lets_in(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        otp = await ask(client, "nobody@example.com")
        # Even if somebody signs up with that address, and knew the code.
        (ann,) = await client.app.store.read("SELECT id FROM users")
        hashed = hash_password("123456", client.app.password_hash)
        await client.app.store.write_one(
            "UPDATE _fc_otp_decoys SET password = ?, recordRef = ?", (hashed, ann[0])
        )
        answer = await show(client, otp, "123456")
        assert (answer.status, answer.json()["message"]) == (400, "Invalid or expired OTP.")
        assert mails.mails == []

    with MailServer() as mails:
        served(tmp_path, body)


@pytest.mark.parametrize(("collate", "limit"), [("", 12), (" COLLATE NOCASE", 10)])
def test_spellings_of_an_address_tell_nothing(tmp_path, collate, limit):
    """They are as many accounts as the index says, whether there is one or not."""

    async def body(client: Client) -> None:
        await prepare(client, mails)
        users = (await client("GET", USERS)).json()
        kept = [text for text in users["indexes"] if "email" not in text]
        index = f"CREATE UNIQUE INDEX `by_email` ON `users` (`email`{collate}) WHERE `email` != ''"
        await change_users(client, indexes=[*kept, index])
        for name in ("ann", "nobody"):
            spelt = [f"{name}@example.com", f"{name}@Example.com"] * 6
            assert len({await ask(client, email) for email in spelt}) == limit

    with MailServer() as mails:
        served(tmp_path, body)


def test_an_expired_code_is_refused_and_goes_at_the_next_request(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        store = client.app.store
        ids = [await ask(client, email) for email in ("ann@example.com", "nobody@example.com")]
        (mail,) = await arrived(client, mails)
        old = ("2020-01-01 00:00:00.000Z",)
        for table in ("_otps", "_fc_otp_decoys"):
            await store.write_one(f"UPDATE {table} SET created = ?", old)
        for otp in ids:
            answer = await show(client, otp, mail.code)
            assert answer.json()["message"] == "Invalid or expired OTP."
        fresh = [await ask(client, email) for email in ("ann@example.com", "nobody@example.com")]
        left = await store.read("SELECT id FROM _otps UNION ALL SELECT id FROM _fc_otp_decoys")
        assert [row[0] for row in left] == fresh

    with MailServer() as mails:
        served(tmp_path, body)


def test_a_code_whose_mail_failed_is_gone(tmp_path, caplog):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        await ask(client)
        await sent(client)
        assert await client.app.store.read("SELECT 1 FROM _otps") == []
        assert "the otp mail to users/" in caplog.text

    with MailServer(refuses="550 no") as mails:
        served(tmp_path, body)


def test_a_code_is_good_for_one_of_two_at_the_same_time(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        otp = await ask(client)
        (mail,) = await arrived(client, mails)
        answers = await asyncio.gather(*(show(client, otp, mail.code) for _ in range(4)))
        assert sorted(answer.status for answer in answers) == [200, 400, 400, 400]

    with MailServer() as mails:
        served(tmp_path, body)


def test_codes_are_digits_of_the_wanted_length(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails, length=12)
        await ask(client)
        (mail,) = await arrived(client, mails)
        assert len(mail.code) == 12
        assert mail.code.isdecimal()

    with MailServer() as mails:
        served(tmp_path, body)


def test_a_handler_chooses_the_code(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)

        async def choose(event: OTPRequestEvent) -> None:
            event.code = "424242"
            await event.next()

        client.app.hooks.record_request_otp_request.add(choose, "users")
        otp = await ask(client)
        (mail,) = await arrived(client, mails)
        assert mail.code == "424242"
        assert (await show(client, otp, "424242")).status == 200

    with MailServer() as mails:
        served(tmp_path, body)


def test_a_handler_can_refuse_a_right_code(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)

        async def refuse(event: AccountEvent) -> None:
            raise forbidden("closed on Sundays")

        client.app.hooks.record_auth_with_otp_request.add(refuse)
        otp = await ask(client)
        (mail,) = await arrived(client, mails)
        assert (await show(client, otp, mail.code)).status == 403

    with MailServer() as mails:
        served(tmp_path, body)


def test_in_development_there_is_no_limit_to_codes(tmp_path):
    async def body(client: Client) -> None:
        await prepare(client, mails)
        client.app.dev = True
        assert len({await ask(client) for _ in range(12)}) == 12

    with MailServer() as mails:
        served(tmp_path, body)


def test_an_account_that_cannot_be_saved_is_let_in_unverified(tmp_path, caplog):
    async def body(client: Client) -> None:
        ann = await prepare(client, mails)
        users = (await client("GET", USERS)).json()
        wanted = {"name": "wanted", "type": "text", "required": True}
        await change_users(client, fields=[*users["fields"], wanted])
        otp = await ask(client)
        (mail,) = await arrived(client, mails)
        answer = await show(client, otp, mail.code)
        assert answer.status == 200
        assert answer.json()["record"]["verified"] is False
        stored = await client("GET", f"{USERS}/records/{ann}")
        assert stored.json()["verified"] is False
        assert "could not be marked as verified" in caplog.text

    with MailServer() as mails:
        served(tmp_path, body)
