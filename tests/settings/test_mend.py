"""A value that cannot be used stops no start: its default stands in, and that is said."""

import asyncio
import json
from pathlib import Path
from typing import Any

import apsw
import msgspec
import pytest

from fastcms.directory import open_directory
from fastcms.jobs import schedule
from fastcms.settings.mend import usable
from fastcms.settings.model import Settings
from tests.servers import Kind, Server, add_superuser

LOOPBACK = ["127.0.0.1", "::1"]
S3 = {
    "enabled": True,
    "bucket": "b",
    "region": "r",
    "endpoint": "no url",
    "accessKey": "",
    "secret": "hush",
}
RULES = [msgspec.to_builtins(rule) for rule in Settings().rate_limits.rules]
RULE = {"label": "/api/", "audience": "", "duration": 1, "maxRequests": 1}

# What is stored; which keys are told of, and what is there instead.
ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"smtp": {"port": "x", "host": "mail.example.com"}},
     {"smtp.port": 587}),
    ({"smtp": {"port": -1}},
     {"smtp.port": 587}),
    ({"smtp": {"port": 2**70}},
     {"smtp.port": 587}),
    ({"smtp": {"enabled": True, "host": ""}},
     {"smtp.host": "smtp.example.com"}),
    ({"smtp": {"authMethod": "NTLM"}},
     {"smtp.authMethod": ""}),
    ({"smtp": []},
     {"smtp": msgspec.to_builtins(Settings().smtp)}),
    ({"backups": {"cron": "every day"}},
     {"backups.cron": ""}),
    ({"backups": {"cron": "0 0 * * *", "cronMaxKeep": 0}},
     {"backups.cronMaxKeep": 3}),
    ({"meta": {"appURL": "no url", "appName": 5}},
     {"meta.appURL": "http://localhost:8090", "meta.appName": "Acme"}),
    ({"logs": {"maxDays": -1, "minLevel": "debug"}},
     {"logs.maxDays": 5, "logs.minLevel": 0}),
    ({"batch": {"enabled": True, "timeout": -3}},
     {"batch.timeout": 3}),
    ({"trustedProxy": {"headers": "X-Real-IP"}},
     {"trustedProxy.headers": []}),
    ({"rateLimits": {"enabled": True, "rules": []}},
     {"rateLimits.rules": RULES}),
    ({"rateLimits": {"enabled": True, "rules": [{**RULE, "duration": 0}]}},
     {"rateLimits.rules.0.duration": None}),
    ({"rateLimits": {"enabled": True, "rules": [RULE, RULE]}},
     {"rateLimits.rules.1.label": None}),
    ({"rateLimits": {"enabled": True, "rules": [{"label": 1}]}},
     {"rateLimits.rules": RULES}),
    ({"rateLimits": {"excludedIPs": ["x", "10.0.0.0/8", ""]}},
     {"rateLimits.excludedIPs.0": None, "rateLimits.excludedIPs.2": None}),
    # A list of who may come never opens by being damaged.
    ({"superuserIPs": ["300.1.1.1", "10.0.0.1", "y"]},
     {"superuserIPs.0": None, "superuserIPs.2": None}),
    ({"superuserIPs": ["300.1.1.1"]},
     {"superuserIPs.0": None}),
    ({"superuserIPs": "10.0.0.1"}, {"superuserIPs": LOOPBACK}),
    # A bucket stays the place of files: another one would get what belongs there.
    ({"s3": S3}, {"s3.accessKey": "", "s3.endpoint": "no url"}),
    ({"backups": {"s3": {"enabled": True}}},
     {f"backups.s3.{key}": "" for key in ("accessKey", "bucket", "endpoint", "region", "secret")}),
]  # fmt: skip


def at(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document[int(key) if isinstance(document, list | tuple) else key]
    return document


@pytest.mark.parametrize(
    ("stored", "expected"), ROWS, ids=[json.dumps(row[0])[:60] for row in ROWS]
)
def test_what_cannot_be_used(stored: dict[str, Any], expected: dict[str, Any]) -> None:
    settings, found = usable(stored)
    assert sorted(part.name for part in found) == sorted(expected)
    plain = json.loads(msgspec.json.encode(settings))
    for path, value in expected.items():
        if value is not None:
            assert at(plain, path) == value
    assert all("hush" not in part for one in found for part in one)


def test_of_a_list_only_what_is_bad_goes() -> None:
    limits = {"excludedIPs": ["x", "10.0.0.0/8", ""]}
    settings, _ = usable({"superuserIPs": ["300.1.1.1", "10.0.0.1", "y"], "rateLimits": limits})
    assert settings.superuser_ips == ("10.0.0.1",)
    assert settings.rate_limits.excluded_ips == ("10.0.0.0/8",)
    assert usable({"superuserIPs": ["x"]})[0].superuser_ips == tuple(LOOPBACK)
    assert usable({"superuserIPs": []})[0].superuser_ips == ()


def test_what_stands_beside_it_stays() -> None:
    settings, _ = usable({"smtp": {"port": "x", "host": "mail.example.com", "password": "hush"}})
    assert (settings.smtp.host, settings.smtp.password) == ("mail.example.com", "hush")


def test_what_is_right_is_told_of_nowhere() -> None:
    assert usable({}) == (Settings(), [])


OWN = {
    "passwordHash": '"md5"',
    "argon2": '{"memory": 0}',
    "sms": "{",
    "storage": '{"provider":"azure","azure":{"account":5}}',
}
# What is told of them, and how to mend it.
TOLD = {
    "smtp.port": "fastcms settings reset smtp.port",
    "backups.cron": "fastcms settings reset backups.cron",
    "s3.endpoint": "fastcms settings reset s3.endpoint",
    "logs.maxDays": "fastcms settings reset logs.maxDays",
    "rateLimits.rules.0.duration": "fastcms settings reset rateLimits.rules",
    "sms.provider": "fastcms settings reset sms.provider",
    "storage.azure.account": "fastcms settings reset storage.azure.account",
    "passwordHash": "fastcms settings password-hash argon2id",
    "argon2": "fastcms settings password-hash argon2id",
}


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A directory where everything is wrong that can be wrong."""
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    stored = {
        "smtp": {"enabled": True, "port": "x"},
        "backups": {"cron": "every day"},
        "s3": S3,
        "logs": {"maxDays": -1},
        "rateLimits": {"enabled": True, "rules": [{**RULE, "duration": -1}]},
    }
    connection = apsw.Connection(str(directory / "data.db"))
    with connection:
        connection.execute("UPDATE _params SET value = ?", (json.dumps(stored),))
        for key, value in OWN.items():
            connection.execute("REPLACE INTO _fc_params VALUES (?, ?)", (key, value))
    connection.close()
    return directory


def test_a_server_comes_up_and_says_so(spoilt: Path) -> None:
    with Server(Kind.FASTCMS, spoilt, workers=2) as server:
        token = server.superuser_token()
        shown = server.expect("GET", "/api/settings", token=token)
        assert (shown["smtp"]["port"], shown["backups"]["cron"]) == (587, "")
        lines = server.output.splitlines()
        for name, remedy in TOLD.items():
            (line,) = [text for text in lines if text.startswith(f"{name}: ")]
            assert line.endswith(remedy)
        assert "hush" not in server.output
        # Whatever is saved is whole again.
        bucket = {"enabled": False, "endpoint": ""}
        server.expect("PATCH", "/api/settings", token=token, json_body={"s3": bucket})
    with Server(Kind.FASTCMS, spoilt, workers=1) as server:
        assert "smtp.port" not in server.output
        assert "sms" in server.output


def test_what_works_with_it(spoilt: Path) -> None:
    async def main() -> None:
        from fastcms import clock

        app = open_directory(spoilt)
        try:
            assert {part.name for part in app.degraded} >= set(TOLD)
            assert app.password_hash == "bcrypt"
            await schedule.tick(app, clock.now())
        finally:
            await app.background.drain()
            app.close()

    asyncio.run(main())
