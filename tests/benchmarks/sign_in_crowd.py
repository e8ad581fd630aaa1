"""`python -m tests.benchmarks.sign_in_crowd`: record reads while 50 clients sign in by password.

Both servers are asked for records by as many connections as in `make bench`, first alone, then
while 50 more connections sign in without a pause. Shown is the median of the rounds: how long the
slowest hundredth of the reads took, and what the crowd makes of that.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
from functools import partial
from pathlib import Path

from tests.benchmarks import seed, servers, wrk
from tests.benchmarks.scenarios import SCENARIOS
from tests.benchmarks.servers import Server

CROWD = 50
AT_MOST = 3.0  # times the usual p99: a goal of the project
LEAD = 1  # seconds that the crowd is there before and after the reads
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sign_in_crowd")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--seconds", type=int, default=4, help="of each reading")
    parser.add_argument("--connections", type=int, default=32, help="that read")
    options = parser.parse_args()
    wrk.find()
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        root = Path(folder)
        pair = [servers.reference(root / "reference"), servers.fastcms(root / "fastcms", None)]
        p99: dict[str, list[tuple[float, float]]] = {server.name: [] for server in pair}
        try:
            for server in pair:
                server.prepare()
                server.start()
                seed.seed(server)
            for _ in range(options.rounds):
                for server in pair:
                    p99[server.name].append(_read_twice(server, options))
        finally:
            for server in pair:
                server.stop()
    print(f"p99 of record reads in ms, median of {options.rounds} rounds\n")
    print(f"| server    | alone | beside {CROWD} that sign in | times (at most {AT_MOST:g}) |")
    print("|-----------|------:|------------------------:|-------------------:|")
    for name, rounds in p99.items():
        alone, beside = map(statistics.median, zip(*rounds, strict=True))
        print(f"| {name:9} | {alone:5.1f} | {beside:23.1f} | {beside / alone:18.1f} |")


def _read_twice(server: Server, options: argparse.Namespace) -> tuple[float, float]:
    """p99 of the reads in milliseconds, alone and beside the crowd."""
    load = partial(wrk.load, port=server.port, token=server.user_token, offset=0)
    read = partial(load, BY_NAME["view"], seconds=options.seconds, connections=options.connections)
    alone = read()
    crowd = threading.Thread(
        target=load,
        args=(BY_NAME["auth-with-password"],),
        kwargs={"seconds": options.seconds + 2 * LEAD, "connections": CROWD},
    )
    crowd.start()
    crowd.join(LEAD)
    beside = read()
    crowd.join()
    return alone.p99, beside.p99


if __name__ == "__main__":
    main()
