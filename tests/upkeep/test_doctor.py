"""`fastcms doctor` as a process: what it finds, and what it removes."""

import json
import shutil
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from fastcms.files.removals import TABLE
from fastcms.files.storage import Attributes
from fastcms.upkeep.move import Move
from tests.cli.commands import Done, run
from tests.s3server import S3Server
from tests.servers import Kind, Server
from tests.upkeep.library import bucket, contents, describe, inside, walked

PLAIN = Attributes("text/plain")
REMOVES = "fastcms doctor --fix removes it"


@pytest.fixture(params=["local", "s3"])
def directory(request: pytest.FixtureRequest, base: Path, s3: S3Server, tmp_path: Path) -> Path:
    """A directory in which nothing is wrong, with its files on the disk or in a bucket."""
    copy = tmp_path / "pb_data"
    shutil.copytree(base, copy)
    if request.param == "s3":
        describe(copy, bucket(s3, s3.new_bucket()))
        inside(copy, _move_to_s3)
    return copy


async def _move_to_s3(app) -> None:
    move = Move(app, "local", "s3", lambda _: None)
    await move.copy()
    await move.switch()
    await move.remove_originals()


def doctor(directory: Path, *arguments: str) -> Done:
    """How it ended, without its hints, which are for what may be meant so."""
    done = run(Kind.FASTCMS, "doctor", *arguments, directory=directory)
    lines = [line for line in done.out.splitlines() if not line.startswith("hint: ")]
    return done._replace(out="\n".join(lines))


def place_of(directory: Path) -> str:
    async def chosen(app) -> str:
        return app.places.chosen

    return inside(directory, chosen)


def strays(directory: Path) -> dict[str, tuple[str, str]]:
    """Puts files where nobody needs them; kind and problem of each, by key."""
    plain, large = sorted(contents(directory), key=lambda key: "large" in key)[::3]
    folder, _, name = plain.rpartition("/")
    made = {
        f"{folder}/stray_0123456789.txt": ("orphan", "no record names it"),
        f"{folder}/thumbs_gone_0123456789.png/1x1_gone_0123456789.png": (
            "thumb",
            "its image is gone",
        ),
        f"{folder}/thumbs_{name}/1x1_{name}": ("", ""),
        f"{large.partition('/')[0]}/norecord0000000/a_0123456789.txt": (
            "orphan",
            "no record names it",
        ),
    }
    # On the disk all is ours, a bucket may hold other things.
    foreign = "nocollection/norecord0000000/a_0123456789.txt"
    is_local = place_of(directory) == "local"
    made[foreign] = ("orphan", "no record names it") if is_local else ("", "")

    async def put(app) -> None:
        for key in made:
            await app.files.put(key, b"x", PLAIN)

    inside(directory, put)
    return made


def test_files_that_nobody_needs(directory: Path) -> None:
    before, there = contents(directory), walked(directory, place_of(directory))
    made = strays(directory)
    expected = {
        f"{kind}: {key}: {problem}; {REMOVES}" for key, (kind, problem) in made.items() if kind
    }
    done = doctor(directory)
    assert (done.code, set(done.out.splitlines()), done.err) == (1, expected, "")
    done = doctor(directory, "--json")
    report = json.loads(done.out)
    assert (done.code, report["ok"]) == (1, False)
    found = {finding["what"] for finding in report["findings"] if finding["severity"] != "hint"}
    assert found == {k for k in made if made[k][0]}
    assert not any(finding["fixed"] for finding in report["findings"])
    done = doctor(directory, "--fix")
    removed = {line.replace(REMOVES, "removed") for line in expected}
    assert (done.code, set(done.out.splitlines()), done.err) == (0, removed, "")
    assert contents(directory) == before
    assert doctor(directory) == Done(0, "Nothing is wrong.", "")
    # The thumb of a file that is there stays.
    stays = {key for key, (kind, _) in made.items() if not kind}
    assert walked(directory, place_of(directory)) == stays | there


def test_young_files_are_left_alone_while_the_directory_is_served(directory: Path) -> None:
    before = walked(directory, place_of(directory))
    made = strays(directory)
    with Server(Kind.FASTCMS, directory, workers=1):
        assert doctor(directory, "--fix") == Done(0, "Nothing is wrong.", "")
        assert walked(directory, place_of(directory)) == before | set(made)


def test_files_that_are_gone(directory: Path) -> None:
    key, *_ = sorted(contents(directory))

    async def lose(app) -> None:
        await app.files.delete(key)

    inside(directory, lose)
    remedy = "bring it back from a backup, or take its name out of the record"
    expected = f"missing: {key}: a record names it, and it is not there; {remedy}"
    assert doctor(directory) == Done(1, expected, "")
    # There is nothing that --fix could remove.
    assert doctor(directory, "--fix") == Done(1, expected, "")


def test_what_the_server_is_about_to_remove(directory: Path) -> None:
    made = strays(directory)

    async def note(app) -> None:
        def write(tx) -> None:
            for key in made:
                tx.execute(f"INSERT INTO {TABLE} VALUES (?, 9e12)", (key,))

        await app.store.write(write)

    inside(directory, note)
    assert doctor(directory) == Done(0, "Nothing is wrong.", "")


def test_what_a_killed_process_left(base: Path, tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(base, directory)
    left = directory / ".pb_temp_to_delete" / "left"
    left.mkdir(parents=True)
    (left / "lock").touch()
    # A folder alone is what every killed process leaves.
    assert doctor(directory) == Done(0, "Nothing is wrong.", "")
    (left / "upload").write_bytes(b"half of it")
    key = "nocollection/norecord0000000/a_0123456789.txt"

    async def keep(app) -> None:
        await app.files.put(key, b"x", PLAIN)

    inside(directory, keep)
    (left / "note-1").write_text(json.dumps([key]))
    line = "leftover: .pb_temp_to_delete/left: a process that was killed left it; "
    assert doctor(directory) == Done(1, line + REMOVES, "")
    assert doctor(directory, "--fix") == Done(0, line + "removed", "")
    assert not left.exists()
    # What the process was about to keep went as well.
    assert key not in walked(directory, "local")
    assert doctor(directory) == Done(0, "Nothing is wrong.", "")


@pytest.mark.parametrize("name", ["data.db", "auxiliary.db"])
def test_a_damaged_database(base: Path, tmp_path: Path, name: str) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(base, directory)
    file = directory / name
    content = bytearray(file.read_bytes())
    # The pages of the tables, not the first one, by which SQLite knows its own.
    content[4096 * 2 :] = b"\xa5" * (len(content) - 4096 * 2)
    file.write_bytes(content)
    for arguments in ((), ("--fix",)):
        done = doctor(directory, *arguments)
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith(f"database: {name}: ")
        assert done.out.endswith("; restore the directory from a backup")
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("ALTER TABLE users DROP COLUMN name", "its table has no column name"),
        ("DROP TABLE users", "the database has no table of that name"),
    ],
)
def test_tables_that_are_not_as_their_collections(
    base: Path, tmp_path: Path, change: str, problem: str
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(base, directory)
    database = apsw.Connection(str(directory / "data.db"))
    database.execute(change)
    database.close()
    remedy = "restore the directory from a backup, or change the collection to what is there"
    assert doctor(directory) == Done(1, f"drift: users: {problem}; {remedy}", "")


def test_a_place_that_does_not_answer(base: Path, tmp_path: Path, s3: S3Server) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(base, directory)
    describe(directory, bucket(s3, s3.new_bucket()))
    assert (
        run(Kind.FASTCMS, "files", "move", "--to", "s3", "--switch", directory=directory).code == 0
    )
    describe(directory, replace(bucket(s3, "nobody-has-it"), enabled=True))
    error = "the bucket 'nobody-has-it' of S3: NoSuchBucket: The specified bucket does not exist"
    assert doctor(directory, "--fix") == Done(1, "", error)
    done = doctor(directory, "--json")
    assert (done.code, json.loads(done.out)) == (1, {"ok": False, "message": error})
