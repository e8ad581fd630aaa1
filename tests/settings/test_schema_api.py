"""`GET /api/settings/schema` and `POST /api/settings/reset`."""

from pathlib import Path
from typing import Any

import pytest

from tests.inprocess import Client, served

SCHEMA, RESET, SETTINGS = "/api/settings/schema", "/api/settings/reset", "/api/settings"
CHANGED: dict[str, Any] = {
    "meta": {"appName": "Shop", "hideControls": True},
    "smtp": {"enabled": True, "port": 25, "password": "hush"},
    "backups": {"cron": "@daily", "cronMaxKeep": 9},
    "superuserIPs": ["10.0.0.0/8", "127.0.0.1"],
}


def test_who_may(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        for method, path in (("GET", SCHEMA), ("POST", RESET)):
            assert (await client(method, path, token="")).status == 401
        root = (await client("GET", "/api/collections/_superusers/records")).json()["items"][0]
        path = f"/api/collections/_superusers/impersonate/{root['id']}"
        borrowed = (await client("POST", path, {"duration": 60})).json()["token"]
        answer = await client("POST", RESET, {"keys": ["meta"]}, token=borrowed)
        assert answer.status == 403

    served(tmp_path / "pb_data", body)


def test_defaults_are_restored(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        before = (await client("GET", SETTINGS)).json()
        assert (await client("PATCH", SETTINGS, CHANGED)).status == 200
        sms = {"provider": "sns", "sns": {"secret": "hush", "region": "eu"}}
        await client("PATCH", "/api/settings/sms", sms)

        async def not_default() -> set[str]:
            found = (await client("GET", SCHEMA)).json()["groups"]
            return {key["key"] for group in found for key in group["keys"] if not key["isDefault"]}

        async def reset(*keys: str) -> Any:
            answer = await client("POST", RESET, {"keys": keys})
            assert answer.status == 200, answer.body
            return answer.json()

        assert await not_default() == {
            "meta.appName", "meta.hideControls", "smtp.enabled", "smtp.port", "smtp.password",
            "backups.cron", "backups.cronMaxKeep", "superuserIPs", "sms.provider",
            "sms.sns.secret", "sms.sns.region",
        }  # fmt: skip
        # Keys and sections, of all documents at once, secrets as well.
        shown = await reset("meta.appName", "smtp", "sms.sns.secret", "superuserIPs")
        assert shown["meta"] == {**before["meta"], "hideControls": True}
        assert await not_default() == {
            "meta.hideControls", "backups.cron", "backups.cronMaxKeep", "sms.provider",
            "sms.sns.region",
        }  # fmt: skip
        assert client.app.settings.smtp.password == ""
        await reset("backups", "sms")
        assert await not_default() == {"meta.hideControls"}
        assert await reset("meta") == before

    served(tmp_path / "pb_data", body)


def test_what_is_set_outside_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(client: Client) -> None:
        change = {"smtp": {"host": "a.b"}, "meta": {"appName": "Shop"}}
        assert (await client("PATCH", SETTINGS, change)).status == 200
        answer = await client("POST", RESET, {"keys": ["meta"]})
        # The answer is what is in force.
        assert (answer.status, answer.json()["smtp"]["port"]) == (200, 25)
        # Nothing else than the default is stored of it.
        assert (await client("POST", RESET, {"keys": ["smtp"]})).status == 200
        assert client.app.settings.smtp.port == 25

    monkeypatch.setenv("FASTCMS_SETTINGS_SMTP_PORT", "25")
    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, {"keys": "validation_required"}),
        ({"keys": []}, {"keys": "validation_required"}),
        ({"keys": "meta"}, {"keys": "validation_invalid_list"}),
        ({"keys": [1]}, {"keys": "validation_invalid_list"}),
        ({"keys": ["meta", "nothing"]}, {"1": "validation_unknown_key"}),
        ({"keys": [""]}, {"0": "validation_unknown_key"}),
        ({"keys": ["meta.appName.x"]}, {"0": "validation_unknown_key"}),
        ({"keys": ["smtp.nothing"]}, {"0": "validation_unknown_key"}),
        # What is left would not be right.
        ({"keys": ["storage.azure.account"]}, {"account": "validation_required"}),
    ],
)
def test_what_is_refused_changes_nothing(
    tmp_path: Path, body: dict[str, Any], problems: dict[str, str]
) -> None:
    async def run(client: Client) -> None:
        azure = {"account": "acc", "container": "c", "key": "aGlkZGVu"}
        place = {"provider": "azure", "azure": azure}
        assert (await client("PATCH", "/api/settings/storage", place)).status == 200
        answer = await client("POST", RESET, body)
        assert answer.status == 400
        data = answer.json()["data"]
        for key, code in problems.items():
            inner = data.get("keys", data.get("storage", {}).get("azure"))
            assert (data[key] if key in data else inner[key])["code"] == code
        shown = (await client("GET", "/api/settings/storage")).json()
        assert shown["azure"]["account"] == "acc"

    served(tmp_path / "pb_data", run)
