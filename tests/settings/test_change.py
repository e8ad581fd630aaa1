"""The body of a PATCH over the settings of the moment."""

from typing import Any

import pytest

from fastcms.settings.change import changed
from fastcms.settings.model import SMTP, AppMeta, RateLimits, Settings

SECRET = Settings(smtp=SMTP(password="hush"))


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ({}, "meta.app_name", "Acme"),
        ({"meta": {"appName": "Shop"}}, "meta.app_name", "Shop"),
        ({"meta": {"appName": "Shop"}}, "meta.sender_name", "Support"),
        ({"META": {"appname": "Shop"}}, "meta.app_name", "Shop"),
        ({"nothing": 1, "meta": {"nothing": 2}}, "meta", AppMeta()),
        ({"meta": {"appName": None}}, "meta.app_name", ""),
        ({"smtp": None}, "smtp.port", 0),
        ({"smtp": None}, "smtp.host", ""),
        ({"logs": None}, "logs.log_ip", False),
        ({"superuserIPs": ["::1"]}, "superuser_ips", ("::1",)),
        ({"superuserIPs": None}, "superuser_ips", ()),
        ({"rateLimits": None}, "rate_limits", RateLimits(rules=())),
        ({"rateLimits": {"rules": [{"label": "/a"}]}}, "rate_limits.rules.0.duration", 0),
        ({"rateLimits": {"rules": [{"LABEL": "/a"}]}}, "rate_limits.rules.0.label", "/a"),
        ({"rateLimits": {"rules": [None]}}, "rate_limits.rules.0.label", ""),
        ({"meta": {}}, "smtp.password", "hush"),
        ({"smtp": {"password": ""}}, "smtp.password", ""),
    ],
)
def test_right(body: dict[str, Any], path: str, expected: object) -> None:
    found: Any = changed(SECRET, body)
    for key in path.split("."):
        found = found[int(key)] if key.isdigit() else getattr(found, key)
    assert found == expected


@pytest.mark.parametrize(
    "body",
    [
        {"meta": "x"},
        {"meta": []},
        {"meta": {"appName": 5}},
        {"smtp": {"port": "25"}},
        {"smtp": {"port": 25.0}},
        {"smtp": {"port": 2**63}},
        {"smtp": {"enabled": 1}},
        {"superuserIPs": "::1"},
        {"superuserIPs": [1]},
        {"rateLimits": {"rules": ["/a"]}},
        {"rateLimits": {"rules": {"label": "/a"}}},
        {"meta": {"appName": "a", "AppName": "b"}},
    ],
)
def test_wrong(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        changed(SECRET, body)
