"""The five rules: each collection of the seed has one rule in all five places."""

from itertools import product
from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import RULED, rid

_WHO = ("guest", "ann", "bob", "mia", "superuser", "expired")
_ASK = {"headers": {"X-Key": "open"}}


def _records(collection: str) -> str:
    return f"/api/collections/{collection}/records"


def _reads(collection: str, who: str) -> list[Row]:
    path = _records(collection)
    return [
        get(f"{collection}: list as {who}", path, who=who),
        get(f"{collection}: view 1 as {who}", f"{path}/{rid('r1')}", who=who),
        get(f"{collection}: view 2 as {who}", f"{path}/{rid('r2')}", who=who),
    ]


def _writes(collection: str, who: str) -> list[Row]:
    path = _records(collection)
    body: dict[str, Any] = {
        "id": f"n{_WHO.index(who)}".ljust(15, "0"), "title": "One", "n": 2, "owner": rid("ann"),
        "kinds": ["a", "b"], "tags": [rid("red")],
    }
    return [
        post(f"{collection}: create as {who}", path, body, who=who),
        patch(f"{collection}: update 1 as {who}", f"{path}/{rid('r1')}", {"n": 5}, who=who),
        patch(f"{collection}: update 3 as {who}", f"{path}/{rid('r3')}", {"n": 5}, who=who),
        delete(f"{collection}: delete none as {who}", f"{path}/{rid('none')}", who=who),
        delete(f"{collection}: delete new as {who}", f"{path}/{body['id']}", who=who),
    ]


def _asked(collection: str) -> list[Row]:
    """The same routes with what `ruled_query` and `ruled_header` want."""
    path, query = _records(collection), {"key": "open"}
    new = {"id": rid("asked"), "title": "asked"}
    return [
        get(f"{collection}: list asked right", path, query=query, **_ASK),
        get(f"{collection}: list asked twice", f"{path}?key=shut&key=open", headers={"X-KEY": "shut"}),
        get(f"{collection}: view asked right", f"{path}/{rid('r1')}", query=query, **_ASK),
        post(f"{collection}: create asked right", path, new, query=query, **_ASK),
        patch(f"{collection}: update asked right", f"{path}/{rid('r1')}", {"n": 7}, query=query, **_ASK),
        delete(f"{collection}: delete asked right", f"{path}/{rid('asked')}", query=query, **_ASK),
    ]


_BODIES: dict[str, tuple[dict[str, Any], ...]] = {
    "body_title": ({"title": "yes"}, {"title": "no"}, {}, {"title": ["yes"]}),
    "body_isset": ({}, {"n": 1}, {"n": None}, {"n+": 1}, {"nn": 1}),
    "body_changed": ({}, {"title": "One"}, {"title": "Two"}, {"title": ""}, {"n": 9}),
    "body_number": ({"n": 6}, {"n": 5}, {"n": "6"}, {}, {"n+": 6}, {"n": "x"}, {"n": True}),
    "body_owner": ({"owner": rid("ann")}, {"owner": rid("bob")}, {"owner": ""}, {}),
    "body_owner_role": ({"owner": rid("ann")}, {"owner": rid("bob")}, {}, {"owner": rid("none")}),
    "body_tags": ({"tags": [rid("red")]}, {"tags": [rid("red"), rid("blue")]}, {}, {"tags+": rid("blue")}),
    "body_kinds": ({"kinds": ["a", "b"]}, {"kinds": ["a", "c"]}, {}, {"kinds+": "c"}, {"kinds-": "a"}),
    "body_against_row": ({"n": 0}, {"n": 1}, {"n": 3}, {}, {"n-": 1}),
    "body_hush": ({}, {"hush": "x"}, {"title": "x", "hush": ""}),
}


def _written(collection: str, number: int, body: dict[str, Any], who: str) -> list[Row]:
    path = _records(collection)
    new = {"id": f"{who[0]}{number}".ljust(15, "0"), **body}
    return [
        post(f"{collection}: create {body} as {who}", path, new, who=who),
        patch(f"{collection}: update {body} as {who}", f"{path}/{rid('r1')}", body, who=who),
    ]


READS = tuple(row for name, who in product(RULED, _WHO) for row in _reads(name, who))
WRITES = (
    *(row for name, who in product(RULED, _WHO) for row in _writes(name, who)),
    *(row for name in RULED for row in _asked(name)),
)
BODIES = tuple(
    row
    for name, bodies in _BODIES.items()
    for number, body in enumerate(bodies)
    for who in ("guest", "ann", "superuser")
    for row in _written(name, number, body, who)
)
