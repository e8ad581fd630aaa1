"""What the user sees. The only module that prints."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Mapping
from typing import NoReturn


class Failure(Exception):
    """Ends the command with one line on stderr and exit code 1."""


def say(text: str) -> None:
    """A line of the command's result; at once, for those who read it through a pipe."""
    print(text, flush=True)


def say_json(value: Mapping[str, object]) -> None:
    """The command's result for programs."""
    say(json.dumps(value, ensure_ascii=False))


def fail(text: str) -> NoReturn:
    """Ends the process with a line that says why."""
    print(" ".join(text.split()), file=sys.stderr)
    raise SystemExit(1)


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
