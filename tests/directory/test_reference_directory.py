"""Directories of the reference are served as they are, and it can open them again."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from fastcms.directory import open_directory
from fastcms.settings.load import password_hash
from fastcms.settings.model import Settings
from tests.directory.places import executing, from_sql, query
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server

OLD_EMAIL = "old@example.com"
OLD_PASSWORD = "old-password-1"


def contents(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table."""
    names = query(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: query(file, f"SELECT * FROM {name}") for (name,) in names}


def test_opening_adds_empty_tables_of_our_own_alone(reference_copy: Path) -> None:
    before = contents(reference_copy / "data.db")
    open_directory(reference_copy).close()
    after = contents(reference_copy / "data.db")
    added = {name: rows for name, rows in after.items() if name not in before}
    assert {name: after[name] for name in before} == before
    assert added
    assert not any(added.values())
    assert all(name.startswith("_fc_") for name in added)


def test_opening_again_adds_nothing(reference_copy: Path) -> None:
    open_directory(reference_copy).close()
    before = (reference_copy / "data.db").read_bytes()
    open_directory(reference_copy).close()
    assert (reference_copy / "data.db").read_bytes() == before


def test_passwords_stay_readable_to_the_reference(reference_copy: Path) -> None:
    app = open_directory(reference_copy)
    assert password_hash(app.store.read_now) == "bcrypt"
    assert app.password_hash == "bcrypt"
    app.close()


@pytest.mark.parametrize(
    "name",
    [
        "1700000000_created_posts.js",
        "my_own_migration",
        # From an application that builds on the reference in Go, before its latest own one.
        "1700000000_mine.go",
    ],
)
def test_migrations_of_users_are_tolerated(reference_copy: Path, name: str) -> None:
    executing(f"INSERT INTO _migrations VALUES ('{name}', 1)")(reference_copy)
    open_directory(reference_copy).close()


def test_a_missing_log_is_made(reference_copy: Path) -> None:
    made_by_reference = shutil.copy(reference_copy / "auxiliary.db", reference_copy.parent / "log")
    (reference_copy / "auxiliary.db").unlink()
    open_directory(reference_copy).close()
    sql = "SELECT name, sql FROM sqlite_master ORDER BY name"
    assert query(reference_copy / "auxiliary.db", sql) == query(Path(made_by_reference), sql)


def test_pocketbase_0_23_and_back(tmp_path: Path) -> None:
    """0.23 stored null for empty lists and lacks the settings and migrations that came later."""
    directory = from_sql("pocketbase-0.23.1.sql", tmp_path / "pb_data")
    migrations = "SELECT file FROM _migrations"
    before = query(directory / "data.db", migrations)

    app = open_directory(directory)
    assert [collection.name for collection in app.schema][-2:] == ["_superusers", "users"]
    assert app.settings == Settings()
    app.close()
    assert query(directory / "data.db", migrations) == before

    with Server(Kind.FASTCMS, directory) as server:
        token = server.sign_in("_superusers", OLD_EMAIL, OLD_PASSWORD)
        assert server.expect("GET", "/api/settings", token=token)["superuserIPs"] == []
        root = {"password": ROOT_PASSWORD, "passwordConfirm": ROOT_PASSWORD, "email": ROOT_EMAIL}
        server.expect("POST", "/api/collections/_superusers/records", token=token, json_body=root)

    with Server(Kind.REFERENCE, directory) as server:
        token = server.superuser_token()
        found = server.expect("GET", "/api/collections/_superusers/records", token=token)
        assert {item["email"] for item in found["items"]} == {OLD_EMAIL, ROOT_EMAIL}
