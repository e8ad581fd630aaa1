"""`python -m tests.benchmarks.cascade`: deletions that draw others after them over three levels.

Both servers get the same records, written while they are down, in a collection of their own for
each round, and delete them in turn; shown is the median time until the last answer in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from tests.servers import Kind, Server, add_superuser

PATH = "/api/collections"
LEVELS = ("tops", "mids", "lows")


class Case(NamedTuple):
    """How many records there are at the top, and below each record of a level."""

    tops: int
    below: int
    # One truncation, or one request for each record at the top.
    together: bool
    indexed: bool = True


CASES = {
    "1 record, 1,000 at the third level": Case(1, 32, together=False),
    "1,000 records truncated, 1 below each": Case(1_000, 1, together=True),
    "the same without indexes": Case(1_000, 1, together=True, indexed=False),
    "100 records truncated, 3 below each": Case(100, 3, together=True),
    "1,000 requests, 1 below each": Case(1_000, 1, together=False),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cascade")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    options = parser.parse_args()
    cases = {name: case for name, case in CASES.items() if options.only in name}
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        taken = _measure(Path(folder), cases, options.rounds)
    print(f"median of {options.rounds}, milliseconds\n")
    print(f"| {'deletion':37} | reference | FastCMS | times faster |")
    print(f"|{'-' * 39}|----------:|--------:|-------------:|")
    for name, by_kind in taken.items():
        reference, ours = (statistics.median(by_kind[kind]) for kind in Kind)
        print(f"| {name:37} | {reference:9.1f} | {ours:7.1f} | {reference / ours:12.1f} |")


def _measure(
    folder: Path, cases: dict[str, Case], rounds: int
) -> dict[str, dict[Kind, list[float]]]:
    taken: dict[str, dict[Kind, list[float]]] = defaultdict(lambda: defaultdict(list))
    names = {
        (name, number): f"c{at}r{number}"
        for at, name in enumerate(cases)
        for number in range(rounds)
    }
    servers = [_prepared(kind, folder / kind / "pb_data", cases, names) for kind in Kind]
    try:
        tokens: dict[Kind, str] = {}
        for server in servers:
            server.start()
            tokens[server.kind] = server.superuser_token()
        for (name, _), prefix in names.items():
            for server in servers:
                spent = _delete(server, tokens[server.kind], cases[name], prefix)
                taken[name][server.kind].append(spent)
    finally:
        for server in servers:
            server.stop()
    return taken


def _prepared(
    kind: Kind, directory: Path, cases: dict[str, Case], names: dict[tuple[str, int], str]
) -> Server:
    """A server, down, with all collections and records."""
    add_superuser(kind, directory)
    extra = ("--automigrate=false",) if kind is Kind.REFERENCE else ()
    server = Server(kind, directory, extra=extra)
    with server:
        token = server.superuser_token()
        for (name, _), prefix in names.items():
            _make_collections(server, token, prefix, indexed=cases[name].indexed)
    connection = apsw.Connection(str(directory / "data.db"))
    try:
        with connection:
            for (name, _), prefix in names.items():
                for level, rows in enumerate(_rows(cases[name])):
                    table = f"{prefix}_{LEVELS[level]}"
                    sql = f'INSERT INTO "{table}" (id, title, up) VALUES (?, ?, ?)'
                    connection.executemany(sql, rows)
    finally:
        connection.close()
    return server


def _make_collections(server: Server, token: str, prefix: str, *, indexed: bool) -> None:
    up: dict[str, Any] = {"type": "text", "name": "up"}
    for level in LEVELS:
        name = f"{prefix}_{level}"
        body = {
            "name": name,
            "fields": [{"type": "text", "name": "title"}, up],
            "indexes": [f"CREATE INDEX idx_{name} ON {name} (up)"] if indexed else [],
        }
        answer = server.expect("POST", PATH, token=token, json_body=body)
        id_ = answer["id"]
        up = {"type": "relation", "name": "up", "collectionId": id_, "cascadeDelete": True}


def _rows(case: Case) -> Iterator[list[tuple[str, str, str]]]:
    """The rows of each level."""
    ups = [""] * case.tops
    for level in LEVELS:
        rows = [(f"{level[0]}{n:014}", f"{level} {n}", up) for n, up in enumerate(ups)]
        yield rows
        ups = [id_ for id_, _, _ in rows for _ in range(case.below)]


def _delete(server: Server, token: str, case: Case, prefix: str) -> float:
    """Milliseconds until the last answer."""
    if case.together:
        paths = [f"{PATH}/{prefix}_tops/truncate"]
    else:
        paths = [f"{PATH}/{prefix}_tops/records/t{n:014}" for n in range(case.tops)]
    started = time.perf_counter()
    for path in paths:
        server.expect("DELETE", path, token=token)
    spent = (time.perf_counter() - started) * 1000
    left = server.expect("GET", f"{PATH}/{prefix}_lows/records?perPage=1", token=token)
    assert left["totalItems"] == 0
    return spent


if __name__ == "__main__":
    main()
