"""View collections: what their query becomes, what is refused, and records through them."""

from typing import Any

from tests.parity.lab import lab_id
from tests.parity.scenario import Row, delete, get, patch, post, raw
from tests.parity.seed import rid

PATH = "/api/collections"
DRY_RUN = f"{PATH}/meta/dry-run-view"
_CLONE = "_clone_[A-Za-z0-9]{4}"
_OPEN = {"listRule": "", "viewRule": ""}
# As many as the widest view of the tables has.
_MASK = {f"fields.{number}.id": _CLONE for number in range(26)}


def _made(name: str, query: str, **body: Any) -> Row:
    return post(f"made: {name}", PATH, {"name": name, "type": "view", "viewQuery": query, **_OPEN, **body}, who="superuser", mask=_MASK)


def _create(what: str, query: Any) -> Row:
    name = "refused_" + "".join(letter for letter in what if letter.isalnum())
    return post(what, PATH, {"name": name, "type": "view", "viewQuery": query}, who="superuser", mask=_MASK)


def _change(what: str, view: str, /, **body: Any) -> Row:
    return patch(what, f"{PATH}/{view}", body, who="superuser", mask=_MASK)


def _seen(name: str, what: str = "") -> Row:
    return get(f"{name}{what}: collection", f"{PATH}/{name}", who="superuser", mask=_MASK)


def _records(name: str, what: str = "", who: str = "guest", **query: str) -> Row:
    note = "".join(f", {key}={value}" for key, value in query.items())
    return get(f"{name}{what}: records as {who}{note}", f"{PATH}/{name}/records", query={"perPage": "5", **query}, who=who)


# Each is made, looked at and read.
_QUERIES = {
    "ids": "select id from items", "trailing": "SELECT id, title FROM items;", "leading": ";select id from items", "many_trailing": "select id, title from items;;",
    "lines": "select\n id,\n title\nfrom\n items\nwhere title != ''", "carriage": "select\r\n id,\r\n title as x\r\nfrom items", "tight": "select id,title from items", "tabs": "select\tid,\ttitle\tfrom\titems",
    "counted": "select tag as id, count(*) as total, Count( * ) c2, count(num)+1 as c3, total(num) t, max(num) m from items where tag != '' group by tag",
    "numbered": "select (ROW_NUMBER() OVER()) as id, title from items", "constant": "select 1 as id", "fraction": "select 1.5 as id", "spaced_id": "select 'a b' as id", "rowids": "select rowid as id, rowid as r, title from items",
    "casts": "select id, cast(num as int) a, CAST(num AS INTEGER) b, cast(num as real) c, cast(num as decimal) d, cast(num as numeric) e, cast(num as text) f, cast(num as bool) g, cast(flag as boolean) h, cast(num as decimal(10,2)) j, cast(num as float) k from items",
    "nested_casts": "select id, cast(num as int)+1 n, cast(cast(num as text) as int) m, (cast(num as int)) k, cast(num\nas\nint) l, CAST(title AS varchar) a, cast(title as TEXT ) b from items",
    "clones": "select id, title t1, title as t2, items.title as t3, `title` as t4, \"title\" as t5, [title] as t6, 'x' as t7, num+1 as t8, hush, data, place, tag, tags, owner, owner as o, id as iid, kind, kinds, moment, flag, mail, link, text from items",
    "joined": "select i.id, i.title, t.id as tagid, t.title as tagtitle, u.id uid, u.email, u.name from items i left join tags t on t.id=i.tag left join users u on u.id = i.owner",
    "listed": "select i.id, t.title x from items as i, tags as t where i.tag = t.id", "inner_joined": "SELECT i.id, t.title FROM items i INNER JOIN tags t ON t.id = i.tag", "natural": "select items.id, tags.title from items natural join tags",
    "with_cte": "with x as (select id, title from items) select id, title from x", "renamed_cte": "with x(a, b) as (select id, title from items) select a as id, b from x", "recursive": "with recursive c(x) as (select 1 union all select x+1 from c where x < 5) select x as id from c",
    "from_query": "select x.id, x.title from (select id, title from items) x", "union_inside": "select id, title from (select id, title from items union select id, title from tags) x",
    "sub_selects": "select id, (select count(*) from tags) as n, (select title from tags limit 1) as tt from items", "functions": "select id, (case when num > 1 then 1 else 0 end) c, (upper(title)) as u, coalesce(title, '') as co, json_group_array(title) j, strftime('%Y', '2020-01-01') y from items group by id",
    "distinct_ids": "select distinct id from items", "all_ids": "select all id from items", "ordered": "select id, title from items order by num desc, id limit 3", "filtered": "select id, title as x from items where title in (select title from items) and exists (select 1 from tags)",
    "other_case": "select id, TITLE from items", "other_table_case": "select ITEMS.id, ITEMS.title from items", "quoted_tables": "select `items`.`id`, \"items\".\"title\", [items].[num] from `items`", "main_schema": "select main.items.id, main.items.title from main.items", "driver_quotes": "select {{items}}.id, [[title]] as x, {{items}}.title as y from {{items}}",
    "comments": "select id, -- first\n title /* , num */, num -- , flag\n from items", "words_inside": "select id, title as select_x, num as from_x, title fro from items", "strings": "select id, 'it''s, ok' as t, ';' as s, 'a (b' as b from items", "members_shown": "select id, email, username, rank from members",
    "items_of_json": "select (i.id || j.value) as id, j.value as kind, i.title from items i, json_each(i.kinds) j", "dates": "select id, date('2020-05-05') as d, datetime('2020-05-05 10:00') as dt from tags", "nothing_found": "select id, title from items where 0", "superuser_ids": "select email as id from _superusers",
}
_REFUSED = {
    "nothing": "", "null": None, "a space": " ", "only select": "select", "wildcard": "select * from items", "wildcard of a table": "select i.* from items i", "wildcard behind": "select id, * from nothingx", "quoted wildcard": "select id, [*] from items", "wildcard and more": "select *, num * 2 x from items",
    "two statements": "select id, title from items; select 1", "a drop behind": "select id from items; drop table items", "a comment behind": "select id from items; -- x", "a semicolon in a comment": "select id from items /* ; */",
    "no id": "select title from items", "no id at all": "select 1", "upper case id": "select ID from items", "renamed to upper case": "select id as ID from items", "values": "values(1)",
    "union": "select id, title from items union select id, title from tags", "union all": "select id, title from items union all select id, title from tags order by 2 limit 3", "union of constants": "select 'a' as id union select 'b' as id",
    "loose case": "select id, case when num > 1 then 1 else 0 end as c from items", "loose sum": "select id, num * 2 x from items", "loose text": "select id, title || ' x' as t from items", "spaced count": "select id, count (*) n from items group by id", "filtered count": "select id, count(num) filter (where num>1) n from items group by id", "using": "SELECT i.id, t.title FROM items i JOIN tags t USING (title)", "is null": "select id, num is null as n from items",
    "open quote": "select id, 'unbalanced as t from items", "open bracket": "select id, (title as t from items", "out of the brackets": "select id from items) union select id from (select id from tags", "out and on": "select id from items); drop table tags; create view zz as select * from (select 1",
    "same name twice": "select id, id from items", "same name in another case": "select id, title, TITLE from items", "name with a space": "select id, title as 'my title' from items", "two bad names": "select id, title as 'x y', num as 'z z' from items", "reserved name": "select id, title as expand from items", "reserved null": "select id, title as \"null\", num as \"true\" from items", "via": "select id, title as x_via_y from items", "empty name": "select id, title as \"\" from items", "long name": f"select id, title as {'a' * 101} from items", "dotted name": "select id, title as \"a.b\" from items", "unnamed count": "select id, count(*) from items", "unnamed function": "select id, lower(title) from items", "bad name and no id": "select title as 'a b' from items",
    "empty ids": "select '' as id", "null ids": "select null as id", "equal ids": "select 'x' as id from items", "equal ids of a join": "select i.tag as id from items i where i.tag != ''",
    "no such table": "select id from nothingx", "no such view": "select id, x from nothing_at_all", "file function": "select id, load_extension('x') x from items", "named parameter": "select id, {:p} as x from items", "bound parameter": "select id, :p as x from items", "long error": f"select id, ({'x' * 900} as y from items", "comment at the end": "select id from items -- comment",
    "logs": "select id from _logs", "syntax without a place": "select id from items where",
}
# The same with a place in the query.
_PLACED = {
    "delete": "delete from items", "insert": "insert into tags(title) values('zz') returning id", "pragma": "pragma table_info(items)", "explain": "explain select id from items", "create": "create view zz as select 1", "no such column": "select id, nothingx from items", "no such column in line 2": "select id,\n nothingx\n from items", "ambiguous": "select id , title , num from items , tags", "no such function": "select id, readfile('/etc/passwd') x from items", "own function": "select id, geoDistance(1,2,3,4) g from items", "comma before from": "select id, title as x, from items", "closed too early": "select id, title) as t from items", "wrong number of arguments": "select id, count(*) as n, sum(*) as m from items group by id", "keyword": "select id, title as null from items", "where too early": "select id, title as x where 1 from items", "behind umlauts": "select id, 'äöü' as u, nothingx from items", "with at the end": "select id from items with x",
}
_SECRET = {
    "hashes": "select id, password from users", "hashes of superusers": "select id, email, password from _superusers", "token keys": "select id, tokenKey from users", "hidden in a function": "select id, lower(password) as p from users", "hidden in a sub-query": "select s.id, s.h from (select id, password as h from users) s", "in a condition": "select id from users where tokenKey != ''", "one-time passwords": "select id, password as p from _otps", "password of a base collection": "select id, pin from items",
}
_FOREIGN = {
    "settings": "select id, value from _params", "collections": "select id, name, options from _collections", "schema": "select name as id, sql from sqlite_master", "migrations": "select file as id from _migrations", "files of the database": "select name as id, file from pragma_database_list", "columns": "select name as id from pragma_table_info('items')",
}
_HIDDEN = {"in_function": "select id, upper(hush) as u, title from items", "through_cte": "with x as (select id, hush as h, title from items) select id, h, title from x"}
_BODIES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "a number": {"query": 5}, "broken": raw("{"), "empty": {"query": ""}, "null query": {"query": None}, "a list": [], "a long query": {"query": "select id from items " + " " * 5000}, "a wildcard": {"query": "select * from items"}, "no id": {"query": "select title from items"},
    "two statements": {"query": "select id from items; select 1"}, "equal ids": {"query": "select 'x' as id from items"}, "a bad name": {"query": "select id, title as 'a b' from items"}, "no such table": {"query": "select id from nothingx"}, "a space": {"query": " "},
}
_WORK = lab_id("work01")

MAKING = (
    *(row for name, query in _QUERIES.items() for row in (_made(name, query), _records(name, who="superuser", sort="id"))),
    *(_create(f"query: {what}", query) for what, query in _REFUSED.items()),
    *(_create(f"placed: {what}", query) for what, query in _PLACED.items()),
    *(_create(f"secret: {what}", query) for what, query in _SECRET.items()),
    *(_create(f"foreign: {what}", query) for what, query in _FOREIGN.items()),
    get("nothing refused is there", PATH, query={"filter": "name ~ 'refused_query%'"}, who="superuser"),
    *(row for name, query in _HIDDEN.items() for row in (_made(name, query), _records(name, who="superuser", sort="id"), _records(name, sort="id"))),
    _made("own_fields", "select id, title from items", fields=[{"name": "zzz", "type": "text"}], id="pbc_own_fields"),
    _made("with_index", "select id, title from items", indexes=["create index x on with_index (title)"]),
    _made("with_write_rules", "select id, title from items", createRule="", updateRule="id = ''", deleteRule=""),
    _made("with_bad_rules", "select id, title from items", listRule="num > 1", viewRule="title ="),
    _made("bad rules and query", "select title from items", listRule="num > 1"),
    _made("tags", "select id, title from items"), _made("bad name", "select id from items"), _made("_params", "select id from items"),
    post("made without a type", PATH, {"name": "untyped", "viewQuery": "select id from items"}, who="superuser"),
    post("made by a guest", PATH, {"name": "guests", "type": "view", "viewQuery": "select id from items"}),
    *(post(f"dry run: {what}", DRY_RUN, body, who="superuser") for what, body in _BODIES.items()),
    *(post(f"dry run as {who}", DRY_RUN, {"query": "select id from items"}, who=who) for who in ("guest", "ann")),
)


def _dry(query: str, what: str) -> Row:
    names = {f"sample.{number}.{key}": pattern for number in range(10) for key, pattern in (("collectionId", r"pbc_\d+"), ("collectionName", "temp_view_[A-Za-z0-9]{5}"))}
    return post(f"dry run shows {what}", DRY_RUN, {"query": query}, who="superuser", mask={**_MASK, **names})


DRY = (
    _dry("select id, title, hush, num from items", "clones"), _dry("select (row_number() over()) as id, upper(title) as u from items;", "numbers"), _dry("select id, title from items where 0", "nothing"), _dry("select id, id as up, tag from items", "relations"), _dry("select id, email, name, emailVisibility from users", "accounts"),
)

_SHOWN = "select w.id, w.title, w.num, w.hush, w.data, w.kinds, w.team, w.teams, w.owner, w.id as work, (w.num * 2) as double, (select count(*) from lab_replies r where r.work = w.id) as replies from lab_works w"
_FILTERS = (
    "title = 'a'", "title ~ 'a'", "num > 1", "double > 2", "double = 2", "replies > 0", "team.title = 't1'", "teams.title ?= 't1'", "work.title = 'a'", "work.team.title ?= 't1'", "work.lab_replies_via_work.n ?> 1", "data.n > 1", "kinds:length > 1", "kinds:each = 'a'", "title:lower = 'a'", "hush = 'x'", "work.hush != ''", "owner.name != ''", "nothing = 1", "team.nothing = 1", "lab_replies_via_work.n > 1", "id = ''", "@rowid > 1", "replies = null",
)
_SORTS = ("title,id", "-num,id", "double,id", "replies,-id", "team.title,id", "work.title,id", "@rowid", "hush", "nothing", "@random2", "-data.n,id")
_EXPANDS = ("team", "teams", "work", "work.team", "work.teams,owner", "owner", "title", "nothing", "lab_replies_via_work", "work.lab_replies_via_work", "shown_via_work")

USING = (
    _made("shown", _SHOWN, id="pbc_shown_view"),
    *(_records("shown", who=who, sort="id", filter=filter_) for filter_ in _FILTERS for who in ("guest", "superuser")),
    *(_records("shown", who=who, sort=sort) for sort in _SORTS for who in ("guest", "superuser")),
    *(_records("shown", who=who, sort="id", expand=path) for path in _EXPANDS for who in ("guest", "superuser")),
    _records("shown", page="2", sort="id"), _records("shown", skipTotal="1", sort="id"), _records("shown", sort="id", fields="id,title:excerpt(1),expand.team.title", expand="team"),
    *(get(f"one: {path}", f"{PATH}/shown/records/{path}", query={"expand": "work,team"}) for path in (_WORK, "nothing", _WORK.upper())),
    # Writing.
    post("record made", f"{PATH}/shown/records", {"title": "x"}, who="superuser"), patch("record changed", f"{PATH}/shown/records/{_WORK}", {"title": "x"}, who="superuser"), delete("record deleted", f"{PATH}/shown/records/{_WORK}", who="superuser"), delete("truncated", f"{PATH}/shown/truncate", who="superuser"),
    # Rules.
    _change("rule on a field", "shown", listRule="num > 1 && title != ''", viewRule="title = 'a'"), _records("shown", " with a rule", sort="id"), _records("shown", " with a rule", who="superuser", sort="id"), get("one that the rule hides", f"{PATH}/shown/records/{_WORK}"),
    _change("rule on a relation", "shown", listRule="work.team.title = 't1' || owner = @request.auth.id"), _records("shown", " ruled by relation", sort="id"), _records("shown", " ruled by relation", who="ann", sort="id"),
    _change("rule on a back relation", "shown", listRule="work.lab_replies_via_work.n ?> 1"), _records("shown", " ruled by back relation", sort="id"),
    _change("rule on a hidden field", "shown", listRule="hush != ''"), _records("shown", " ruled by hidden", sort="id"), _change("rule on nothing", "shown", listRule="nothing = 1"), _change("rule null", "shown", listRule=None), _records("shown", " closed"), _change("rule open", "shown", listRule="", viewRule=""),
    # Relations to and from views.
    _made("reviewed", "select s.id, s.title, s.work, s.id as shown from shown s"), _seen("reviewed"), _records("reviewed", sort="id", expand="shown.work.team,work"), _records("reviewed", sort="id", filter="shown.num > 1"), _records("shown", sort="id", expand="reviewed_via_shown", what=" from behind"),
    post("relation to a view", PATH, {"name": "to_view", "fields": [{"name": "r", "type": "relation", "collectionId": "pbc_shown_view"}]}, who="superuser"),
    _records("lab_works", " from behind", sort="id", filter="shown_via_work.double ?> 2"), _records("lab_works", " from behind", sort="id", expand="shown_via_work"), _records("lab_works", " joined", sort="id", filter="@collection.shown.num ?= num"),
    # Auth collections through views show no e-mail rules.
    _made("accounts_shown", "select id, email, name, emailVisibility, verified from users"), _records("accounts_shown", sort="id"), _records("accounts_shown", sort="id", filter="email ~ 'bob'"), _records("accounts_shown", sort="email"),
)

_SOURCE = [{"name": "a", "type": "text"}, {"name": "b", "type": "text"}, {"name": "c", "type": "number"}, {"name": "d", "type": "select", "values": ["x", "y"], "maxSelect": 1}]


def _source(what: str, **changes: Any) -> Row:
    """The source with other options for some fields; None drops one."""
    fields = [{**field, **changes[field["name"]]} if field["name"] in changes else field for field in _SOURCE if changes.get(field["name"], field) is not None]
    return _change(what, "source", fields=fields)


CHANGING = (
    post("source", PATH, {"name": "source", "type": "base", "fields": _SOURCE, **_OPEN}, who="superuser"), post("row", f"{PATH}/source/records", {"id": rid("row"), "a": "A", "b": "B", "c": 1, "d": "x"}, who="superuser"),
    _made("first", "select id, a, b, c, d, lower(a) as low from source"), _made("second", "select id, a, d, id as up from first"), _records("second", expand="up"),
    # Changes of the source that the views follow.
    _source("hidden", a={"hidden": True, "min": 3}), _seen("first", " after hidden"), _seen("second", " after hidden"), _records("second", " after hidden"),
    _source("shown again"), _seen("second", " after shown"), _source("multiple", d={"maxSelect": 2}), _seen("first", " after multiple"), _seen("second", " after multiple"), _records("second", " after multiple"), _source("single again"), _records("second", " after single"),
    _source("more options", c={"min": 1, "max": 9, "onlyInt": True}, b={"presentable": True, "help": "b"}), _seen("first", " after options"),
    _source("used column dropped", a=None), _change("unused field added", "source", fields=[*_SOURCE, {"name": "e", "type": "bool"}]), _source("unused field dropped"),
    # Changes of a view.
    _change("same query", "first", viewQuery="select id, a, b, c, d, lower(a) as low from source"), _change("only a rule", "first", listRule="c > 0"), _change("query without the rule's field", "first", viewQuery="select id, a, d from source"), _change("query and rule", "first", viewQuery="select id, a, d from source", listRule="a != ''"), _seen("second", " after a smaller first"), _records("second", " after a smaller first"),
    _change("query with more", "first", viewQuery="select id, a, d, b, count(*) n from source group by id"), _records("first"), _change("broken query", "first", viewQuery="select id from nothingx"), _change("no query", "first", viewQuery=""), _change("query null", "first", viewQuery=None), _change("query as number", "first", viewQuery=5),
    _change("wildcard", "first", viewQuery="select * from source"), _seen("first", " after refusals"), _change("fields", "first", fields=[]), _change("index", "first", indexes=["create index x on first (a)"]), _change("create rule", "first", createRule=""), _change("type", "first", type="base"), _change("system", "first", system=True), _change("id", "first", id="other"),
    _change("other kind of id", "second", viewQuery="select (row_number() over()) as id, a, id as up from first"), _records("second", " with numbers"), _change("reads itself", "second", viewQuery="select id from second"), _change("first reads second", "first", viewQuery="select id, a from second"), _change("second back", "second", viewQuery="select id, a, id as up from first"),
    # Names.
    _change("view renamed", "second", name="third"), _records("third"), get("old name", f"{PATH}/second", who="superuser"), _change("view renamed in case", "third", name="THIRD"), _records("third", " in upper case"), _change("view to a taken name", "third", name="first"), _change("view to the name of a table", "third", name="source"),
    _change("source renamed", "source", name="source2"), _seen("first", " after rename"), _records("first", " after rename"), _change("rule when the query is stale", "first", listRule="a = ''"), _change("source named back", "source2", name="source"), _change("rule when it is right again", "first", listRule=""),
    # Deleting.
    delete("source that is read", f"{PATH}/source", who="superuser"), delete("view that is read", f"{PATH}/first", who="superuser"), _records("third", " after refusals"), delete("view", f"{PATH}/third", who="superuser"), get("view is gone", f"{PATH}/third", who="superuser"), get("its records are gone", f"{PATH}/third/records"), delete("first view", f"{PATH}/first", who="superuser"), delete("source deleted", f"{PATH}/source", who="superuser"),
    # A view that stopped working.
    post("base", PATH, {"name": "base", "type": "base", "fields": [{"name": "a", "type": "text"}]}, who="superuser"), _made("lower", "select id, a from base"), _made("upper", "select id, a from lower"), _change("lower without a", "lower", viewQuery="select id from base"), _records("upper", " broken", who="superuser"), _seen("upper", " broken"), _change("rule of a broken view", "upper", listRule=""), post("alone", PATH, {"name": "alone", "fields": [{"name": "a", "type": "text"}]}, who="superuser"), delete("delete beside a broken view", f"{PATH}/alone", who="superuser"), _change("base beside a broken view", "base", listRule=""), _change("lower with a again", "lower", viewQuery="select id, a from base"), _records("upper", " mended", who="superuser"),
)


def _import(name: str, *entries: dict[str, Any], **rest: Any) -> Row:
    body = {"collections": list(entries)}
    return Row(f"import: {name}", "PUT", f"{PATH}/import", body=body, who="superuser", **rest)


def _view(name: str, query: Any, **options: Any) -> dict[str, Any]:
    return {"id": f"pbc_{name}", "name": name, "type": "view", "viewQuery": query, **_OPEN, **options}


def _refused(name: str, *entries: dict[str, Any], **rest: Any) -> tuple[Row, Row]:
    # A refused import leaves the reference with a schema that is not stored.
    return _import(name, *entries, **rest), patch(f"mended: {name}", f"{PATH}/tags", {"deleteRule": ""}, who="superuser")


_OLD = _view("old_view", "select id, title from tags")
_TEXT = {"id": "text1", "type": "text", "name": "word"}
_SHELVES = {"id": "pbc_shelves", "name": "shelves", "type": "base", "fields": [_TEXT]}
IMPORTED = (
    *(
        row
        for name in ("ids", "numbered", "casts", "clones", "joined", "counted", "with_cte", "quoted_tables", "sub_selects", "filtered", "trailing")
        for row in (_import(name, _view(f"imported_{name}", _QUERIES[name])), _seen(f"imported_{name}"), _records(f"imported_{name}", who="superuser", sort="id"))
    ),
    _import("with what it reads", _SHELVES, _view("of_shelves", "select id, word from shelves")), _seen("of_shelves"),
    _import("its source once more", {**_SHELVES, "fields": [{**_TEXT, "max": 7}]}), _seen("of_shelves", " after its source"),
    _import("another query", _OLD), _import("another query now", {**_OLD, "viewQuery": "select id, title as label from tags"}), _seen("old_view", " with another query"),
    _import("rules alone", {"id": "pbc_old_view", "name": "old_view", "type": "view", "viewQuery": "select id, title as label from tags", "listRule": "label != ''", "viewRule": None}), _seen("old_view", " with rules"), _records("old_view", " with rules"),
    _import("another name", {**_OLD, "name": "new_view"}), _seen("new_view"), get("the old name", f"{PATH}/old_view", who="superuser"),
    _import("a view of a view", _view("first_view", "select id, title from tags"), _view("second_view", "select id, title from first_view")), _seen("second_view"),
    *_refused("no id", _view("bad_view", "select title from tags")),
    *_refused("no such table", _view("bad_view", "select id from nowhere")),
    *_refused("no query", _view("bad_view", "")),
    *_refused("a field that goes", {**_SHELVES, "fields": [{"id": "other1", "type": "number", "name": "other"}]}, _view("of_shelves", "select id, word from shelves")),
    *_refused("a rule of a missing field", _view("bad_view", "select id, title from tags", listRule="nothing = 1")),
    *_refused("a rule for writing", _view("bad_view", "select id, title from tags", createRule="")),
    *_refused("indexes", _view("bad_view", "select id, title from tags", indexes=["CREATE INDEX i ON bad_view (title)"])),
    *_refused("a table's name", _view("tags", "select id from items"), mask={"data.collections.message": r'(?s)Failed to import the collections configuration\. Raw error:\nfailed to save collection "tags": .+\.'}),
    get("no bad view", f"{PATH}/bad_view", who="superuser"), _seen("of_shelves", " at the end"),
)  # fmt: skip
