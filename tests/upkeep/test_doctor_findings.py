"""What `fastcms doctor` finds beside files: one fault in a sound directory, and what it says."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from msgspec.structs import replace

from fastcms import swap
from fastcms.directory import open_directory
from fastcms.settings.load import save_settings
from fastcms.settings.model import Settings
from fastcms.upkeep import place, risks
from fastcms_cli.main import main
from tests.directory.test_refusals import without_roots_rights
from tests.servers import Kind, Server, add_superuser
from tests.upkeep.library import inside

MIGRATION = """
def up(app):
    tags = app.create_collection({
        "name": "tags", "type": "base", "fields": [{"type": "text", "name": "title"}],
        "indexes": ["CREATE INDEX `idx_titles` ON `tags` (`title`)",
                    "CREATE UNIQUE INDEX `idx_title` ON `tags` (`title`) WHERE `title` != ''"],
    })
    relation = {"type": "relation", "collectionId": tags.id}
    posts = app.create_collection({"name": "posts", "type": "base", "fields": [
        {**relation, "name": "id_of"},
        {**relation, "name": "value", "maxSelect": 9},
        {"type": "polymorphic", "name": "any", "collectionIds": [tags.id], "maxSelect": 9},
    ]})
    app.create_record("tags", {"id": "tag000000000001"})
    app.create_record("tags", {"id": "123456789012345"})
    for tag in "tag000000000001", "123456789012345":
        app.create_record("posts", {"id_of": tag, "value": ["tag000000000001", "123456789012345"],
                                    "any": {"collectionId": tags.id, "id": tag}})
"""
SECRET = "s3cr3t-of-the-mail"


class Found(NamedTuple):
    severity: str
    kind: str
    what: str
    problem: str


# What a fresh directory has, too, and may be meant so.
USUAL = {
    Found("hint", "rules", "users", "everybody gets past its createRule"),
    Found("hint", "superusers", "_superusers", "superusers can have no second factor"),
}
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sound") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    migrations = directory.parent / "pb_migrations"
    migrations.mkdir()
    (migrations / "1700000000_posts.py").write_text(MIGRATION)
    main_ended(["migrate", "up", "--dir", str(directory)])
    return directory.parent


@pytest.fixture
def directory(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(sound, tmp_path / "copy")
    monkeypatch.setattr(risks, "program", lambda: "/usr/sbin/sendmail")
    return tmp_path / "copy" / "pb_data"


def main_ended(line: list[str]) -> int:
    try:
        main(line)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def findings(directory: Path, capsys: pytest.CaptureFixture[str]) -> set[Found]:
    """What it says; the exit code has to fit."""
    capsys.readouterr()
    code = main_ended(["doctor", "--json", "--dir", str(directory)])
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert shown.err == ""
    assert SECRET not in shown.out
    assert all(finding["remedy"] for finding in report["findings"])
    grave = [finding for finding in report["findings"] if finding["severity"] != "hint"]
    assert (report["ok"], code) == (not grave, 1 if grave else 0)
    return {Found(**{key: finding[key] for key in Found._fields}) for finding in report["findings"]}


def sql(*statements: str) -> Change:
    def change(directory: Path) -> None:
        connection = apsw.Connection(str(directory / "data.db"))
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return change


def settings(**sections: dict[str, Any]) -> Change:
    def change(directory: Path) -> None:
        async def go(app) -> None:
            old: Settings = app.settings
            parts = {name: replace(getattr(old, name), **keys) for name, keys in sections.items()}
            await app.store.write(lambda tx: save_settings(tx, replace(old, **parts)))

        inside(directory, go)

    return change


def migration(name: str, content: str | None = "") -> Change:
    def change(directory: Path) -> None:
        path = directory.parent / "pb_migrations" / name
        path.unlink() if content is None else path.write_text(content)

    return change


def smtp(host: str, **more: object) -> Change:
    return settings(smtp={"enabled": True, "host": host, "password": SECRET, **more})


PLAIN_SECRET = Found("hint", "setting", "secrets", "smtp.password: stored as plain text")
FAULTS: dict[str, tuple[Change, set[Found]]] = {
    "nothing": (lambda _: None, set()),
    "an index is gone": (
        sql("DROP INDEX idx_titles"),
        {Found("warning", "drift", "tags", "its table has no index idx_titles")},
    ),
    "a unique index is gone": (
        sql("DROP INDEX idx_title"),
        {
            Found(
                "error",
                "drift",
                "tags",
                "its table has no index idx_title, so values that must be unique can come twice",
            )
        },
    ),
    "records are gone": (
        sql("DELETE FROM tags WHERE id = '123456789012345'"),
        {
            Found("warning", "relation", field, f"names of records that are gone: {n}")
            for field, n in (("posts.id_of", 1), ("posts.value", 2), ("posts.any", 1))
        },
    ),
    "a pending migration": (
        migration("1700000001_next.py", "def up(app): 1 / 0"),
        {Found("warning", "migration", "1700000001_next.py", "it is not applied")},
    ),
    "a foreign migration": (
        migration("1700000001_next.js"),
        {
            Found(
                "hint",
                "migration",
                "1700000001_next.js",
                "it is JavaScript, which FastCMS does not run",
            )
        },
    ),
    "a migration is gone": (
        migration("1700000000_posts.py", None),
        {
            Found(
                "hint",
                "migration",
                "1700000000_posts.py",
                "it is applied, and its file is gone",
            )
        },
    ),
    "open rules": (
        sql("UPDATE _collections SET updateRule = '', deleteRule = '' WHERE name = 'posts'"),
        {Found("hint", "rules", "posts", "everybody gets past its updateRule, deleteRule")},
    ),
    "no superuser": (
        sql("DELETE FROM _superusers"),
        {Found("hint", "superusers", "_superusers", "there is no superuser")},
    ),
    "mail without TLS": (
        smtp("mail.example.com"),
        {
            Found(
                "hint",
                "mail",
                "smtp.tls",
                "TLS with mail.example.com is up to that server, or to who stands in between",
            ),
            PLAIN_SECRET,
        },
    ),
    "mail with TLS": (smtp("mail.example.com", tls=True, port=465), {PLAIN_SECRET}),
    "mail on this machine": (smtp("127.0.0.1"), {PLAIN_SECRET}),
    "a proxy and a local address": (
        settings(trusted_proxy={"headers": ("X-Real-IP",)}),
        {
            Found(
                "hint",
                "setting",
                "meta.appURL",
                "links in mails lead to this machine, while a proxy is before the server",
            )
        },
    ),
    "a proxy": (
        settings(
            trusted_proxy={"headers": ("X-Real-IP",)}, meta={"app_url": "https://example.com"}
        ),
        set(),
    ),
    "a setting that cannot be used": (
        sql("UPDATE _params SET value = json_set(value, '$.logs.maxDays', -1)"),
        {Found("warning", "setting", "logs.maxDays", "Must be no less than 0.")},
    ),
    "a job that failed": (
        sql(
            "INSERT INTO _fc_job_runs (job, due, started, finished, error)"
            " VALUES ('__pbAutoBackup__', 1, 1, 2, 'OSError: the disk is full')"
        ),
        {Found("warning", "job", "__pbAutoBackup__", "OSError: the disk is full")},
    ),
    "dead letters": (
        sql(
            "INSERT INTO _fc_queue (kind, label, payload, key, due, created, dead)"
            " VALUES ('mail', 'a mail', '{}', '', 1, 1, 2)"
        ),
        {Found("hint", "queue", "dead letters", "tasks that were given up: 1")},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(directory: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    change, expected = FAULTS[name]
    change(directory)
    assert findings(directory, capsys) == USUAL | expected


def test_no_way_of_mail(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "program", lambda: None)
    problem = "there is no way to send mail, which users may need"
    assert findings(directory, capsys) == USUAL | {Found("hint", "mail", "smtp", problem)}


def test_secrets_that_are_encrypted(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTORS_KEY", "k" * 32)
    monkeypatch.setenv("FASTCMS_ENCRYPTION_ENV", "DOCTORS_KEY")
    smtp("127.0.0.1")(directory)
    assert findings(directory, capsys) == USUAL


def test_little_room(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "LEAST_FREE", 1 << 62)
    (found,) = findings(directory, capsys) - USUAL
    assert found[:3] == ("warning", "disk", "disk")


def test_a_restore_that_is_to_come_is_left_to_the_server(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = swap.new_content(directory)
    new.mkdir(parents=True)
    (new / "data.db").write_bytes(b"new")
    swap.commit(directory, "before.zip")
    before = (directory / "data.db").read_bytes()
    problem = "it is about to take the place of what is here"
    assert findings(directory, capsys) == {Found("warning", "restore", "before.zip", problem)}
    assert (directory / "data.db").read_bytes() == before
    assert swap.pending(directory) == "before.zip"


def test_files_that_this_user_may_not_use_and_others_may(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "program", lambda: "/usr/sbin/sendmail")
    # Not below a folder of pytest, which lets nobody else in.
    with tempfile.TemporaryDirectory() as root:
        directory = Path(root) / "pb_data"
        open_directory(directory).close()
        (directory / "backups").mkdir()
        for path, mode in (
            (Path(root), 0o755),
            (directory, 0o755),
            (directory / "backups", 0o755),
            (directory / "data.db", 0o644),
        ):
            path.chmod(mode)
        (directory / "backups" / "a.zip").touch(0o644)
        (directory / "backups" / "b.zip").touch(0o600)
        problem = "every user of this machine can read it"
        exposed = {
            Found("warning", "access", what, problem) for what in ("data.db", "backups/a.zip")
        }
        assert exposed <= findings(directory, capsys)
        directory.chmod(0o750)
        assert not exposed & findings(directory, capsys)
        directory.chmod(0o777)
        refused = "this user may not read and write it"
        (directory / "data.db").chmod(0o444)
        with without_roots_rights():
            found = findings(directory, capsys)
            assert Found("error", "access", "data.db", refused) in found
            assert {finding.kind for finding in found} == {"access"}
        directory.chmod(0o700)
        with without_roots_rights():
            found = findings(directory, capsys)
        assert found == {Found("error", "access", str(directory), refused)}


def test_a_served_directory(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql("DELETE FROM tags WHERE id = '123456789012345'")(directory)
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        assert {found.kind for found in findings(directory, capsys) - USUAL} == {"relation"}
        assert server.request("GET", "/api/health").status == 200


def test_lines(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql("DROP INDEX idx_titles")(directory)
    capsys.readouterr()
    assert main_ended(["doctor", "--dir", str(directory)]) == 1
    lines = capsys.readouterr().out.splitlines()
    remedy = "take it out of the collection's indexes, save, and add it again"
    assert f"drift: tags: its table has no index idx_titles; {remedy}" in lines
    assert all(line.startswith(("drift: ", "hint: ")) for line in lines)
    # Which is said beside hints as well.
    sql("CREATE INDEX idx_titles ON tags (title)")(directory)
    assert main_ended(["doctor", "--dir", str(directory)]) == 0
    *hints, last = capsys.readouterr().out.splitlines()
    assert last == "Nothing is wrong."
    assert len(hints) == len(USUAL)
