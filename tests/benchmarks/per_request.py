"""What logging and rate limits cost each request: `python -m tests.benchmarks.per_request`.

Microseconds on one core, in this process; short runs, of which the quickest counts, so that other
work on the machine hardly shows.
"""

from __future__ import annotations

import asyncio
import tempfile
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from msgspec.structs import replace

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.http import endpoint, limit
from fastcms.http.request import Request, Scope
from fastcms.logs.entry import lines_of
from fastcms.logs.journal import TOGETHER, Journal

ROUTE = "/api/collections/{collection}/records/{id}"
PATH = "/api/collections/users/records/abcdefghijklmno"
CALLS, REPEATS = 500, 200
BATCHES = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, microseconds in asyncio.run(_measure(Path(folder) / "pb_data")).items():
            print(f"{name:44}{microseconds:6.2f} µs")


async def _measure(directory: Path) -> dict[str, float]:
    app = open_directory(directory)
    request = Request(app, _scope(), _nothing)
    found = {}
    journal = Journal(app)
    done = endpoint._facts(request.scope, 200, 0.000123, request, None)

    def told() -> None:
        request._client_ip = None
        perf_counter(), perf_counter()
        journal.note(endpoint._facts(request.scope, 200, 0.000123, request, None))
        if len(journal._waiting) == TOGETHER - 1:
            journal._waiting.clear()

    found["log: noted on the event loop"] = _quickest(told)
    journal._take()
    batch = [done] * TOGETHER
    lines = partial(lines_of, batch, (), app.settings.logs)
    spent = []
    for _ in range(BATCHES):
        begin = process_time()
        await app.log_store.put(TOGETHER, lines)
        spent.append(process_time() - begin)
    found["log: put into a batch, on a thread"] = min(spent) / TOGETHER * 1e6
    begin = process_time()
    await app.log_store.unfold()
    rows = (process_time() - begin) / BATCHES / TOGETHER * 1e6
    found["log: made a row, when there is time"] = rows
    _use_limits(app)
    found["rate limit: counted, told in headers"] = _quickest(partial(_limited, request))
    for close in app.closers:
        await close()
    app.close()
    return found


def _use_limits(app: App) -> None:
    limits = app.settings.rate_limits
    rules = tuple(replace(rule, max_requests=10**9) for rule in limits.rules)
    enabled = replace(limits, enabled=True, rules=rules)
    app.limits.use(replace(app.settings, rate_limits=enabled), "")


def _limited(request: Request) -> None:
    request.window = None
    limit.check(request, ROUTE, ("view",))
    limit.headers(request)


def _quickest(call: Callable[[], object]) -> float:
    return min(timeit.repeat(call, number=CALLS, repeat=REPEATS)) / CALLS * 1e6


def _scope() -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "whole_path": PATH,
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8090"), (b"user-agent", b"fastcms-benchmark")],
        "client": ("127.0.0.1", 50_000),
        "path_params": {"collection": "users", "id": "abcdefghijklmno"},
    }


async def _nothing() -> dict[str, object]:
    return {}


if __name__ == "__main__":
    main()
