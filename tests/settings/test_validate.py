"""Values on the border of what the settings allow; parity/tables/settings.py has every message."""

import pytest

from fastcms.errors import leaves
from fastcms.settings.model import (
    SMTP,
    AppMeta,
    Logs,
    RateLimitRule,
    RateLimits,
    Settings,
)
from fastcms.settings.validate import problems


def codes(settings: Settings) -> dict[str, str]:
    return {path: problem.code for path, problem in leaves(problems(settings))}


def test_the_defaults_are_right() -> None:
    assert problems(Settings()) == {}


@pytest.mark.parametrize(
    "host", ["", "a", "a.b", "a_b", "a.", "localhost", "1.2.3.4", "::1", "a" * 63]
)
def test_hosts(host: str) -> None:
    assert codes(Settings(smtp=SMTP(host=host, local_name=host))) == {}


@pytest.mark.parametrize(
    "host", ["[::1]", "a b", "-a", "a:80", "é", "*.a", "http://a", "a" * 64, "a." * 128]
)
def test_no_hosts(host: str) -> None:
    assert codes(Settings(smtp=SMTP(host=host))) == {"smtp.host": "validation_is_host"}


@pytest.mark.parametrize(
    "item",
    ["1.2.3.4", "1.2.3.0/24", "1.2.3.4/24", "::1", "::1%eth0", "fe80::/10", "::ffff:1.2.3.4"],
)
def test_subnets(item: str) -> None:
    assert codes(Settings(superuser_ips=(item,))) == {}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("", "validation_required"),
        ("x", "validation_invlaid_ip_or_subnet"),
        ("1.2.3", "validation_invlaid_ip_or_subnet"),
        ("01.2.3.4", "validation_invlaid_ip_or_subnet"),
        ("1.2.3.4/99", "validation_invlaid_ip_or_subnet"),
        ("1.2.3.0/255.255.255.0", "validation_invlaid_ip_or_subnet"),
    ],
)
def test_no_subnets(item: str, code: str) -> None:
    assert codes(Settings(superuser_ips=("::1", item))) == {"superuserIPs.1": code}


@pytest.mark.parametrize(
    ("audiences", "conflict"),
    [
        (("", ""), 1),
        (("@guest", "@guest"), 1),
        (("", "@auth"), 1),
        (("@guest", ""), 1),
        (("@guest", "@auth"), None),
        (("@guest", "@auth", ""), 2),
    ],
)
def test_rules_for_the_same_requests(audiences: tuple[str, ...], conflict: int | None) -> None:
    rules = tuple(
        RateLimitRule(label="/a", audience=audience, duration=1, max_requests=1)
        for audience in audiences
    )
    code = "validation_conflicting_rate_limit_rule"
    expected = {} if conflict is None else {f"rateLimits.rules.{conflict}.label": code}
    assert codes(Settings(rate_limits=RateLimits(rules=rules))) == expected


@pytest.mark.parametrize(
    ("label", "is_right"),
    [
        ("/", True),
        ("/api/", True),
        ("POST /a-b/c_d", True),
        ("post /a", True),
        ("users:create", True),
        ("*:create", True),
        ("GET", True),
        ("*", False),
        ("users:*", False),
        ("/a.b", False),
        ("/a{b}", False),
        ("/a?b", False),
        ("/a\n", False),
        ("é", False),
        ("a:b:c", False),
    ],
)
def test_labels(label: str, is_right: bool) -> None:
    rules = (RateLimitRule(label=label, duration=1, max_requests=1),)
    assert (codes(Settings(rate_limits=RateLimits(rules=rules))) == {}) is is_right


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(logs=Logs(max_days=2**53 - 1)), {}),
        (
            Settings(logs=Logs(max_days=2**53)),
            {"logs.maxDays": "validation_max_less_equal_than_required"},
        ),
        (Settings(meta=AppMeta(app_name="a" * 255)), {}),
        # Counted in bytes.
        (
            Settings(meta=AppMeta(app_name="é" * 128)),
            {"meta.appName": "validation_length_out_of_range"},
        ),
        (Settings(meta=AppMeta(accent_color="")), {}),
        (
            Settings(meta=AppMeta(accent_color="#12345g")),
            {"meta.accentColor": "validation_is_hex_color"},
        ),
    ],
)
def test_borders(settings: Settings, expected: dict[str, str]) -> None:
    assert codes(settings) == expected
