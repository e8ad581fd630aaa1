"""Impersonation: audited, marked, ended at once, and without power over superusers."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from fastcms.store.errors import StoreError
from tests.cli.commands import run
from tests.inprocess import Client, served
from tests.servers import ROOT_EMAIL, Answer, Kind, Server, add_superuser

USERS = "/api/collections/users"
ROOTS = "/api/collections/_superusers"
NEW = {"email": "new@example.com", "password": "password123", "passwordConfirm": "password123"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("impersonate") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as running:
        yield running


@pytest.fixture(scope="module")
def root(server: Server) -> str:
    return server.superuser_token()


@pytest.fixture(scope="module")
def ann(server: Server) -> str:
    """The id of a user."""
    body = NEW | {"email": "ann@example.com"}
    return str(server.expect("POST", f"{USERS}/records", json_body=body)["id"])


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def impersonate(server: Server, root: str, record: str, collection: str = "users") -> str:
    path = f"/api/collections/{collection}/impersonate/{record}"
    body = {"duration": 600}
    return str(server.expect("POST", path, token=root, json_body=body)["token"])


def everywhere(server: Server, method: str, path: str, token: str) -> Answer:
    """The answer of all workers: it must be one."""
    answers = [server.send(method, path, token=token) for _ in range(12)]
    assert len({answer.status for answer in answers}) == 1
    return answers[0]


def test_the_token_and_every_answer_to_it_are_marked(server: Server, root: str, ann: str) -> None:
    token = impersonate(server, root, ann)
    by = claims(root)["id"]
    assert claims(token)["impersonatedBy"] == by
    assert claims(token)["refreshable"] is False
    for method, path, status in (
        ("GET", f"{USERS}/records/{ann}", 200),
        ("GET", "/api/collections", 403),
        ("GET", f"{USERS}/nowhere", 404),
        ("POST", f"{USERS}/auth-refresh", 200),
    ):
        answer = server.send(method, path, token=token)
        assert (answer.status, answer.headers["x-impersonated-by"]) == (status, by)
        assert "access-control-expose-headers" not in answer.headers
        assert "x-impersonated-by" not in server.send(method, path, token=root).headers
    headers = {"Authorization": token, "Origin": "https://app.example.com"}
    answer = server.request("GET", "/api/health", headers=headers)
    assert answer.headers["access-control-expose-headers"] == "X-Impersonated-By"


def test_the_exit_ends_it_at_once_and_signs_nobody_else_out(
    server: Server, root: str, ann: str
) -> None:
    own = server.sign_in("users", "ann@example.com", "password123")
    token, other = (impersonate(server, root, ann) for _ in range(2))
    for wrong in (root, own):
        assert server.send("POST", f"{USERS}/impersonate-exit", token=wrong).status == 400
    assert everywhere(server, "GET", f"{USERS}/records/{ann}", token).status == 200
    server.expect("POST", f"{USERS}/impersonate-exit", token=token)
    assert everywhere(server, "GET", f"{USERS}/records/{ann}", token).status == 404
    assert server.send("POST", f"{USERS}/auth-refresh", token=token).status == 401
    for alive in (own, other):
        assert everywhere(server, "GET", f"{USERS}/records/{ann}", alive).status == 200


def test_the_record_sees_who_acts_in_its_name_and_may_end_it(
    server: Server, root: str, ann: str
) -> None:
    own = server.sign_in("users", "ann@example.com", "password123")
    token = impersonate(server, root, ann)
    found = server.expect("GET", f"{USERS}/sessions", token=own)["items"]
    session = next(one for one in found if one["id"] == claims(token)["sid"])
    assert (session["method"], "impersonatedBy" in session) == ("impersonate", False)
    server.expect("DELETE", f"{USERS}/sessions/{session['id']}", token=own)
    assert everywhere(server, "GET", f"{USERS}/records/{ann}", token).status == 404


def test_the_audit_tells_begin_and_end(server: Server, root: str, ann: str) -> None:
    headers = {"Authorization": root, "User-Agent": "support-desk/1"}
    answer = server.request("POST", f"{USERS}/impersonate/{ann}", headers=headers)
    token = answer.json()["token"]
    server.expect("POST", f"{USERS}/impersonate-exit", token=token)
    page = server.expect("GET", "/api/audit?perPage=2", token=root)
    assert page["totalItems"] >= 2
    assert page["totalPages"] == -(-page["totalItems"] // 2)
    end, begin = page["items"]
    assert {key: begin[key] for key in begin if key not in ("id", "at", "until")} == {
        "action": "impersonate",
        "actor": claims(root)["id"],
        "actorEmail": ROOT_EMAIL,
        "collection": "users",
        "record": ann,
        "recordEmail": "ann@example.com",
        "session": claims(token)["sid"],
        "address": "127.0.0.1",
        "userAgent": "support-desk/1",
    }
    assert begin["until"] > begin["at"]
    assert (end["action"], end["session"], end["actor"]) == (
        "exit",
        begin["session"],
        begin["actor"],
    )
    before = server.expect("GET", "/api/audit?perPage=2&page=2", token=root)["items"]
    assert all(entry["id"] < begin["id"] for entry in before)


def test_the_command_shows_the_audit(server: Server, root: str, ann: str) -> None:
    impersonate(server, root, ann)
    done = run(Kind.FASTCMS, "audit", "--limit", "1", directory=server.directory)
    assert done.code == 0, done.err
    assert f"{ROOT_EMAIL} may act as users/ann@example.com until " in done.out
    done = run(Kind.FASTCMS, "audit", "--json", directory=server.directory)
    assert json.loads(done.out)["items"][0]["recordEmail"] == "ann@example.com"


def test_the_command_on_a_directory_where_nobody_did(tmp_path) -> None:
    done = run(Kind.FASTCMS, "audit", directory=tmp_path / "pb_data")
    assert (done.code, done.out) == (0, "Nobody has impersonated anybody.")


@pytest.mark.parametrize("sql", ["DELETE FROM _fc_audit", "UPDATE _fc_audit SET actor = 'x'"])
def test_the_audit_cannot_be_rewritten(tmp_path, sql: str) -> None:
    async def body(client: Client) -> None:
        user = (await client("POST", f"{USERS}/records", NEW)).json()["id"]
        assert (await client("POST", f"{USERS}/impersonate/{user}")).status == 200
        with pytest.raises(StoreError, match="only added to"):
            await client.app.store.write_one(sql, ())

    served(tmp_path, body)


ALLOWED = [
    ("GET", "/api/collections", None),
    ("GET", f"{ROOTS}/records", None),
    ("GET", "/api/settings", None),
    ("POST", "/api/collections", {"name": "by_key", "type": "base"}),
    ("PATCH", "/api/collections/by_key", {"listRule": ""}),
    ("POST", "/api/collections/by_key/records", {}),
    ("POST", f"{ROOTS}/auth-refresh", None),
]
LOCKED = [
    ("POST", f"{USERS}/impersonate/ANN", None),
    ("POST", f"{ROOTS}/impersonate/SELF", None),
    ("POST", f"{ROOTS}/records", NEW),
    ("PATCH", f"{ROOTS}/records/SELF", {"email": "mine@example.com"}),
    ("DELETE", f"{ROOTS}/records/SELF", None),
    ("DELETE", f"{ROOTS}/truncate", None),
    ("POST", f"{ROOTS}/import?format=json", [NEW]),
    ("PATCH", ROOTS, {"authToken": {"secret": "s" * 40}}),
    ("PUT", "/api/collections/import", {"collections": []}),
    ("PATCH", "/api/settings", {"smtp": {"enabled": True}}),
    ("POST", "/api/backups/any.zip/restore", None),
    ("GET", "/api/audit", None),
    ("DELETE", f"{ROOTS}/totp/SELF", None),
    ("POST", f"{ROOTS}/totp/recovery-codes", {}),
    ("GET", f"{ROOTS}/sessions", None),
    ("GET", f"{USERS}/sessions?record=ANN", None),
    ("DELETE", f"{USERS}/sessions?record=ANN", None),
]


def test_an_impersonated_superuser_has_no_power_over_superusers(
    server: Server, root: str, ann: str
) -> None:
    self = claims(root)["id"]
    key = impersonate(server, root, self, "_superusers")
    for expected, rows in ((True, ALLOWED), (False, LOCKED)):
        for method, template, body in rows:
            path = template.replace("ANN", ann).replace("SELF", self)
            answer = server.send(method, path, token=key, json_body=body)
            assert (answer.status < 300) is expected, (method, path, answer.body)
            if not expected:
                assert answer.status == 403
                assert "impersonation token" in answer.json()["message"]


def test_an_impersonated_superuser_takes_no_backup_away(server: Server, root: str) -> None:
    """The secrets that tokens are signed with are in it."""
    key = impersonate(server, root, claims(root)["id"], "_superusers")
    server.expect("POST", "/api/backups", token=key, json_body={"name": "key.zip"})
    for who, status in ((key, 403), (root, 200)):
        ticket = server.expect("POST", "/api/files/token", token=who)["token"]
        assert server.send("GET", f"/api/backups/key.zip?token={ticket}").status == status
