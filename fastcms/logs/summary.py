"""What the log says as a whole: how many requests, how slow, which of them, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fastcms import clock
from fastcms.core import App
from fastcms.http.table import where
from fastcms.logs.entries import condition

SLOTS = 120  # that a span is cut into at most
# Times of so many requests are looked at, the newest; ten times as many take seconds.
TIMED = 100_000
TOP = 10
_PATHS = 1_000  # before those that differ in ids alone are put together

# Lengths of a slot in seconds, whole parts of an hour, a day and a week.
_STEPS = (1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800)
_PERCENTS = (50, 95, 99)
_IDS = (
    (re.compile(r"(?<=/records/)[^/]+"), "{id}"),
    (re.compile(r"(/api/files/[^/]+)/.+"), r"\1/{id}/{name}"),
    (re.compile(r"(?<=^GET /api/logs/)(?!stats$|summary$)[^/]+"), "{id}"),
)


class Span(NamedTuple):
    """A time, with the filter that lets through what is in it."""

    filter: str
    begin: datetime
    end: datetime

    @property
    def step(self) -> int:
        """Seconds of a slot."""
        least = (self.end - self.begin) / timedelta(seconds=SLOTS)
        return next((step for step in _STEPS if step >= least), 30 * 86_400)


async def summary(app: App, filter_: str, begin: datetime, end: datetime) -> dict[str, Any]:
    """All of it, of entries that the filter lets through. Raises FilterError and StoreError."""
    # By itself first: it has to be a whole one.
    condition(app, filter_)
    parts = [f"created >= '{clock.to_text(begin)}'", f"created < '{clock.to_text(end)}'"]
    if filter_:
        parts.append(f"({filter_})")
    span = Span(" && ".join(parts), begin, end)
    return {
        "from": clock.to_text(begin),
        "to": clock.to_text(end),
        "step": span.step,
        "slots": await _slots(app, span),
        "latency": (await _latencies(app, span, "0")).get(0, _times(None, None, None)),
        "routes": await _routes(app, span),
        "errors": await _errors(app, span),
    }


async def _slots(app: App, span: Span) -> list[dict[str, Any]]:
    """Those that hold anything, the oldest first."""
    slot = f"unixepoch(created) / {span.step}"
    rows = await _select(
        app,
        span,
        f"{slot} AS slot, count(*), sum(level >= 8)",
        "GROUP BY slot ORDER BY slot",
    )
    times = await _latencies(app, span, slot)
    return [
        {
            "date": clock.seconds_text(number * span.step),
            "total": total,
            "errors": errors,
            **times.get(number, _times(None, None, None)),
        }
        for number, total, errors in rows
    ]


async def _latencies(app: App, span: Span, slot: str) -> dict[int, dict[str, Any]]:
    """How long requests took, by slot: what so many percent of them stayed below."""
    found = condition(app, f"{span.filter} && data.type = 'request'")
    chosen = ", ".join(
        f"max(iif(place = (total * {percent} + 99) / 100, ms, NULL))" for percent in _PERCENTS
    )
    rows = await app.log_store.read(
        f"WITH timed AS (SELECT {slot} AS slot, data ->> 'execTime' AS ms FROM _logs{where(found)}"
        " ORDER BY created DESC LIMIT ?),"
        " ranked AS (SELECT slot, ms, row_number() OVER (PARTITION BY slot ORDER BY ms) AS place,"
        " count(*) OVER (PARTITION BY slot) AS total FROM timed)"
        f" SELECT slot, {chosen} FROM ranked GROUP BY slot",
        (*found.where_params, TIMED),
    )
    return {number: _times(*times) for number, *times in rows}


def _times(*milliseconds: float | None) -> dict[str, Any]:
    return {f"p{percent}": ms for percent, ms in zip(_PERCENTS, milliseconds, strict=True)}


async def _routes(app: App, span: Span) -> list[dict[str, Any]]:
    """Those that are asked for most; the ids of records are not told apart."""
    requests = span._replace(filter=f"{span.filter} && data.type = 'request'")
    url = "data ->> 'url'"
    rows = await _select(
        app,
        requests,
        f"(data ->> 'method') || ' ' || substr({url}, 1, instr({url} || '?', '?') - 1) AS route,"
        " count(*), sum(level >= 8), sum(data ->> 'execTime')",
        f"GROUP BY route ORDER BY count(*) DESC LIMIT {_PATHS}",
    )
    merged: dict[str, list[float]] = {}
    for path, *figures in rows:
        route = path
        for ids, name in _IDS:
            route = ids.sub(name, route)
        before = merged.get(route, [0, 0, 0])
        merged[route] = [one + other for one, other in zip(before, figures, strict=True)]
    most = sorted(merged.items(), key=lambda item: -item[1][0])[:TOP]
    return [
        {"route": route, "total": total, "errors": errors, "mean": took / total}
        for route, (total, errors, took) in most
    ]


async def _errors(app: App, span: Span) -> list[dict[str, Any]]:
    """What went wrong most often."""
    failed = span._replace(filter=f"{span.filter} && level >= 8")
    rows = await _select(
        app,
        failed,
        "data ->> 'status', coalesce(data ->> 'error', message) AS error, count(*), max(created)",
        f"GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT {TOP}",
    )
    return [
        {"status": status or 0, "error": error, "total": total, "last": last}
        for status, error, total, last in rows
    ]


async def _select(app: App, span: Span, columns: str, rest: str) -> Sequence[Sequence[Any]]:
    found = condition(app, span.filter)
    sql = f"SELECT {columns} FROM _logs{where(found)} {rest}"
    return await app.log_store.read(sql, found.where_params)
