"""A directory that FastCMS makes is what the reference makes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastcms import directory
from fastcms.directory import open_directory
from fastcms.errors import StartError
from fastcms.store.errors import StoreError
from tests.directory.places import query, run, snapshot
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, command

OURS = "_fc_"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fastcms") / "pb_data"
    open_directory(path).close()
    return path


def tables(file: Path) -> dict[str, tuple[str, str]]:
    rows = query(file, "SELECT name, type, tbl_name, sql FROM sqlite_master")
    return {
        name: (kind, sql)
        for name, kind, table, sql in rows
        # Statistics come and go with the data.
        if not table.startswith(OURS) and not name.startswith("sqlite_stat")
    }


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "…" if k == "secret" else without_secrets(v) for k, v in value.items()}
    return value


def collections(path: Path) -> Iterator[tuple[Any, ...]]:
    columns = (
        "id, system, type, name, fields, indexes, "
        "listRule, viewRule, createRule, updateRule, deleteRule, options"
    )
    for *row, options in query(path / "data.db", f"SELECT {columns} FROM _collections"):
        parsed = without_secrets(json.loads(options))
        yield (*row, json.dumps(parsed))


@pytest.mark.parametrize("name", ["data.db", "auxiliary.db"])
def test_tables_and_indexes_are_equal(made: Path, reference_made: Path, name: str) -> None:
    assert tables(made / name) == tables(reference_made / name)


def test_collections_are_equal_but_for_secrets_and_times(made: Path, reference_made: Path) -> None:
    assert list(collections(made)) == list(collections(reference_made))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, typeof(value), CAST(value AS TEXT) FROM _params",
        "SELECT file FROM _migrations ORDER BY applied",
        "PRAGMA journal_mode",
        "PRAGMA page_size",
        "PRAGMA user_version",
        "PRAGMA application_id",
        "PRAGMA auto_vacuum",
        "PRAGMA encoding",
    ],
)
def test_contents_are_equal(made: Path, reference_made: Path, sql: str) -> None:
    assert query(made / "data.db", sql) == query(reference_made / "data.db", sql)


def test_every_directory_has_secrets_of_its_own(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "pb_data"
    open_directory(other).close()
    sql = "SELECT json_extract(options, '$.authToken.secret') FROM _collections WHERE type = 'auth'"
    secrets = [secret for path in (made, other) for (secret,) in query(path / "data.db", sql)]
    assert len(set(secrets)) == 4
    assert {len(secret) for secret in secrets} == {50}


def test_passwords_are_hashed_with_argon2id(made: Path) -> None:
    sql = "SELECT key, value FROM _fc_params"
    assert query(made / "data.db", sql) == [("version", 1), ("passwordHash", '"argon2id"')]


def test_opening_again_changes_nothing(made: Path) -> None:
    before = snapshot(made)
    open_directory(made).close()
    assert snapshot(made) == before


def test_a_start_that_died_half_way_is_made_good_by_the_next(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise StoreError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(directory, "insert_collections", die)
        with pytest.raises(StartError, match="disk I/O error"):
            open_directory(fresh)
    assert query(fresh / "data.db", "SELECT name FROM sqlite_master") == []
    app = open_directory(fresh)
    assert len(app.schema.collections) == 6
    app.close()


def test_two_first_starts_at_once(fresh: Path) -> None:
    commands = [
        command(Kind.FASTCMS, "superuser", "upsert", f"{name}@b.co", "password-1", directory=fresh)
        for name in "ab"
    ]
    processes = [
        subprocess.Popen(parts, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for parts in commands
    ]
    answers = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], answers
    assert query(fresh / "data.db", "SELECT email FROM _superusers ORDER BY 1") == [
        ("a@b.co",),
        ("b@b.co",),
    ]


def test_the_reference_opens_it(fresh: Path) -> None:
    # The reference reads bcrypt alone.
    for arguments in (
        ("settings", "password-hash", "bcrypt"),
        ("superuser", "upsert", ROOT_EMAIL, ROOT_PASSWORD),
    ):
        done = run(command(Kind.FASTCMS, *arguments, directory=fresh))
        assert done.returncode == 0, done.stderr
    with Server(Kind.REFERENCE, fresh) as server:
        token = server.superuser_token()
        found = server.expect("GET", "/api/collections", token=token)["items"]
        assert [collection["name"] for collection in found] == [
            "_mfas",
            "_otps",
            "_externalAuths",
            "_authOrigins",
            "_superusers",
            "users",
        ]
        assert server.expect("GET", "/api/settings", token=token)["meta"]["appName"] == "Acme"
    open_directory(fresh).close()


def test_others_of_the_machine_do_not_get_in(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
