"""docs/settings.md and the form of the dashboard are what the definitions say."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from fastcms.settings.describe import groups, schema, tables
from fastcms.settings.documents import KINDS, changed_documents

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
DEFAULTS = {name: kind() for name, kind in KINDS.items()}


@pytest.mark.parametrize(("name", "table"), tables().items())
def test_the_document_holds_the_tables(name: str, table: str) -> None:
    assert table in DOCUMENT.read_text("utf-8"), name


def keys(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    plain = msgspec.to_builtins(found)
    return {key["key"]: key for group in plain["groups"] for key in group["keys"]}


def test_everything_is_named_and_described() -> None:
    for group in groups():
        assert group.title, group.path
        assert group.description.endswith("."), group.path
        for entry in group.entries:
            assert entry.key.title, entry.path
            assert entry.key.description.endswith("."), entry.path
    paths = [group.path for group in groups()]
    assert len(set(paths)) == len(paths)


def test_a_form_learns_what_a_value_may_be() -> None:
    found = keys(schema(DEFAULTS))
    expected: dict[str, dict[str, Any]] = {
        "smtp.port": {"type": "number", "default": 587, "required": {"key": "smtp.enabled"}},
        "smtp.authMethod": {"type": "text", "values": ["", "PLAIN", "LOGIN"]},
        "smtp.password": {"secret": True, "isSet": False},
        "meta.appURL": {"format": "url", "required": True},
        "meta.appName": {"maxBytes": 255},
        "backups.cron": {"format": "cron"},
        "backups.verify": {"type": "bool", "default": False},
        "superuserIPs": {"type": "list", "items": {"type": "text", "format": "network"}},
        "storage.azure.key": {"required": {"key": "storage.provider", "value": "azure"}},
        "backups.azure.key": {"required": {"key": "backups.provider", "value": "azure"}},
        "sms.provider": {"values": ["", "console", "twilio", "sns"]},
    }  # fmt: skip
    for path, facts in expected.items():
        assert found[path].items() >= facts.items(), path
    rules = found["rateLimits.rules"]["items"]
    assert [key["key"] for key in rules["keys"]] == ["label", "audience", "duration", "maxRequests"]


def test_what_is_not_the_default_is_marked_and_no_secret_is_shown() -> None:
    body: dict[str, Any] = {
        "smtp": {"port": 25, "password": "hush"},
        "sms": {"sns": {"secret": "hush"}},
        "backups": {"cronMaxKeep": 5, "verify": True},
    }
    found = schema(changed_documents(DEFAULTS, body))
    assert b"hush" not in msgspec.json.encode(found)
    changed = {path for path, key in keys(found).items() if not key["isDefault"]}
    assert changed == {
        "smtp.port", "smtp.password", "sms.sns.secret", "backups.cronMaxKeep", "backups.verify",
    }  # fmt: skip
    assert keys(found)["smtp.password"]["isSet"]
