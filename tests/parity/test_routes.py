"""Every route of the reference is compared: for those it lets in, and for those it turns away."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.parity import scenario
from tests.parity.routes import ANY, FILE_TOKEN, ROUTES, RULE, SUPERUSERS, Route, route_of
from tests.parity.scenario import GUEST, SUPERUSER, Row
from tests.parity.tables import TABLES

_STREAMS = {scenario.OPENS: "GET", scenario.LISTENS: "POST"}


def _routed() -> Iterator[tuple[Route, Row]]:
    for rows in TABLES.values():
        for row in rows:
            path = "/api/realtime" if row.method in _STREAMS else urlsplit(row.path).path
            found = route_of(_STREAMS.get(row.method, row.method), path)
            if found is not None:
                yield found, row


@pytest.fixture(scope="module")
def callers() -> dict[Route, set[str]]:
    """Who calls each route, in any table."""
    found = defaultdict(set)
    for route, row in _routed():
        found[route].add("a token in the query" if "token" in row.query else row.who)
    return found


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_a_route_is_compared(route: Route, callers: dict[Route, set[str]]) -> None:
    called = callers[route]
    assert called, "no row"
    if route.who in (ANY, RULE):
        return
    assert {GUEST, "ann"} <= called
    if route.who == FILE_TOKEN:
        assert "a token in the query" in called
        return
    assert {"expired", "forged"} <= called
    if route.who == SUPERUSERS:
        assert SUPERUSER in called


@pytest.mark.parametrize(
    ("method", "path", "pattern"),
    [
        ("GET", "/api/collections/meta/scaffolds", "/api/collections/meta/scaffolds"),
        ("PATCH", "/api/collections/import", "/api/collections/{c}"),
        ("GET", "/api/collections/a/records/b", "/api/collections/{c}/records/{id}"),
        ("GET", "/api/collections/a/records/b/c", "/{path...}"),
        ("GET", "/_/x/y.js", "/_/{path...}"),
        ("GET", "/_/extensions/x/y.js", "/_/extensions/{name}/{path...}"),
        ("GET", "/", "/{path...}"),
        ("POST", "/api/health", None),
    ],
)
def test_the_most_exact_route(method: str, path: str, pattern: str | None) -> None:
    found = route_of(method, path)
    assert (found.pattern if found else None) == pattern
