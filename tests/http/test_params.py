"""Page parameters as the reference reads them."""

import pytest

from fastcms.errors import ApiError
from fastcms.http.endpoint import Route, allow_origin
from fastcms.http.params import cursor_params, page_params
from fastcms.http.query import parse_query
from fastcms.http.routes import RouteTable


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (1, 30, False)),
        ({"page": "3", "perPage": "10"}, (3, 10, False)),
        ({"page": "", "perPage": ""}, (1, 30, False)),
        ({"page": "0", "perPage": "0"}, (1, 30, False)),
        ({"page": "-5", "perPage": "-5"}, (1, 30, False)),
        ({"perPage": "1000"}, (1, 1000, False)),
        ({"perPage": "1001"}, (1, 1000, False)),
        ({"page": "+2"}, (2, 30, False)),
        ({"skipTotal": "1"}, (1, 30, True)),
        ({"skipTotal": "t"}, (1, 30, True)),
        ({"skipTotal": "False"}, (1, 30, False)),
    ],
)
def test_page_params(query, expected):
    assert page_params(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "1.5"},
        {"page": "1_0"},
        {"page": "\u0661"},
        {"perPage": " 5"},
        {"page": "9" * 19},
        {"page": "9" * 5000},
        {"skipTotal": "yes"},
    ],
)
def test_refused_page_params(query):
    with pytest.raises(ApiError):
        page_params(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, None),
        ({"page": "2"}, None),
        ({"cursor": ""}, ("", 30, True)),
        ({"cursor": "x", "perPage": "5", "page": "9"}, ("x", 5, True)),
        ({"cursor": "", "skipTotal": ""}, ("", 30, True)),
        ({"cursor": "", "skipTotal": "1"}, ("", 30, True)),
        ({"cursor": "", "skipTotal": "false"}, ("", 30, False)),
    ],
)
def test_cursor_params(query, expected):
    assert cursor_params(query) == expected


def test_an_offset_never_leaves_what_sqlite_can_hold():
    assert page_params({"page": str(2**63 - 1), "perPage": "1000"}).offset == 2**63 - 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a=1&b=2", [("a", "1"), ("b", "2")]),
        (b"a&b=&=c", [("a", ""), ("b", ""), ("", "c")]),
        (b"a=%41+b", [("a", "A b")]),
        (b"a=%4&b=1", [("b", "1")]),
        (b"a=1;b=2&c=3", [("c", "3")]),
        (b"&&", []),
    ],
)
def test_query_strings(raw, expected):
    assert parse_query(raw) == expected


@pytest.mark.parametrize(
    ("origins", "origin", "expected"),
    [
        (("*",), b"http://a.b", b"*"),
        (("http://a.b",), b"http://a.b", b"http://a.b"),
        (("http://a.b",), b"http://a.b.evil", b""),
        (("http://a.b",), b"http://aXb", b""),
        (("https://*.a.b",), b"https://x.a.b", b"https://x.a.b"),
        (("http://a.b:80?0",), b"http://a.b:8090", b"http://a.b:8090"),
        ((), b"http://a.b", b""),
    ],
)
def test_allowed_origins(origins, origin, expected):
    assert allow_origin(origins, origin) == expected


TABLE = RouteTable(
    Route(path, {})
    for path in ("/c/{name}", "/c/{name}/records", "/c/{name}/records/{id}", "/c/meta/x", "/c")
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/c", {}),
        ("/c/posts", {"name": "posts"}),
        ("/c/posts/records", {"name": "posts"}),
        ("/c/posts/records/1", {"name": "posts", "id": "1"}),
        ("/c/a%2Fb/records", {"name": "a/b"}),
        ("/c/meta/x", {}),
        ("/c/meta/y", None),
        ("/c/posts/records/1/2", None),
        ("/c/posts/", None),
    ],
)
def test_routes_with_parameters(path, expected):
    found = TABLE.find(path)
    assert (found[1] if found else None) == expected
