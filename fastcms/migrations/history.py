"""The table `_migrations`, which the reference keeps too: what was applied, and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from fastcms.store.store import Tx

Read: TypeAlias = Callable[[str], Sequence[tuple[Any, ...]]]

# The reference's own, and those of programs built on it in Go. They have no file here.
COMPILED = ".go"


def applied(read: Read) -> set[str]:
    """The names of all migrations that count as done."""
    return {name for (name,) in read("SELECT file FROM _migrations")}


def newest_first(read: Read) -> list[str]:
    """The same without the compiled ones, the last applied first."""
    # Old versions of the reference wrote seconds: filled up with zeros they compare.
    rows = read(
        "SELECT file FROM _migrations"
        " ORDER BY substr(applied || '0000000000000000', 1, 16) DESC, file DESC"
    )
    return [name for (name,) in rows if not name.endswith(COMPILED)]


def add(tx: Tx, name: str) -> None:
    """Notes that a migration is applied as of now."""
    tx.execute("INSERT INTO _migrations (file, applied) VALUES (?, ?)", (name, microseconds()))


def remove(tx: Tx, name: str) -> None:
    """Forgets a migration."""
    tx.execute("DELETE FROM _migrations WHERE file = ?", (name,))


def microseconds() -> int:
    """The time as the table has it."""
    return time.time_ns() // 1000
