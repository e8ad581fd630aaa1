"""Types and names in headers: whatever a record holds, nobody puts a header of their own in."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastcms.downloads.content import INLINE, content_type, describe, disposition
from fastcms.files.storage import Stored

_NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=300, deadline=None)
@given(_NAMES, st.booleans())
def test_a_name_ends_neither_its_quotes_nor_its_line(name: str, download: bool) -> None:
    header = disposition("image/png", name, download=download).decode()
    kind = "attachment" if download else "inline"
    found = re.fullmatch(rf'{kind}; filename="((?:[^"\\]|\\.)*)"', header)
    assert found is not None
    assert header.isprintable()
    assert _unescaped(found[1]) == name


def _unescaped(text: str) -> str:
    escapes = re.compile(r"\\(?:x(..)|u(....)|U(........)|(.))")
    return escapes.sub(lambda m: m[4] or chr(int(next(filter(None, m.groups())), 16)), text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_a_type_stays_on_its_line(stored: str) -> None:
    assert re.fullmatch(rb"[\x20-\x7e]*", content_type(stored, "a.bin"))


@pytest.mark.parametrize(
    "active",
    ["text/html", "text/html; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "text/xml",
     "text/javascript", "application/javascript", "text/css", "application/json", ""],
)  # fmt: skip
def test_what_could_run_is_never_shown(active: str) -> None:
    assert active not in INLINE
    for name in ("a.png", "a.html", "a.svg", "a"):
        said = describe(Stored(1, 0.0, active, "x"), name, download=False)
        headers = dict(said.headers)
        assert headers[b"content-disposition"].startswith(b"attachment; ")
        assert headers[b"content-security-policy"].startswith(b"default-src 'none'; ")
        assert headers[b"content-security-policy"].endswith(b"; sandbox")
