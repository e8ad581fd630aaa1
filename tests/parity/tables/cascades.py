"""Deletions that draw others after them: levels, lists, circles, requirements, truncating."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import rid

PATH = "/api/collections"
ROOT: dict[str, Any] = {"who": "superuser"}


def _relation(name: str, to: str, **options: Any) -> dict[str, Any]:
    return {"type": "relation", "name": name, "collectionId": f"${{{to}}}", **options}


def _make(name: str, *fields: dict[str, Any], **rest: Any) -> Row:
    return post(f"make {name}", PATH, {"name": name, "fields": list(fields), **rest}, save={name: "id"}, **ROOT)


def _add(collection: str, id_: str, **values: Any) -> Row:
    return post(f"{collection}: {id_}", f"{PATH}/{collection}/records", {"id": rid(id_), **values}, **ROOT)


def _gone(name: str, collection: str, id_: str) -> Row:
    return delete(name, f"{PATH}/{collection}/records/{rid(id_)}", **ROOT)


def _empty(name: str, collection: str) -> Row:
    return delete(name, f"{PATH}/{collection}/truncate", **ROOT)


def _left(what: str, *collections: str) -> tuple[Row, ...]:
    return tuple(get(f"{what}: {c}", f"{PATH}/{c}/records", query={"sort": "id"}, **ROOT) for c in collections)


_TITLE = {"type": "text", "name": "title"}

_LEVELS = (
    _make("tops", _TITLE),
    _make("mids", _relation("top", "tops", cascadeDelete=True), _relation("tops", "tops", maxSelect=3), _TITLE),
    _make("lows", _relation("mid", "mids", cascadeDelete=True), _relation("mids", "mids", cascadeDelete=True, maxSelect=9)),
    _make("ends", _relation("low", "lows"), _relation("tops", "tops", maxSelect=3, required=True)),
    *(_add("tops", f"t{n}") for n in range(6)),
    *(_add("mids", f"m{n}", top=rid(f"t{n // 2}"), tops=[rid(f"t{n % 3}"), rid("t5")]) for n in range(6)),
    *(_add("lows", f"l{n}", mid=rid(f"m{n % 5}") if n % 2 else "", mids=[rid(f"m{n % 4}"), rid(f"m{n % 3}")]) for n in range(8)),
    *(_add("ends", f"e{n}", low=rid(f"l{n}"), tops=[rid("t3"), rid("t4")]) for n in range(4)),
    _gone("three levels", "tops", "t0"), *_left("after three levels", "tops", "mids", "lows", "ends"),
    _gone("one of a required list", "tops", "t3"), *_left("after one of a required list", "ends"),
    _gone("the last of a required list", "tops", "t4"),
    _gone("many at once", "tops", "t1"), *_left("after many", "mids", "lows", "ends"),
    _empty("truncate with a requirement", "tops"), *_left("nothing is truncated", "tops", "mids", "lows"),
    _empty("truncate the ends", "ends"), _empty("truncate then", "tops"), *_left("all is gone", "tops", "mids", "lows"),
)  # fmt: skip

_CIRCLES = (
    _make("trees"), patch("a field to itself", f"{PATH}/trees", {"fields": [_relation("up", "trees", cascadeDelete=True), _relation("friends", "trees", maxSelect=5)]}, **ROOT),
    *(_add("trees", f"n{n}", up=rid(f"n{n // 2}") if n > 1 else "", friends=[rid(f"n{f}") for f in range(1, n)]) for n in range(1, 6)),
    patch("a circle", f"{PATH}/trees/records/{rid('n1')}", {"up": rid("n3")}, **ROOT),
    _gone("half of a tree", "trees", "n2"), *_left("after half", "trees"),
    _gone("the circle", "trees", "n3"), *_left("after the circle", "trees"),
    _add("trees", "n7"), patch("names itself", f"{PATH}/trees/records/{rid('n7')}", {"up": rid("n7"), "friends": [rid("n7")]}, **ROOT),
    _gone("what names itself", "trees", "n7"), *_left("after itself", "trees"),
    _make("left", _TITLE), _make("right", _relation("left", "left", cascadeDelete=True)),
    patch("and back", f"{PATH}/left", {"fields": [_TITLE, _relation("right", "right", cascadeDelete=True)]}, **ROOT),
    _add("left", "a1"), _add("right", "b1", left=rid("a1")), patch("close it", f"{PATH}/left/records/{rid('a1')}", {"right": rid("b1")}, **ROOT),
    _add("left", "a2", right=rid("b1")),
    _gone("two collections in a circle", "right", "b1"), *_left("after the circle of two", "left", "right"),
)  # fmt: skip

_NEEDS = (
    _make("needed", _TITLE), _make("b_drawn", _relation("needed", "needed", cascadeDelete=True)),
    _make("a_needs", _relation("needed", "needed", required=True), _relation("drawn", "b_drawn", cascadeDelete=True)),
    _make("c_needs", _relation("needed", "needed", required=True), _relation("drawn", "b_drawn", cascadeDelete=True)),
    _add("needed", "x1"), _add("b_drawn", "d1", needed=rid("x1")), _add("c_needs", "z1", needed=rid("x1"), drawn=rid("d1")),
    _gone("who needs it goes before it is asked", "needed", "x1"), *_left("both are gone", "needed", "b_drawn", "c_needs"),
    _add("needed", "x2"), _add("b_drawn", "d2", needed=rid("x2")), _add("a_needs", "z2", needed=rid("x2"), drawn=rid("d2")),
    _gone("who needs it goes later", "needed", "x2"),
    _make("chain"), patch("a required field to itself", f"{PATH}/chain", {"fields": [_relation("next", "chain", required=True)]}, **ROOT),
    post("an end", f"{PATH}/chain/records", {"id": rid("k9"), "next": rid("k9")}, **ROOT),
    _make("pairs"), patch("an optional field first", f"{PATH}/pairs", {"fields": [{"id": "next", **_relation("next", "pairs")}]}, **ROOT),
    _add("pairs", "p1"), _add("pairs", "p2", next=rid("p1")),
    patch("required now", f"{PATH}/pairs", {"fields": [{"id": "next", **_relation("next", "pairs", required=True)}]}, **ROOT),
    _gone("needed by the second", "pairs", "p1"), _empty("truncate all that need each other", "pairs"),
    _make("keys", _TITLE), _make("locks", _relation("key", "keys"), indexes=["CREATE UNIQUE INDEX one_key ON locks (key)"]),
    _add("keys", "y1"), _add("keys", "y2"), _add("locks", "w1", key=rid("y1")), _add("locks", "w2", key=rid("y2")),
    _gone("the first is emptied", "keys", "y1"), _gone("two empty ones are one too many", "keys", "y2"), *_left("it stays", "keys", "locks"),
)  # fmt: skip

ROWS = (*_LEVELS, *_CIRCLES, *_NEEDS)
