"""E-mail addresses."""

from __future__ import annotations

import pytest

from fastcms.fields.email import is_email
from tests.fields.made import code, field


@pytest.mark.parametrize(
    "text",
    [
        "a@b.co",
        "A@B.CO",
        "a@b.c",
        "a+b@c.co",
        "a.b@c.co",
        "o'x@b.co",
        "a/b@c.co",
        "a@b_c.co",
        "a@b~c.co",
        "a@b.co.",
        "a@b.c-d",
        "é@é.é",
        "a@b.xn--p1ai",
        "a" * 70 + "@b.co",
        "a@" + "b" * 70 + ".co",
    ],
)
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a@b.c1",
        "a@b.1c",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        "a b@c.co",
        " a@b.co",
        "a@b.co\n",
        ".a@c.co",
        "a.@c.co",
        "a..b@c.co",
        "a@b..co",
        "a@-b.co",
        "a@b-.co",
        "a@b@c.co",
        "a,b@c.co",
        "<a@b.co>",
        '"a b"@c.co',
        "a\\b@c.co",
        "😀@b.co",
        "a" * 100_000,
        "a@" + "b." * 50_000 + "1",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("options", "raw", "expected"),
    [
        ({}, "", ""),
        ({"required": True}, "", "required"),
        ({}, "x", "is_email"),
        ({"onlyDomains": ["a.co"]}, "x@a.co", ""),
        ({"onlyDomains": ["a.co"]}, "x@A.co", "email_domain_not_allowed"),
        ({"exceptDomains": ["a.co"]}, "x@a.co", "email_domain_not_allowed"),
        ({"exceptDomains": ["a.co"]}, "x@b.a.co", ""),
    ],
)
def test_values(options: dict[str, object], raw: str, expected: str) -> None:
    assert code(field("email", **options), raw) == expected
