"""The SQL console: what it answers, and what it refuses."""

from typing import Any

from tests.parity.scenario import Row, post, raw

_WHO = ("guest", "ann", "forged", "expired")


def _sql(query: Any, name: str = "", **rest: Any) -> Row:
    return post(name or str(query)[:90], "/api/sql", {"query": query}, who="superuser", query={"fields": "affectedRows,columns,rows,message,data,status"}, **rest)


_LOOKS = (
    "select 1", "select 1 as a, null as b, 2.5, x'0102', \"x\"", "select 1;", " ; ", "select 1; select 2", "select 'a'; ", "SELECT * FROM tags WHERE 0", "select id, title from tags order by id",
    "select a.id, b.id from tags a, tags b order by 1, 2 limit 3", "select count(*) from items", "select count(*) c from items", "select title as t, num, flag, kinds, data, place, moment from items order by id limit 5",
    "select 9223372036854775807, -5, 1e400, -1e400, 1e20, 0.1+0.2, true", "select 1000000.0, 999999.0, 1234567.5, 123456.5, 0.0001, 0.00001, 0.000012345, -0.5, 100.0, 3.0, 1e5, 1e6, 12345678901234567890.0",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 1500) SELECT x FROM c", "with a as (select 1) select * from a", "explain query plan select 1", "values (1,2),(3,4)", "select * from (values (1,2))",
    "select json('{\"a\":1}'), json_object('a', 1)", "select datetime('2020-01-01'), unixepoch('2020-01-01'), strftime('%Y','2020-01-01')", "select 'é', ' select ', ''", "select cast('a' as blob), x'ff'",
    "select verified, email, created from users order by id limit 2", "select max(created) from _params where 0", "select id from _params", "select name, type, system from _collections order by name limit 3",
    "pragma table_info(tags)", "pragma journal_mode", "pragma foreign_keys", "PRAGMA index_list('tags')", "vacuum", " VACUUM main ; ", "pragma user_version", "select name from pragma_table_info('tags')", "select [[id]] from {{tags}} order by {{tags}}.[[id]] limit 1",
    "/* why */ select 1", "-- why\nselect 1", "\n\t select\n1", "select 1 -- end", "select group_concat(title) from (select title from tags order by 1)", "select typeof(1), typeof(1.0), typeof('a'), typeof(null)", "EXPLAIN SELECT 1 WHERE 0",
)
_FAILS = (
    "select * from _logs", "select * from nope", "selec 1", "select", "select 1 +", "x", "truncate tags", "select nope from tags", "select writefile('a','b')", "drop table nope", "delete", "insert into nope values (1)", "update tags set nope = 1",
    "insert into tags (id, title) values ('a', 'a'), ('a', 'b')", "select ?", "select {:a}", "select 'a' regexp 'b'", "create table tags (a)", "alter table nope add column a", "select 1; select nope", "delete from tags; select nope", "replace into nope values (1)",
    "detach nope", "drop index nope", "select * from a.b", "select (select 1, 2)", "select load_extension('x')",
)
_WRITES = (
    "create table extra (a, b text default 'q')", "insert into extra (a) values (1.5), (null), ('t')", "select * from extra", "update extra set a = 2 where a is null", "update extra set a = 2 where a = 99", "INSERT INTO extra (a) VALUES (7) RETURNING a",
    "insert into extra (a) values (8); delete from extra where a in (7, 8)", "delete from extra where a = 2; select 1", "replace into extra (a) values (5)", "  delete from extra where 0", "select a, b from extra order by 1", "delete from extra", "drop table extra",
    "insert into tags (id, title) values ('madebysql000000', 'by sql')", "update tags set title = 'changed' where id = 'madebysql000000'", "insert into tags (title) values ('no id')", "select length(id), title from tags where title in ('changed', 'no id') order by 2",
    "create view seen as select 1 as x", "select * from seen", "drop view seen", "create index extra_index on items (num)", "drop index extra_index", "update _params set updated = updated where id = 'settings'",
)

ROWS = (
    *(post(f"by {who}", "/api/sql", {"query": "select 1"}, who=who) for who in _WHO),
    post("nothing by guest", "/api/sql"),
    *(post(f"body {name}", "/api/sql", body, who="superuser") for name, body in {
        "none": None, "empty": {}, "null query": {"query": None}, "empty query": {"query": ""}, "number": {"query": 5}, "list": {"query": ["select 1"]}, "broken": raw("{"), "array": raw("[]"), "text": raw('"select 1"'),
        "blank": {"query": "  \n"}, "long": {"query": "x" * 5001}, "long in letters": {"query": "select '" + "é" * 4991 + "'x"}, "other key": {"sql": "select 1"}}.items()),
    Row("GET", "GET", "/api/sql", who="superuser"),
    *map(_sql, (*_LOOKS, *_FAILS, *_WRITES)),
    Row("record made by SQL", "GET", "/api/collections/tags/records/madebysql000000", query={"fields": "id,title"}),
)
