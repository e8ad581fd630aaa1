"""Nothing secret or hidden comes out of a view, whatever way its query takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collections.site import COLLECTIONS, Site, text

READS_ONLY = "can only read from collections"
SECRET = "is a secret, which views cannot read"

REFUSED = [
    ("select id, password from users", SECRET),
    ('select id, "PASSWORD" as p from users', SECRET),
    ("select id, substr(tokenKey, 1, 1) as p from users", SECRET),
    ("select id from users where tokenKey like 'a%'", SECRET),
    ("select id from users order by password", SECRET),
    ("select id from posts where exists (select 1 from _superusers where password > 'a')", SECRET),
    ("with x as (select * from users) select id from x", SECRET),
    ("select id from (select * from _otps)", SECRET),
    ("with v0 as (select * from _params) select id, value from v0", READS_ONLY),
    ("select v0.id, v0.value from (select * from _params) v0", READS_ONLY),
    ("select count(*) as id from _params", READS_ONLY),
    ("select id, pin from posts", SECRET),
    ("select id, value from _params", READS_ONLY),
    ("select id, (select options from _collections limit 1) as o from posts", READS_ONLY),
    ("select name as id from sqlite_master", READS_ONLY),
    ("select name as id from sqlite_schema", READS_ONLY),
    ("select key as id from _fc_params", READS_ONLY),
    ("select name as id from pragma_database_list", READS_ONLY),
    ("select name as id from pragma_table_info('users')", READS_ONLY),
    ("select name as id from main.sqlite_master", READS_ONLY),
    ("select hush as id from posts", "the id would show a hidden field"),
    ("select id, load_extension('x') as x from posts", "unsafe use of load_extension"),
    ("select id from other.posts", "cannot reference objects in database other"),
    ("delete from posts", "syntax error"),
    ("select id from posts /* ' */; delete from posts; /* ' */", "invalid identifier parts"),
    ("select id from posts /* ' */;delete /* ' */", "syntax error"),
    ("select id from posts) /* ' */;delete /* '", "unbalanced"),
    ("select id from posts) union select tokenKey from users --", "invalid identifier parts"),
    ("select id from posts) limit 1 --", "syntax error"),
    ("select id from posts\n) as x, (select 1", "unbalanced"),
    ("select id from posts) as x where (1", "unbalanced"),
]


@pytest.fixture
def posts(site: Site) -> Site:
    """`posts` with a hidden field and a password, and one row."""
    fields = [text("title"), text("hush", hidden=True), {"type": "password", "name": "pin"}]
    site.create(name="posts", fields=fields)
    site.sql("INSERT INTO posts (id, title, hush, pin) VALUES ('p1', 'T', 'H', 'P')")
    return site


def create(site: Site, query: str, **options: Any) -> Any:
    body = {"name": "v", "type": "view", "viewQuery": query, **options}
    return site.ask("POST", COLLECTIONS, body)


@pytest.mark.parametrize(("query", "message"), REFUSED)
def test_refused(posts: Site, query: str, message: str) -> None:
    answer = create(posts, query)
    assert answer.status == 400, answer.body
    assert message in answer.body["data"]["viewQuery"]["message"]
    assert posts.sql("SELECT title FROM posts") == [("T",)]
    assert not posts.table("v")
    dry = posts.ask("POST", f"{COLLECTIONS}/meta/dry-run-view", {"query": query})
    assert dry.status == 400
    assert message in dry.body["message"]


# Query → the names of the fields that are hidden in the view.
HIDDEN = [
    ("select id, hush, title from posts", {"hush"}),
    ("select id, hush as open, title from posts", {"open"}),
    ("select id, upper(hush) as u, title from posts", {"u"}),
    ("select id, cast(hush as text) as u, count(hush) as n, count(*) as m from posts", {"u", "n"}),
    ("select id, (hush = 'a') as u, title from posts", {"u"}),
    ("select id, (select max(hush) from posts) as u, title from posts", {"u"}),
    ("select id, (select count(*) from posts q where q.hush = 'H') as u from posts", {"u"}),
    ("select id, x.h, x.title from (select id, hush as h, title from posts) x", {"h"}),
    ("with x(a, b, c) as (select id, hush, title from posts) select a as id, b, c from x", {"b"}),
    (
        "with x as (select id, hush h from posts), y as (select id, h g from x) select id,g from y",
        {"g"},
    ),
    ("with users as (select id, hush as email from posts) select id, email from users", {"email"}),
    (
        "select id, u from (select id, name u from users union select id, hush from posts)",
        {"u"},
    ),
    (
        "select id, u, t from (select id, hush u, title t from posts union select 1, 2, 3)",
        {"u"},
    ),
    ("select id, hush from (select * from posts_open)", {"hush"}),
    ("select p.id, j.value as v, p.title from posts p, json_each(json_array(p.hush)) j", {"v"}),
    ("select id, (row_number() over (order by hush)) as n, title from posts", {"n"}),
    (
        "select id, (row_number() over w) n, title from posts where 1 window w as (order by hush)",
        {"n"},
    ),
    ("select id, title from posts where hush = 'H'", set()),
    ("select id, title from posts order by hush", set()),
    ("select id, email, verified from users", set()),
]


@pytest.mark.parametrize(("query", "hidden"), HIDDEN)
def test_what_depends_on_a_hidden_field_is_hidden(
    posts: Site, query: str, hidden: set[str]
) -> None:
    posts.create(name="posts_open", type="view", viewQuery="select id, hush, title from posts")
    made = create(posts, query)
    assert made.status == 200, made.body
    assert {field["name"] for field in made.body["fields"] if field["hidden"]} == hidden


def test_hidden_follows_the_source(posts: Site) -> None:
    create(posts, "select id, lower(title) as t from posts")
    posts.create(name="w", type="view", viewQuery="select id, (t || '') as u from v")
    assert not posts.collection("v").by_name["t"].hidden
    fields = [{**f, "hidden": f["name"] == "title"} for f in posts.view("posts")["fields"]]
    assert posts.patch("posts", fields=fields).status == 200
    assert posts.collection("v").by_name["t"].hidden
    assert posts.collection("w").by_name["u"].hidden


def test_the_parser_is_loaded_for_hidden_fields_only(tmp_path: Any) -> None:
    import subprocess
    import sys

    code = (
        "import sys; import fastcms.server; import fastcms.collections.views;"
        "sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path).returncode == 0


def test_a_view_of_the_directory_that_shows_a_secret_is_not_saved_again(posts: Site) -> None:
    posts.sql("CREATE VIEW old AS SELECT * FROM (select id, lower(password) as p from users)")
    posts.sql(
        "INSERT INTO _collections (id, type, name, fields, options) VALUES"
        """ ('old', 'view', 'old', '[{"type":"text","name":"id","id":"i","primaryKey":true},"""
        """{"type":"json","name":"p","id":"p"}]',"""
        """ '{"viewQuery":"select id, lower(password) as p from users"}')"""
    )
    posts.app.reload()
    answer = posts.patch("old", listRule="")
    assert SECRET in answer.body["data"]["viewQuery"]["message"]
    answer = create(posts, "select id, p from old")
    assert SECRET in answer.body["data"]["viewQuery"]["message"]
