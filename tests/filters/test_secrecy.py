"""What a caller may not see changes no answer: two databases that differ in that alone.

Secret are hidden fields, addresses that their owners keep, and what records hold that the caller
may not list. Whatever a filter or sort says, its answer must be the same, or the same refusal.
"""

import re
from collections.abc import Iterator

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastcms.filters import FilterError, build
from fastcms.store import functions
from tests.filters.sample import ALICE, GUEST, SCHEMA, USER, Caller, collection

# Accounts that everybody may list, so that their addresses are what is left to guard.
OPEN_USERS = SCHEMA.with_collection(collection("users", "auth"))


def _fill(connection: apsw.Connection, secret: str, number: int) -> None:
    """`secret` and `number` go where nobody may look; 'm' and 'z' are what attackers try."""
    functions.register(connection)
    for table in SCHEMA:
        columns = ", ".join(f'"{field.name}"' for field in table.fields) or '"id"'
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    connection.execute(
        "INSERT INTO users (id, email, emailVisibility, verified, tokenKey, role) VALUES"
        " (?3, 'alice@example.com', 1, 1, ?1, 'x'), ('u1', 'm@x', 1, 1, ?1, 'm'),"
        " ('u2', ?1 || '@x', 0, 1, ?1, 'm'), ('u3', ?1 || ?2 || '@x', 0, 0, ?1, '')",
        (secret, number, ALICE),
    )
    # The list rule of tags is `n > 1`.
    connection.execute(
        "INSERT INTO tags (id, title, n, up) VALUES"
        " ('light', 'm', 5, ''), ('lamp', 'z', 2, 'dark'),"
        " ('dark', ?1, ?2, 'light'), ('night', ?1 || 'm', -3, '')",
        (secret, number),
    )
    connection.execute("INSERT INTO vaults (id, title) VALUES ('v1', ?1), ('v2', 'm')", (secret,))
    connection.execute(
        "INSERT INTO members (id, user, level) VALUES ('m1', 'u1', 1), ('m2', 'u2', 2)"
    )
    connection.execute(
        "INSERT INTO posts (id, title, num, flag, kind, kinds, js, geo, secret, owner, tag, tags,"
        " vault, parent) VALUES"
        """ ('p1', 'm', 1, 1, 'a', '["a"]', '["m",1]', '{"lon":1,"lat":1}', ?1, ?2, 'light',"""
        """  '["light"]', 'v1', ''),"""
        """ ('p2', 'z', 2, 0, 'b', '["a","b"]', '{"a":[1]}', '{"lon":9,"lat":1}', ?1 || 'm',"""
        """  'u2', 'dark', '["light","dark"]', 'v2', 'p1'),"""
        """ ('p3', '', 0, 0, '', '[]', NULL, '{"lon":0,"lat":0}', ?1, 'u3', 'night',"""
        """  '["night","lamp"]', 'v1', 'p1'),"""
        """ ('p4', 'M', 7, 1, 'c', '["c"]', '5', '{"lon":0,"lat":0}', '', '', '',"""
        """  '[]', '', 'p2')""",
        (secret, ALICE),
    )


@pytest.fixture(scope="module")
def databases() -> Iterator[tuple[apsw.Connection, apsw.Connection]]:
    pair = apsw.Connection(":memory:"), apsw.Connection(":memory:")
    _fill(pair[0], "m", 1)
    _fill(pair[1], "zz", -9_223_372_036_854_775_807)
    yield pair
    for connection in pair:
        connection.close()


NAMES = [
    "title", "num", "js", "js.a.0", "geo", "kinds", "kinds:each", "tags:length", "title:lower",
    "tag.title", "tag.n", "tag.up.title", "tags", "tags.title", "tags.n", "tags.id",
    "tags.up.title", "parent.tag.title", "parent.tags.title", "posts_via_parent.title",
    "posts_via_parent.tags.title",
    "posts_via_tag.title", "posts_via_tags.tag.title", "tags_via_up.title", "tags_via_up.n",
    "owner.id", "owner.role", "owner.email", "owner.email:lower", "email", "email:lower", "role",
    "members_via_user.level", "owner.members_via_user.user.email", "posts_via_owner.owner.email",
    # What only those may name who see everything; aliases and prefixes of tables among them.
    "secret", "secret:lower", "secret:length", "secret.x", "posts.secret", "t1.secret", "_.secret",
    "parent.secret", "posts_via_parent.secret", "tokenKey", "owner.tokenKey", "users.tokenKey",
    "password", "vault.title", "vault.id", "parent.vault.title", "vaults_via_title.id",
    "posts_via_vault.title", "@request.auth.id", "collectionName", "rowid", "_rowid_",
]  # fmt: skip
LITERALS = ["'m'", "'M%'", "'m@x'", "''", "0", "1", "-1", "2.5", "null", "true", "@now", "@today"]
POLYGON = '\'{"type":"Polygon","coordinates":[[[0,0],[5,0],[0,5],[0,0]]]}\''
CALLS = [
    "length({0})", "lower({0})", "upper({0})", "trim({0}, {1})", "substr({0}, 1, 1)",
    "concat({0}, {1})", "abs({0})", "ceil({0})", "floor({0})", "round({0})", "size({0})",
    "contains({0}, {1})", "intersects({0}, {1})", "geoDistance({0}, {1}, 0, 0)",
    "geoWithinBox({0}, 0, 0, 5, 5)", f"geoWithin({{0}}, {POLYGON})", "strftime('%Y', {0})",
]  # fmt: skip
COMPARISONS = [
    "{0} = {1}", "{0} != {1}", "{0} ~ {1}", "{0} !~ {1}", "{0} > {1}", "{0} <= {1}",
    "{0} ?= {1}", "{0} ?!= {1}", "{0} ?~ {1}", "{0} ?< {1}", "{0} in ({1}, {2})",
    "{0} not in ({1})", "{0} ?in ({1})", "{0} ?not in ({1}, {2})", "{0} between {1} and {2}",
    "{0} ?between {1} and {2}", "{0} is null", "{0} is not null", "{0} ?is null",
    "{0} matches '^[a-m]'", "{0} not matches 'm'", "{0} ?matches '[mM]'", "{0} ?not matches 'z'",
    "{0} like {1}", "{0} not like {1}", "{0} ilike {1}", "{0} ?ilike {1}", "{0} not ilike {1}",
]  # fmt: skip


def filled(template: str, *parts: str) -> str:
    """The template with the parts for `{0}`, `{1}` …; other brackets stay."""
    return re.sub(r"\{(\d)\}", lambda match: parts[int(match[1])], template)


OPERANDS = st.recursive(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(LITERALS)),
    lambda inner: st.builds(filled, st.sampled_from(CALLS), inner, inner),
    max_leaves=3,
)
FILTERS = st.recursive(
    st.builds(filled, st.sampled_from(COMPARISONS), OPERANDS, OPERANDS, OPERANDS),
    lambda inner: st.builds(
        str.format, st.sampled_from(["{0} && {1}", "({0} || {1})"]), inner, inner
    ),
    max_leaves=3,
)
SORTS = st.one_of(
    st.just(""),
    st.lists(st.sampled_from(NAMES), max_size=2).map(lambda names: ",".join([*names, "id"])),
)


def answer(
    database: apsw.Connection, base: str, text: str, sort: str, caller: Caller, *, trusted: bool
) -> object:
    schema = OPEN_USERS if base == "users" else SCHEMA
    found = schema.find(base)
    assert found is not None
    try:
        rule = None if trusted else found.list_rule
        query = build(schema, found, rule=rule, filter=text, sort=sort, trusted=trusted)
        condition = query.bind(caller)
    except FilterError:
        return "refused"
    order = condition.order or f'"{base}"."id"'
    sql = (
        f'SELECT DISTINCT "{base}"."id" FROM "{base}" {condition.joins}'
        f" WHERE {condition.where or 1} ORDER BY {order}"
    )
    params = condition.join_params + condition.where_params + condition.order_params
    try:
        return database.execute(sql, params).fetchall()
    except apsw.Error as error:
        return str(error)


@given(
    st.sampled_from(["posts", "tags", "users", "members"]),
    FILTERS,
    SORTS,
    st.sampled_from([GUEST, USER]),
)
@settings(max_examples=500, deadline=None)
@example("users", "email > 'n'", "", GUEST)
@example("users", "length(email) = 3", "", GUEST)
@example("users", "concat(role, email) ilike 'mm'", "", GUEST)
@example("users", "'m@x' in (email, role)", "", GUEST)
@example("users", "role between 'a' and email", "", GUEST)
@example("users", "email is not null", "email", GUEST)
@example("users", "id != ''", "-email,id", USER)
@example("members", "level > 0", "user.email", USER)
@example("posts", "tag.title matches '^m' || title != 'x'", "", GUEST)
@example("posts", "abs(tag.n) > 0", "", GUEST)
@example("posts", "tags.title not in ('m')", "tags.title", GUEST)
@example("posts", "contains(tags.up.id, tags.title) = true", "", GUEST)
@example("posts", "concat(tags.title, posts_via_parent.tags.title) like 'm%'", "", GUEST)
@example("tags", "intersects(posts_via_tags.kinds, posts_via_tags.tag.title) = true", "", GUEST)
def test_secrets_change_no_answer(
    databases: tuple[apsw.Connection, apsw.Connection],
    base: str,
    text: str,
    sort: str,
    caller: Caller,
) -> None:
    one, other = (
        answer(database, base, text, sort, caller, trusted=False) for database in databases
    )
    assert one == other


TELLING = [
    ("users", "length(email) = 3", ""),
    ("users", "id != ''", "email"),
    ("users", "tokenKey matches 'm'", ""),
    ("posts", "secret in ('m')", ""),
    ("posts", "tag.title not ilike 'm'", ""),
    ("posts", "vault.title between 'n' and 'zz'", ""),
]


@pytest.mark.parametrize(("base", "text", "sort"), TELLING)
def test_the_databases_differ_for_who_sees_everything(
    databases: tuple[apsw.Connection, apsw.Connection], base: str, text: str, sort: str
) -> None:
    one, other = (answer(each, base, text, sort, GUEST, trusted=True) for each in databases)
    assert one != other
    assert "refused" not in (one, other)
