"""Where a command leaves a text that it made: on the terminal, or in a file."""

from __future__ import annotations

import os
from pathlib import Path

from fastcms_cli import console


def leave(text: str, out: Path | None) -> bool:
    """Prints the text, or writes it into the file `out`, whole or not at all.

    Whether something is there that was not before: a file that says the same is left alone.
    """
    if out is None:
        console.say(text.removesuffix("\n"))
        return True
    try:
        if out.exists() and out.read_bytes() == text.encode():
            return False
        beside = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            beside.write_bytes(text.encode())
            beside.replace(out)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise console.Failure(
            f"{out} cannot be written: {reason}; give another file with --out"
        ) from error
    return True
