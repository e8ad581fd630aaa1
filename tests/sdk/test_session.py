"""A directory of the real PocketBase is served to the official client, and goes back unharmed."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.sdk import library
from tests.servers import Kind, Server

_SCRIPT = Path(__file__).parent / "session.mjs"
# The reference against itself shows that the script asks for nothing of our own invention.
SERVERS = [(Kind.REFERENCE, None), (Kind.FASTCMS, 1), (Kind.FASTCMS, 2)]


@pytest.mark.parametrize(("kind", "workers"), SERVERS)
def test_what_the_client_changed_is_seen_by_the_reference(
    kind: Kind, workers: int | None, real_directory: Path, sdk: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    assert _records_in(directory) == library.RECORDS

    with Server(kind, directory, workers) as server:
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
    left = json.loads(done.stdout)

    with Server(Kind.REFERENCE, directory) as server:
        _check(server, left)
    assert _integrity(directory) == "ok"


def _check(server: Server, left: dict[str, Any]) -> None:
    root = server.superuser_token()
    for record in left["records"]:
        path = f"/api/collections/{record['collectionId']}/records/{record['id']}"
        found = server.expect("GET", path, token=root)
        # A collection may have been renamed since, and the superuser sees hidden fields too.
        changed = {key for key in record if found[key] != record[key]} - {"collectionName"}
        assert not changed, (record, found)
    for collection, id_ in left["gone"]:
        path = f"/api/collections/{collection}/records/{id_}"
        assert server.send("GET", path, token=root).status == 404, path
    for collection in left["collections"]:
        assert (
            server.expect("GET", f"/api/collections/{collection['id']}", token=root) == collection
        )
    for name, count in left["counts"].items():
        page = server.expect("GET", f"/api/collections/{name}/records?perPage=1", token=root)
        assert page["totalItems"] == count, name
    for collection, identity, password in left["signIns"]:
        assert server.sign_in(collection, identity, password)
    settings = server.expect("GET", "/api/settings", token=root)
    assert settings["meta"]["appName"] == left["settings"]["appName"]


@pytest.mark.parametrize(
    ("issuer", "verifier"), [(Kind.REFERENCE, Kind.FASTCMS), (Kind.FASTCMS, Kind.REFERENCE)]
)
def test_token_of_one_server_is_valid_in_the_other(
    issuer: Kind, verifier: Kind, real_directory: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    with Server(issuer, directory) as server:
        root = server.superuser_token()
        ada = server.sign_in("users", "ada@example.com", library.PASSWORD)
        sue = server.sign_in("staff", "S1", library.PASSWORD)

    with Server(verifier, directory) as server:
        assert server.send("GET", "/api/settings", token=root).status == 200
        assert server.expect("GET", "/api/collections/notes/records", token=ada)["totalItems"] > 0
        for collection, token in (("_superusers", root), ("users", ada), ("staff", sue)):
            path = f"/api/collections/{collection}/auth-refresh"
            assert server.expect("POST", path, token=token)["record"]["id"]


def _records_in(directory: Path) -> int:
    """Rows of all collections but the built-in system ones."""
    database = _opened(directory)
    names = database.execute("SELECT name FROM _collections WHERE name NOT LIKE '\\_%' ESCAPE '\\'")
    total = sum(
        int(str(database.execute(f'SELECT count(*) FROM "{name}"').get)) for (name,) in names
    )
    database.close()
    return total


def _integrity(directory: Path) -> str:
    database = _opened(directory)
    answer = str(database.execute("PRAGMA integrity_check").get)
    database.close()
    return answer


def _opened(directory: Path) -> apsw.Connection:
    return apsw.Connection(str(directory / "data.db"), flags=apsw.SQLITE_OPEN_READWRITE)
