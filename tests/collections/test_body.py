"""How a body becomes a collection."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.collections.body import changed_collection, check_head, new_collection
from fastcms.schema.collection import Collection
from tests.collections.site import text


def make(**body: Any) -> Collection:
    """A new collection called posts, if the body names no other."""
    return new_collection({"name": "posts", **body}, ())


def field_names(collection: Collection) -> list[str]:
    return [field.name for field in collection.fields]


WRONG_TYPES: list[dict[str, Any]] = [
    {"id": 1},
    {"listRule": 1},
    {"system": "x"},
    {"system": 0},
    {"created": 1},
    {"viewQuery": 1},
    {"indexes": "x"},
    {"indexes": [1]},
    {"fields": {}},
    {"fields": "x"},
    {"fields": [None]},
    {"fields": [{}]},
    {"fields": [{"type": "odd"}]},
    {"fields": [{"name": "a"}]},
    {"fields": [text("a", min="1")]},
    {"fields": [{"type": "text", "name": 1}]},
    {"authToken": {"duration": "x"}},
    {"mfa": {"duration": 1.5}},
    {"passwordAuth": []},
    {"passwordAuth": {"identityFields": "x"}},
    {"oauth2": {"providers": {}}},
    {"oauth2": {"providers": [1]}},
    {"oauth2": {"providers": [{"name": 1}]}},
    {"oauth2": {"providers": [{"name": "google", "pkce": "x"}]}},
]


@pytest.mark.parametrize("body", WRONG_TYPES)
@pytest.mark.parametrize("type_", ["base", "auth"])
def test_wrong_json_types_are_refused_even_where_they_have_no_meaning(
    body: dict[str, Any], type_: str
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever the decoder says)
        make(type=type_, **body)


@pytest.mark.parametrize("body", [{"name": 1}, {"type": 1}])
def test_name_and_type_are_looked_at_first(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a text"):
        check_head(body)


def test_unknown_keys_are_ignored_and_null_is_the_empty_value() -> None:
    collection = make(odd=1, type=None, fields=None, indexes=None, system=None, listRule=None)
    assert collection == make()
    assert collection.type == "base"
    assert field_names(collection) == ["id"]


def test_ids_follow_from_type_and_name() -> None:
    assert make().id == "pbc_1125843985"
    taken = {"pbc_1125843985", "pbc_11258439852"}
    assert new_collection({"name": "posts"}, taken).id == "pbc_11258439853"
    assert new_collection({"name": "posts", "id": "mine"}, {"mine"}).id == "mine"


# Fields as they are sent, and the (name, id, type) that become of them.
FIELD_LISTS: list[tuple[str, list[dict[str, Any]], list[tuple[str, str, str]]]] = [
    (
        "an id is derived from type and name",
        [text("title")],
        [("id", "text3208210256", "text"), ("title", "text724990059", "text")],
    ),
    (
        "a second field of a name takes the place of the first",
        [text("a"), {"type": "bool", "name": "a"}],
        [("id", "text3208210256", "text"), ("a", "text3904355907", "bool")],
    ),
    (
        "a second field of an id takes the place of the first",
        [text("a", id="x"), text("b", id="x")],
        [("id", "text3208210256", "text"), ("b", "x", "text")],
    ),
    (
        "a derived id that is taken gets a number",
        [text("z", id="text3904355907"), text("a")],
        [
            ("id", "text3208210256", "text"),
            ("z", "text3904355907", "text"),
            ("a", "text39043559072", "text"),
        ],
    ),
    (
        "an id field stays where it stands",
        [text("a"), text("id", id="key")],
        [("a", "text3904355907", "text"), ("id", "key", "text")],
    ),
]


@pytest.mark.parametrize(
    ("_why", "fields", "expected"), FIELD_LISTS, ids=[row[0] for row in FIELD_LISTS]
)
def test_field_lists(
    _why: str, fields: list[dict[str, Any]], expected: list[tuple[str, str, str]]
) -> None:
    collection = make(fields=fields)
    assert [(field.name, field.id, field.type) for field in collection.fields] == expected


def test_an_id_field_is_forced_to_be_one() -> None:
    sent = text("id", hidden=True, min=3, max=3)
    (field,) = make(fields=[sent]).fields
    assert field.to_json() == {
        "autogeneratePattern": "",
        "help": "",
        "hidden": False,
        "id": "text3208210256",
        "max": 3,
        "min": 3,
        "name": "id",
        "pattern": "^[a-z0-9]+$",
        "presentable": False,
        "primaryKey": True,
        "required": True,
        "system": True,
        "type": "text",
    }


AUTH_FIELDS = ["id", "password", "tokenKey", "email", "emailVisibility", "verified"]


def test_an_auth_collection_has_its_fields_and_indexes() -> None:
    collection = make(type="auth")
    assert field_names(collection) == AUTH_FIELDS
    assert collection.indexes == (
        f"CREATE UNIQUE INDEX `idx_tokenKey_{collection.id}` ON `posts` (`tokenKey`)",
        f"CREATE UNIQUE INDEX `idx_email_{collection.id}` ON `posts` (`email`) WHERE `email` != ''",
    )


def test_own_auth_fields_and_indexes_are_kept_and_forced() -> None:
    collection = make(
        type="auth",
        fields=[
            {"type": "email", "name": "email", "hidden": True},
            text("password"),
            text("tokenKey", min=0),
            text("nick"),
        ],
        indexes=["create unique index mails on x (EMAIL)"],
    )
    assert field_names(collection) == [
        "id",
        "email",
        "password",
        "tokenKey",
        "nick",
        "emailVisibility",
        "verified",
    ]
    by_name = collection.by_name
    assert by_name["email"].system
    assert not by_name["email"].hidden
    # One of another type gives way, but not its id.
    assert (by_name["password"].type, by_name["password"].id) == ("password", "text901924565")
    assert by_name["tokenKey"].hidden
    assert by_name["tokenKey"].to_json()["required"]
    assert collection.indexes == (
        "CREATE UNIQUE INDEX `mails` ON `posts` (`EMAIL`)",
        f"CREATE UNIQUE INDEX `idx_tokenKey_{collection.id}` ON `posts` (`tokenKey`)",
    )


def test_an_update_replaces_lists_and_merges_options() -> None:
    before = make(
        type="auth",
        fields=[text("a"), text("b")],
        otp={"length": 6},
        listRule="",
        verificationTemplate={"subject": "Hello"},
    )
    assert before.auth is not None
    after = changed_collection(
        before, {"fields": [text("c")], "otp": {"duration": 99}, "fileToken": {"duration": 77}}
    )
    assert after.auth is not None
    assert field_names(after) == ["id", "c", *AUTH_FIELDS[1:]]
    assert after.list_rule == ""
    assert (after.auth.otp.length, after.auth.otp.duration) == (6, 99)
    assert after.auth.file_token.secret == before.auth.file_token.secret
    assert after.auth.file_token.duration == 77
    assert after.auth.verification_template == before.auth.verification_template


def test_providers_keep_by_name_what_an_update_does_not_say() -> None:
    google = {"name": "google", "clientId": "g", "clientSecret": "G", "displayName": "Gee"}
    github = {"name": "github", "clientId": "h", "clientSecret": "H"}
    before = make(type="auth", oauth2={"providers": [google, github]})
    change = [{"name": "github", "clientId": "h2"}, {"name": "google"}, {"name": "gitlab"}]
    after = changed_collection(before, {"oauth2": {"providers": change}})
    assert after.auth is not None
    assert [(p.name, p.clientId, p.clientSecret) for p in after.auth.oauth2.providers] == [
        ("github", "h2", "H"),
        ("google", "g", "G"),
        ("gitlab", "", ""),
    ]


def test_mapped_fields_that_do_not_exist_are_cleared() -> None:
    mapped = {"id": "nope", "name": "email", "username": "ID", "avatarURL": "verified"}
    collection = make(type="auth", oauth2={"mappedFields": mapped})
    assert collection.auth is not None
    fields = collection.auth.oauth2.mapped_fields
    assert (fields.id, fields.name, fields.username, fields.avatarURL) == (
        "",
        "email",
        "",
        "verified",
    )


def test_indexes_are_rewritten_only_when_they_name_another_table() -> None:
    collection = make(indexes=["create  index i on posts (id)", "create index j on Posts (id)", ""])
    assert collection.indexes == (
        "create  index i on posts (id)",
        "CREATE INDEX `j` ON `posts` (`id`)",
        "",
    )
