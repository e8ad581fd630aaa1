"""The SQL console on a real server: what it must not do, and what others see of what it did."""

import threading
from pathlib import Path

import pytest

from fastcms.console.cells import cell
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    directory = tmp_path_factory.mktemp("console") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def token(server):
    return server.superuser_token()


@pytest.fixture
def ask(server, token):
    def ask(sql, who=token):
        answer = server.send("POST", "/api/sql", token=who, json_body={"query": sql})
        body = answer.json()
        return body["rows"] if answer.status == 200 else body["message"].partition("error:\n")[2]

    return ask


REFUSED = [
    ("attach database '{place}/other.db' as other", "other database files cannot be used."),
    ("/**/ attach '{place}/other.db' as other", "other database files cannot be used."),
    ("create table x as select 1; attach '{place}/other.db' as o", "other database files cannot"),
    ("vacuum into '{place}/other.db'", "other database files cannot be used."),
    ("vacuum; select 1", "other database files cannot be used."),
    ("begin", "a query is a transaction by itself."),
    ("commit", "a query is a transaction by itself."),
    ("savepoint x", "a query is a transaction by itself."),
    ("update _params set value = value; commit; select 1", "a query is a transaction by itself."),
    ("pragma writable_schema = 1", "PRAGMA writable_schema changes the connection"),
    ("delete from _params where 0; pragma journal_mode = delete", "PRAGMA journal_mode changes"),
    ("pragma query_only = 0; delete from _params", "PRAGMA query_only changes the connection"),
    ("pragma wal_checkpoint", "PRAGMA wal_checkpoint changes the connection"),
    ("create temp table users (id)", "nothing temporary can be created."),
    ("select * from sqlite_dbpage", "SQL logic error: no such table"),
    ("delete from _fc_audit", "_fc_audit is FastCMS's own."),
    ("with x as (select 1) delete from _fc_sessions", "_fc_sessions is FastCMS's own."),
    ("drop table _fc_lockouts", "_fc_lockouts is FastCMS's own."),
    ("alter table _FC_audit rename to audit", "_fc_audit is FastCMS's own."),
    (
        "create trigger t after insert on _fc_audit begin select 1; end",
        "views, triggers and virtual tables",
    ),
    (
        "create trigger t after insert on users begin delete from _FC_audit; end",
        "views, triggers and virtual tables",
    ),
    ("create view v as select secret from `_fc_totps`", "views, triggers and virtual tables"),
    (
        "create virtual table v using fts5(secret, content=_fc_totps)",
        "views, triggers and virtual tables",
    ),
    ("insert into _fc_params values ('a', 1)", "_fc_params is FastCMS's own."),
    ("update _collections set fields = 'x' where name = 'users'", "The collections or settings"),
    ("update _params set value = '{{}' where id = 'settings'", "The collections or settings"),
    ("delete from _collections; drop table _params", "SQL logic error: no such table: _params"),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_what_is_refused_changes_nothing(ask, server, token, tmp_path: Path, sql, why):  # noqa: PLR0917
    said = ask(sql.replace("{place}", str(tmp_path)).replace("{{}", "{"))
    assert isinstance(said, str)
    assert said.lower().startswith(why.lower())
    assert list(tmp_path.iterdir()) == []
    assert server.send("GET", "/api/collections/users", token=token).status == 200


def test_an_impersonation_token_runs_no_sql(server, token, ask):
    """Superusers, settings and tokens are closed to it, and SQL would open them."""
    root = ask(f"select id from _superusers where email = '{ROOT_EMAIL}'")[0][0]
    path = f"/api/collections/_superusers/impersonate/{root}"
    borrowed = server.expect("POST", path, token=token, json_body={"duration": 600})["token"]
    sent = server.send("POST", "/api/sql", token=borrowed, json_body={"query": "select 1"})
    assert sent.status == 403


def test_what_the_api_never_shows_is_not_shown(ask):
    assert ask("select count(*), group_concat(value) from _fc_params") == [["2", None]]
    assert ask("select secret from _fc_totps") == []
    assert ask("select count(*) from _fc_params where value is not null") == [["0"]]


def test_all_processes_see_a_changed_collection_at_once(server, ask):
    ask("update _collections set listRule = '' where name = 'users'")
    statuses = [server.send("GET", "/api/collections/users/records").status for _ in range(8)]
    assert set(statuses) == {200}
    ask("update _collections set listRule = null where name = 'users'")
    statuses = [server.send("GET", "/api/collections/users/records").status for _ in range(8)]
    assert set(statuses) == {403}


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("select 1", False),
        ("pragma table_info(users)", False),
        ("explain delete from users", False),
        ("delete from users", True),
        ("/* select */ delete from users", True),
        ("with x as (select 1) update users set email = ''", True),
        ("select 1; create table t (a)", True),
        ("vacuum", True),
    ],
)
def test_with_read_only_nothing_is_written(server, token, sql, writes):
    body = {"query": sql, "readOnly": True}
    answer = server.send("POST", "/api/sql", token=token, json_body=body)
    assert answer.status == (400 if writes else 200)
    if writes:
        assert answer.json()["data"]["query"]["code"] == "validation_query_writes"


def test_others_are_answered_while_a_query_runs(server, token):
    """One process serves all of them here: a query that takes its time must not hold them up."""
    slow = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    with Server(Kind.FASTCMS, server.directory, workers=1) as alone:
        asked = threading.Thread(target=lambda: _ignore(alone, token, slow), daemon=True)
        asked.start()
        body = {"query": "select count(*) from _collections"}
        for _ in range(20):
            assert alone.send("GET", "/api/health").status == 200
            assert alone.send("POST", "/api/sql", token=token, json_body=body).status == 200
        assert asked.is_alive()
        alone.kill()
        asked.join()


def _ignore(server, token, sql):
    try:
        server.send("POST", "/api/sql", token=token, json_body={"query": sql})
    except OSError:
        pass  # killed while it waited


def test_keys_of_an_answer(server, token):
    body = server.expect("POST", "/api/sql", token=token, json_body={"query": "select 1"})
    assert list(body) == ["execTime", "affectedRows", "columns", "rows"]
    assert isinstance(body["execTime"], int)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (0.0, "0"),
        (-0.0, "-0"),
        (12.5, "12.5"),
        (1e6, "1e+06"),
        (-1234567.5, "-1.2345675e+06"),
        (0.00001, "1e-05"),
        (float("inf"), "+Inf"),
        (2**53, "9007199254740992"),
        (b"a\xff", "a\ufffd"),
    ],
)
def test_cells(value, text):
    assert cell(value) == text


def test_room_is_given_back(server, ask):
    ask("create table gone (text)")
    ask(
        "insert into gone with recursive n(x) as "
        "(select 1 union all select x + 1 from n limit 50000) select hex(randomblob(50)) from n"
    )
    ask("drop table gone")
    assert int(ask("pragma freelist_count")[0][0]) > 1000
    assert ask("vacuum") == []
    assert ask("pragma freelist_count") == [["0"]]
    assert (server.directory / "data.db").stat().st_size < 2 << 20
    assert ask("pragma integrity_check") == [["ok"]]
