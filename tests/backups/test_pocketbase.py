"""A backup of FastCMS is restored by the real PocketBase, and one of PocketBase is sound here."""

import json
import zipfile
from pathlib import Path
from typing import Any

from tests.cli.commands import run
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser
from tests.waiting import until

POSTS = {
    "name": "posts",
    "type": "base",
    "fields": [{"name": "title", "type": "text"}, {"name": "file", "type": "file"}],
    "listRule": "",
    "createRule": "",
}
_FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def part(name: str, file: str, content: bytes) -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
    return head.encode() + content + b"\r\n--b--\r\n"


def filled(server: Server) -> Any:
    """A record with a file."""
    token = server.superuser_token()
    server.expect("POST", "/api/collections", token=token, json_body=POSTS)
    path = "/api/collections/posts/records"
    answer = server.request("POST", path, headers=_FORM, body=part("file", "a.txt", b"hello"))
    assert answer.status == 200, answer
    return answer.json()


def made(server: Server) -> bytes:
    """A backup as superusers download it."""
    token = server.superuser_token()
    server.expect("POST", "/api/backups", token=token, json_body={"name": "made.zip"})
    file = server.expect("POST", "/api/files/token", token=token)["token"]
    return server.request("GET", f"/api/backups/made.zip?token={file}").body


def has(server: Server, record: Any) -> bool:
    """Whether the server has just this record, and its file."""
    try:
        found = server.send("GET", "/api/collections/posts/records")
    except OSError:
        return False
    if found.status != 200:
        return False
    path = f"/api/files/posts/{record['id']}/{record['file']}"
    return found.json()["items"] == [record] and server.request("GET", path).body == b"hello"


def test_pocketbase_restores_a_backup_of_fastcms(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours" / "pb_data", tmp_path / "theirs" / "pb_data"
    # A directory that uses none of the additions: PocketBase reads no other hashes of passwords.
    add_superuser(Kind.REFERENCE, ours)
    with Server(Kind.FASTCMS, ours, workers=1) as server:
        record = filled(server)
        zipped = made(server)
    add_superuser(Kind.REFERENCE, theirs)
    with Server(Kind.REFERENCE, theirs) as server:
        token = server.superuser_token()
        headers = {**_FORM, "Authorization": token}
        body = part("file", "ours.zip", zipped)
        answer = server.request("POST", "/api/backups/upload", headers=headers, body=body)
        assert answer.status == 204, answer
        server.expect("POST", "/api/backups/ours.zip/restore", token=token)
        until(lambda: has(server, record))
        signed_in = server.sign_in("_superusers", ROOT_EMAIL, ROOT_PASSWORD)
        # Its own backups are still there, and nothing of ours lies around.
        (kept,) = server.expect("GET", "/api/backups", token=signed_in)
        assert kept["key"] == "ours.zip"
    assert {path.name for path in theirs.iterdir()} <= {
        "data.db",
        "auxiliary.db",
        "storage",
        "backups",
        "types.d.ts",
        ".notify",
        ".pb_temp_to_delete",
    }


def test_a_backup_of_pocketbase_is_sound_and_served(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs" / "pb_data", tmp_path / "ours" / "pb_data"
    add_superuser(Kind.REFERENCE, theirs)
    with Server(Kind.REFERENCE, theirs) as server:
        record = filled(server)
        (tmp_path / "theirs.zip").write_bytes(made(server))
    with zipfile.ZipFile(tmp_path / "theirs.zip") as zipped:
        zipped.extractall(ours)
    zip_path = str(tmp_path / "theirs.zip")
    done = run(Kind.FASTCMS, "backup", "verify", zip_path, "--json", directory=ours)
    assert done.code == 0, done
    report = json.loads(done.out)
    assert (report["ok"], report["problems"], report["manifest"]) == (True, [], None)
    assert report["rows"] > 0
    with Server(Kind.FASTCMS, ours, workers=1) as server:
        assert has(server, record)
