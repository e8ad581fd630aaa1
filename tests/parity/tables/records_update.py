"""PATCH: partial bodies, ids, modifiers against the stored values, unique values."""

from typing import Any

from tests.parity.scenario import get, patch
from tests.parity.seed import rid

ITEMS = "/api/collections/items/records"
ONE, TWO = f"{ITEMS}/{rid('one')}", f"{ITEMS}/{rid('two')}"

_CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {}, "one text": {"title": "Uno"}, "same text": {"title": "Uno"}, "null for a text": {"title": None},
    "number": {"num": 4}, "number plus": {"num+": 2.5}, "number minus": {"num-": "1"}, "number by word": {"num": "x"},
    "plus and minus": {"num+": 10, "num-": 3}, "set and plus": {"num": 1, "num+": 1}, "bool off": {"flag": False},
    "select": {"kind": "c"}, "select cleared": {"kind": ""}, "select remove": {"kind": "a", "kind-": "b"},
    "kinds append": {"kinds+": "c"}, "kinds append again": {"kinds+": ["c", "b"]}, "kinds prepend": {"+kinds": ["b"]},
    "kinds remove": {"kinds-": ["a", "z"]}, "kinds null": {"kinds": None}, "tags append": {"tags+": rid("blue")},
    "tags prepend": {"+tags": rid("green")}, "tags remove": {"tags-": [rid("red")]}, "tags unknown": {"tags+": rid("none")},
    "tags remove unknown": {"tags-": rid("none")}, "tag append on single": {"tag+": rid("blue")},
    "tag prepend on single": {"+tag": rid("red")}, "tag remove": {"tag-": rid("blue")}, "json": {"data": {"b": 1, "a": [2.50]}},
    "json null": {"data": None}, "json append": {"data+": 1}, "place": {"place": {"lat": 1}}, "date": {"moment": "2030-01-02"},
    "date cleared": {"moment": ""}, "password": {"pin": "other"}, "password cleared": {"pin": ""},
    "created": {"created": "2020-01-01 00:00:00.000Z"}, "updated": {"updated": "2020-01-01 00:00:00.000Z"},
    "hidden": {"hush": "guest was here"}, "unknown": {"nothing": 1, "title:nothing": 2},
    "own id": {"id": rid("one")}, "other id": {"id": rid("uno")}, "empty id": {"id": ""}, "null id": {"id": None},
    "taken id": {"id": rid("two")}, "collection": {"collectionId": "x", "collectionName": "y"},
    "invalid": {"mail": "x", "link": "y", "kind": "z"}, "text plus": {"title+": "x"},
}

ROWS = (
    *(patch(name, ONE, body) for name, body in _CHANGES.items()),
    get("what is left", ONE, who="superuser"),
    patch("no body", ONE),
    patch("hidden by a superuser", ONE, {"hush": "root was here"}, who="superuser"),
    patch("kinds append to two", TWO, {"kinds+": ["c"]}),
    patch("of nothing", f"{ITEMS}/{rid('none')}", {"title": "x"}),
    patch("in an unknown collection", f"/api/collections/nothing/records/{rid('one')}", {}),
    patch("upper-case id", f"{ITEMS}/{rid('one').upper()}", {"title": "x"}),
    patch("unique text taken", f"/api/collections/tags/records/{rid('red')}", {"title": "green"}),
    patch("unique text kept", f"/api/collections/tags/records/{rid('red')}", {"title": "red"}),
    patch("unique pair taken", f"/api/collections/codes/records/{rid('code')}", {"a": "x", "b": 1}),
    patch("generated text cleared", f"/api/collections/codes/records/{rid('code')}", {"code": ""}),
    patch("generated text again", f"/api/collections/codes/records/{rid('code')}",
          {"code:autogenerate": "n-"}, mask={"code": "n-[A-Z]{3}-[0-9]{4}"}),
    patch("odd id in another case", "/api/collections/short_ids/records/abc", {"id": "ABC"}),
    patch("closed to guests", f"/api/collections/vault/records/{rid('box')}", {"title": "x"}),
    patch("closed and missing", f"/api/collections/vault/records/{rid('none')}", {"title": "x"}),
    patch("by a superuser", f"/api/collections/vault/records/{rid('box')}", {"title": "x"}, who="superuser"),
    patch("with a bad token", f"/api/collections/vault/records/{rid('box')}", {"title": "x"}, who="forged"),
    get("list afterwards", ITEMS, query={"sort": "-updated,id", "perPage": "2"}),
)
