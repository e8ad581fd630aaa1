"""`make bench`: compare FastCMS with the reference and print the figures.

Both servers stay up on equally seeded directories and are loaded in turn, round by round, so that
whatever else the machine does falls on both. CPU per request is the steadiest figure of a run:
it is the user and system time of the server's whole process tree.
"""

from __future__ import annotations

import argparse
import copy
import http.client
import json
import math
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.benchmarks import (
    fanout,
    process_tree,
    query_scenarios,
    query_seed,
    report,
    seed,
    servers,
    wrk,
)
from tests.benchmarks.report import MEGABYTE, Figures
from tests.benchmarks.scenarios import SCENARIOS, Scenario
from tests.benchmarks.servers import Server

START_UP, HELP, IDLE = "start-up", "help", "idle-memory"
LOG = "log-cost"
# Of short requests, where the log weighs most.
LOGGED = ("view", "create")
LOGGED_RATE = 0.95
ALONE = (START_UP, HELP, IDLE)
FAN_OUT = "fan-out"
# One change is heard by so many, so often in a round.
HEARERS, CHANGES = 500, 40
PERCENTILES = (50, 95, 99)
IDLE_SECONDS = 2.0
CORE, QUERY = "core", "query"
# Of the query suite: how often each connection asks within the time of a scenario, at least.
TURNS = 8
LONGEST_SECONDS = 60

Singles = dict[str, dict[str, list[float]]]


def main() -> None:
    options = _options()
    if options.suite == QUERY:
        _measure_queries(options)
        return
    names = [scenario.name for scenario in SCENARIOS]
    chosen = set(options.only or [*ALONE, FAN_OUT, LOG, *names])
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in chosen]
    wrk.find()
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        root = Path(folder)
        pair = [servers.reference(root / "reference"), _candidate(root, options)]
        for server in pair:
            server.prepare()
        milliseconds, megabytes = _measure_alone(pair, chosen, options.rounds)
        if FAN_OUT in chosen:
            milliseconds |= _measure_fan_out(pair, options.rounds)
        load = _measure_load(pair, scenarios, options) if scenarios else {}
        if LOG in chosen:
            logged, by_log = _measure_log(root, options)
            scenarios += logged
            load |= by_log
    _print_report(scenarios, load, milliseconds, megabytes, options)
    if options.json:
        figures = report.as_json(load, milliseconds, megabytes)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def _options() -> argparse.Namespace:
    scenarios = (*SCENARIOS, *query_scenarios.SCENARIOS)
    names = [*ALONE, FAN_OUT, LOG, *(scenario.name for scenario in scenarios)]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--suite", choices=(CORE, QUERY), default=CORE, help="default: core")
    parser.add_argument(
        "--rows", type=int, action="append", help="of the query suite's tables; default: 10000"
    )
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--seconds", type=int, default=4, help="a scenario, server and round")
    parser.add_argument("--connections", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=str(names))
    parser.add_argument("--workers", type=int, help="of FastCMS; default: FastCMS's own default")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    parser.add_argument(
        "--self", action="store_true", help="reference against itself: proves the harness"
    )
    return parser.parse_args()


def _measure_queries(options: argparse.Namespace) -> None:
    """The query suite: each number of rows on directories of its own."""
    wrk.find()
    measured: list[Scenario] = []
    load: dict[str, dict[str, Figures]] = {}
    for rows in options.rows or [10_000]:
        with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
            root = Path(folder)
            pair = [servers.reference(root / "reference"), _candidate(root, options)]
            for server in pair:
                print(f"seeding {server.name} with {rows:,} rows …", flush=True)
                server.prepare()
                server.user_token = query_seed.make(server, rows)
            try:
                for server in pair:
                    server.start()
                for scenario in query_scenarios.SCENARIOS:
                    if not options.only or scenario.name in options.only:
                        named = replace(scenario, name=f"{scenario.name} {rows:,}")
                        measured.append(named)
                        load[named.name] = _measure_query(pair, named, options)
            finally:
                for server in pair:
                    server.stop()
    _print_report(measured, load, {}, {}, options)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(load, {}, {}), indent=2) + "\n")


def _measure_query(
    pair: list[Server], scenario: Scenario, options: argparse.Namespace
) -> dict[str, Figures]:
    """As many connections as let the slower server answer each of them several times."""
    figures = {server.name: Figures() for server in pair}
    first, second = (_ask(server, scenario) for server in pair)
    if first[0] != second[0]:
        sys.exit(f"{scenario.name}: the answers differ:\n{first[0]}\n{second[0]}")
    slowest = max(first[1], second[1])
    planned = copy.copy(options)
    planned.connections = max(1, min(options.connections, int(options.seconds / TURNS / slowest)))
    planned.seconds = min(LONGEST_SECONDS, max(options.seconds, math.ceil(slowest * TURNS)))
    print(f"{scenario.name}: {planned.connections} connections, {planned.seconds} s", flush=True)
    for turn in range(options.rounds):
        for server in pair:
            _run(server, scenario, figures[server.name], turn, planned)
    return figures


def _ask(server: Server, scenario: Scenario) -> tuple[Any, float]:
    """What the answer says, and the seconds that a second one took."""
    headers = {"User-Agent": seed.USER_AGENT}
    if scenario.signed_in:
        headers["Authorization"] = server.user_token
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LONGEST_SECONDS)
    for _ in range(2):
        begin = time.perf_counter()
        connection.request(scenario.method, scenario.path, headers=headers)
        answer = json.loads(connection.getresponse().read())
        seconds = time.perf_counter() - begin
    connection.close()
    shown = [(item["id"], sorted(item.get("expand", {}))) for item in answer["items"]]
    return (shown, answer["totalItems"]), seconds


def _candidate(root: Path, options: argparse.Namespace) -> Server:
    if options.self:
        return servers.reference(root / "again", "reference again")
    return servers.fastcms(root / "fastcms", options.workers)


def _measure_alone(pair: list[Server], chosen: set[str], rounds: int) -> tuple[Singles, Singles]:
    """Start-up and idle memory, with only one server up at a time."""
    milliseconds: Singles = defaultdict(lambda: defaultdict(list))
    megabytes: Singles = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for server in pair:
            if HELP in chosen:
                milliseconds[HELP][server.name].append(server.run("--help") * 1000)
            if not chosen & {START_UP, IDLE}:
                continue
            started = server.start() * 1000
            try:
                if START_UP in chosen:
                    milliseconds[START_UP][server.name].append(started)
                if IDLE in chosen:
                    time.sleep(IDLE_SECONDS)
                    idle = process_tree.memory(server.pid)
                    megabytes["idle RSS"][server.name].append(idle.rss / MEGABYTE)
                    megabytes["idle PSS"][server.name].append(idle.pss / MEGABYTE)
            finally:
                server.stop()
    return milliseconds, megabytes


def _measure_fan_out(pair: list[Server], rounds: int) -> Singles:
    """Percentiles of the time from a change to its message, over all clients and changes."""
    found: Singles = defaultdict(lambda: defaultdict(list))
    try:
        for server in pair:
            server.start()
            fanout.make_collection(server.port, *servers.SUPERUSER)
        for turn in range(rounds):
            print(f"fan-out, round {turn + 1} of {rounds}", flush=True)
            for server in pair:
                cuts = quantiles(fanout.measure(server.port, HEARERS, CHANGES), n=100)
                for percentile in PERCENTILES:
                    name = f"{FAN_OUT} p{percentile}"
                    found[name][server.name].append(cuts[percentile - 1] * 1000)
    finally:
        for server in pair:
            server.stop()
    return found


def _measure_load(
    pair: list[Server],
    scenarios: list[Scenario],
    options: argparse.Namespace,
    prepare: Callable[[Server], None] = lambda _: None,
) -> dict[str, dict[str, Figures]]:
    load: dict[str, dict[str, Figures]] = {
        scenario.name: {server.name: Figures() for server in pair} for scenario in scenarios
    }
    try:
        for server in pair:
            server.start()
            print(f"seeding {server.name} …", flush=True)
            seed.seed(server)
            prepare(server)
        for turn in range(options.rounds):
            print(f"round {turn + 1} of {options.rounds}", flush=True)
            for scenario in scenarios:
                for server in pair:
                    _run(server, scenario, load[scenario.name][server.name], turn, options)
    finally:
        for server in pair:
            server.stop()
    return load


def _measure_log(
    root: Path, options: argparse.Namespace
) -> tuple[list[Scenario], dict[str, dict[str, Figures]]]:
    """FastCMS beside itself without a log."""
    without = servers.fastcms(root / "without", options.workers, "no log")
    pair = [without, servers.fastcms(root / "with", options.workers, "log")]
    for server in pair:
        server.prepare()
    scenarios = [
        replace(
            scenario, name=f"{scenario.name}, {LOG}", cpu_at_most=None, rate_at_least=LOGGED_RATE
        )
        for scenario in SCENARIOS
        if scenario.name in LOGGED
    ]

    def prepare(server: Server) -> None:
        if server is without:
            seed.switch_log_off(server)

    return scenarios, _measure_load(pair, scenarios, options, prepare)


def _run(
    server: Server,
    scenario: Scenario,
    figures: Figures,
    turn: int,
    options: argparse.Namespace,
) -> None:
    before = process_tree.cpu_seconds(server.pid)
    result = wrk.load(
        scenario,
        server.port,
        server.user_token,
        seconds=options.seconds,
        connections=options.connections,
        offset=turn * 10_000_000,
    )
    spent = process_tree.cpu_seconds(server.pid) - before
    used = process_tree.memory(server.pid)
    # Before the other one has its turn.
    server.settle()
    later = process_tree.cpu_seconds(server.pid) - before - spent
    figures.rate.append(result.rate)
    figures.p50.append(result.p50)
    figures.p99.append(result.p99)
    figures.cpu.append(spent / result.requests * 1e6)
    figures.later.append(later / result.requests * 1e6)
    figures.rss.append(used.rss / MEGABYTE)
    figures.pss.append(used.pss / MEGABYTE)


def _print_report(
    scenarios: list[Scenario],
    load: dict[str, dict[str, Figures]],
    milliseconds: Singles,
    megabytes: Singles,
    options: argparse.Namespace,
) -> None:
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};"
        f" median of {options.rounds} rounds, {options.seconds} s each,"
        f" {options.connections} connections; (x) = ratio to the reference\n"
    )
    if milliseconds:
        print(report.single_table(milliseconds, "ms"), end="\n\n")
    if megabytes:
        print(report.single_table(megabytes, "MB"), end="\n\n")
    if load:
        print(report.load_table(load), end="\n\n")
    print(report.goals(scenarios, load, milliseconds))


if __name__ == "__main__":
    main()
