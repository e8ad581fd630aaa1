"""`python -m tests.benchmarks.import_records`: how fast records come in and go out, and in what
memory.

Each figure is of a `fastcms` process on a fresh directory, start and end of the process included.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("title", "slug", "views", "price", "email", "live", "published", "note")


class Run(NamedTuple):
    """One process: wall and CPU seconds, the most memory in MB."""

    seconds: float
    cpu: float
    megabytes: float


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        root = Path(folder)
        source, few = root / "rows.csv", root / "few.csv"
        write_rows(source, options.rows)
        write_rows(few, 1)
        data = root / "pb_data"
        fastcms(data, "import-records", "posts", str(few), "--create")
        print(f"{options.rows:,} rows of {len(COLUMNS)} columns, {source.stat().st_size:,} bytes")
        command = ("import-records", "posts", str(source))
        _show("import csv", options.rows, data, *command)
        _show("import csv --dry-run", options.rows, data, *command, "--dry-run")
        _show("import csv --skip-bad", options.rows, data, *command, "--skip-bad")
        exported = options.rows * 2 + 1
        for name in ("csv", "ndjson", "json", "xlsx", "sqlite"):
            file = str(root / f"out.{name}")
            _show(f"export {name}", exported, data, "export-records", "posts", file)
            if name != "csv":
                made = ("import-records", f"posts_{name}", file, "--create")
                _show(f"import {name} --create", exported, data, *made)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.import_records")
    parser.add_argument("--rows", type=int, default=100_000, help="default: %(default)s")
    return parser.parse_args()


def write_rows(path: Path, count: int) -> None:
    """A CSV file with a value of each usual type."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(count):
            writer.writerow(
                [
                    f"Récord {n}",
                    f"record-{n}",
                    n % 1000,
                    n / 8,
                    f"user{n}@example.com",
                    "true" if n % 3 else "false",
                    f"2024-05-{n % 28 + 1:02} 07:08:09.000Z",
                    f"A note, with a comma and a number: {n}",
                ]
            )


def fastcms(data: Path, *arguments: str) -> Run:
    """Runs a command of the group `collection`; ends the program where it fails."""
    line = [sys.executable, "-m", "fastcms_cli", "collection", *arguments, "--dir", str(data)]
    begin = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        sys.exit(f"failed: {' '.join(line)}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _show(name: str, rows: int, data: Path, *arguments: str) -> None:
    run = fastcms(data, *arguments)
    print(
        f"{name:24} {rows / run.seconds:9,.0f} rows/s {run.cpu / rows * 1e6:6.1f} µs CPU a row"
        f" {run.megabytes:6.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
