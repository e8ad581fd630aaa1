"""What a server and all the processes it started have used, read from /proc (Linux)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """Bytes. RSS counts a page once for each process that shares it, PSS once in all."""

    rss: int
    pss: int


def cpu_seconds(root: int) -> float:
    """User and system time of the living tree under `root` and of its dead, waited-for children."""
    ticks = 0
    for pid in tree(root):
        # utime, stime, cutime, cstime
        ticks += sum(int(field) for field in _stat(pid)[11:15])
    return ticks / TICKS_PER_SECOND


def thread_microseconds(root: int) -> float:
    """What the living threads of the living tree under `root` have used: finer than ticks, for
    servers whose threads live on.
    """
    nanoseconds = 0
    for pid in tree(root):
        for thread in (PROC / str(pid) / "task").iterdir():
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e3


def memory(root: int) -> Memory:
    """Resident memory of the living tree under `root`."""
    rss = pss = 0
    for pid in tree(root):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "Rss":
                rss += int(rest.split()[0]) * 1024
            elif name == "Pss":
                pss += int(rest.split()[0]) * 1024
    return Memory(rss, pss)


def tree(root: int) -> Iterator[int]:
    """The process `root` and all that are under it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int(_stat(int(entry.name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            children[parent].append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children[pid]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, which may itself hold blanks."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
