"""Signing in where the parity tables cannot look: MFA sessions, hash upgrades, hooks."""

import pytest

from fastcms.auth.tokens import auth_token
from fastcms.passwords import hash_password
from fastcms.settings.load import save_password_hash
from tests.inprocess import Client, served

USERS = "/api/collections/users"
GOOD = {"identity": "ann@example.com", "password": "password123"}


async def add_ann(client: Client) -> str:
    body = {"email": "ann@example.com", "password": "password123", "passwordConfirm": "password123"}
    answer = await client("POST", f"{USERS}/records", body)
    assert answer.status == 200, answer.body
    return answer.json()["id"]


async def change_users(client: Client, **changes: object) -> None:
    answer = await client("PATCH", USERS, changes)
    assert answer.status == 200, answer.body


async def sign_in(client: Client, path: str = "", **more: object):
    return await client("POST", f"{USERS}/auth-with-password{path}", GOOD | more, token="")


@pytest.mark.parametrize("identity", ["nobody@example.com", "bea@example.com"])
def test_what_stands_in_for_a_missing_password_lets_nobody_in(tmp_path, identity):
    """Their passwords are checked against Ann's, for the time that it takes."""

    async def body(client: Client) -> None:
        await add_ann(client)
        bea = {"email": "bea@example.com", "password": "x" * 12, "passwordConfirm": "x" * 12}
        assert (await client("POST", f"{USERS}/records", bea)).status == 200
        sql = "UPDATE users SET password = '' WHERE email = 'bea@example.com'"
        await client.app.store.write_one(sql, ())
        answer = await sign_in(client, identity=identity)
        assert (answer.status, answer.json()["message"]) == (400, "Failed to authenticate.")

    served(tmp_path, body)


MFA = {"mfa": {"enabled": True, "duration": 600, "rule": ""}, "otp": {"enabled": True}}


def test_the_first_factor_of_mfa_gives_no_token(tmp_path):
    async def body(client: Client) -> None:
        ann = await add_ann(client)
        await change_users(client, **MFA)
        first = await sign_in(client)
        assert (first.status, list(first.json())) == (401, ["mfaId"])
        session = first.json()["mfaId"]
        stored = await client.app.store.read('SELECT id, "recordRef", method FROM "_mfas"')
        assert stored == [(session, ann, "password")]

    served(tmp_path, body)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("", "A different authentication method is required."),
        ("UPDATE _mfas SET id = 'other'", "Invalid or expired MFA session."),
        (
            "UPDATE _mfas SET created = '2020-01-01 00:00:00.000Z'",
            "Invalid or expired MFA session.",
        ),
        ("UPDATE _mfas SET recordRef = 'other'", "Invalid MFA session."),
        ("UPDATE _mfas SET collectionRef = 'other'", "Invalid MFA session."),
    ],
)
@pytest.mark.parametrize("place", ["query", "body"])
def test_a_second_factor_that_is_none(tmp_path, spoil, message, place):
    async def body(client: Client) -> None:
        await add_ann(client)
        await change_users(client, **MFA)
        session = (await sign_in(client)).json()["mfaId"]
        if spoil:
            await client.app.store.write_one(spoil, ())
        if place == "query":
            answer = await sign_in(client, f"?mfaId={session}")
        else:
            answer = await sign_in(client, mfaId=session)
        assert (answer.status, answer.json()["message"]) == (400, message)

    served(tmp_path, body)


def test_a_second_factor_of_another_kind_lets_in_once(tmp_path):
    async def body(client: Client) -> None:
        await add_ann(client)
        await change_users(client, **MFA)
        session = (await sign_in(client)).json()["mfaId"]
        await client.app.store.write_one("UPDATE _mfas SET method = 'otp'", ())
        assert (await sign_in(client, mfaId=session)).status == 200
        assert (await sign_in(client, mfaId=session)).status == 400

    served(tmp_path, body)


@pytest.mark.parametrize(("rule", "status"), [("verified = true", 200), ("verified = false", 401)])
def test_the_mfa_rule_says_who_needs_it(tmp_path, rule, status):
    async def body(client: Client) -> None:
        await add_ann(client)
        await change_users(
            client, **MFA | {"mfa": {"enabled": True, "duration": 600, "rule": rule}}
        )
        assert (await sign_in(client)).status == status

    served(tmp_path, body)


def test_a_refresh_needs_no_second_factor(tmp_path):
    async def body(client: Client) -> None:
        await add_ann(client)
        token = (await sign_in(client)).json()["token"]
        await change_users(client, **MFA)
        assert (await client("POST", f"{USERS}/auth-refresh", token=token)).status == 200

    served(tmp_path, body)


def test_who_is_suspended_by_the_rule_gets_no_new_token(tmp_path):
    async def body(client: Client) -> None:
        ann = f"{USERS}/records/{await add_ann(client)}"
        await change_users(client, authRule="name != 'banned'")
        token = (await sign_in(client)).json()["token"]
        for name, status in (("Ann", 200), ("banned", 403)):
            await client("PATCH", ann, {"name": name})
            answer = await client("POST", f"{USERS}/auth-refresh", token=token)
            assert answer.status == status

    served(tmp_path, body)


def test_a_token_that_is_not_refreshable_comes_back_as_it_is(tmp_path):
    async def body(client: Client) -> None:
        ann = await add_ann(client)
        users = client.app.refresh().find("users")
        rows = await client.app.store.read("SELECT tokenKey FROM users")
        record = {"id": ann, "tokenKey": rows[0][0]}
        token = auth_token(record, users.id, users.auth, refreshable=False, seconds=60)
        answer = await client("POST", f"{USERS}/auth-refresh", token=token)
        assert answer.json()["token"] == token

    served(tmp_path, body)


def test_a_hash_moves_to_the_directorys_algorithm_at_the_next_sign_in(tmp_path):
    async def body(client: Client) -> None:
        await add_ann(client)
        old = hash_password("password123", "bcrypt", 4)
        await client.app.store.write_one("UPDATE users SET password = ?", (old,))

        async def kinds() -> tuple[int, str]:
            status = (await sign_in(client)).status
            stored = (await client.app.store.read("SELECT password FROM users"))[0][0]
            return status, stored[:4]

        assert await kinds() == (200, "$arg")
        await client.app.store.write(lambda tx: save_password_hash(tx, "bcrypt"))
        client.app.reload()
        token = (await sign_in(client)).json()["token"]
        assert await kinds() == (200, "$2a$")
        # The same password under another hash ends no session.
        assert (await client("POST", f"{USERS}/auth-refresh", token=token)).status == 200

    served(tmp_path, body)


def test_hooks_around_signing_in(tmp_path):
    async def body(client: Client) -> None:
        ann = await add_ann(client)
        heard = []

        async def by_password(event):
            heard.append((event.identity, event.record is not None))
            await event.next()

        async def let_in(event):
            event.meta = {"by": event.method}
            await event.next()

        async def refreshed(event):
            heard.append(event.record.id)
            await event.next()

        client.app.hooks.record_auth_with_password_request.add(by_password, "users")
        client.app.hooks.record_auth_request.add(let_in)
        client.app.hooks.record_auth_refresh_request.add(refreshed)
        answer = (await sign_in(client)).json()
        assert answer["meta"] == {"by": "password"}
        assert (await sign_in(client, identity="nobody@example.com")).status == 400
        await client("POST", f"{USERS}/auth-refresh", token=answer["token"])
        assert heard == [("ann@example.com", True), ("nobody@example.com", False), ann]

    served(tmp_path, body)


@pytest.mark.parametrize(
    "hook",
    [
        "record_auth_with_password_request",
        "record_auth_refresh_request",
        "record_auth_request",
    ],
)
def test_a_hook_that_does_not_go_on_lets_nobody_in(tmp_path, hook):
    async def body(client: Client) -> None:
        await add_ann(client)
        token = (await sign_in(client)).json()["token"]

        async def stop(event):
            return None

        getattr(client.app.hooks, hook).add(stop)
        if "refresh" in hook:
            answer = await client("POST", f"{USERS}/auth-refresh", token=token)
        else:
            answer = await sign_in(client)
        assert answer.status == 400

    served(tmp_path, body)


def test_a_changed_password_ends_every_session(tmp_path):
    async def body(client: Client) -> None:
        ann = await add_ann(client)
        token = (await sign_in(client)).json()["token"]
        new = {"password": "another-1234", "passwordConfirm": "another-1234"}
        assert (await client("PATCH", f"{USERS}/records/{ann}", new)).status == 200
        assert (await client("POST", f"{USERS}/auth-refresh", token=token)).status == 401

    served(tmp_path, body)
