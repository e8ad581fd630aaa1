"""Signing in with OAuth2 inside the server: hooks, the redirect page, names, all or nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fastcms.auth.events import OAuth2AuthEvent
from fastcms.bus import clients
from fastcms.bus.log import MessageEntry
from fastcms.records.compiled import compiled
from fastcms.records.events import RecordEvent
from fastcms.records.write import save
from fastcms.store.store import Tx
from tests.inprocess import Answer, Client, served
from tests.parity import provider as elsewhere

_IN = "/api/collections/users/auth-with-oauth2"
_BACK = "/api/oauth2-redirect"
_SUCCESS = "../_/#/auth/oauth2-redirect-success"
_FAILURE = "../_/#/auth/oauth2-redirect-failure"


def _person(id_: str, **more: Any) -> dict[str, Any]:
    email = f"{id_ or 'nobody'}@example.com"
    return {"sub": id_, "email": email, "email_verified": True, **more}


async def _configure(client: Client, **more: Any) -> None:
    oauth2 = {"enabled": True, "providers": [elsewhere.settings()]}
    body = {"oauth2": oauth2, "createRule": "", **more}
    answer = await client("PATCH", "/api/collections/users", body)
    assert answer.status == 200, answer.body


async def _sign_in(client: Client, user: Any, code: str = "", **body: Any) -> Answer:
    sent = {"provider": "oidc", "code": code or elsewhere.code(user), **body}
    return await client("POST", _IN, sent, token="")


async def _count(client: Client, table: str) -> int:
    rows = await client.app.store.read(f'SELECT count(*) FROM "{table}"')
    return int(rows[0][0])


def test_hooks_see_who_comes_and_may_change_what_becomes_of_it(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        await _configure(client)
        seen: list[tuple[str, str, bool]] = []

        async def change(event: OAuth2AuthEvent) -> None:
            seen.append((event.provider, event.user.id, event.record is None))
            event.create_data["name"] = "By the hook"
            await event.next()

        client.app.hooks.record_auth_with_oauth2_request.add(change, "users")
        made = (await _sign_in(client, _person("one"))).json()
        assert made["record"]["name"] == "By the hook"
        assert (await _sign_in(client, _person("one"))).json()["meta"]["isNew"] is False
        assert seen == [("oidc", "one", True), ("oidc", "one", False)]

    served(tmp_path / "pb_data", main)


def test_a_hook_that_does_not_go_on_lets_nobody_in(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        await _configure(client)

        async def refuse(_: OAuth2AuthEvent) -> None:
            return None

        client.app.hooks.record_auth_with_oauth2_request.add(refuse, "users")
        answer = await _sign_in(client, _person("one"))
        assert (answer.status, answer.json()["message"]) == (400, "Failed to authenticate.")
        assert await _count(client, "users") == 0

    served(tmp_path / "pb_data", main)


def test_a_record_and_its_link_are_made_together_or_not_at_all(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        await _configure(client)
        # No link can be made of a profile without an id.
        answer = await _sign_in(client, _person("", name="Nobody"))
        assert answer.json()["data"]["providerId"]["code"] == "validation_required"
        assert (await _count(client, "users"), await _count(client, "_externalAuths")) == (0, 0)
        # Two windows of one person, at once.
        answers = await asyncio.gather(*(_sign_in(client, _person("one")) for _ in range(4)))
        assert 200 in {answer.status for answer in answers}
        assert (await _count(client, "users"), await _count(client, "_externalAuths")) == (1, 1)

    served(tmp_path / "pb_data", main)


def test_a_hook_may_save_the_new_record_once_more(tmp_path: Path) -> None:
    """The link is written with the record's creation, not with each of its changes."""

    async def main(client: Client) -> None:
        await _configure(client)

        async def change(event: RecordEvent) -> None:
            await event.next()
            event.record.values["name"] = "Later"
            plan = compiled(client.app.schema, event.record.collection)
            await save(client.app, plan, event.record)

        client.app.hooks.record_after_create_success.add(change, "users")
        answer = await _sign_in(client, _person("one"))
        assert (answer.status, answer.json()["record"]["name"]) == (200, "Later")
        assert await _count(client, "_externalAuths") == 1

    served(tmp_path / "pb_data", main)


def test_an_unverified_account_is_lost_to_who_proves_its_address(tmp_path: Path) -> None:
    """Password, sessions and links of whoever waited there end, all three."""

    async def main(client: Client) -> None:
        await _configure(client)
        secret = {"password": "of-the-squatter", "passwordConfirm": "of-the-squatter"}
        body = {"email": "owner@example.com", **secret}
        made = (await client("POST", "/api/collections/users/records", body, token="")).json()
        with_password = "/api/collections/users/auth-with-password"
        shown = {"identity": "owner@example.com", "password": "of-the-squatter"}
        squatter = (await client("POST", with_password, shown, token="")).json()["token"]
        sent = {"provider": "oidc", "code": elsewhere.code({"sub": "squatter"})}
        linked = await client("POST", _IN, sent, token=squatter)
        assert linked.json()["record"]["id"] == made["id"]

        owner = (await _sign_in(client, _person("owner"))).json()
        assert (owner["record"]["id"], owner["record"]["verified"]) == (made["id"], True)
        refresh = "/api/collections/users/auth-refresh"
        for token in (squatter, linked.json()["token"]):
            assert (await client("POST", refresh, token=token)).status == 401
        assert (await client("POST", with_password, shown, token="")).status == 400
        assert (await client("POST", refresh, token=owner["token"])).status == 200
        rows = await client.app.store.read('SELECT "providerId" FROM "_externalAuths"')
        assert rows == [("owner",)]

    served(tmp_path / "pb_data", main)


def test_a_password_policy_is_in_nobodys_way(tmp_path: Path) -> None:
    """It is for passwords that people choose; those that nobody knows pass it all the same."""

    async def main(client: Client) -> None:
        kinds = ["lower", "upper", "digit", "symbol"]
        policy = {"require": kinds, "blockCommon": True, "minStrength": 4, "history": 2}
        await _configure(client, passwordPolicy=policy)
        secret = {"password": "Of-the-squatter-1", "passwordConfirm": "Of-the-squatter-1"}
        body = {"email": "owner@example.com", **secret}
        made = await client("POST", "/api/collections/users/records", body, token="")
        assert made.status == 200, made.body
        for name, is_new in (("owner", False), ("newcomer", True)):
            answer = await _sign_in(client, _person(name))
            assert answer.status == 200, answer.body
            assert answer.json()["meta"]["isNew"] is is_new

    served(tmp_path / "pb_data", main)


def test_neither_secrets_nor_what_a_provider_says_reach_answers_or_logs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main(client: Client) -> None:
        await _configure(client)
        said = {"error": "invalid_grant", "error_description": "internal-words"}
        code = elsewhere.code(None, token_status=400, token=said)
        answer = await _sign_in(client, None, code)
        assert answer.json() == {
            "data": {},
            "message": "Failed to fetch OAuth2 token.",
            "status": 400,
        }
        for secret in (code, "the-client-secret", "internal-words"):
            assert secret not in caplog.text
        assert "oidc" in caplog.text

    served(tmp_path / "pb_data", main)


# -- the redirect page ----------------------------------------------------------------------------


async def _waiting(client: Client, id_: str, address: str = "127.0.0.1") -> None:
    """An app that waits at a realtime connection for a code."""

    def run(tx: Tx) -> None:
        clients.add(tx, id_, "worker", address)
        clients.subscribe(tx, id_, clients.GUEST, ["@oauth2"])

    await client.app.store.write(run)


async def _told(client: Client) -> list[tuple[str, str]]:
    entries = [logged.entry for logged in await client.app.bus.entries(0)]
    return [(entry.client, entry.data) for entry in entries if isinstance(entry, MessageEntry)]


def _leads_to(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.headers["location"]


def test_a_code_goes_to_who_waits_for_it_once(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        await _waiting(client, "app-1")
        path = f"{_BACK}?state=app-1&code=the-code"
        assert _leads_to(await client("GET", path, token="")) == (307, _SUCCESS)
        assert await _told(client) == [("app-1", '{"state":"app-1","code":"the-code"}')]
        assert _leads_to(await client("GET", path, token="")) == (307, _FAILURE)
        assert len(await _told(client)) == 1

    served(tmp_path / "pb_data", main)


def test_a_code_from_another_address_goes_nowhere(tmp_path: Path) -> None:
    """Somebody else's window was led here: the app's state is known, the address differs."""

    async def main(client: Client) -> None:
        await _waiting(client, "app-1", "203.0.113.7")
        path = f"{_BACK}?state=app-1&code=of-the-attacker"
        assert _leads_to(await client("GET", path, token="")) == (307, _FAILURE)
        assert await _told(client) == []
        found = await client.app.bus.client("app-1")
        assert found is not None
        assert found.subscriptions == ("@oauth2",)

    served(tmp_path / "pb_data", main)


def test_who_does_not_wait_for_a_code_gets_none(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        def run(tx: Tx) -> None:
            clients.add(tx, "app-1", "worker", "127.0.0.1")
            clients.subscribe(tx, "app-1", clients.GUEST, ["users/*"])

        await client.app.store.write(run)
        path = f"{_BACK}?state=app-1&code=x"
        assert _leads_to(await client("GET", path, token="")) == (307, _FAILURE)
        assert await _told(client) == []

    served(tmp_path / "pb_data", main)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("error=access_denied", '{"state":"app-1","code":"","error":"access_denied"}'),
        ("code=x&error=odd", '{"state":"app-1","code":"x","error":"odd"}'),
        ("code=", '{"state":"app-1","code":""}'),
    ],
)
def test_a_refusal_is_told_and_is_no_success(tmp_path: Path, query: str, told: str) -> None:
    async def main(client: Client) -> None:
        await _waiting(client, "app-1")
        answer = await client("GET", f"{_BACK}?state=app-1&{query}", token="")
        assert _leads_to(answer) == (307, _FAILURE)
        assert await _told(client) == [("app-1", told)]

    served(tmp_path / "pb_data", main)


_NAMES: list[tuple[Any, str]] = [
    ('{"name": {"firstName": "Ann", "lastName": "Lee"}, "email": "a@example.com"}', "Ann Lee"),
    ('{"name": {"firstName": "Ann"}}', "Ann"),
    ('{"name": {"firstName": " ", "lastName": ""}}', ""),
    ("{}", ""),
    ("no JSON", ""),
    ('{"name": "Ann"}', ""),
    ('{"name": {"firstName": "' + "x" * 400 + '"}}', "x" * 150),
]


@pytest.mark.parametrize(("user", "name"), _NAMES, ids=range(len(_NAMES)))
def test_apples_name_comes_with_the_code(tmp_path: Path, user: str, name: str) -> None:
    async def main(client: Client) -> None:
        await _configure(client)
        await _waiting(client, "app-1")
        code = elsewhere.code(_person("one"))
        sent = {"state": "app-1", "code": code, "user": user}
        assert _leads_to(await client("POST", _BACK, sent, token="")) == (303, _SUCCESS)
        kept = await client.app.store.read("SELECT code FROM _fc_apple_names")
        assert all(row[0] != code for row in kept)
        answer = (await _sign_in(client, None, code)).json()
        assert (answer["meta"]["name"], answer["record"]["name"]) == (name, name)

    served(tmp_path / "pb_data", main)


def test_apples_name_is_not_kept_for_nobody(tmp_path: Path) -> None:
    async def main(client: Client) -> None:
        sent = {"state": "app-1", "code": "x", "user": '{"name": {"firstName": "Ann"}}'}
        assert _leads_to(await client("POST", _BACK, sent, token="")) == (303, _FAILURE)
        assert await _count(client, "_fc_apple_names") == 0

    served(tmp_path / "pb_data", main)


@pytest.mark.parametrize(
    ("picture", "options", "is_taken"),
    [
        ("/me.png", {}, True),
        ("/user", {}, False),
        ("/me.png", {"maxSize": 10}, False),
        ("/me.png", {"mimeTypes": ["image/jpeg"]}, False),
    ],
)
def test_a_picture_goes_into_a_file_field_if_it_fits(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    picture: str,
    options: dict[str, Any],
    is_taken: bool,
) -> None:
    async def main(client: Client) -> None:
        users = (await client("GET", "/api/collections/users")).json()
        fields = [{**f, **options} if f["name"] == "avatar" else f for f in users["fields"]]
        mapped = {"name": "", "id": "", "username": "", "avatarURL": "avatar"}
        await _configure(client, fields=fields)
        answer = await client(
            "PATCH", "/api/collections/users", {"oauth2": {"mappedFields": mapped}}
        )
        assert answer.status == 200, answer.body
        user = _person("one", picture=elsewhere.address() + picture)
        closed = (await _sign_in(client, user)).json()["record"]
        # Addresses of this machine are nobody's pictures.
        assert closed["avatar"] == ""
        monkeypatch.setattr("fastcms.fetch.is_public", lambda _: True)
        opened = (await _sign_in(client, {**user, "sub": "two", "email": "two@example.com"})).json()
        name = opened["record"]["avatar"]
        assert bool(name) == is_taken
        if is_taken:
            key = f"{users['id']}/{opened['record']['id']}/{name}"
            stored = await client.app.files.find(key)
            assert stored is not None
            assert (stored.size, stored.content_type) == (len(elsewhere.PICTURE), "image/png")

    served(tmp_path / "pb_data", main)
