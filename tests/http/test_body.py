"""Request bodies of every kind, whole and broken."""

import pytest

from fastcms.errors import ApiError
from fastcms.http.body import parse_body, parse_json

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"


def part(name: str, content: str, more: str = "") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{}", {}),
        (b"null", {}),
        (b' {"a": 1} ', {"a": 1}),
        (b'{"a": "x:y"}', {"a": "x:y"}),
        (b'{"a": {"b": [1, 2.5, null, true]}}', {"a": {"b": [1, 2.5, None, True]}}),
        (b'{"a": 1} and more', {"a": 1}),
        (b'{"a": "\\u00e4"}', {"a": "ä"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    ],
)
def test_json(raw, expected):
    assert parse_json(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"text"',
        b"1",
        b"{",
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_refused_json(raw):
    with pytest.raises(ApiError) as caught:
        parse_json(raw, "unreadable")
    assert caught.value.body() == {"data": {}, "message": "Unreadable.", "status": 400}


@pytest.mark.parametrize(
    ("raw", "query", "expected"),
    [
        (b"a=x&b=5", b"", {"a": "x", "b": 5}),
        (b"a=true&b=false&c=True", b"", {"a": True, "b": False, "c": "True"}),
        (b"a=-1.5&b=001&c=1e3", b"", {"a": -1.5, "b": "001", "c": "1e3"}),
        (b"a=1.50&b=-0", b"", {"a": "1.50", "b": "-0"}),
        (b"a=1&a=2&a=x", b"", {"a": [1, 2, "x"]}),
        (b"a=b+c%20d", b"", {"a": "b c d"}),
        (b"a=1", b"b=2&a=3", {"a": [1, 3], "b": 2}),
        (b"@jsonPayload=%7B%22a%22%3Anull%7D&a=1", b"", {"a": None}),
    ],
)
def test_forms(raw, query, expected):
    assert parse_body(raw, FORM, query) == expected


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"a=%zz", FORM),
        (b"a=1;b=2", FORM),
        (b"@jsonPayload=[1]", FORM),
        (b"<a/>", "text/xml"),
    ],
)
def test_refused_forms(raw, kind):
    with pytest.raises(ApiError) as caught:
        parse_body(raw, kind, b"", "unreadable")
    assert (caught.value.status, caught.value.message) == (400, "Unreadable.")


def test_an_unknown_content_type_is_said_to_be_unsupported():
    with pytest.raises(ApiError, match="Unsupported Content-Type"):
        parse_body(b"x", "text/plain", b"", "unreadable")
