"""What a migration can do with its `app`, and what the engine keeps it from."""

import re
from typing import Any

import pytest

from fastcms.migrations import App
from fastcms.migrations.files import MigrationError
from fastcms.passwords import verify_password
from tests.migrations.home import COLLECTIONS, Home

POSTS = """
app.create_collection({
    "name": "posts",
    "type": "base",
    "listRule": "",
    "fields": [
        {"name": "title", "type": "text", "required": True},
        {"name": "views", "type": "number"},
        {"name": "author", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 1},
        {"name": "made", "type": "autodate", "onCreate": True},
    ],
    "indexes": ["CREATE INDEX idx_posts_title ON posts (title)"],
})
"""


def run(home: Home, *bodies: str) -> None:
    """Each body as a migration of its own, in this order, in one go."""
    count = len(list(home.folder.glob("*.py"))) if home.folder.exists() else 0
    for number, body in enumerate(bodies, count):
        home.write(f"{number:03}.py", body)
    home.up()


def fields(home: Home, name: str = "posts") -> list[str]:
    query = (
        f"SELECT j.value ->> 'name' FROM _collections, json_each(fields) j WHERE name = '{name}'"
    )
    return [name for (name,) in home.ask(query)]


def test_what_editors_complete() -> None:
    """The surface is a promise: what is added here is added to the docs as well."""
    assert {name for name in dir(App) if not name.startswith("_")} == {
        "collection",
        "collections",
        "create_collection",
        "create_record",
        "data_dir",
        "delete_collection",
        "delete_record",
        "edit_collection",
        "execute",
        "has_collection",
        "import_collections",
        "record",
        "records",
        "settings",
        "update_record",
        "update_settings",
    }


# -- collections ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("add_field({'name': 'x', 'type': 'bool'})", ["title", "views", "author", "made", "x"]),
        (
            "add_field({'name': 'x', 'type': 'bool'}, after='title')",
            ["title", "x", "views", "author", "made"],
        ),
        (
            "add_field({'name': 'x', 'type': 'bool'}, at=1)",
            ["x", "title", "views", "author", "made"],
        ),
        ("remove_field('views')", ["title", "author", "made"]),
        ("rename_field('title', 'heading')", ["heading", "views", "author", "made"]),
        ("order_fields(['id', 'made', 'title'])", ["made", "title", "views", "author"]),
    ],
)
def test_fields_of_a_collection(home: Home, edit: str, expected: list[str]) -> None:
    run(home, POSTS, f"with app.edit_collection('posts') as posts:\n    posts.{edit}")
    assert fields(home) == ["id", *expected]
    columns = {name for (name,) in home.ask("SELECT name FROM pragma_table_info('posts')")}
    assert columns == {"id", *expected}


def test_values_and_indexes_follow_a_renamed_field(home: Home) -> None:
    run(
        home,
        POSTS + "app.create_record('posts', {'title': 'One'})",
        """
        with app.edit_collection("posts") as posts:
            posts.rename_field("title", "heading")
            posts.change(name="articles")
        """,
    )
    assert home.ask("SELECT heading FROM articles") == [("One",)]
    assert home.ask("SELECT sql FROM sqlite_master WHERE name = 'idx_posts_title'") == [
        ("CREATE INDEX `idx_posts_title` ON `articles` (`heading`)",)
    ]


def test_properties_options_and_indexes(home: Home) -> None:
    run(
        home,
        POSTS,
        """
        with app.edit_collection("posts") as posts:
            posts.change(listRule=None, viewRule="title != ''")
            posts.change_field("title", max=5, required=False)
            posts.remove_index("idx_posts_title")
            posts.add_index("CREATE UNIQUE INDEX idx_views ON posts (views)")
        with app.edit_collection("users") as users:
            users.change(otp={"enabled": True})
        posts = app.collection("posts")
        assert (posts.list_rule, posts.view_rule) == (None, "title != ''")
        assert posts.field("title").max == 5
        assert posts.indexes == ("CREATE UNIQUE INDEX idx_views ON posts (views)",)
        users = app.collection("users").auth
        assert users.otp.enabled and users.otp.length == 8
        assert app.has_collection("POSTS") and not app.has_collection("nope")
        assert [c.name for c in app.collections][-1] == "posts"
        """,
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("posts.change(lisRule='')", "ValueError: a collection has no property 'lisRule'"),
        ("posts.change(fields=[])", "ValueError: a collection has no property 'fields'"),
        ("posts.remove_field('nope')", "ValueError: posts has no field 'nope'"),
        ("posts.add_field({'name': 'title'})", "ValueError: posts has a field 'title' already"),
        ("posts.remove_index('nope')", "ValueError: posts has no index 'nope'"),
        ("posts.remove_field('id')", "ValueError: the field 'id' is part of every such collection"),
        ("posts.change_field('title', type='bool')", "Failed to update collection. fields"),
        ("posts.add_field({'name': 'x', 'type': 'y'})", "ValidationError: Invalid value 'y'"),
    ],
)
def test_refused_edits(home: Home, line: str, told: str) -> None:
    with pytest.raises(MigrationError, match=re.escape(told)):
        run(home, POSTS, f"with app.edit_collection('posts') as posts:\n    {line}")


def test_a_collection_that_others_need_stays(home: Home) -> None:
    with pytest.raises(MigrationError, match="existing reference in posts"):
        run(home, POSTS, "app.delete_collection('users')")


def test_import_in_any_order(home: Home) -> None:
    """`a` and `b` refer to each other, by fields and by rules."""

    def definition(name: str, other: str) -> dict[str, Any]:
        target = {
            "name": "other",
            "type": "relation",
            "collectionId": f"id_{other}",
            "maxSelect": 1,
        }
        return {
            "id": f"id_{name}",
            "name": name,
            "type": "base",
            "listRule": f"@collection.{other}.other.id = 'x'",
            "fields": [{"name": "n", "type": "number"}, target],
            "indexes": [f"CREATE INDEX idx_{name} ON {name} (other)"],
        }

    both = [definition("a", "b"), definition("b", "a")]
    run(home, f"app.import_collections({both!r})")
    assert fields(home, "a") == fields(home, "b") == ["id", "n", "other"]
    run(home, f"app.import_collections({both!r})")
    before = home.ask(COLLECTIONS)
    run(home, f"app.import_collections({both!r})")
    assert home.ask(COLLECTIONS) == before
    # What the definitions do not name stays.
    run(home, "app.import_collections([{'name': 'a', 'fields': [{'name': 'x', 'type': 'bool'}]}])")
    assert set(fields(home, "a")) == {"id", "x", "n", "other"}


# -- records -------------------------------------------------------------------------------------


def test_records(home: Home) -> None:
    run(
        home,
        POSTS,
        """
        for number in range(5):
            app.create_record("posts", {"title": f"Post {number}", "views": number})
        found = app.records("posts", "views >= {:least}", sort="-views", params={"least": 3})
        assert [post["title"] for post in found] == ["Post 4", "Post 3"]
        assert len(app.records("posts")) == 5
        assert len(app.records("posts", limit=2)) == 2
        for post in app.records("posts", "views < 2"):
            app.update_record(post, {"title": "Little", "views+": 10})
            assert post["views"] >= 10
        app.delete_record(found[0])
        assert app.record("posts", found[1].id)["title"] == "Post 3"
        """,
    )
    assert home.ask("SELECT title, views FROM posts ORDER BY views") == [
        ("Post 2", 2),
        ("Post 3", 3),
        ("Little", 10),
        ("Little", 11),
    ]
    ((id_, made),) = home.ask("SELECT id, made FROM posts WHERE views = 2")
    assert len(id_) == 15
    assert made.endswith("Z")


@pytest.mark.parametrize("value", ["it's", 'say "x"', "back\\", "\\' || 1=1 || '", "%", "{:other}"])
def test_parameters_are_values(home: Home, value: str) -> None:
    run(
        home,
        POSTS,
        f"""
        app.create_record("posts", {{"title": "Other"}})
        made = app.create_record("posts", {{"title": {value!r}}})
        found = app.records("posts", "title = {{:title}}", params={{"title": {value!r}}})
        assert [post.id for post in found] == [made.id]
        """,
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("app.create_record('posts', {})", "title: Cannot be blank"),
        ("app.create_record('posts', {'titel': 'x'})", "posts has no field 'titel'"),
        (
            "app.create_record('posts', {'title': 'x', 'author': 'nobody'})",
            "author: Failed to find",
        ),
        ("app.create_record('nope', {})", "there is no collection 'nope'"),
        ("app.record('posts', 'nope')", "posts has no record 'nope'"),
        ("app.records('posts', 'nope = 1')", "ValueError: the filter 'nope = 1'"),
        ("app.records('posts', 'title = {:x}')", "the filter's parameter {:x} has no value"),
        ("app.create_record('users', {'email': 'a@b.co', 'password': 'x'})", "password: Must be"),
    ],
)
def test_refused_records(home: Home, line: str, told: str) -> None:
    with pytest.raises(MigrationError, match=re.escape(told)):
        run(home, POSTS, line)


def test_unchecked_only_if_asked_for(home: Home) -> None:
    run(home, POSTS, "app.create_record('posts', {'author': 'nobody'}, validate=False)")
    assert home.ask("SELECT title, author FROM posts") == [("", "nobody")]


def test_a_superuser_and_an_account(home: Home) -> None:
    run(
        home,
        """
        app.create_record("_superusers", {"email": "root@example.com", "password": "password-1"})
        app.create_record("users", {"email": "a@b.co", "password": "password-2"})
        """,
    )
    for table, plain in (("_superusers", "password-1"), ("users", "password-2")):
        ((hashed, key),) = home.ask(f"SELECT password, tokenKey FROM {table}")
        assert verify_password(plain, hashed)
        assert len(key) == 50


def test_unique_values(home: Home) -> None:
    with pytest.raises(MigrationError, match=r"email: Value must be unique"):
        run(
            home, *["app.create_record('users', {'email': 'a@b.co', 'password': 'password-1'})"] * 2
        )


def test_records_go_with_what_needs_them(home: Home) -> None:
    run(
        home,
        POSTS,
        """
        ann = app.create_record("users", {"email": "a@b.co", "password": "password-1"})
        with app.edit_collection("posts") as posts:
            posts.change_field("author", cascadeDelete=True)
        app.create_record("posts", {"title": "Hers", "author": ann.id})
        app.create_record("posts", {"title": "Nobody's"})
        app.delete_record(ann)
        """,
    )
    assert home.ask("SELECT title FROM posts") == [("Nobody's",)]


# -- SQL and settings ----------------------------------------------------------------------------


def test_sql(home: Home) -> None:
    run(
        home,
        POSTS + "app.create_record('posts', {'title': 'One'})",
        """
        app.execute("CREATE TABLE mine (a)")
        app.execute("INSERT INTO mine VALUES (?), (?)", [1, "two"])
        app.execute("UPDATE posts SET title = upper(title), views = ?", [7])
        assert app.execute("SELECT title, views FROM posts") == [("ONE", 7)]
        assert app.execute("SELECT name FROM pragma_table_info('mine')") == [("a",)]
        assert app.execute("SELECT count(*) FROM _collections") == [(7,)]
        app.execute("DROP TABLE mine")
        """,
    )


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("COMMIT", "the transaction is not the SQL's to end"),
        ("SELECT 1; /* */ rollback", "the transaction is not the SQL's to end"),
        ("RELEASE job", "the transaction is not the SQL's to end"),
        ("ATTACH ':memory:' AS x", "other database files cannot be attached"),
        ("PRAGMA writable_schema = 1", "PRAGMA writable_schema is not for migrations"),
        ("UPDATE _collections SET name = 'x'", "_collections is changed by the app's methods"),
        ("DELETE FROM _migrations", "_migrations is changed by the app's methods only"),
        ("INSERT INTO _params (id) VALUES ('x')", "_params is changed by the app's methods only"),
        ("UPDATE _fc_params SET value = '1'", "_fc_params is changed by the app's methods only"),
        ("ALTER TABLE posts ADD COLUMN x", "posts belongs to a collection; edit or delete"),
        ("DROP TABLE Posts", "belongs to a collection; edit or delete"),
        ("VACUUM INTO 'x.db'", "cannot VACUUM from within a transaction"),
        (
            "CREATE TRIGGER t AFTER INSERT ON _params BEGIN SELECT 1; END",
            "_params is changed by the app's methods only",
        ),
        ("SELECT nope", "no such column: nope"),
    ],
)
def test_refused_sql(home: Home, sql: str, told: str) -> None:
    with pytest.raises(MigrationError, match=re.escape(told)):
        run(home, POSTS, f"app.execute({sql!r})")
    assert home.applied() == []


def test_the_guard_is_gone_afterwards(home: Home) -> None:
    with pytest.raises(MigrationError, match=r"000\.py:6: ValueError; nothing was changed"):
        run(home, "try:\n    app.execute('COMMIT')\nexcept Exception:\n    pass\nraise ValueError")
    home.write("000.py", "pass")
    run(home, POSTS)
    assert fields(home)[1:] == ["title", "views", "author", "made"]


def test_settings(home: Home) -> None:
    run(
        home,
        """
        app.update_settings({"meta": {"appName": "Blog"}, "smtp": {"password": "very secret"}})
        assert app.settings["meta"]["appName"] == "Blog"
        assert "very secret" not in str(app.settings)
        assert app.data_dir.name == "pb_data"
        """,
    )
    assert home.ask("SELECT json_extract(value, '$.meta.appName') FROM _params") == [("Blog",)]
    with pytest.raises(MigrationError, match=r"meta.appName: Cannot be blank"):
        run(home, "app.update_settings({'meta': {'appName': ''}})")
