"""A restored backup is all there is; one that cannot be is refused, and nothing has changed."""

import http.client
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fastcms import backup_lock, swap
from fastcms.backups.events import BackupEvent
from fastcms.hooks import Hooks
from tests.directory.places import Change, executing
from tests.inprocess import Client, served
from tests.parity.scenario import File, encoded, form
from tests.s3server import s3_server
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

AT = "/api/collections/papers/records"
RULES = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
PAPERS = {
    "name": "papers",
    "type": "base",
    **RULES,
    "fields": [{"type": "text", "name": "title"}, {"type": "file", "name": "file"}],
}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=parity-boundary"}


def prepare(server: Server) -> str:
    """Makes a collection with one record and its file; gives a superuser's token."""
    token = server.superuser_token()
    server.expect("POST", "/api/collections", token=token, json_body=PAPERS)
    add(server, "first")
    return token


def add(server: Server, title: str) -> dict[str, Any]:
    body = encoded(form(("title", title), ("file", File(f"{title}.txt", f"{title}'s file"))))
    answer = server.request("POST", AT, headers=MULTIPART, body=body.content)
    assert answer.status == 200, answer.body
    record: dict[str, Any] = answer.json()
    return record


def titles(server: Server) -> list[str]:
    """Of the records; each has its file."""
    records = server.expect("GET", f"{AT}?perPage=500&sort=title")["items"]
    for record in records:
        where = f"/api/files/{record['collectionId']}/{record['id']}/{record['file']}"
        assert server.request("GET", where).body == f"{record['title']}'s file".encode()
    return [record["title"] for record in records]


def back_up(server: Server, token: str, key: str) -> None:
    server.expect("POST", "/api/backups", token=token, json_body={"name": key})


def restore(server: Server, token: str, key: str) -> None:
    """Returns when it is done."""
    before = server.output.count("was restored")
    answer = server.send("POST", f"/api/backups/{key}/restore", token=token)
    assert (answer.status, answer.body) == (204, b"")
    until(lambda: server.output.count("was restored") > before)


def can_back_up(server: Server, token: str) -> bool:
    health = server.expect("GET", "/api/health", token=token)
    return bool(health["data"]["canBackup"])


@pytest.mark.parametrize("workers", [1, 2])
def test_everything_is_as_it_was(tmp_path: Path, workers: int) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers) as server:
        token = prepare(server)
        back_up(server, token, "one.zip")
        for record in server.expect("GET", AT)["items"]:
            server.expect("DELETE", f"{AT}/{record['id']}")
        add(server, "second")
        settings = {"meta": {"appName": "Changed"}}
        server.expect("PATCH", "/api/settings", token=token, json_body=settings)
        other = {"name": "others", "type": "base", "fields": []}
        server.expect("POST", "/api/collections", token=token, json_body=other)
        account = {"email": "b@b.co", "password": "password-2", "passwordConfirm": "password-2"}
        at = "/api/collections/_superusers/records"
        server.expect("POST", at, token=token, json_body=account)
        late = server.sign_in("_superusers", "b@b.co", "password-2")
        (directory / "mine.txt").write_text("not in the backup")

        # Whoever asks has no say in what is restored with it: the account is gone then.
        restore(server, late, "one.zip")
        assert titles(server) == ["first"]
        assert server.expect("GET", "/api/settings", token=token)["meta"]["appName"] == "Acme"
        assert server.send("GET", "/api/collections/others", token=token).status == 404
        assert server.send("GET", "/api/settings", token=late).status == 401
        assert server.superuser_token()
        assert not (directory / "mine.txt").exists()
        assert [item["key"] for item in server.expect("GET", "/api/backups", token=token)] == [
            "one.zip"
        ]
        # What was there before is removed beside the requests.
        until(lambda: not (directory / ".fc_restore").exists())
        until(lambda: can_back_up(server, token))

        # And it goes on: with writes, backups and another restore.
        add(server, "third")
        back_up(server, token, "two.zip")
        add(server, "fourth")
        restore(server, token, "two.zip")
        assert titles(server) == ["first", "third"]
    with Server(Kind.FASTCMS, directory, workers) as server:
        assert titles(server) == ["first", "third"]
        assert "Traceback" not in server.output


def test_nobody_gets_an_error_meanwhile(tmp_path: Path) -> None:
    """Clients that write all the time get answers of the old state or of the new one."""
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    acknowledged: dict[int, list[str]] = {}
    failures: list[str] = []
    over = threading.Event()

    def write(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        count = 0
        while not over.is_set():
            count += 1
            title = f"{number}-{count:06}"
            try:
                connection.request("POST", AT, json.dumps({"title": title}), headers)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException):
                # An idle connection that ended in the moment in which it was used.
                connection.close()
                continue
            if response.status == 200:
                acknowledged.setdefault(number, []).append(title)
            else:
                failures.append(f"{response.status} {content!r}")
        connection.close()

    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = prepare(server)
        back_up(server, token, "one.zip")
        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        until(lambda: sum(map(len, acknowledged.values())) > 50)
        restore(server, token, "one.zip")
        told = sum(map(len, acknowledged.values()))
        until(lambda: sum(map(len, acknowledged.values())) > told + 50)
        over.set()
        for writer in writers:
            writer.join()
        assert failures == []
        found = {item["title"] for item in _all(server)} - {"first"}
        for titles_ in acknowledged.values():
            there = [title in found for title in titles_]
            # What was written before is gone, what was written since is there.
            assert there == sorted(there)
            assert there[0] is False
            assert there[-1] is True


def _all(server: Server) -> Iterator[dict[str, Any]]:
    for page in range(1, 1000):
        items = server.expect("GET", f"{AT}?perPage=1000&sort=id&page={page}")["items"]
        yield from items
        if len(items) < 1000:
            return


def test_listeners_begin_anew(tmp_path: Path) -> None:
    """They are cut off, and do not resume: what they know is old."""
    directory = tmp_path / "pb_data"

    def connect(last: str = "") -> tuple[http.client.HTTPResponse, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connections.callback(connection.close)
        connection.request("GET", f"/api/realtime?resume=true&lastEventId={last}")
        stream = connection.getresponse()
        hello: dict[str, Any] = {}
        while line := stream.readline().strip():
            name, _, value = line.decode().partition(":")
            hello[name] = value
        return stream, {**hello, **json.loads(hello["data"])}

    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server, ExitStack() as connections:
        token = prepare(server)
        stream, hello = connect()
        body = {"clientId": hello["clientId"], "subscriptions": ["papers/*"]}
        server.expect("POST", "/api/realtime", json_body=body)
        # The client is in the backup.
        back_up(server, token, "one.zip")
        restore(server, token, "one.zip")
        assert b"papers" not in stream.read()
        stream, again = connect(hello["id"])
        assert again["resumed"] is False
        assert again["clientId"] != hello["clientId"]
        body = {"clientId": again["clientId"], "subscriptions": ["papers/*"]}
        server.expect("POST", "/api/realtime", json_body=body)
        record = add(server, "second")
        assert any(record["id"].encode() in line for line in iter(stream.readline, b""))


# -- refusals ------------------------------------------------------------------------------------


def damaged(directory: Path) -> None:
    content = bytearray((directory / "data.db").read_bytes())
    content[4096:20_000] = b"\x55" * (20_000 - 4096)
    (directory / "data.db").write_bytes(content)


def without_data(directory: Path) -> None:
    (directory / "data.db").unlink()


def with_a_journal(directory: Path) -> None:
    (directory / "data.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 100)


REFUSED: list[tuple[str, Change, str]] = [
    ("no data.db", without_data, "holds no data.db"),
    ("damage", damaged, "damaged"),
    ("a journal", with_a_journal, "copied while it was written"),
    (
        "a newer FastCMS",
        executing("UPDATE _fc_params SET value = 99 WHERE key = 'version'"),
        "data version 99",
    ),
    (
        "a newer PocketBase",
        executing("INSERT INTO _migrations VALUES ('1999999999_next.go', 1)"),
        "changed by the migration 1999999999_next.go",
    ),
    (
        "settings that are encrypted",
        executing("UPDATE _params SET value = 'QUJDREVGR0hJSktMTU5PUA=='"),
        "encrypt",
    ),
]


def test_what_cannot_be_served_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    directory, made = tmp_path / "pb_data", tmp_path / "made"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = prepare(server)
        back_up(server, token, "sound.zip")
        add(server, "second")
        backups = directory / "backups"
        (backups / "text.zip").write_text("no zip")
        for number, (_, change, _) in enumerate(REFUSED):
            with zipfile.ZipFile(backups / "sound.zip") as sound:
                sound.extractall(made)
            change(made)
            shutil.make_archive(str(backups / f"{number}"), "zip", made)
            shutil.rmtree(made)
        reasons = {"text.zip": "no readable zip"}
        reasons |= {f"{number}.zip": reason for number, (_, _, reason) in enumerate(REFUSED)}
        for key, reason in reasons.items():
            count = server.output.count("no backup was restored")
            answer = server.send("POST", f"/api/backups/{key}/restore", token=token)
            assert answer.status == 204
            until(lambda count=count: server.output.count("no backup was restored") > count)  # type: ignore[misc]
            line = server.output.splitlines()[-1]
            assert line.startswith(f"no backup was restored, nothing has changed: {key} cannot be")
            assert reason in line
            assert str(tmp_path) not in line
            until(lambda: can_back_up(server, token))
            assert not (directory / ".fc_restore").exists()
            shown = server.expect("GET", "/api/backups-progress", token=token)
            assert (shown["action"], shown["key"]) == ("", key)
            assert shown["error"].startswith(f"{key} cannot be")
        assert titles(server) == ["first", "second"]
        assert "Traceback" not in server.output


def test_one_at_a_time(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = prepare(server)
        back_up(server, token, "one.zip")
        with backup_lock.hold(directory, "backup", "two.zip"):
            assert not can_back_up(server, token)
            answer = server.send("POST", "/api/backups/one.zip/restore", token=token)
            assert answer.status == 400
            assert answer.json()["message"].startswith("Try again later - another backup/restore")
        assert can_back_up(server, token)


def test_a_migration_that_does_not_fit_brings_the_old_state_back(tmp_path: Path) -> None:
    directory, migrations = tmp_path / "pb_data", tmp_path / "pb_migrations"
    add_superuser(Kind.FASTCMS, directory)
    server = Server(Kind.FASTCMS, directory, workers=2)
    with server:
        token = prepare(server)
        back_up(server, token, "one.zip")
        later = {"name": "later", "type": "base", "fields": []}
        server.expect("POST", "/api/collections", token=token, json_body=later)
    migrations.mkdir()
    code = "def up(app):\n    app.create_record('later', {})\n"
    (migrations / "1_needs_later.py").write_text(code)
    with server:
        assert "Applied 1_needs_later.py" in server.output
        server.expect("POST", "/api/backups/one.zip/restore", token=token)
        until(lambda: "no backup was restored" in server.output)
        assert "the old state goes on: one.zip cannot be served" in server.output
        found = server.expect("GET", "/api/collections/later/records", token=token)
        assert found["totalItems"] == 1
        assert titles(server) == ["first"]
        until(lambda: not (directory / ".fc_restore").exists())


def test_a_hook_has_the_last_word(tmp_path: Path) -> None:
    seen: list[str] = []

    async def refuse(event: BackupEvent) -> None:
        seen.append(event.name)

    async def scenario(client: Client) -> None:
        app = client.app
        assert (await client("POST", "/api/backups", {"name": "one.zip"})).status == 204
        for hooks in (app.hooks, Hooks()):
            app.hooks.backup_restore = hooks.backup_restore
            if hooks is app.hooks:
                hooks.backup_restore.add(refuse)
            assert (await client("POST", "/api/backups/one.zip/restore")).status == 204
            await app.background.drain()
            assert swap.pending(app.data_dir) == (None if hooks is app.hooks else "one.zip")
        # From the mark on nothing else begins.
        health = (await client("GET", "/api/health")).json()
        assert health["data"]["canBackup"] is False
        assert (await client("POST", "/api/backups")).status == 400
        assert (await client("POST", "/api/backups/one.zip/restore")).status == 400

    served(tmp_path / "pb_data", scenario)
    assert seen == ["one.zip"]


def test_a_backup_in_a_bucket(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with s3_server() as s3, Server(Kind.FASTCMS, directory, workers=2) as server:
        token = prepare(server)
        settings = {"backups": {"s3": s3.settings(s3.new_bucket())}}
        server.expect("PATCH", "/api/settings", token=token, json_body=settings)
        back_up(server, token, "one.zip")
        assert not (directory / "backups").exists()
        add(server, "second")
        restore(server, token, "one.zip")
        assert titles(server) == ["first"]
        until(lambda: not (directory / ".fc_restore").exists())
        assert not list((directory / ".pb_temp_to_delete").rglob("*.zip"))


# -- both servers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "to"), [(Kind.REFERENCE, Kind.FASTCMS), (Kind.FASTCMS, Kind.REFERENCE)]
)
def test_backups_of_either_server_restore_in_the_other(tmp_path: Path, of: Kind, to: Kind) -> None:
    source, target = tmp_path / "source" / "pb_data", tmp_path / "target" / "pb_data"
    # With a password that both know how to compare.
    add_superuser(Kind.REFERENCE, source)
    with Server(of, source) as server:
        token = prepare(server)
        add(server, "second")
        back_up(server, token, "one.zip")
    add_superuser(to, target)
    (target / "backups").mkdir()
    shutil.copy(source / "backups" / "one.zip", target / "backups")
    with Server(to, target) as server:
        token = server.superuser_token()
        server.expect("POST", "/api/backups/one.zip/restore", token=token)

        def is_restored() -> bool:
            try:
                return server.send("GET", AT).status == 200
            except (OSError, http.client.HTTPException):
                return False

        until(is_restored)
        assert titles(server) == ["first", "second"]
        assert server.superuser_token()
        add(server, "third")
        assert titles(server) == ["first", "second", "third"]


# -- what comes out -------------------------------------------------------------------------------


def test_others_see_no_more_of_it_than_of_the_directory(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    directory.chmod(0o750)
    with Server(Kind.FASTCMS, directory) as server:
        token = prepare(server)
        back_up(server, token, "one.zip")
        restore(server, token, "one.zip")
    modes = {path.stat().st_mode & 0o7777 for path in (directory / "storage").rglob("*")}
    assert modes == {0o750, 0o640}
    assert (directory / "data.db").stat().st_mode & 0o777 == 0o640
