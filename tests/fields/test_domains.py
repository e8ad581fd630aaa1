"""Lists of domains as options."""

from __future__ import annotations

import pytest

from tests.fields.made import field, option_codes


@pytest.mark.parametrize("type_", ["email", "url"])
@pytest.mark.parametrize(
    "domain", ["a.b", "A.B", "a.b.c", "xn--a.b", "a.bc-d.e", "a" * 63 + ".b", "b." + "a" * 63, ""]
)
def test_domains(type_: str, domain: str) -> None:
    assert option_codes(field(type_, onlyDomains=["ok.com", domain])) == {}


@pytest.mark.parametrize("type_", ["email", "url"])
@pytest.mark.parametrize(
    "domain",
    [
        *("a", "@@", "a b", "http://x.y", "é.com", "a_b.c", "a-.b", "-a.b", "a.b-c", "a.1"),
        *("a.b1", "a..b", ".a.b", "a.b.", "1.2.3.4", "a.b\n", "a" * 64 + ".b", "a." * 130 + "b"),
    ],
)
def test_what_is_none(type_: str, domain: str) -> None:
    made = field(type_, exceptDomains=["ok.com", domain])
    assert option_codes(made) == {"exceptDomains.1": "is_domain"}


def test_the_lists_exclude_each_other() -> None:
    made = field("url", exceptDomains=["@"], onlyDomains=["a.b"])
    assert option_codes(made) == {"exceptDomains": "empty", "onlyDomains": "empty"}
