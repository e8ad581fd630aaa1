"""Settings from the environment and the configuration file: in force, and never stored."""

import asyncio

import msgspec
import pytest

from fastcms.backups import plan
from fastcms.backups.make import BackupError
from fastcms.directory import open_directory
from fastcms.errors import StartError
from fastcms.settings.model import Settings
from fastcms.settings.overrides import overrides_of

FILE = """
workers = 2
[settings]
superuserIPs = ["10.0.0.0/8"]
[settings.smtp]
enabled = true
host = "file.example.com"
password = "of the file"
[settings.backups.s3]
bucket = "b"
[[settings.rateLimits.rules]]
label = "/api/"
duration = 1
maxRequests = 5
"""


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "pb_data"


def test_nothing_from_outside(directory):
    overrides = overrides_of(directory)
    stored = Settings()
    assert overrides.found == {}
    assert overrides.over(stored) is stored
    assert overrides.without(stored, Settings()) is stored
    assert overrides.refusals(stored) == {}


def test_a_file_beside_the_directory(directory):
    (directory.parent / "fastcms.toml").write_text(FILE)
    settings = overrides_of(directory).over(Settings())
    assert settings.smtp.host == "file.example.com"
    assert settings.smtp.port == 587
    assert settings.backups.s3.bucket == "b"
    assert settings.superuser_ips == ("10.0.0.0/8",)
    assert [rule.max_requests for rule in settings.rate_limits.rules] == [5]


def test_the_environment_stands_above_a_named_file(directory, monkeypatch, tmp_path):
    named = tmp_path / "other.toml"
    named.write_text(FILE)
    (directory.parent / "fastcms.toml").write_text("broken")
    monkeypatch.setenv("FASTCMS_CONFIG", str(named))
    monkeypatch.setenv("FASTCMS_SETTINGS_SMTP_HOST", "env.example.com")
    found = overrides_of(directory).found
    assert found["smtp.host"] == ("env.example.com", "FASTCMS_SETTINGS_SMTP_HOST")
    assert found["smtp.password"] == ("of the file", "other.toml")


@pytest.mark.parametrize(
    ("variable", "text", "path", "expected"),
    [
        ("SMTP_PORT", "25", "smtp.port", 25),
        ("SMTP_TLS", "TRUE", "smtp.tls", True),
        ("SMTP_TLS", "0", "smtp.tls", False),
        ("SMTP_AUTH_METHOD", "LOGIN", "smtp.authMethod", "LOGIN"),
        ("META_APP_URL", "https://x.example.com", "meta.appURL", "https://x.example.com"),
        ("SUPERUSER_IPS", "10.0.0.1, ::1", "superuserIPs", ("10.0.0.1", "::1")),
        ("SUPERUSER_IPS", '["10.0.0.1"]', "superuserIPs", ("10.0.0.1",)),
        ("SUPERUSER_IPS", "", "superuserIPs", ()),
        ("RATE_LIMITS_EXCLUDED_IPS", "::1", "rateLimits.excludedIPs", ("::1",)),
        ("TRUSTED_PROXY_USE_LEFTMOST_IP", "yes", "trustedProxy.useLeftmostIP", True),
        ("BACKUPS_S3_FORCE_PATH_STYLE", "1", "backups.s3.forcePathStyle", True),
        ("LOGS_MIN_LEVEL", "-4", "logs.minLevel", -4),
        ("SMTP_PASSWORD", "007", "smtp.password", "007"),
    ],
)
def test_variables(directory, monkeypatch, *, variable, text, path, expected):
    monkeypatch.setenv(f"FASTCMS_SETTINGS_{variable}", text)
    assert overrides_of(directory).found[path].value == expected


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("SMTP_HOTS", "x", "there is no such setting; did you mean FASTCMS_SETTINGS_SMTP_HOST?"),
        ("SMTP_PORT", "x", "FASTCMS_SETTINGS_SMTP_PORT: Expected `int`"),
        ("SMTP_TLS", "perhaps", "Expected `bool`"),
        ("SMTP_AUTH_METHOD", "MD5", "FASTCMS_SETTINGS_SMTP_AUTH_METHOD: smtp.authMethod: Must be"),
        ("SUPERUSER_IPS", "10.0.0.1,nowhere", "superuserIPs.1: Invalid IP or CIDR subnet."),
        ("RATE_LIMITS_RULES", "[{", "Expected `array`"),
    ],
)
def test_bad_variables(directory, monkeypatch, variable, text, complaint):
    monkeypatch.setenv(f"FASTCMS_SETTINGS_{variable}", text)
    with pytest.raises(StartError) as raised:
        overrides_of(directory)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x =", "fastcms.toml: Invalid value (at"),
        ("settings = 1", "settings is no table; write [settings.smtp]"),
        ("[settings]\nsmtp = 1", "settings.smtp is a table; write [settings.smtp]"),
        ("[settings.smpt]\nhost = 'x'", "settings.smpt: there is no such setting; did you mean s"),
        ("[settings.smtp]\nhots = 'x'", "smtp.hots: there is no such setting; did you mean host?"),
        ("[settings.smtp]\nport = '25'", "settings.smtp.port: Expected `int`, got `str`"),
        ("[settings.batch]\nmaxRequests = -1", "fastcms.toml: batch.maxRequests: Must be"),
        ("[settings.meta]\nappName = 1979-05-27", "settings.meta.appName: Expected `str`"),
    ],
)  # fmt: skip
def test_bad_files(directory, text, complaint):
    (directory.parent / "fastcms.toml").write_text(text)
    with pytest.raises(StartError) as raised:
        overrides_of(directory)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_named_file_has_to_be_there(directory, monkeypatch):
    monkeypatch.setenv("FASTCMS_CONFIG", str(directory / "none.toml"))
    with pytest.raises(StartError, match=r"none\.toml: No such file or directory; name another"):
        overrides_of(directory)


def test_what_is_stored(directory):
    (directory.parent / "fastcms.toml").write_text(FILE)
    overrides = overrides_of(directory)
    stored = msgspec.convert({"smtp": {"host": "old.example.com", "username": "me"}}, Settings)
    in_force = overrides.over(stored)
    assert in_force.smtp.username == "me"
    changed = msgspec.structs.replace(
        in_force, smtp=msgspec.structs.replace(in_force.smtp, username="you")
    )
    assert overrides.refusals(changed) == {}
    kept = overrides.without(changed, stored)
    assert (kept.smtp.host, kept.smtp.username) == ("old.example.com", "you")
    assert kept.smtp.password == ""
    other = msgspec.structs.replace(changed, smtp=msgspec.structs.replace(changed.smtp, host="x"))
    refused = overrides.refusals(other)
    assert list(refused) == ["smtp"]
    assert refused["smtp"]["host"].message == "It is set by fastcms.toml."


def test_a_plan_of_backups_stores_nothing_from_outside(directory, monkeypatch):
    monkeypatch.setenv("FASTCMS_SETTINGS_SMTP_PASSWORD", "s3cret-from-outside")
    monkeypatch.setenv("FASTCMS_SETTINGS_BACKUPS_CRON_MAX_KEEP", "9")
    app = open_directory(directory)
    try:
        asyncio.run(plan.change(app, cron="0 3 * * *", max_keep=None, verify=None))
        assert app.settings.smtp.password == "s3cret-from-outside"
        assert app.stored_settings.backups.cron == "0 3 * * *"
        assert app.stored_settings.backups.cron_max_keep == 3
        with pytest.raises(BackupError, match="It is set by FASTCMS_SETTINGS_BACKUPS_CRON_MAX"):
            asyncio.run(plan.change(app, cron=None, max_keep=5, verify=None))
    finally:
        app.close()
    assert b"s3cret" not in b"".join(file.read_bytes() for file in directory.glob("data.db*"))
