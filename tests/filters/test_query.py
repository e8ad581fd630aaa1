"""Rules, filters and sorts to statements: exact texts, parameters and refusals."""

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastcms.filters import Condition, FilterError, build, check_rule
from fastcms.filters.context import AuthRecord
from fastcms.schema.collection import Collection
from fastcms.store import functions
from tests.filters.sample import ALICE, GUEST, POSTS, SCHEMA, TAGS, USER, USERS, Caller, collection


def where(rule: str, caller: Caller, base: Collection = POSTS) -> tuple[str, tuple[object, ...]]:
    condition = build(SCHEMA, base, rule=rule).bind(caller)
    return condition.where, condition.where_params


TITLE = '"posts"."title"'
NUM = '"posts"."num"'
OWNER = '"posts"."owner"'
JS = (
    '(CASE WHEN json_valid("posts"."js") THEN json_extract("posts"."js", \'${0}\')'
    " ELSE json_extract(json_object('pb', \"posts\".\"js\"), '$.pb{0}') END)"
)
TEXTS = [
    # The empty text and NULL are one.
    ("title = 'a'", f"{TITLE} = ?", ("a",)),
    ("'a' = title", f"? = {TITLE}", ("a",)),
    ("title != 'a'", f"{TITLE} IS NOT ?", ("a",)),
    ("title = ''", f"({TITLE} = '' OR {TITLE} IS NULL)", ()),
    ("null = title", f"({TITLE} = '' OR {TITLE} IS NULL)", ()),
    ("title != NULL", f"{TITLE} IS NOT '' AND {TITLE} IS NOT NULL", ()),
    ("title = kind", f"COALESCE({TITLE}, '') = COALESCE(\"posts\".\"kind\", '')", ()),
    ("title != num", f"COALESCE({TITLE}, '') IS NOT COALESCE({NUM}, '')", ()),
    ("flag = true", '"posts"."flag" = 1', ()),
    ("flag != False", '"posts"."flag" IS NOT 0', ()),
    ("num >= -1.5", f"{NUM} >= ?", (-1.5,)),
    ("title < null", f"{TITLE} < NULL", ()),
    # Comparisons without a row are decided at once.
    ("'' = null", "", ()),
    ("'' != null", "0", ()),
    ("1 = ''", "0", ()),
    ("true != null", "", ()),
    ("true = false", "0", ()),
    ("'' = '' && title = 'a'", f"{TITLE} = ?", ("a",)),
    ("title = 'a' || 'x' = ''", f"{TITLE} = ?", ("a",)),
    ("1 = 2", "? = ?", (1.0, 2.0)),
    # Precedence and brackets; an OR at the top can be joined to more with AND.
    (
        "num=1 || num=2 && title='a'",
        f"({NUM} = ? OR {NUM} = ? AND {TITLE} = ?)",
        (1.0, 2.0, "a"),
    ),
    (
        "(num=1 || num=2) && title='a'",
        f"({NUM} = ? OR {NUM} = ?) AND {TITLE} = ?",
        (1.0, 2.0, "a"),
    ),
    # Patterns.
    ("title ~ 'a_b'", f"{TITLE} LIKE ? ESCAPE '\\'", (r"%a\_b%",)),
    ("title !~ 'a%'", f"{TITLE} NOT LIKE ? ESCAPE '\\'", ("a%",)),
    ("title ~ 5", f"{TITLE} LIKE ? ESCAPE '\\'", ("%5%",)),
    ("title ~ num", f"{TITLE} LIKE ('%' || {NUM} || '%') ESCAPE '\\'", ()),
    # JSON keeps its types.
    ("js = ''", JS.format("") + " IS ?", ("",)),
    ("js.a.0.b != null", JS.format(".a[0].b") + " IS NOT NULL", ()),
    ("js.007.x:y = true", JS.format("[7].xy") + " IS 1", ()),
    # Modifiers.
    ("title:lower = 'a'", f"LOWER({TITLE}) = ?", ("a",)),
    ("title:length = 3", f"{TITLE} = ?", (3.0,)),
    ("owner.id = 'x'", f"{OWNER} = ?", ("x",)),
    # Functions.
    (
        "strftime('%Y', title) = ''",
        f"(STRFTIME(?, {TITLE}) = '' OR STRFTIME(?, {TITLE}) IS NULL)",
        ("%Y", "%Y"),
    ),
]


@pytest.mark.parametrize(("text", "sql", "params"), TEXTS)
def test_text_without_request(text: str, sql: str, params: tuple[object, ...]) -> None:
    assert where(text, GUEST) == (sql, params)


ALICE_POST = Caller(
    USER.auth,
    query={"q": "a%", "none": "", "num": "5", "posts.title": "x"},
    headers={"x_token": "T"},
    body={"title": "x", "num": "7", "js": {"a": [1, "b"]}, "kinds": ["a", "b"], "free": None},
    method="POST",
)
REQUESTS = [
    ("owner = @request.auth.id", USER, f"{OWNER} = ?", (ALICE,)),
    ("owner = @request.auth.id", GUEST, f"({OWNER} = '' OR {OWNER} IS NULL)", ()),
    ('@request.auth.id != ""', USER, "", ()),
    ('@request.auth.id != ""', GUEST, "0", ()),
    ("@request.auth.id = null", GUEST, "", ()),
    ('@request.auth.id != "" && owner = @request.auth.id', USER, f"{OWNER} = ?", (ALICE,)),
    ("title = @request.auth.email", USER, f"{TITLE} = ?", ("alice@example.com",)),
    ("title = @request.auth.collectionName", USER, f"{TITLE} = ?", ("users",)),
    ("flag = @request.auth.verified", USER, '"posts"."flag" = ?', (True,)),
    ("title = @request.method", ALICE_POST, f"{TITLE} = ?", ("POST",)),
    ("title = @request.context", ALICE_POST, f"{TITLE} = ?", ("default",)),
    ("title ~ @request.query.q", ALICE_POST, f"{TITLE} LIKE ? ESCAPE '\\'", ("a%",)),
    ("title ~ @request.query.nope", GUEST, f"{TITLE} LIKE ('%' || NULL || '%') ESCAPE '\\'", ()),
    ("title = @request.query.none", ALICE_POST, f"({TITLE} = '' OR {TITLE} IS NULL)", ()),
    ("@request.query.none:isset = true", ALICE_POST, "", ()),
    ("@request.query.none:isset = true", GUEST, "0", ()),
    ("num = @request.query.num", ALICE_POST, f"{NUM} = ?", (5.0,)),
    ("title = @request.headers.x_token:lower", ALICE_POST, f"{TITLE} = LOWER(?)", ("T",)),
    ("title = @request.body.title", ALICE_POST, f"{TITLE} = ?", ("x",)),
    ("num = @request.body.num", ALICE_POST, f"{NUM} = ?", (7.0,)),
    ("title = @request.body.js.a.1", ALICE_POST, f"{TITLE} = ?", ("b",)),
    ("title = @request.body.js", ALICE_POST, f"{TITLE} = ?", ('{"a":[1,"b"]}',)),
    ("title = @request.body.js.a.7", ALICE_POST, f"({TITLE} = '' OR {TITLE} IS NULL)", ()),
    ("num = @request.body.kinds:length", ALICE_POST, f"{NUM} = ?", (2,)),
    ("title = @request.body.kinds", ALICE_POST, f"{TITLE} = ?", ('["a","b"]',)),
    ("@request.body.free:isset = true", ALICE_POST, "", ()),
    ("@request.body.title:changed = true", ALICE_POST, f"(? IS NOT {TITLE}) IS 1", ("x",)),
    ("@request.body.title:changed = true", GUEST, "0 IS 1", ()),
]


@pytest.mark.parametrize(("text", "caller", "sql", "params"), REQUESTS)
def test_request_values(text: str, caller: Caller, sql: str, params: tuple[object, ...]) -> None:
    assert where(text, caller) == (sql, params)


def test_a_value_may_be_a_number_here_and_a_text_there() -> None:
    schema = SCHEMA.with_collection(collection("tags", list_rule="title = @request.query.num"))
    query = build(schema, POSTS, rule="num = @request.query.num", filter="tag.n = 1")
    assert query.bind(ALICE_POST).where_params == (5.0, 1.0, "5")


def test_variants_do_not_mix() -> None:
    query = build(SCHEMA, POSTS, rule="owner = @request.auth.id")
    other = Caller(AuthRecord(USERS, "other", {}))
    assert [query.bind(caller).where_params for caller in (USER, GUEST, other, USER)] == [
        (ALICE,),
        (),
        ("other",),
        (ALICE,),
    ]


def test_many_shapes_of_a_request_are_not_all_kept() -> None:
    names = [f"f{i}" for i in range(8)]
    query = build(SCHEMA, POSTS, rule=" && ".join(f"@request.body.{n}:isset=false" for n in names))
    for bits in range(2**8):
        body = {name: 1 for i, name in enumerate(names) if bits >> i & 1}
        assert query.bind(Caller(body=body)).where == ("" if bits == 0 else "0")


def test_a_path_joins_once_and_rule_filter_and_sort_share_it() -> None:
    query = build(
        SCHEMA,
        POSTS,
        rule="tag.n > 2",
        filter="tag.title != 'x'",
        sort="-tag.n,title",
        trusted=True,
    )
    assert query.bind(GUEST) == Condition(
        joins='LEFT JOIN "tags" "1.tag" ON "1.tag"."id" = "posts"."tag"',
        join_params=(),
        where='"1.tag"."n" > ? AND "1.tag"."title" IS NOT ?',
        where_params=(2.0, "x"),
        order=f'"1.tag"."n" DESC, {TITLE} ASC',
        order_params=(),
        distinct=False,
        joined=True,
    )


def test_the_callers_record_is_joined_by_its_collection() -> None:
    query = build(SCHEMA, POSTS, rule="@request.auth.role = 'x'")
    condition = query.bind(USER)
    assert condition.joins == 'LEFT JOIN "users" "1.@auth.users" ON "1.@auth.users"."id" = ?'
    assert condition.join_params == (ALICE,)
    assert condition.where == '"1.@auth.users"."role" = ?'
    assert query.bind(GUEST).where == "0"


def test_joins_of_many_become_conditions() -> None:
    condition = build(SCHEMA, POSTS, rule="tags.title ?= 'x'").bind(GUEST)
    assert (condition.joins, condition.distinct, condition.joined) == ("", False, True)
    assert condition.where.startswith("EXISTS (SELECT 1 FROM json_each(")
    assert condition.where.endswith(
        '"1.tags:each" LEFT JOIN "tags" "2.tags" ON "2.tags"."id" = "1.tags:each"."value"'
        ' WHERE "2.tags"."title" = ?)'
    )


SUBMITTED = [
    (
        "@request.body.tags.title ?= 'x'",
        (
            'EXISTS (SELECT 1 FROM "tags" "1.@body.tags" WHERE "1.@body.tags"."id" IN'
            ' (SELECT "value" FROM json_each(?)) AND "1.@body.tags"."title" = ?)'
        ),
        ('["r1"]', "x"),
    ),
    (
        "@request.body.kinds:each ?= 'x'",
        (
            'EXISTS (SELECT 1 FROM json_each(?) "1.@body.kinds:each"'
            ' WHERE "1.@body.kinds:each"."value" = ?)'
        ),
        ('["a"]', "x"),
    ),
    (
        "@request.body.kind:each = 'x'",
        (
            'EXISTS (SELECT 1 FROM json_each(?) "1.@body.kind:each"'
            ' WHERE "1.@body.kind:each"."value" = ?)'
        ),
        ('["b"]', "x"),
    ),
]


@pytest.mark.parametrize(("rule", "sql", "params"), SUBMITTED)
def test_submitted_lists_and_relations(rule: str, sql: str, params: tuple[object, ...]) -> None:
    body = {"tags": ["r1"], "kinds": ["a"], "kind": "b"}
    condition = build(SCHEMA, POSTS, rule=rule).bind(Caller(body=body))
    assert (condition.joins, condition.where, condition.where_params) == ("", sql, params)


def test_sub_selects_read_the_row_at_hand_and_not_the_table() -> None:
    # It may be a draft, which is in no table.
    condition = build(SCHEMA, POSTS, rule="tags.title = 'x' && tags:each != ''").bind(GUEST)
    assert 'FROM "posts"' not in condition.where + condition.joins


ORDERS = [
    ("title", f"{TITLE} ASC"),
    (" -num , +title", f"{NUM} DESC, {TITLE} ASC"),
    ("@random", "RANDOM()"),
    ("-@rowid", '"posts"._rowid_ DESC'),
    ("title:lower", f"LOWER({TITLE}) ASC"),
    ("owner.id", f"{OWNER} ASC"),
]


@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_sort(sort: str, order: str) -> None:
    assert build(SCHEMA, POSTS, sort=sort).bind(GUEST).order == order


BAD_SORTS = [
    "nope", "secret", ",", "title,", "null", "true", "1", "'a'", "@now", "@request.query.x",
    "@request.auth.id", "title desc", "title;", "(select 1)", "--title", "-+title", "vault.title",
    ",".join(["title"] * 9), "é", "title:nope", "js.a..b",
]  # fmt: skip


@pytest.mark.parametrize("sort", BAD_SORTS)
def test_sort_refused(sort: str) -> None:
    with pytest.raises(FilterError):
        build(SCHEMA, POSTS, sort=sort)


def test_a_view_has_no_row_id() -> None:
    with pytest.raises(FilterError, match="row ids"):
        build(SCHEMA, collection("titles", "view"), sort="@rowid")


RULE_ERRORS = [
    ("x = 1", 'invalid left operand "x" - unknown field "x"'),
    ("title = x", 'invalid right operand "x" - unknown field "x"'),
    ("title:foo = 1", 'invalid left operand "title:foo" - unknown modifier in "title:foo"'),
    ("title.x = 1", 'invalid left operand "title.x" - field "title" is not a valid relation'),
    ("@nope = 1", 'invalid left operand "@nope" - failed to resolve field "@nope"'),
    ("@request.nope = 1", 'invalid left operand "@request.nope" - failed to resolve field "@re'),
    ("@collection.no.x = 1", 'invalid left operand "@collection.no.x" - failed to load collection'),
    ("posts_via_no.id = 1", 'invalid left operand "posts_via_no.id" - missing back relation field'),
    ("posts_via_title.id = 1", 'invalid left operand "posts_via_title.id" - invalid back relation'),
    ("posts_via_tag.id = 1", 'invalid left operand "posts_via_tag.id" - invalid collection refer'),
    ("no_via_tag.id = 1", 'invalid left operand "no_via_tag.id" - failed to load back relation'),
    ("f(1) = 1", 'invalid left operand "f" - unknown function "f"'),
    ("strftime() = 1", 'invalid left operand "strftime" - [strftime] expected at least 1'),
    ("strftime(title) = 1", 'invalid left operand "strftime" - [strftime] expects the first'),
    ("strftime('', f(1)) = 1", 'invalid left operand "strftime" - [strftime] expects the second'),
    (
        "strftime('','',1) = 1",
        'invalid left operand "strftime" - [strftime] invalid modifier argum',
    ),
    (
        f"strftime({','.join(['title'] * 11)}) = 1",
        'invalid left operand "strftime" - [strftime] too',
    ),
    ("geoDistance(1) = 1", 'invalid left operand "geoDistance" - [geoDistance] expected 4'),
    ("geoDistance(1,2,3,'') = 1", 'invalid left operand "geoDistance" - [geoDistance] argument 3'),
    ("@request.body.title:each = 1", 'invalid left operand "@request.body.title:each" - field "ti'),
    (
        "@request.query.a:each = 1",
        'invalid left operand "@request.query.a:each" - invalid modifier',
    ),
    (
        "parent." * 7 + "title = 1",
        f'invalid left operand "{"parent." * 7}title" - max nested relat',
    ),
]


@pytest.mark.parametrize(("rule", "message"), RULE_ERRORS)
def test_check_rule(rule: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        check_rule(SCHEMA, POSTS, rule)
    assert str(caught.value).startswith(message)


UNKNOWN_TO_THE_REQUEST = [
    "@request.auth.nope = ''",
    "@request.auth.nope.x.y = ''",
    "@request.auth.posts_via_nope.x = ''",
    "@request.auth.no_via_owner.x = ''",
    "@request.auth.posts_via_tag.x = ''",
    "@request.body.nope.a.b = ''",
    "@request.body.tags.nope = ''",
    "@request.query.a.b = ''",
    "@request.headers.nope = ''",
]


@pytest.mark.parametrize("rule", UNKNOWN_TO_THE_REQUEST)
def test_what_a_request_does_not_have_is_null(rule: str) -> None:
    caller = Caller(USER.auth, query={"a": "text"}, body={"nope": 1, "tags": ["x"]})
    assert build(SCHEMA, POSTS, rule=rule).bind(caller).where == ""


def test_a_bad_path_beyond_the_caller_shows_when_there_is_one() -> None:
    query = build(SCHEMA, POSTS, rule="@request.auth.role.x = 1")
    assert query.bind(GUEST).where == "0"
    with pytest.raises(FilterError, match="not a valid relation"):
        query.bind(USER)


# -- what a client's filter may not do ----------------------------------------------------------

FORBIDDEN = [
    "secret = 'a'",
    "secret:lower ~ 'a'",
    "parent.secret = 'a'",
    "posts_via_parent.secret ?= 'a'",
    "owner.tokenKey ~ 'a%'",
    "vault.title = 'a'",
    "parent.vault.title != 'a'",
    "title = 'a' || vault.title = 'b'",
    "title = '" + "a" * 3500 + "'",
    "title = '\ud800'",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_client_filter_refused(text: str) -> None:
    with pytest.raises(FilterError):
        build(SCHEMA, POSTS, filter=text)


@pytest.mark.parametrize("text", FORBIDDEN[:8])
def test_superusers_and_rules_may(text: str) -> None:
    build(SCHEMA, POSTS, filter=text, trusted=True)
    build(SCHEMA, POSTS, rule=text)


def test_joined_records_must_be_listable() -> None:
    condition = build(SCHEMA, POSTS, filter="tag.title = 'x' || title = 'y'").bind(GUEST)
    assert condition.where == (
        f'("1.tag"."title" = ? OR {TITLE} = ?) AND ("1.tag"."id" IS NULL OR "1.tag"."n" > ?)'
    )


def test_the_id_of_a_single_relation_needs_no_permission() -> None:
    condition = build(SCHEMA, POSTS, filter="vault.id != ''").bind(GUEST)
    assert (condition.joins, condition.distinct) == ("", False)


def test_a_sort_demands_what_a_filter_does() -> None:
    condition = build(SCHEMA, POSTS, sort="tag.title").bind(GUEST)
    assert condition.where == '("1.tag"."id" IS NULL OR "1.tag"."n" > ?)'


def test_a_rule_sees_all_until_a_filter_takes_the_same_path() -> None:
    by_rule = build(SCHEMA, POSTS, rule="tag.title = 'x'", filter="num = 1").bind(GUEST)
    assert by_rule.where == f'"1.tag"."title" = ? AND {NUM} = ?'
    by_both = build(SCHEMA, POSTS, rule="tag.title = 'x'", filter="tag.n = 1").bind(GUEST)
    assert by_both.where.endswith('AND ("1.tag"."id" IS NULL OR "1.tag"."n" > ?)')


def test_no_more_joins_than_the_database_has() -> None:
    terms = [f"@collection.tags:a{i}.n ?> 1" for i in range(64)]
    build(SCHEMA, POSTS, rule=" && ".join(terms[:63]))
    with pytest.raises(FilterError, match="max joins"):
        build(SCHEMA, POSTS, rule=" && ".join(terms))


# -- the statements against a database ----------------------------------------------------------


@pytest.fixture(scope="module")
def database() -> apsw.Connection:
    """Three posts; bob's tag `dark` is not listable, and so is what only it would tell."""
    connection = apsw.Connection(":memory:")
    for table in SCHEMA:
        columns = ", ".join(f'"{field.name}"' for field in table.fields) or '"id"'
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    connection.execute(
        "INSERT INTO users (id, email, emailVisibility) VALUES ('u1', 'a@x', 1), ('u2', 'b@x', 0)"
    )
    connection.execute(
        "INSERT INTO tags (id, title, n) VALUES ('light', 'light', 5), ('dark', 'dark', 0)"
    )
    connection.execute(
        "INSERT INTO posts (id, title, owner, tag, tags) VALUES"
        " ('p1', 'one', 'u1', 'light', '[\"light\"]'),"
        " ('p2', 'two', 'u2', 'dark', '[\"light\",\"dark\"]'),"
        " ('p3', 'three', '', '', '[]')"
    )
    return connection


def found(database: apsw.Connection, condition: Condition, base: str = "posts") -> set[str]:
    sql = f'SELECT "{base}"."id" FROM "{base}" {condition.joins}'
    sql += f" WHERE {condition.where}" if condition.where else ""
    sql += f" ORDER BY {condition.order}" if condition.order else ""
    params = (*condition.join_params, *condition.where_params, *condition.order_params)
    return {row[0] for row in database.execute(sql, params)}


ORACLES = [
    # Neither the value of a record that must not be listed, nor that it exists, can be asked.
    ("tag.title = 'dark'", "tag.title = 'nope'"),
    ("tag.title ~ 'd%'", "tag.title ~ 'z%'"),
    ("tag.title != 'light' && tag.title != ''", "tag.title = 'nope'"),
    ("title = 'two' || tag.title = 'dark'", "title = 'nope' || tag.title = 'nope'"),
    ("tags.title != 'dark'", "tags.title != 'nope'"),
    ("tags.title !~ 'd%'", "tags.title !~ 'z%'"),
    ("tags.n > 0", "tags.n > -1"),
    ("tags.title = 'light'", "tags.title ?= 'light'"),
    ("tags.title = tags.title", "tags.id = tags.id"),
]


@pytest.mark.parametrize(("probe", "same"), ORACLES)
def test_no_oracle_over_records_that_are_not_listable(
    database: apsw.Connection, probe: str, same: str
) -> None:
    schema = SCHEMA.with_collection(collection("users"))
    answers = [
        found(database, build(schema, POSTS, filter=text).bind(GUEST)) for text in (probe, same)
    ]
    assert answers[0] == answers[1]


EMAILS = ["email = 'b@x'", "email ~ 'b%'", "email >= 'b'", "'b@x' = email:lower"]


@pytest.mark.parametrize("text", EMAILS)
def test_no_oracle_over_emails_that_are_not_visible(database: apsw.Connection, text: str) -> None:
    users = collection("users", "auth")
    schema = SCHEMA.with_collection(users)
    assert found(database, build(schema, users, filter=text).bind(GUEST), "users") == set()
    assert found(database, build(schema, users, rule=text).bind(GUEST), "users") == {"u2"}


def test_no_oracle_over_hidden_emails_among_many(database: apsw.Connection) -> None:
    schema = SCHEMA.with_collection(collection("users", "auth"))
    answers = [
        found(database, build(schema, TAGS, filter=text).bind(GUEST), "tags")
        for text in ("posts_via_tags.owner.email != 'b@x'", "posts_via_tags.owner.email != 'no'")
    ]
    assert answers == [{"light"}, {"light"}]


INJECTIONS = [
    "x' OR '1'='1", 'x" OR "1"="1', "x'; DROP TABLE posts; --", "') UNION SELECT id FROM users --",
    "\\' OR 1=1 --", "a%' ESCAPE 'a", "?", ":id", "$1", "${x}", "{0}", "%s", "''", '""',
]  # fmt: skip


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("sign", ["=", "!=", "~", ">"])
def test_values_stay_values(database: apsw.Connection, value: str, sign: str) -> None:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for operand in (quoted, "@request.query.v", "@request.body.v", "@request.headers.v"):
        query = build(SCHEMA, POSTS, rule=f"title {sign} {operand} && owner.role {sign} {operand}")
        condition = query.bind(Caller(query={"v": value}, headers={"v": value}, body={"v": value}))
        assert value not in condition.where or value in "?''$1{0}"
        assert sum(value in str(param) for param in condition.where_params) + (sign == "~") >= 1
        found(database, condition)


NAMES = [
    "title\"--", "title`", "title]", "js.a'--", 'js.a"b', "js.a b", "js.$", "js.a[0]", "js.#-1",
    "title/**/", "posts.title;", "js.a\\", "js.*", "(title)", "title COLLATE NOCASE",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_are_only_words(name: str) -> None:
    for text in (f"{name} = 1", f"1 = {name}"):
        with pytest.raises(FilterError):
            build(SCHEMA, POSTS, filter=text, trusted=True)
    with pytest.raises(FilterError):
        build(SCHEMA, POSTS, sort=name, trusted=True)


PIECES = [
    "title", "num", "js", "js.a.0", "geo.lat", "title:lower", "tags:each", "tags:length", "id",
    "tag.title", "tags.title", "owner.email", "owner.members_via_user.level", "nope",
    "@now", "@request.auth.id", "@request.auth.role", "@request.body.title", "@collection.tags.n",
    "@request.body.tags.n", "@request.body.kinds:each", "@request.body.title:changed",
    "@collection.tags:x.title", "strftime('%Y',title)", "geoDistance(1,2,num,4)", "1", "'a'", "''",
    "length(title)", "size(kinds)", "contains(js,", "concat(tags.title,", "@today",
    "in", "not", "?in", "between", "and", "is", "matches", "'('", "like", "?ilike",
    "null", "true", "=", "!=", "~", "!~", ">", "?=", "?!~", "&&", "||", "(", ")", "//", "'", ",",
]  # fmt: skip


@given(
    st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.text(max_size=40))
)
def test_any_text_is_refused_or_runs(text: str) -> None:
    database = apsw.Connection(":memory:")
    functions.register(database)
    for table in SCHEMA:
        columns = ", ".join(f'"{field.name}"' for field in table.fields) or '"id"'
        database.execute(f'CREATE TABLE "{table.name}" ({columns})')
    for trusted in (True, False):
        try:
            query = build(SCHEMA, POSTS, filter=text, trusted=trusted)
            conditions = [query.bind(caller) for caller in (USER, GUEST, ALICE_POST)]
        except FilterError:
            continue
        for condition in conditions:
            assert found(database, condition) == set()


def test_deepest_expressions_stay_below_the_stack_limit(database: apsw.Connection) -> None:
    signs = ("&&", "||")
    deep = "title='a'" + "".join(f" {signs[i % 2]} (tag.n>{i}" for i in range(199)) + ")" * 199
    listable = SCHEMA.with_collection(
        collection("tags", list_rule=deep.replace("title='a'", "n>0").replace("tag.n", "up.n"))
    )
    query = build(listable, POSTS, rule=deep, filter=deep, trusted=False)
    assert found(database, query.bind(GUEST)) == set()
