"""`fastcms files move` as a process, on directories that are served and that are not."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from fastcms.files.storage import Attributes
from tests.cli.commands import Done, run
from tests.s3server import S3Server
from tests.servers import Kind, Server
from tests.upkeep.library import (
    FILES,
    bucket,
    contents,
    describe,
    inside,
    upload,
    walked,
)

TOTAL = "7.9 MB"


@pytest.fixture
def directory(base: Path, s3: S3Server, tmp_path: Path) -> Path:
    """A directory with files on its disk and an empty bucket in its settings."""
    copy = tmp_path / "pb_data"
    shutil.copytree(base, copy)
    describe(copy, bucket(s3, s3.new_bucket()))
    return copy


def move(directory: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "files", "move", *arguments, directory=directory)


def test_there_and_back(directory: Path) -> None:
    before = contents(directory)
    assert {name for _, _, name in before.values()} == set(FILES)
    done = move(directory, "--to", "s3", "--dry-run")
    assert done == Done(0, f"Would copy 4 of 4 files ({TOTAL} of {TOTAL}) from local to s3.", "")
    assert walked(directory, "s3") == set()
    done = move(directory, "--to", "s3")
    copied = f"Copied 4 of 4 files ({TOTAL}) from local to s3; 0 were there."
    assert done == Done(0, copied, "")
    assert contents(directory, "s3") == before
    # It goes on where it was; the bucket is not in use yet.
    inside(directory, _spoil)
    done = move(directory, "--to", "s3", "--switch")
    assert done.out.splitlines() == [
        "Copied 1 of 4 files (5 bytes) from local to s3; 3 were there.",
        "Files are kept in s3 from now on.",
    ]
    assert contents(directory) == contents(directory, "local") == before
    done = move(directory, "--from", "local", "--to", "s3", "--delete")
    assert done.out.splitlines() == [
        "Copied 0 of 4 files (0 bytes) from local to s3; 4 were there.",
        "Removed 4 files from local.",
    ]
    assert not list((directory / "storage").iterdir())
    done = move(directory, "--to", "local", "--switch", "--delete", "--json")
    assert json.loads(done.out) == {
        "ok": True,
        "from": "s3",
        "to": "local",
        "files": 4,
        "bytes": sum(map(len, FILES.values())),
        "toCopy": 0,
        "bytesToCopy": 0,
        "copied": 4,
        "copiedBytes": sum(map(len, FILES.values())),
        "switched": True,
        "removed": 4,
    }
    assert walked(directory, "s3") == set()
    assert contents(directory) == before
    # The large one has stopped in the scratch folder, and is not there any more.
    assert not list(directory.glob(".pb_temp_to_delete/*/*"))


async def _spoil(app) -> None:
    """As if the copy of the plain file had been cut short."""
    storage = app.places.open("s3")
    (key,) = [key async for key, size in storage.walk() if size == 5]
    await storage.put(key, b"hel", Attributes("text/plain"))


def test_only_what_records_name_is_moved(directory: Path) -> None:
    (collection,) = [path.name for path in (directory / "storage").iterdir()]
    record = next((directory / "storage" / collection).iterdir()).name
    stray = {
        f"{collection}/{record}/stray_0123456789.txt",
        f"{collection}/norecord0000000/a_0123456789.txt",
        "nocollection/norecord0000000/a_0123456789.txt",
    }

    async def put(app) -> None:
        for key in stray:
            await app.files.put(key, b"x", Attributes("text/plain"))

    inside(directory, put)
    done = move(directory, "--to", "s3", "--switch", "--delete")
    assert done.out.splitlines()[-1] == "Removed 4 files from local."
    assert len(walked(directory, "s3")) == 4
    assert walked(directory, "local") == stray


def test_an_original_stays_when_its_copy_differs(directory: Path) -> None:
    move(directory, "--to", "s3", "--switch")

    async def change(app) -> None:
        (key,) = [key async for key, size in app.files.walk() if size == 5]
        await app.files.put(key, b"HELLO", Attributes("text/plain"))

    inside(directory, change)
    done = move(directory, "--from", "local", "--to", "s3", "--delete")
    assert done.code == 1
    assert done.err.startswith("1 files could not be moved, ")
    assert done.err.endswith(": its copy is not the same; run the command again")
    (left,) = walked(directory, "local")
    assert (directory / "storage" / left).read_bytes() == b"hello"


def test_files_that_come_and_go_while_they_are_moved(directory: Path) -> None:
    stop = threading.Event()
    made: list[str] = []

    def write(server: Server) -> None:
        number = 0
        while not stop.wait(0.05):
            number += 1
            record = upload(server, f"new{number}.txt", b"%d" % number)
            if number % 3 == 0:
                server.expect("DELETE", f"/api/collections/papers/records/{record['id']}")
            else:
                made.append(f"{record['id']}/{record['file']}")

    with Server(Kind.FASTCMS, directory, workers=2) as server:
        writer = threading.Thread(target=write, args=(server,))
        writer.start()
        done = move(directory, "--to", "s3", "--switch", "--json")
        stop.set()
        writer.join()
        report = json.loads(done.out)
        assert (done.code, report["ok"], report["switched"]) == (0, True, True), done
        # All that was ever acknowledged is in the bucket, whenever it came.
        found = contents(directory, "s3")
        assert len(found) == len(made) + len(FILES)
        assert {key.partition("/")[2] for key in found} >= set(made)
        for name in made[:1] + made[-1:]:
            assert server.request("GET", f"/api/files/papers/{name}").status == 200
    # And nothing of what is gone. What the server itself removes, it has removed when it stopped.
    done = run(Kind.FASTCMS, "doctor", directory=directory)
    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing is wrong.")


REFUSALS = {
    ("--to", "local"): """the files are in local already; name another place with --to,
        or where they are with --from""",
    ("--to", "azure"): """the settings do not describe azure yet (account, container, key);
        see docs/storage.md""",
    ("--to", "s3", "--delete"): """local is in use, so its files stay; say --switch as well,
        or leave out --delete""",
    ("--to", "moon"): """Invalid value for '--to': 'moon' is not one of 'local', 's3', 'azure',
        'gcs'.""",
}


@pytest.mark.parametrize("arguments", REFUSALS, ids=" ".join)
def test_what_cannot_be_done(base: Path, arguments: tuple[str, ...]) -> None:
    assert move(base, *arguments) == Done(1, "", " ".join(REFUSALS[arguments].split()))


def test_a_place_that_does_not_answer(directory: Path, s3: S3Server) -> None:
    describe(directory, bucket(s3, "nobody-has-it"))
    error = "the bucket 'nobody-has-it' of S3: NoSuchBucket: The specified bucket does not exist"
    remedy = "; mend that and run the command again"
    assert move(directory, "--to", "s3", "--switch") == Done(1, "", error + remedy)
    done = move(directory, "--to", "s3", "--json")
    assert json.loads(done.out) == {"ok": False, "message": error + remedy}
    assert done.code == 1
    assert contents(directory)


def test_no_directory_is_made(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    for arguments in (("files", "move", "--to", "s3"), ("doctor",)):
        done = run(Kind.FASTCMS, *arguments, directory=directory)
        assert done == Done(
            1, "", f"{directory} is no data directory; give the right one with --dir DIRECTORY"
        )
    assert not directory.exists()
