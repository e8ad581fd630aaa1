"""The figures as values, and as a plain table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tests.benchmarks.scenarios import Scenario

MEGABYTE = 1_000_000


@dataclass
class Figures:
    """What one server did in one scenario: one entry a round."""

    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    rss: list[float] = field(default_factory=list)
    pss: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    title: str
    key: str
    form: str


LOAD_COLUMNS = (
    Column("req/s", "rate", "{:,.0f}"),
    Column("p50 ms", "p50", "{:,.2f}"),
    Column("p99 ms", "p99", "{:,.2f}"),
    Column("CPU us/req", "cpu", "{:,.0f}"),
    Column("later us", "later", "{:,.1f}"),
    Column("RSS MB", "rss", "{:,.0f}"),
    Column("PSS MB", "pss", "{:,.0f}"),
)


def load_table(results: Mapping[str, Mapping[str, Figures]]) -> str:
    """Results by scenario, then by server; the first server is what the others are compared to."""
    rows = [["scenario", "server", *(column.title for column in LOAD_COLUMNS)]]
    for scenario, servers in results.items():
        base: Figures | None = None
        for server, figures in servers.items():
            cells = []
            for column in LOAD_COLUMNS:
                value = median(getattr(figures, column.key))
                text = column.form.format(value)
                cells.append(text if base is None else text + _ratio(value, base, column.key))
            rows.append([scenario if base is None else "", server, *cells])
            base = base or figures
    return _aligned(rows)


def single_table(results: Mapping[str, Mapping[str, list[float]]], unit: str) -> str:
    """Figures of one number each, such as start-up: results by name, then by server."""
    rows = [["what", "server", unit]]
    for name, servers in results.items():
        base: float | None = None
        for server, values in servers.items():
            value = median(values)
            text = f"{value:,.0f}"
            if base is not None:
                text += f" ({value / base:.2f}x)"
            rows.append([name if base is None else "", server, text])
            base = value if base is None else base
    return _aligned(rows)


# Goals of the project for figures of one number, as ratios to the reference.
SINGLE_GOALS = {"fan-out p95": 1 / 2}


def goals(
    scenarios: Iterable[Scenario],
    results: Mapping[str, Mapping[str, Figures]],
    singles: Mapping[str, Mapping[str, list[float]]],
) -> str:
    """One line for each goal that the project set itself."""
    rows = [["goal", "ratio", "wanted", ""]]
    for scenario in scenarios:
        if scenario.name not in results:
            continue
        base, other = (figures for figures in results[scenario.name].values())
        if scenario.cpu_at_most is not None:
            ratio = median(other.cpu) / median(base.cpu)
            rows.append(_goal(f"{scenario.name}: CPU", ratio, "<=", scenario.cpu_at_most))
        if scenario.rate_at_least is not None:
            ratio = median(other.rate) / median(base.rate)
            rows.append(_goal(f"{scenario.name}: req/s", ratio, ">=", scenario.rate_at_least))
    for name, bound in SINGLE_GOALS.items():
        if name in singles:
            before, after = map(median, singles[name].values())
            rows.append(_goal(name, after / before, "<=", bound))
    return _aligned(rows) if len(rows) > 1 else ""


def as_json(
    load: Mapping[str, Mapping[str, Figures]],
    milliseconds: Mapping[str, Mapping[str, list[float]]],
    megabytes: Mapping[str, Mapping[str, list[float]]],
) -> dict[str, Any]:
    """Every round's figures, for a later comparison."""
    return {
        "load": {
            scenario: {server: asdict(figures) for server, figures in servers.items()}
            for scenario, servers in load.items()
        },
        "milliseconds": milliseconds,
        "megabytes": megabytes,
    }


def _goal(name: str, ratio: float, sign: str, bound: float) -> list[str]:
    # Judged as shown: a third is written 0.33.
    shown, limit = round(ratio, 2), round(bound, 2)
    met = shown <= limit if sign == "<=" else shown >= limit
    return [name, f"{shown:.2f}", f"{sign} {limit:.2f}", "met" if met else "MISSED"]


def _ratio(value: float, base: Figures, key: str) -> str:
    whole = median(getattr(base, key))
    return f" ({value / whole:.2f}x)" if whole else ""


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)
