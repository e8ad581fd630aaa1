"""The scenarios of the query suite: what a list costs when its tables are large."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.benchmarks.scenarios import RECORDS, Scenario


def _list(name: str, at_least: float, *, signed_in: bool = False, **query: str) -> Scenario:
    path = f"{RECORDS.format('works')}?{urlencode({'perPage': '30', **query})}"
    return Scenario(name, "GET", path, signed_in=signed_in, rate_at_least=at_least)


SCENARIOS = (
    _list("list-count", 8),
    _list("list-unindexed", 3, filter="views > 2500 && title ~ 'cedar'", sort="-views,title"),
    _list("list-expand-count", 5, expand="folder", signed_in=True),
    _list("list-expand", 5, expand="folder", skipTotal="1", sort="id", signed_in=True),
    _list("list-match-all", 20, filter="teams.n > 100", sort="-id"),
    _list("list-any-back", 3, filter="replies_via_work.stars ?> 4", sort="-id"),
)
