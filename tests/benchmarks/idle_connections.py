"""`python -m tests.benchmarks.idle_connections`: what the server's processes hold for open streams.

Opens so many streams that subscribe to a collection and do nothing more, on FastCMS with its
defaults, and prints the memory of all its processes; then one change has to reach all of them.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from tests.benchmarks import fanout, process_tree, servers
from tests.benchmarks.process_tree import Memory
from tests.benchmarks.report import MEGABYTE
from tests.benchmarks.servers import Server

AT_MOST = 250  # MB: a goal of the project
SETTLE_SECONDS = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.idle_connections")
    parser.add_argument("--clients", type=int, default=5_000, help="default: %(default)s")
    parser.add_argument("--workers", type=int, help="of FastCMS; default: FastCMS's own default")
    parser.add_argument("--reference", action="store_true", help="measure the reference as well")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"MB with {options.clients:,} open streams (at most {AT_MOST})\n")
    print("| server    | before: PSS | with them: PSS |   RSS | KB each |")
    print("|-----------|------------:|---------------:|------:|--------:|")
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        chosen = [servers.fastcms(Path(folder, "fastcms"), options.workers)]
        if options.reference:
            chosen.append(servers.reference(Path(folder, "reference")))
        for server in chosen:
            server.prepare()
            server.start()
            try:
                before, after = _measure(server, options.clients)
            finally:
                server.stop()
            each = (after.pss - before.pss) / options.clients / 1_000
            shown = [memory / MEGABYTE for memory in (before.pss, after.pss, after.rss)]
            print(
                "| {:9} | {:11.0f} | {:14.0f} | {:5.0f} | {:7.1f} |".format(
                    server.name, *shown, each
                )
            )


def _measure(server: Server, clients: int) -> tuple[Memory, Memory]:
    """Memory before the streams and with them."""
    fanout.make_collection(server.port, *servers.SUPERUSER)
    before = process_tree.memory(server.pid)
    with fanout.opened(server.port, clients) as streams:
        fanout.subscribe(server.port, streams)
        time.sleep(SETTLE_SECONDS)
        after = process_tree.memory(server.pid)
        fanout.ask(server.port, "POST", fanout.PATH, {"title": "heard by all"})
        for stream in streams:
            message = b""
            while b'"action":"create"' not in message:
                piece = stream.recv(fanout.READ)
                assert piece, "a stream has ended"
                message += piece
    return before, after


if __name__ == "__main__":
    main()
