"""Ways to become somebody else: claims at sign-up, and ids that two collections share."""

from typing import Any

import pytest

from fastcms.auth.tokens import new_token
from tests import oathtool
from tests.auth.accounts import PASSWORD, USERS, add, arrived, change_users, mail_to
from tests.authenticator import Authenticator
from tests.inprocess import Answer, Client, served
from tests.mailserver import MailServer

SECRET = {"password": PASSWORD, "passwordConfirm": PASSWORD}
ID = "shared000000000"

# What somebody who signs up may not say of himself: the body's values, and what is stored.
CLAIMS = [
    ({"verified": True}, 400),
    ({"verified": 1}, 400),
    ({"tokenKey": "k" * 50}, 200),
    ({"hush": "claimed"}, 200),
    ({"password": PASSWORD, "passwordHash": "x", "password:hash": "x"}, 200),
    ({"collectionId": "pbc_3142635823", "collectionName": "_superusers"}, 200),
]


@pytest.mark.parametrize(("claim", "status"), CLAIMS)
@pytest.mark.parametrize("action", ["sign up", "update"])
def test_nobody_writes_what_is_not_theirs(tmp_path, claim, status, action) -> None:
    async def body(client: Client) -> None:
        users = (await client("GET", USERS)).json()
        hush = {"type": "text", "name": "hush", "hidden": True}
        await client("PATCH", USERS, {"fields": [*users["fields"], hush]})
        account = {"email": "eve@example.com", **SECRET}
        sent = account | (claim if action == "sign up" else {})
        first = await client("POST", f"{USERS}/records", sent, token="")
        if action == "sign up":
            assert first.status == status, first.body
        else:
            login = {"identity": "eve@example.com", "password": PASSWORD}
            token = (await client("POST", f"{USERS}/auth-with-password", login)).json()["token"]
            change = {key: value for key, value in claim.items() if key != "password"}
            path = f"{USERS}/records/{first.json()['id']}"
            assert (await client("PATCH", path, change, token=token)).status == status
        for row in await client.app.store.read("SELECT verified, tokenKey, hush FROM users"):
            assert (row[0], row[1] == "k" * 50, row[2]) == (0, False, "")
        roots = await client.app.store.read("SELECT count(*) FROM _superusers")
        assert roots == [(1,)]

    served(tmp_path, body)


def test_an_id_of_another_auth_collection_is_taken(tmp_path) -> None:
    async def body(client: Client) -> None:
        team = {"name": "team", "type": "auth", "createRule": ""}
        assert (await client("POST", "/api/collections", team)).status == 200
        first = {"id": ID, "email": "a@example.com", **SECRET}
        assert (await client("POST", f"{USERS}/records", first, token="")).status == 200
        second = first | {"email": "b@example.com"}
        answer = await client("POST", "/api/collections/team/records", second, token="")
        assert (answer.status, list(answer.json()["data"])) == (400, ["id"])

    served(tmp_path, body)


def test_a_token_is_of_one_collection_even_where_two_records_share_id_and_key(tmp_path) -> None:
    """A directory from elsewhere may hold such records."""

    async def body(client: Client) -> None:
        own = "@request.auth.id = id && @request.auth.collectionName = 'team'"
        team = {"name": "team", "type": "auth", "createRule": "", "viewRule": own}
        assert (await client("POST", "/api/collections", team)).status == 200
        account = {"id": ID, "email": "a@example.com", **SECRET}
        await client("POST", f"{USERS}/records", account, token="")
        account["id"] = "another00000000"
        await client("POST", "/api/collections/team/records", account, token="")
        key = (await client.app.store.read("SELECT tokenKey FROM users"))[0][0]
        await client.app.store.write_one("UPDATE team SET id = ?, tokenKey = ?", (ID, key))
        users = client.app.refresh().find("users")
        path = f"/api/collections/team/records/{ID}"
        for collection_id in ("team", client.app.schema.find("team").id):
            # Signed with the key of `users`, named as one of `team`.
            token = new_token("auth", ID, key, collection_id, users.auth)
            assert (await client("GET", path, token=token)).status == 404
        token = new_token("auth", ID, key, users.id, users.auth)
        assert (await client("GET", path, token=token)).status == 404
        assert (await client("GET", f"{USERS}/records/{ID}", token=token)).status == 200
        await client("PATCH", "/api/collections/team", {"viewRule": ""})
        # The address is for its owner alone.
        assert "email" not in (await client("GET", path, token=token)).json()

    served(tmp_path, body)


KINDS = ("auth", "file", "verification", "passwordReset", "emailChange")
USES = {
    "verification": "verification",
    "passwordReset": "password-reset",
    "emailChange": "email-change",
}


@pytest.mark.parametrize("use", ["auth", *USES])
def test_a_token_serves_for_nothing_but_what_it_was_issued_for(tmp_path, use) -> None:
    """Who has found a sign-in token cannot set a new password with it, and so on."""

    async def body(client: Client) -> None:
        ann = await add(client)
        users = client.app.refresh().find("users")
        key = (await client.app.store.read("SELECT tokenKey FROM users"))[0][0]
        claims = {"email": "ann@example.com", "newEmail": "eve@example.com"}
        # The right one last: it may end the others.
        for kind in sorted(KINDS, key=use.__eq__):
            token = new_token(kind, ann, key, users.id, users.auth, **claims)
            if use == "auth":
                answer = await client("GET", f"{USERS}/records/{ann}", token=token)
            else:
                sent = {"token": token, **SECRET}
                answer = await client("POST", f"{USERS}/confirm-{USES[use]}", sent, token="")
            assert (answer.status < 300) is (kind == use), kind

    served(tmp_path, body)


@pytest.mark.parametrize("mfa", [False, True])
@pytest.mark.parametrize("way", ["one-time password", "reset"])
def test_who_signed_up_with_anothers_address_keeps_no_way_in(tmp_path, way, mfa) -> None:
    """Passkeys and phone numbers from before the address was proved; the app stays, but alone."""

    async def body(client: Client) -> None:
        async def post(path: str, sent: dict[str, Any], token: str = "") -> Answer:
            return await client("POST", f"{USERS}/{path}", sent, token=token)

        async def with_passkey() -> Answer:
            options = (await post("auth-with-passkey/options", {})).json()["publicKey"]
            return await post("auth-with-passkey", {"credential": device.get(options)})

        await mail_to(client, mails)
        ways = {"otp": {"enabled": True}, "passkey": {"enabled": True}, "totp": {"enabled": True}}
        await change_users(client, **ways)
        eve = await add(client)
        login = {"identity": "ann@example.com", "password": PASSWORD}
        token = (await post("auth-with-password", login)).json()["token"]
        device = Authenticator(origin="http://localhost:8090")
        options = (await post("passkeys/options", {"password": PASSWORD}, token)).json()
        made = {"credential": device.create(options["publicKey"])}
        assert (await post("passkeys", made, token)).status == 200
        assert (await with_passkey()).status == 200
        secret = (await post("totp/enroll", {"password": PASSWORD}, token)).json()["secret"]
        confirmed = await post("totp/confirm", {"code": oathtool.code(secret)}, token)
        assert confirmed.status == 200
        collection = client.app.refresh().find("users")
        phone = "INSERT INTO _fc_phones VALUES (?, ?, '+4917055501')"
        await client.app.store.write_one(phone, (collection.id, eve))
        await change_users(client, mfa={"enabled": mfa, "duration": 600})

        if way == "reset":
            await post("request-password-reset", {"email": "ann@example.com"})
            (mail,) = await arrived(client, mails)
            new = {"password": "of-ann-alone", "passwordConfirm": "of-ann-alone"}
            done = await post("confirm-password-reset", {"token": mail.token, **new})
            assert done.status == 204
        else:
            otp = (await post("request-otp", {"email": "ann@example.com"})).json()["otpId"]
            (mail,) = await arrived(client, mails)
            done = await post("auth-with-otp", {"otpId": otp, "password": mail.code})
            assert done.json()["mfaMethods"] == ["totp"]

        assert (await client("GET", f"{USERS}/totp", token=token)).status == 401
        assert (await with_passkey()).status == 400
        assert (await post("auth-with-password", login)).status == 400
        left = "SELECT (SELECT count(*) FROM _fc_phones), (SELECT count(*) FROM _fc_totps)"
        assert await client.app.store.read(left) == [(0, 1)]

    with MailServer() as mails:
        served(tmp_path, body)
