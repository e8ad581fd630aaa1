"""The routes: who may, which bodies, and the list with its filter, sort and pages."""

from __future__ import annotations

import pytest

from tests.collections.site import COLLECTIONS, Site

ROUTES = [
    ("GET", COLLECTIONS),
    ("POST", COLLECTIONS),
    ("GET", f"{COLLECTIONS}/users"),
    ("PATCH", f"{COLLECTIONS}/nope"),
    ("DELETE", f"{COLLECTIONS}/users"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_superusers_only(site: Site, method: str, path: str) -> None:
    guest = site.ask(method, path, {}, token="")
    assert (guest.status, guest.body["message"]) == (
        401,
        "The request requires valid record authorization token.",
    )
    user = site.ask(method, path, {}, token="users")
    assert (user.status, user.body["message"]) == (
        403,
        "The authorized record is not allowed to perform this action.",
    )


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_unknown_collections(site: Site, method: str) -> None:
    answer = site.ask(method, f"{COLLECTIONS}/nope", b"{broken")
    assert answer.status == 404
    assert answer.body["message"] == "The requested resource wasn't found."


def test_a_collection_goes_by_name_in_any_letter_case_or_by_id(site: Site) -> None:
    assert site.view("USERS") == site.view("_pb_users_auth_") == site.view("users")


def test_the_keys_of_a_collection_have_an_order(site: Site) -> None:
    assert ",".join(site.create(name="posts")) == (
        "id,listRule,viewRule,createRule,updateRule,deleteRule,name,type,fields,indexes,"
        "created,updated,system"
    )


HEAD = "Failed to load the collection type data due to invalid formatting."
BODY = "Failed to load the submitted data due to invalid formatting."

BAD_BODIES = [
    ("POST", b"[]", "application/json", HEAD),
    ("POST", b'{"name":', "application/json", HEAD),
    ("POST", b'{"name":1}', "application/json", HEAD),
    ("POST", b'{"type":1}', "application/json", HEAD),
    ("POST", b"{}", "text/plain", HEAD),
    ("POST", b'{"name":"a","fields":1}', "application/json", BODY),
    ("PATCH", b"[]", "application/json", BODY),
    ("PATCH", b'{"name":1}', "application/json", BODY),
    ("PATCH", b"{}", "text/plain", BODY),
]


@pytest.mark.parametrize(("method", "raw", "content_type", "message"), BAD_BODIES)
def test_bad_bodies(site: Site, method: str, raw: bytes, content_type: str, message: str) -> None:
    path = COLLECTIONS if method == "POST" else f"{COLLECTIONS}/users"
    answer = site.ask(method, path, raw, content_type=content_type)
    assert answer.status == 400
    assert answer.body == {"data": {}, "message": message, "status": 400}


def test_a_form_may_carry_the_collection_as_json(site: Site) -> None:
    raw = b"@jsonPayload=%7B%22name%22%3A%22posts%22%7D"
    answer = site.ask("POST", COLLECTIONS, raw, content_type="application/x-www-form-urlencoded")
    assert answer.body["name"] == "posts"
    # Unlike the reference, which opens the collection to everybody here.
    assert answer.body["listRule"] is None


ALL = ["_mfas", "_otps", "_externalAuths", "_authOrigins", "_superusers", "users"]

LISTS = [
    ("", ALL),
    ("page=2&perPage=4", ALL[4:]),
    ("page=9", []),
    ("page=-1&perPage=0", ALL),
    ("sort=-name", ["users", "_superusers", "_otps", "_mfas", "_externalAuths", "_authOrigins"]),
    ("sort=-type,name", [*sorted(ALL[:4]), "_superusers", "users"]),
    ("sort=-@rowid", ALL[::-1]),
    ("filter=name~'_m'", ["_mfas"]),
    ("filter=system=false", ["users"]),
    ("filter=type='auth' %26%26 id='_pb_users_auth_'", ["users"]),
    ("filter=created>'2020-01-01' %26%26 updated>'2020-01-01'", ALL),
    ("filter=created>@now", []),
    ("filter=name='@request.x:y'", []),
]


@pytest.mark.parametrize(("query", "expected"), LISTS)
def test_lists(site: Site, query: str, expected: list[str]) -> None:
    answer = site.ask("GET", COLLECTIONS, query=query)
    assert [item["name"] for item in answer.body["items"]] == expected


def test_totals(site: Site) -> None:
    body = site.ask("GET", COLLECTIONS, query="perPage=4").body
    assert list(body) == ["items", "page", "perPage", "totalItems", "totalPages"]
    assert (body["page"], body["perPage"], body["totalItems"], body["totalPages"]) == (1, 4, 6, 2)
    body = site.ask("GET", COLLECTIONS, query="filter=name='x'").body
    assert (body["totalItems"], body["totalPages"]) == (0, 0)
    body = site.ask("GET", COLLECTIONS, query="skipTotal=1").body
    assert (body["totalItems"], body["totalPages"]) == (-1, -1)


BAD_QUERIES = [
    "page=x",
    "perPage=1.5",
    "skipTotal=zz",
    "sort=fields",
    "sort=,name",
    "sort=name:lower",
    "filter=bad",
    "filter=fields=1",
    "filter=listRule=''",
    "filter=@rowid=1",
    "filter=id=@request.auth.id",
    "filter=@collection.users.id=''",
    "filter=name:lower='users'",
    "filter=(name='users'",
]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_bad_queries(site: Site, query: str) -> None:
    answer = site.ask("GET", COLLECTIONS, query=query)
    assert answer.status == 400
    assert answer.body["message"] == "Something went wrong while processing your request."
