"""`python -m tests.benchmarks.schema_change`: changes of a collection with many records.

Both servers get the same collection and rows; the rows are written while they are down. Each
change is made by one PATCH and undone by another, in turn on both; shown is the median time of the
answer in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import apsw

from tests.servers import Kind, Server, add_superuser

PATH = "/api/collections/articles"

_FIELDS: list[dict[str, Any]] = [
    {"id": "title", "type": "text", "name": "title"},
    {"id": "body", "type": "editor", "name": "body"},
    {"id": "views", "type": "number", "name": "views"},
    {"id": "rank", "type": "number", "name": "rank"},
    {"id": "day", "type": "date", "name": "day"},
    {"id": "kind", "type": "select", "name": "kind", "values": ["a", "b"]},
]
_INDEXES = [
    "CREATE INDEX idx_articles_title ON articles (title)",
    "CREATE INDEX idx_articles_views ON articles (views, day)",
    "CREATE UNIQUE INDEX idx_articles_rank ON articles (rank) WHERE rank > 0",
]
_ADDED = {"id": "extra", "type": "text", "name": "extra"}


def _with(id_: str, **options: Any) -> list[dict[str, Any]]:
    return [{**field, **options} if field["id"] == id_ else field for field in _FIELDS]


# name → (indexes of the collection, its fields after the change)
CHANGES: dict[str, tuple[list[str], list[dict[str, Any]]]] = {
    "add a field, no indexes": ([], [*_FIELDS, _ADDED]),
    "add a field, one index": (_INDEXES[:1], [*_FIELDS, _ADDED]),
    "add a field, three indexes": (_INDEXES, [*_FIELDS, _ADDED]),
    "rename a field, three indexes": (_INDEXES, _with("body", name="text")),
    "an option of a field, three indexes": (_INDEXES, _with("title", max=100)),
    "one value to many, three indexes": (_INDEXES, _with("kind", maxSelect=2)),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.schema_change")
    parser.add_argument("--rows", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        taken = _measure(Path(folder), options.rows, options.rounds)
    print(f"{options.rows:,} rows, median of {options.rounds}, milliseconds\n")
    print(f"| {'change':36} | reference | FastCMS | times faster |")
    print(f"|{'-' * 38}|----------:|--------:|-------------:|")
    for name, by_kind in taken.items():
        reference, ours = (statistics.median(by_kind[kind]) for kind in Kind)
        print(f"| {name:36} | {reference:9.1f} | {ours:7.1f} | {reference / ours:12.1f} |")


def _measure(folder: Path, rows: int, rounds: int) -> dict[str, dict[Kind, list[float]]]:
    taken: dict[str, dict[Kind, list[float]]] = defaultdict(lambda: defaultdict(list))
    servers = [_prepared(kind, folder / kind / "pb_data", rows) for kind in Kind]
    try:
        tokens = {}
        for server in servers:
            server.start()
            tokens[server.kind] = server.superuser_token()
        for name, (indexes, fields) in CHANGES.items():
            for server in servers:
                _patch(server, tokens[server.kind], {"indexes": indexes})
            for _ in range(rounds):
                for server in servers:
                    token = tokens[server.kind]
                    taken[name][server.kind].append(_patch(server, token, {"fields": fields}))
                    _patch(server, token, {"fields": _FIELDS})
    finally:
        for server in servers:
            server.stop()
    return taken


def _prepared(kind: Kind, directory: Path, rows: int) -> Server:
    """A server, down, with the collection and its rows."""
    add_superuser(kind, directory)
    extra = ("--automigrate=false",) if kind is Kind.REFERENCE else ()
    server = Server(kind, directory, extra=extra)
    with server:
        body = {"name": "articles", "fields": _FIELDS}
        server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)
    connection = apsw.Connection(str(directory / "data.db"))
    try:
        with connection:
            connection.executemany(
                "INSERT INTO articles (id, title, body, views, rank, day, kind)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        f"r{number:014}",
                        f"title {number * 7919 % rows}",
                        "word " * 20,
                        number % 1000,
                        number,
                        f"2024-01-{number % 28 + 1:02} 00:00:00.000Z",
                        "ab"[number % 2],
                    )
                    for number in range(rows)
                ),
            )
    finally:
        connection.close()
    return server


def _patch(server: Server, token: str, body: dict[str, Any]) -> float:
    """Milliseconds until the answer."""
    started = time.perf_counter()
    server.expect("PATCH", PATH, token=token, json_body=body)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
