"""Stopped anywhere, replacing the content of a directory leaves the old or the new, never a mix."""

import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fastcms import swap
from fastcms.errors import StartError
from fastcms.presence import Presence
from fastcms.swap import OccupiedError, SwapError

OLD = {"data.db": "old", "auxiliary.db": "old", "storage/c/r/file": "old", "mine": "old"}
NEW = {"data.db": "new", "data.db-wal": "new", "storage/c/r/file": "new", "storage/c/s/x": "new"}
STAYING = {"backups/a.zip": "kept", ".notify/fastcms.lock": "kept", "pb_hooks/main.js": "kept"}


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "pb_data"
    write(directory, OLD | STAYING)
    write(swap.new_content(directory), NEW)
    (directory / "link").symlink_to("nowhere")
    swap.commit(directory, "a.zip")
    return directory


@pytest.fixture
def fresh(directory: Path) -> Callable[[], Path]:
    """Makes another one like it."""
    numbers = itertools.count()

    def copy() -> Path:
        target = directory.with_name(f"copy{next(numbers)}")
        return Path(shutil.copytree(directory, target, symlinks=True))

    return copy


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def content(directory: Path) -> str:
    """Which of the two it is; AssertionError for anything else, or if something is lost."""
    files = {
        str(path.relative_to(directory)): path.read_text()
        for path in directory.rglob("*")
        if path.is_file() and swap.FOLDER not in path.parts
    }
    assert {name: files.pop(name) for name in STAYING} == STAYING
    assert files in (OLD, NEW)
    assert (directory / "link").is_symlink() == (files == OLD)
    return "old" if files == OLD else "new"


@contextmanager
def stopping(step: int, error: BaseException, *, after: bool) -> Iterator[list[int]]:
    """Raises before or after the step with this number; counts the steps."""
    count = [0]
    changed = (
        (Path, "rename"),
        (Path, "unlink"),
        (Path, "mkdir"),
        (Path, "touch"),
        (os, "fsync"),
    )

    def wrapped(act: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **named: object) -> object:
            count[0] += 1
            here = count[0] == step
            if here and not after:
                raise error
            result = act(*args, **named)
            if here:
                raise error
            return result

        return run

    with pytest.MonkeyPatch.context() as patch:
        for place, name in changed:
            patch.setattr(place, name, wrapped(getattr(place, name)))
        yield count


def steps(act: Callable[[Path], object], directory: Path) -> int:
    with stopping(0, Killed(), after=False) as count:
        act(directory)
    return count[0]


def test_the_content_is_replaced_as_a_whole(directory: Path) -> None:
    assert swap.pending(directory) == "a.zip"
    assert swap.settle(directory) == "a.zip"
    assert content(directory) == "new"
    assert swap.pending(directory) is None
    assert swap.settle(directory) is None
    swap._undo(directory)
    assert content(directory) == "old"
    assert swap.pending(directory) is None


@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_is_killed_at_any_step(fresh: Callable[[], Path], after: bool) -> None:
    count = steps(swap.settle, fresh())
    assert count > 15
    for step in range(1, count + 1):
        directory = fresh()
        with stopping(step, Killed(), after=after), pytest.raises(Killed):
            swap.settle(directory)
        # The next one may be killed too.
        with stopping(2, Killed(), after=after), suppress(Killed):
            swap.settle(directory)
        swap.settle(directory)
        assert content(directory) == "new"
        assert swap.pending(directory) is None


@pytest.mark.parametrize("after", [False, True])
def test_a_disk_that_fails_at_any_step(fresh: Callable[[], Path], after: bool) -> None:
    count = steps(swap.settle, fresh())
    for step in range(1, count + 1):
        directory = fresh()
        failure = OSError(5, "Input/output error", str(directory))
        with stopping(step, failure, after=after):
            try:
                swap.settle(directory)
            except SwapError:
                assert content(directory) == "old"
            except OSError:
                # It was the very last step.
                assert content(directory) == "new"
        assert content(directory) in ("old", "new")
        assert swap.pending(directory) is None


def test_killed_while_it_turns_back(fresh: Callable[[], Path]) -> None:
    """Then the next one goes on to the new content: either is whole."""
    for fails, dies in itertools.product((4, 9, 13), range(1, 12, 2)):
        directory = fresh()
        failure = OSError(5, "Input/output error", str(directory))
        with (
            stopping(fails, failure, after=False),
            stopping(fails + dies, Killed(), after=True),
            suppress(Killed, SwapError),
        ):
            swap.settle(directory)
        swap.settle(directory)
        assert content(directory) in ("old", "new")
        assert swap.pending(directory) is None


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_it_is_undone(fresh: Callable[[], Path], after: bool) -> None:
    first = fresh()
    swap.settle(first)
    for step in range(1, steps(swap._undo, first) + 1):
        directory = fresh()
        swap.settle(directory)
        with stopping(step, Killed(), after=after), pytest.raises(Killed):
            swap._undo(directory)
        swap.settle(directory)
        assert content(directory) in ("old", "new")
        assert swap.pending(directory) is None


def test_new_content_without_the_mark_is_nothing(directory: Path) -> None:
    (directory / swap.FOLDER / "ready").rename(directory / swap.FOLDER / "mark")
    assert swap.pending(directory) is None
    assert swap.settle(directory) is None
    assert content(directory) == "old"


def test_nothing_is_moved_under_an_open_directory(directory: Path) -> None:
    presence = Presence(directory)
    presence.share()
    with pytest.raises(OccupiedError, match="another process has it open; end that one"):
        swap.settle(directory, 0.05)
    assert content(directory) == "old"
    swap.withdraw(directory)
    presence.close()
    assert swap.settle(directory) is None
    assert content(directory) == "old"


def test_what_cannot_be_served_goes_again(directory: Path) -> None:
    def serve() -> None:
        if content(directory) == "new":
            raise ValueError("a migration does not fit")

    with pytest.raises(SwapError, match=r"a\.zip cannot be served: a migration does not fit"):
        swap.bring(directory, serve)
    assert content(directory) == "old"
    assert swap.bring(directory, serve) == ""


def test_what_cannot_come_does_not_come_later(directory: Path) -> None:
    presence = Presence(directory)
    presence.share()
    with pytest.raises(OccupiedError, match="another process has it open"):
        swap.bring(directory, lambda: None, 0.05)
    swap.withdraw(directory)
    presence.close()
    assert swap.bring(directory, lambda: None) == ""
    assert content(directory) == "old"


def test_it_waits_for_those_who_are_about_to_go(directory: Path) -> None:
    presence = Presence(directory)
    presence.share()
    threading.Timer(0.1, presence.close).start()
    assert swap.settle(directory) == "a.zip"


def test_it_does_not_wait_for_what_others_have_done(directory: Path) -> None:
    presence = Presence(directory)
    presence.share()

    def mark_away() -> None:
        (directory / swap.FOLDER / "ready").unlink()

    threading.Timer(0.1, mark_away).start()
    assert swap.settle(directory) is None
    presence.close()


def test_others_wait_while_it_is_done(directory: Path) -> None:
    alone, other = Presence(directory), Presence(directory)
    assert alone.take()
    came = threading.Event()

    def share() -> None:
        other.share()
        came.set()

    threading.Thread(target=share).start()
    assert not came.wait(0.05)
    alone.close()
    assert came.wait(10)
    other.close()


def test_what_came_from_elsewhere_is_not_overwritten(directory: Path) -> None:
    """As if another program was started on the directory after a crash."""
    with stopping(9, Killed(), after=True), pytest.raises(Killed):
        swap.settle(directory)
    (directory / "data.db").write_text("of somebody else")
    with pytest.raises(StartError, match="are both there"):
        swap.settle(directory)
    assert (directory / "data.db").read_text() == "of somebody else"
    (directory / "data.db").unlink()
    swap.settle(directory)
    assert content(directory) == "new"


def test_a_disk_in_the_directory_cannot_be_moved(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap.withdraw(directory)
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "storage")
    with pytest.raises(SwapError, match="storage is a disk of its own"):
        swap.commit(directory, "a.zip")
    assert swap.pending(directory) is None
