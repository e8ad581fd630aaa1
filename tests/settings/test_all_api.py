"""`GET` and `PATCH /api/settings/all`."""

from pathlib import Path
from typing import Any

import pytest

from tests.inprocess import Client, served

ALL, SCHEMA = "/api/settings/all", "/api/settings/schema"


async def set_secrets(client: Client) -> set[str]:
    groups = (await client("GET", SCHEMA)).json()["groups"]
    return {key["key"] for group in groups for key in group["keys"] if key.get("isSet")}


def test_who_may(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        for method in ("GET", "PATCH"):
            assert (await client(method, ALL, token="")).status == 401
        root = (await client("GET", "/api/collections/_superusers/records")).json()["items"][0]
        path = f"/api/collections/_superusers/impersonate/{root['id']}"
        borrowed = (await client("POST", path, {"duration": 60})).json()["token"]
        answer = await client("PATCH", ALL, {"meta": {"appName": "Shop"}}, token=borrowed)
        assert answer.status == 403

    served(tmp_path / "pb_data", body)


def test_all_documents_change_together(tmp_path: Path) -> None:
    change: dict[str, Any] = {
        "logs": {"maxDays": 9, "maxSize": 50},
        "backups": {"cron": "@daily", "verify": True, "azure": {"key": "hush"}},
        "sms": {"provider": "sns", "sns": {"secret": "hush", "region": "eu"}},
        "smtp": {"password": "hush"},
        "unknown": 1,
    }

    async def body(client: Client) -> None:
        before = (await client("GET", ALL)).json()
        answer = await client("PATCH", ALL, change)
        assert (answer.status, b"hush" in answer.body) == (200, False)
        assert answer.json() == (await client("GET", ALL)).json()
        found = answer.json()
        assert found["logs"] == {**before["logs"], "maxDays": 9, "maxSize": 50}
        assert (found["backups"]["cron"], found["backups"]["verify"]) == ("@daily", True)
        # It is what the other routes show, and the reference's document knows nothing of it.
        settings = (await client("GET", "/api/settings")).json()
        assert settings["logs"]["maxDays"] == 9
        assert "maxSize" not in settings["logs"]
        sms = (await client("GET", "/api/settings/sms")).json()
        assert (sms["provider"], sms["sns"]["region"]) == ("sns", "eu")
        assert client.app.settings.smtp.password == "hush"
        secrets = await set_secrets(client)
        assert secrets == {"smtp.password", "sms.sns.secret", "backups.azure.key"}
        # What is not named stays, secrets as well.
        await client("PATCH", ALL, {"sms": {"sns": {"region": "us"}}})
        assert await set_secrets(client) == secrets

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (["x"], {}),
        ({"logs": {"maxSize": "much"}}, {}),
        ({"logs": {"maxSize": -1}}, {"logs": {"maxSize"}}),
        ({"backups": {"provider": "azure"}}, {"backups": {"azure"}}),
        ({"backups": {"provider": "gcs", "cron": "x"}}, {"backups": {"cron", "gcs"}}),
        ({"meta": {"appName": ""}, "logs": {"maxSize": 5}}, {"meta": {"appName"}}),
    ],
)
def test_what_is_refused_changes_nothing(
    tmp_path: Path, change: object, problems: dict[str, set[str]]
) -> None:
    async def body(client: Client) -> None:
        before = (await client("GET", ALL)).json()
        answer = await client("PATCH", ALL, change)
        assert answer.status == 400
        found = answer.json()["data"]
        assert {section: set(keys) for section, keys in found.items()} == problems
        assert (await client("GET", ALL)).json() == before

    served(tmp_path / "pb_data", body)


def test_what_is_set_outside_is_shown_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(client: Client) -> None:
        assert (await client("GET", ALL)).json()["smtp"]["port"] == 25
        groups = (await client("GET", SCHEMA)).json()["groups"]
        set_by = {key["key"]: key.get("setBy") for group in groups for key in group["keys"]}
        assert set_by.pop("smtp.port") == "FASTCMS_SETTINGS_SMTP_PORT"
        assert set(set_by.values()) == {None}
        answer = await client("PATCH", ALL, {"smtp": {"port": 26}})
        assert answer.json()["data"]["smtp"]["port"]["code"] == "validation_set_outside"
        # The rest can be changed, and what comes from outside is not stored.
        answer = await client("PATCH", ALL, {"smtp": {"port": 25, "host": "a.b"}})
        assert (answer.status, answer.json()["smtp"]["host"]) == (200, "a.b")
        assert client.app.stored_settings.smtp.port == 587

    monkeypatch.setenv("FASTCMS_SETTINGS_SMTP_PORT", "25")
    served(tmp_path / "pb_data", body)


def test_hooks_see_a_change(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        seen = []

        async def look(event: Any) -> None:
            seen.append((event.old.meta.app_name, event.new.meta.app_name))
            await event.next()

        client.app.hooks.settings_update_request.add(look)
        await client("PATCH", ALL, {"meta": {"appName": "Shop"}})
        assert seen == [("Acme", "Shop")]

    served(tmp_path / "pb_data", body)


def test_how_far_the_encryption_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def state(client: Client) -> Any:
        return (await client("GET", SCHEMA)).json()["encryption"]

    async def body(client: Client) -> None:
        await client("PATCH", ALL, {"sms": {"provider": "console"}, "meta": {"appName": "Shop"}})
        assert await state(client) == "off"
        # As after a start with a key.
        monkeypatch.setenv("FASTCMS_ENCRYPTION_ENV", "SOME_KEY")
        monkeypatch.setenv("SOME_KEY", "0123456789abcdef" * 2)
        assert await state(client) == "partly"
        await client("PATCH", ALL, {"meta": {"appName": "Store"}})
        assert await state(client) == "partly"
        await client("PATCH", ALL, {"sms": {"provider": ""}})
        assert await state(client) == "on"

    served(tmp_path / "pb_data", body)
