"""`fastcms rules explain`: the route's answer as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest

from tests.cli.commands import Done, run
from tests.servers import Kind


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the account of `user_id`."""
    directory = tmp_path_factory.mktemp("rules") / "pb_data"
    assert (
        run(Kind.FASTCMS, "user", "create", "a@b.co", "password-1", directory=directory).code == 0
    )
    return directory


def user_id(directory: Path) -> str:
    with apsw.Connection(str(directory / "data.db")) as database:
        return str(database.execute("SELECT id FROM users").fetchall()[0][0])


def explain(directory: Path, line: str) -> Done:
    arguments = [word.replace("ID", user_id(directory)) for word in line.split("|")]
    return run(Kind.FASTCMS, "rules", "explain", *arguments, directory=directory)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "users|view|--record|ID",
            """denied: The rule does not hold.
users viewRule: id = @request.auth.id

false       0-21  id = @request.auth.id""",
        ),
        (
            "users|view|--record|ID|--auth|users/ID",
            """allowed: The rule holds.
users viewRule: id = @request.auth.id

true        0-21  id = @request.auth.id""",
        ),
        (
            'users|create|--body|{"name": "x"}|--header|X-A: b|--query|a=b',
            """allowed: The rule is empty, so everybody may do this.
users createRule: empty""",
        ),
        (
            "users|list|--query|filter=true=false",
            """allowed: The records for which the rule holds are listed.
users listRule: id = @request.auth.id

-           0-21  id = @request.auth.id

No record can match, so the database is not asked.""",
        ),
        (
            "_otps|create|--method|PUT",
            """denied: Only superusers may do this.
_otps createRule: null""",
        ),
        (
            "_mfas|view|--record|nothing|--auth|users/ID",
            """denied: There is no such record.
_mfas viewRule: @request.auth.id != '' && recordRef = @request.auth.id && \
collectionRef = @request.auth.collectionId""",
        ),
    ],
)
def test_as_text(directory: Path, line: str, expected: str) -> None:
    assert explain(directory, line) == Done(0, expected, "")


def test_a_list_with_its_statement(directory: Path) -> None:
    done = explain(directory, 'users|list|--auth|users/ID|--query|filter=name ~ "x"')
    lines = done.out.splitlines()
    assert lines[5].startswith("SELECT ")
    assert lines[6] == f"values: {user_id(directory)!r}, '%x%', 0"
    assert lines[7:] == ["plan:", "  SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)"]


def test_as_json(directory: Path) -> None:
    done = explain(directory, "users|view|--record|ID|--json")
    answer = json.loads(done.out)
    assert (answer["ok"], answer["allowed"], answer["reason"]) == (True, False, "rule_fails")
    assert answer["expression"]["text"] == "id = @request.auth.id"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nothing|list", "collection: There is no such collection."),
        ("users|view", "record: The id of a record is missing."),
        ("users|list|--auth|users", "--auth has the form COLLECTION/ID"),
        ("users|list|--auth|users/nobody", "auth: There is no such record."),
        ("users|list|--query|x", "--query has the form NAME=VALUE"),
        ("users|list|--header|x", "--header has the form NAME:VALUE"),
        ("users|create|--body|[1]", "--body is no JSON object"),
    ],
)
def test_what_is_refused(directory: Path, line: str, message: str) -> None:
    assert explain(directory, line) == Done(1, "", message)
    done = explain(directory, f"{line}|--json")
    assert (done.code, json.loads(done.out)) == (1, {"ok": False, "message": message})
