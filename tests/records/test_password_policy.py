"""What a collection demands of passwords, and how long one may be."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fastcms.passwords import Argon2, hash_password
from fastcms.records import password_policy
from fastcms.records.password_policy import is_common
from fastcms.settings.load import save_password_hash
from tests.inprocess import Answer, Client, served
from tests.servers import free_port

USERS = "/api/collections/users"
ANN = "ann@example.com"
GOOD = "Tr1cky-horse-staple"


def on_users(tmp_path: Path, policy: dict[str, Any], body: Callable[[Client], Awaitable[None]]):
    async def scenario(client: Client) -> None:
        answer = await client("PATCH", USERS, {"passwordPolicy": policy})
        assert answer.status == 200, answer.body
        await body(client)

    served(tmp_path, scenario)


async def create(client: Client, password: str, **more: Any) -> Answer:
    body = {"email": ANN, "password": password, "passwordConfirm": password, **more}
    return await client("POST", f"{USERS}/records", body)


async def change(client: Client, id_: str, password: str) -> Answer:
    body = {"password": password, "passwordConfirm": password}
    return await client("PATCH", f"{USERS}/records/{id_}", body)


async def sign_in(client: Client, password: str) -> Answer:
    body = {"identity": ANN, "password": password}
    return await client("POST", f"{USERS}/auth-with-password", body, token="")


def code(answer: Answer) -> str:
    """The problem of the password, "" if there is none."""
    return answer.json().get("data", {}).get("password", {}).get("code", "")


# -- length -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hashing", "password", "problem"),
    [
        (Argon2(), "a" * 7, "validation_min_text_constraint"),
        (Argon2(), "a" * 8, ""),
        (Argon2(), "a" * 128, ""),
        (Argon2(), "ü" * 127, ""),
        (Argon2(), "a" * 255, ""),
        (Argon2(), "a" * 256, "validation_invalid_value"),
        (Argon2(), "ü" * 128, "validation_invalid_value"),
        ("bcrypt", "a" * 71, ""),
        ("bcrypt", "a" * 72, "validation_max_text_constraint"),
        ("bcrypt", "ü" * 37, "validation_invalid_value"),
    ],
    ids=lambda value: f"{value[:1]}{len(value)}" if isinstance(value, str) else None,
)
def test_passwords_are_as_long_as_their_hash_reads_and_never_cut(
    tmp_path, hashing, password, problem
):
    async def body(client: Client) -> None:
        await client.app.store.write(lambda tx: save_password_hash(tx, hashing))
        client.app.reload()
        assert code(await create(client, password)) == problem
        if not problem:
            assert (await sign_in(client, password)).status == 200
            assert (await sign_in(client, password[:-1])).status == 400

    on_users(tmp_path, {}, body)


# -- what is demanded ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "password", "problem"),
    [
        ({}, "password", ""),
        ({"blockCommon": True}, "password123", "validation_password_common"),
        ({"blockCommon": True}, "PassWord123", "validation_password_common"),
        ({"blockCommon": True}, ANN, "validation_password_common"),
        ({"blockCommon": True}, "password123 ", ""),
        ({"blockCommon": True}, "pass\nword", ""),
        ({"blockCommon": True}, GOOD, ""),
        ({"minStrength": 3}, "summer2024", "validation_password_weak"),
        ({"minStrength": 3}, "annexample", "validation_password_weak"),
        ({"minStrength": 3}, GOOD, ""),
        ({"require": ["lower"]}, "ABCDEFG1", "validation_password_composition"),
        ({"require": ["upper"]}, "abcdefg1", "validation_password_composition"),
        ({"require": ["digit"]}, "abcdefgh", "validation_password_composition"),
        ({"require": ["symbol"]}, "abcdefg1", "validation_password_composition"),
        ({"require": ["lower", "upper", "digit", "symbol"]}, "Abcdef-1", ""),
    ],
)
def test_what_a_policy_demands(tmp_path, policy, password, problem):
    async def body(client: Client) -> None:
        assert code(await create(client, password)) == problem
        ann = (await create(client, GOOD)).json().get("id")
        if ann:
            assert code(await change(client, ann, password)) == problem

    on_users(tmp_path, policy, body)


def test_the_length_is_the_first_that_is_demanded(tmp_path):
    async def body(client: Client) -> None:
        assert code(await create(client, "123456")) == "validation_min_text_constraint"

    on_users(tmp_path, {"blockCommon": True}, body)


def test_the_list_of_common_passwords():
    assert len(password_policy._common().split()) == 30_000
    assert is_common("letmein", [])
    assert not is_common("letmein2x", ["letmein2"])
    # No line of it is taken for a part of another.
    assert not is_common("assword123", [])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"minStrength": 5}, "minStrength"),
        ({"history": 11}, "history"),
        ({"expires": -1}, "expires"),
        ({"require": ["letter"]}, "require"),
        ({"breachURL": "nowhere"}, "breachURL"),
    ],
)
def test_policies_that_make_no_sense(tmp_path, changes, key):
    async def body(client: Client) -> None:
        answer = await client("PATCH", USERS, {"passwordPolicy": changes})
        assert (answer.status, list(answer.json()["data"]["passwordPolicy"])) == (400, [key])

    on_users(tmp_path, {}, body)


# -- breaches -----------------------------------------------------------------------------------


class BreachList(BaseHTTPRequestHandler):
    """Knows the password "known-from-a-breach" and pads with another one."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/broken/"):
            self.send_error(503)
            return
        lines = []
        for password, count in (("known-from-a-breach", 7), ("padding-of-the-list", 0)):
            digest = sha1(password.encode()).hexdigest().upper()
            if self.path == f"/range/{digest[:5]}":
                lines.append(f"{digest[5:]}:{count}")
        body = "\r\n".join(["0" * 35 + ":1", *lines]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests look at what was asked."""


@pytest.fixture
def breach_list() -> Iterator[str]:
    BreachList.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), BreachList) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_breached_passwords_are_asked_for_by_five_digits_of_their_digest(tmp_path, breach_list):
    async def body(client: Client) -> None:
        refused = await create(client, "known-from-a-breach")
        assert code(refused) == "validation_password_breached"
        digest = sha1(b"known-from-a-breach").hexdigest().upper()
        assert BreachList.asked == [f"/range/{digest[:5]}"]
        assert code(await create(client, "padding-of-the-list")) == ""

    policy = {"blockBreached": True, "breachURL": f"{breach_list}/range/"}
    on_users(tmp_path, policy, body)


@pytest.mark.parametrize("why", ["broken", "away"])
def test_a_list_that_does_not_answer_keeps_nobody_out(tmp_path, breach_list, why, caplog):
    async def body(client: Client) -> None:
        assert code(await create(client, "known-from-a-breach")) == ""
        assert "the list of breached passwords was not asked" in caplog.text
        assert "known-from-a-breach" not in caplog.text

    url = f"{breach_list}/broken/" if why == "broken" else f"http://127.0.0.1:{free_port()}/"
    on_users(tmp_path, {"blockBreached": True, "breachURL": url}, body)


# -- history and expiry -------------------------------------------------------------------------


def test_the_last_passwords_are_refused(tmp_path):
    async def body(client: Client) -> None:
        ann = (await create(client, "first-1234")).json()["id"]
        passwords = ("first-1234", "second-1234", "first-1234", "third-1234", "first-1234")
        outcomes = [code(await change(client, ann, password)) for password in passwords]
        reused = "validation_password_reused"
        assert outcomes == [reused, "", reused, "", ""]
        kept = await client.app.store.read("SELECT hash FROM _fc_passwords")
        assert len(kept) == 2
        assert all(hash_.startswith("$argon2id$") for (hash_,) in kept)
        await client("DELETE", f"{USERS}/records/{ann}")
        assert await client.app.store.read("SELECT hash FROM _fc_passwords") == []

    on_users(tmp_path, {"history": 2}, body)


def test_the_password_from_before_the_policy_is_refused_too(tmp_path):
    async def body(client: Client) -> None:
        ann = (await create(client, "first-1234")).json()["id"]
        await client("PATCH", USERS, {"passwordPolicy": {"history": 1}})
        assert code(await change(client, ann, "first-1234")) == "validation_password_reused"

    on_users(tmp_path, {}, body)


def test_an_expired_password_has_to_be_reset(tmp_path, monkeypatch):
    now = 1_800_000_000.0
    monkeypatch.setattr(password_policy, "time", lambda: now)

    async def body(client: Client) -> None:
        nonlocal now
        ann = (await create(client, GOOD)).json()["id"]
        now += 30 * 86400
        assert (await sign_in(client, GOOD)).status == 200
        now += 1
        answer = await sign_in(client, GOOD)
        assert answer.status == 403
        assert answer.json()["message"] == "The password has expired and has to be reset."
        # Only who knows it learns that.
        assert (await sign_in(client, "wrong")).json()["message"] == "Failed to authenticate."
        await change(client, ann, "another-1234")
        assert (await sign_in(client, "another-1234")).status == 200

    on_users(tmp_path, {"expires": 30}, body)


def test_passwords_from_before_the_policy_begin_to_age_with_it(tmp_path, monkeypatch):
    now = 1_800_000_000.0
    monkeypatch.setattr(password_policy, "time", lambda: now)

    async def body(client: Client) -> None:
        nonlocal now
        await create(client, GOOD)
        await client("PATCH", USERS, {"passwordPolicy": {"expires": 30}})
        statuses = []
        for days in (0, 30, 1):
            now += days * 86400
            statuses.append((await sign_in(client, GOOD)).status)
        assert statuses == [200, 200, 403]

    on_users(tmp_path, {}, body)


def test_a_dearer_hash_comes_with_the_next_sign_in(tmp_path):
    async def body(client: Client) -> None:
        await create(client, GOOD)
        dearer = Argon2(memory=20)
        await client.app.store.write(lambda tx: save_password_hash(tx, dearer))
        client.app.reload()
        assert (await sign_in(client, GOOD)).status == 200
        stored = (await client.app.store.read("SELECT password FROM users"))[0][0]
        assert stored.startswith("$argon2id$v=19$m=20480,t=2,p=1$")
        assert (await sign_in(client, GOOD)).status == 200

    on_users(tmp_path, {}, body)


def test_unknown_accounts_cost_what_known_ones_do_while_a_directory_moves(tmp_path):
    """Half of the accounts have a hash of either kind: so have the stand-ins of the unknown."""

    async def body(client: Client) -> None:
        from fastcms.auth.methods.password import _hash_of_another
        from fastcms.records.compiled import compiled

        app = client.app
        hashes = {kind: hash_password("x", kind, 4) for kind in ("bcrypt", Argon2())}
        for number in range(40):
            await create(client, GOOD, email=f"user{number}@example.com")
            await app.store.write_one(
                "UPDATE users SET password = ? WHERE email = ?",
                (list(hashes.values())[number % 2], f"user{number}@example.com"),
            )
        plan = compiled(app.refresh(), app.schema.find("users"))
        names = [f"nobody{number}@example.com" for number in range(60)]
        stand_ins = [await _hash_of_another(app, plan, name) for name in names]
        assert stand_ins == [await _hash_of_another(app, plan, name) for name in names]
        share = sum(hash_.startswith("$2") for hash_ in stand_ins) / len(stand_ins)
        assert 0.2 < share < 0.8

    on_users(tmp_path, {}, body)
