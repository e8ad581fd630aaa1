"""What a change of a collection does to tables, rows, indexes and views."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collections.site import Site, text

ALL_TYPES = [
    *(
        {"type": type_, "name": type_}
        for type_ in ("text", "email", "url", "editor", "password", "date", "number", "bool")
    ),
    {"type": "autodate", "name": "autodate", "onCreate": True},
    {"type": "json", "name": "json"},
    {"type": "geoPoint", "name": "geoPoint"},
    {"type": "select", "name": "one", "values": ["x"]},
    {"type": "file", "name": "files", "maxSelect": 2},
    {"type": "relation", "name": "users", "collectionId": "_pb_users_auth_", "maxSelect": 2},
]


def test_a_new_table_has_its_columns_in_alphabetical_order(site: Site) -> None:
    site.create(name="posts", fields=ALL_TYPES)
    assert site.table("posts") == (
        "CREATE TABLE `posts` (`autodate` TEXT DEFAULT '' NOT NULL,"
        " `bool` BOOLEAN DEFAULT FALSE NOT NULL,"
        " `date` TEXT DEFAULT '' NOT NULL,"
        " `editor` TEXT DEFAULT '' NOT NULL,"
        " `email` TEXT DEFAULT '' NOT NULL,"
        " `files` JSON DEFAULT '[]' NOT NULL,"
        ' `geoPoint` JSON DEFAULT \'{"lon":0,"lat":0}\' NOT NULL,'
        " `id` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL,"
        " `json` JSON DEFAULT NULL,"
        " `number` NUMERIC DEFAULT 0 NOT NULL,"
        " `one` TEXT DEFAULT '' NOT NULL,"
        " `password` TEXT DEFAULT '' NOT NULL,"
        " `text` TEXT DEFAULT '' NOT NULL,"
        " `url` TEXT DEFAULT '' NOT NULL,"
        " `users` JSON DEFAULT '[]' NOT NULL)"
    )


def test_added_columns_have_the_same_types_and_existing_rows_their_defaults(site: Site) -> None:
    site.create(name="posts")
    site.sql("INSERT INTO posts (id) VALUES ('r1')")
    assert site.patch("posts", fields=ALL_TYPES).status == 200
    columns = "text, number, bool, json, geoPoint, one, files"
    assert site.sql(f"SELECT {columns} FROM posts") == [
        ("", 0, 0, None, '{"lon":0,"lat":0}', "", "[]")
    ]


@pytest.fixture
def posts(site: Site) -> Site:
    """A collection with a row, an index and a view over it."""
    made = site.create(
        name="posts",
        fields=[text("a"), text("b"), {"type": "number", "name": "n"}],
        indexes=["create index posts_a on posts (a)"],
    )
    assert [field["id"] for field in made["fields"]] == [
        "text3208210256",
        "text3904355907",
        "text1908338681",
        "number2013832146",
    ]
    site.sql("INSERT INTO posts (id, a, b, n) VALUES ('r1', 'A', 'B', 7)")
    return site


def field(name: str, id_: str, type_: str = "text") -> dict[str, Any]:
    return {"type": type_, "name": name, "id": id_}


def test_fields_with_the_same_id_may_swap_names(posts: Site) -> None:
    swapped = [field("b", "text3904355907"), field("a", "text1908338681")]
    assert posts.patch("posts", fields=swapped).status == 200
    assert posts.sql("SELECT a, b FROM posts") == [("B", "A")]
    assert posts.sql("SELECT name FROM pragma_table_info('posts')") == [("b",), ("a",), ("id",)]


def test_a_new_field_may_take_the_name_of_one_that_goes(posts: Site) -> None:
    answer = posts.patch("posts", fields=[field("a", "new"), field("c", "text1908338681")])
    assert answer.status == 200
    assert posts.sql("SELECT a, c FROM posts") == [("", "B")]


def test_an_index_on_a_renamed_column_undoes_the_whole_change(posts: Site) -> None:
    before, table = posts.view("posts"), posts.table("posts")
    renamed = [field("a2", "text3904355907"), field("b", "text1908338681")]
    answer = posts.patch("posts", name="other", fields=renamed)
    assert answer.body["data"]["indexes"]["0"] == {
        "code": "validation_invalid_index_expression",
        "message": "Failed to create index posts_a - SQL logic error: no such column: a (1).",
    }
    assert posts.view("posts") == before
    assert posts.table("posts") == table
    assert posts.sql("SELECT a, b, n FROM posts") == [("A", "B", 7)]
    both = posts.patch("posts", fields=renamed, indexes=["create index posts_a on posts (a2)"])
    assert both.status == 200
    assert posts.table("posts_a") == "CREATE INDEX `posts_a` ON `posts` (`a2`)"


def test_a_unique_index_that_the_rows_break_is_refused(posts: Site) -> None:
    posts.sql("INSERT INTO posts (id, a) VALUES ('r2', 'A')")
    answer = posts.patch("posts", indexes=["create unique index u on posts (a)"])
    assert answer.codes == {"indexes.0": "validation_invalid_index_expression"}
    assert posts.table("posts_a")


def test_a_renamed_collection_keeps_its_id_rows_and_indexes(posts: Site) -> None:
    before = posts.view("posts")
    answer = posts.patch("posts", name="articles")
    assert answer.body["id"] == before["id"]
    assert answer.body["indexes"] == ["CREATE INDEX `posts_a` ON `articles` (`a`)"]
    assert posts.sql("SELECT a FROM articles") == [("A",)]
    assert posts.table("posts_a") == "CREATE INDEX `posts_a` ON `articles` (`a`)"
    assert not posts.table("posts")
    # To the database the letter case of a name is nothing.
    assert posts.patch("articles", name="Articles").body["name"] == "Articles"
    assert posts.sql("SELECT a FROM Articles") == [("A",)]


SHAPES = [
    # From one to several and back: stored value before, maxSelect, stored value after.
    (0, "x", 2, '["x"]'),
    (0, "", 2, "[]"),
    (0, '["kept"]', 2, '["kept"]'),
    (2, '["x","y"]', 1, "y"),
    (2, "[]", 0, ""),
    (2, "", 1, ""),
    (2, "odd", 1, "odd"),
    (2, '["x"]', 3, '["x"]'),
]


@pytest.mark.parametrize(("before", "stored", "after", "expected"), SHAPES)
def test_values_follow_when_a_field_turns_from_one_value_to_several_or_back(
    site: Site, before: int, stored: str, after: int, expected: str
) -> None:
    select = {"type": "select", "name": "s", "values": ["x", "y", "z"]}
    site.create(name="posts", fields=[select | {"maxSelect": before}])
    site.sql("INSERT INTO posts (id, s) VALUES ('r1', ?)", stored)
    site.sql("CREATE VIEW reader AS SELECT s FROM posts")
    answer = site.patch("posts", fields=[select | {"maxSelect": after}])
    assert answer.status == 200
    assert site.sql("SELECT s FROM posts") == [(expected,)]
    assert site.sql("SELECT s FROM reader") == [(expected,)]


def test_a_column_that_a_view_reads_cannot_go(posts: Site) -> None:
    posts.sql("CREATE VIEW reader AS SELECT id, b FROM posts")
    answer = posts.patch("posts", fields=[field("a", "text3904355907")])
    assert answer.status == 400
    assert answer.body["data"] == {}
    assert answer.body["message"].startswith(
        "Failed to update collection. Raw error: \n"
        "failed to drop column b - SQL logic error: error in view reader after drop column"
    )
    assert posts.sql("SELECT b FROM reader") == [("B",)]


def test_names_that_the_database_keeps_for_itself(site: Site) -> None:
    answer = site.ask("POST", body={"name": "sqlite_x"})
    assert answer.body["message"] == (
        "Failed to create collection. Raw error: \n"
        "SQL logic error: object name reserved for internal use: sqlite_x (1)."
    )
