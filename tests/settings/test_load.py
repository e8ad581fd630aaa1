"""The settings document as it stands in the database."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from fastcms import resources
from fastcms.errors import StartError
from fastcms.settings.load import load_settings, password_hash
from fastcms.settings.model import SMTP, AppMeta, Settings

Read = Callable[[str], Sequence[tuple[Any, ...]]]


def reading(*rows: tuple[Any, ...]) -> Read:
    return lambda _: rows


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (b"{}", Settings()),
        ("{}", Settings()),
        (None, Settings()),
        (b'{"meta":{"appName":"Shop"},"unknown":1}', Settings(meta=AppMeta(app_name="Shop"))),
        (b'{"smtp":null,"superuserIPs":null,"meta":{"appName":null}}', Settings()),
        (b'{"smtp":{"password":"hush"}}', Settings(smtp=SMTP(password="hush"))),
    ],
)
def test_right(stored: str | bytes | None, expected: Settings) -> None:
    assert load_settings(reading((stored,))) == expected


def test_no_row() -> None:
    assert load_settings(reading()) == Settings()


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ("QUJDREVGR0hJSktMTU5PUA==", "missing encryption key"),
        (b"5", "not valid"),
        (b"[]", "not valid"),
    ],
)
def test_wrong(stored: str | bytes, reason: str) -> None:
    with pytest.raises(StartError, match=reason):
        load_settings(reading((stored,)))


def test_the_template_is_the_defaults_in_their_stored_order() -> None:
    template = resources.template("settings.json").read_text()
    assert json.dumps(json.loads(template)) == json.dumps(Settings().to_json(secrets=True))


@pytest.mark.parametrize(
    ("secrets", "path", "expected"),
    [
        (True, ("smtp", "password"), "hush"),
        (False, ("smtp", "password"), None),
        (True, ("s3", "secret"), None),
        (True, ("backups", "s3", "secret"), None),
        (False, ("s3", "secret"), None),
    ],
)
def test_secrets(secrets: bool, path: tuple[str, ...], expected: str | None) -> None:
    *parents, key = path
    found: Any = Settings(smtp=SMTP(password="hush")).to_json(secrets=secrets)
    for parent in parents:
        found = found[parent]
    assert found.get(key) == expected


def test_a_directory_without_our_table_keeps_the_references_hashes() -> None:
    assert password_hash(reading()) == "bcrypt"
