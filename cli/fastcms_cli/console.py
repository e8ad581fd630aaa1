"""What the user sees. The only module that prints."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NoReturn

if TYPE_CHECKING:
    from rich.progress import Progress


class Failure(Exception):
    """Ends the command with one line on stderr and exit code 1."""


def say(text: str) -> None:
    """A line of the command's result; at once, for those who read it through a pipe."""
    print(text, flush=True)


def say_json(value: Mapping[str, object]) -> None:
    """The command's result for programs."""
    say(json.dumps(value, ensure_ascii=False))


def note(text: str) -> None:
    """What is for the person alone, where programs read the result."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    """Ends the process with a line that says why."""
    print(" ".join(text.split()), file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr that shows a step and how much of it is done; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


@contextmanager
def transfer(*, quiet: bool = False) -> Iterator[Callable[[str, int, int, int, int], None]]:
    """The same for files: takes a step, how many of how many, and how many bytes of how many."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    with _bytes("{task.description} {task.fields[files]} of {task.fields[of_files]} files") as bar:
        task = bar.add_task("looking at", total=None, files=0, of_files="all")
        yield lambda step, files, of_files, done, total: bar.update(
            task, description=step, files=files, of_files=of_files, completed=done, total=total
        )


@contextmanager
def steps(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """The same for one file: takes a step, and how many bytes of how many of it are done."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    with _bytes("{task.description}") as bar:
        task = bar.add_task("opening", total=None)
        yield lambda step, done, total: bar.update(
            task, description=step, completed=done, total=total
        )


def _bytes(text: str) -> Progress:
    """A bar of bytes with that text before it."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn(text),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def pour(source: BinaryIO) -> int:
    """All bytes of a file as the command's result; how many they are."""
    size = 0
    while piece := source.read(1 << 20):
        size += sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return size


def can_ask() -> bool:
    """Whether somebody sits at the keyboard."""
    return sys.stdin.isatty()


def confirm(question: str) -> bool:
    """Whether the answer is yes; no answer is a no."""
    try:
        return input(f"{question} (y/N) ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def warn(text: str) -> None:
    """A line beside the result."""
    print(" ".join(text.split()), file=sys.stderr, flush=True)


def ask_password() -> str:
    """A password, typed twice and not shown. Raises Failure when the two differ."""
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password again: ") != password:
        raise Failure("the two passwords differ")
    return password
