"""The means to look into data directories, and to spoil them."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@contextmanager
def database(file: Path) -> Iterator[sqlite3.Connection]:
    """The file for the test's own SQL, committed and closed at the end.

    Only while nothing of FastCMS has it open in this process: two copies of SQLite in one process
    do not see each other's locks.
    """
    connection = sqlite3.connect(file)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def query(file: Path, sql: str) -> list[Any]:
    """All rows of one statement."""
    with database(file) as connection:
        return connection.execute(sql).fetchall()


def from_sql(name: str, directory: Path) -> Path:
    """A directory with the `data.db` that a file of SQL beside this one describes."""
    directory.mkdir(parents=True)
    with database(directory / "data.db") as connection:
        connection.executescript((HERE / name).read_text())
    return directory


def snapshot(directory: Path) -> dict[str, Any]:
    """Every file below with its content, every folder with None."""
    if directory.is_file():
        return {".": directory.read_bytes()}
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


Change = Callable[[Path], None]


def executing(*statements: str) -> Change:
    """A change of `data.db` by SQL."""

    def change(directory: Path) -> None:
        with database(directory / "data.db") as connection:
            for statement in statements:
                connection.execute(statement)

    return change


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """A command that is expected to end by itself."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60)
