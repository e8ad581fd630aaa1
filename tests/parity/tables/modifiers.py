"""`+`, `-`, `:autogenerate`: against stored values, limits, rules, and each other."""

from typing import Any

from tests.parity.scenario import Row, get, patch, post, raw
from tests.parity.seed import rid

PATH = "/api/collections"
ONE = f"{PATH}/counters/records/{rid('one')}"
ROOT: dict[str, Any] = {"who": "superuser"}


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


_FIELDS = [
    _field("number", "n"), _field("number", "few", min=-5, max=10), _field("number", "whole", onlyInt=True), _field("number", "must", required=True), _field("select", "kind", values=["a", "b", "c"]),
    _field("select", "kinds", values=["a", "b", "c"], maxSelect=2), _field("select", "needed", values=["a", "b"], maxSelect=2, required=True), _field("relation", "tag", collectionId="${tags}"), _field("relation", "tags", collectionId="${tags}", maxSelect=3, minSelect=2),
    _field("text", "code", autogeneratePattern="[a-f]{4}", max=8), _field("text", "plain", max=5), _field("text", "n_plus"), _field("json", "data"), _field("date", "moment"), _field("geoPoint", "place"),
]  # fmt: skip

# In this order, each on what the one before left.
_NUMBERS: dict[str, Any] = {
    "plus": {"n+": 5}, "minus": {"n-": 2}, "a fraction": {"n+": 0.1}, "another": {"n+": 0.2}, "text": {"n+": "1e2"}, "text with blanks": {"n+": " 1"}, "null": {"n+": None}, "true": {"n+": True}, "list": {"n+": [1]}, "object": {"n-": {}}, "empty": {"n+": ""}, "word": {"n-": "x"},
    "minus a negative": {"n-": -10}, "set and minus": {"n": 3, "n-": 1}, "minus and set, the other way round": {"n-": 1, "n": 3}, "plus and minus": {"n+": 10, "n-": 4}, "huge": {"n": 9007199254740992, "n+": 1}, "huge again": {"n+": 2}, "back": {"n": 1}, "infinite": {"n+": "Infinity"}, "not a number": {"n+": "NaN"},
    "overflow": {"n": 1e308, "n+": 1e308}, "spaced": {"n +": 1}, "twice": {"n++": 1}, "before": {"+n": 1}, "minus before": {"-n": 1}, "both sides": {"+n+": 1}, "over the most": {"few+": 11}, "just the most": {"few+": 10}, "over it now": {"few+": 0.5}, "under the least": {"few-": 15.5}, "to zero": {"few-": 10},
    "half of a whole": {"whole+": 0.5}, "whole": {"whole+": 2.0}, "required to zero": {"must-": 1}, "unknown": {"nothing+": 1}, "case": {"N+": 1}, "date": {"moment+": 1}, "json": {"data+": 1}, "place": {"place+": 1}, "field with such a name": {"n_plus": "x", "n_plus+": "y"},
}  # fmt: skip
_LISTS: dict[str, Any] = {
    "append": {"kinds+": "b"}, "append what is there": {"kinds+": ["a", "b"]}, "append too many": {"kinds+": "c"}, "swap": {"kinds+": "c", "kinds-": "a"}, "prepend": {"+kinds": "a"}, "prepend and remove": {"+kinds": "a", "kinds-": "b"}, "append an unknown one": {"kinds-": ["a", "c"], "kinds+": "z"}, "json text": {"kinds+": '["a"]'},
    "null": {"kinds+": None}, "remove null": {"kinds-": None}, "remove as json text": {"kinds-": '["a","b"]'}, "object": {"kinds+": {"a": 1}}, "number": {"kinds+": 1}, "required, all removed": {"needed-": ["a", "b"]}, "required, one removed": {"needed-": "a"}, "single append": {"kind+": "b"}, "single prepend": {"+kind": "c"},
    "single append of two": {"kind+": ["a", "c"]}, "single remove another": {"kind-": "a"}, "single remove": {"kind-": "c"}, "set, prepend, append": {"kinds": [], "+kinds": "b", "kinds+": "a"}, "append with the sign in front": {"-kinds": "a"}, "relation under the least": {"tags+": rid("red")}, "relation of two": {"tags+": [rid("red"), rid("green")]},
    "relation missing": {"tags+": rid("none")}, "relation removed under the least": {"tags-": rid("red")}, "relation removed to none": {"tags-": [rid("red"), rid("green")]}, "relation prepended": {"tags": [rid("red"), rid("green")], "+tags": rid("blue")}, "relation too many": {"tags+": [f"t{n}".ljust(15, "0") for n in range(5)]},
    "single relation": {"tag+": rid("red")}, "single relation removed": {"tag-": rid("red")}, "single relation missing": {"tag+": rid("none")},
}  # fmt: skip
_TEXTS: dict[str, tuple[Any, str]] = {
    "prefix": ({"code:autogenerate": "p-"}, "p-[a-f]{4}"), "empty prefix": ({"code:autogenerate": ""}, "[a-f]{4}"), "null": ({"code:autogenerate": None}, "[a-f]{4}"), "number": ({"code:autogenerate": 12}, "12[a-f]{4}"), "bool": ({"code:autogenerate": True}, "true[a-f]{4}"), "list": ({"code:autogenerate": ["x"]}, "[a-f]{4}"),
    "over its own value": ({"code": "mine", "code:autogenerate": "q"}, "q[a-f]{4}"), "emptied is not filled again": ({"code": ""}, ""), "in another case": ({"code:AUTOGENERATE": "x"}, ""),
    "no pattern": ({"plain:autogenerate": "abc"}, ""), "on a number": ({"n:autogenerate": "5"}, ""), "of the id": ({"id:autogenerate": ""}, ""),
}  # fmt: skip


def _step(name: str, body: Any, **rest: Any) -> Row:
    return patch(name, ONE, body, **ROOT, **rest)


ROWS = (
    get("tags", f"{PATH}/tags", save={"tags": "id"}, **ROOT),
    post("make counters", PATH, {"name": "counters", "fields": _FIELDS, "updateRule": "@request.body.n < 100", "viewRule": "", "createRule": "@request.body.n = 0 || @request.body.n > 5"}, **ROOT),
    post("one", f"{PATH}/counters/records", {"id": rid("one"), "must": 1, "needed": ["a", "b"], "kinds": ["a"], "code": "abcd"}, **ROOT),
    *(_step(f"number: {name}", body) for name, body in _NUMBERS.items()),
    _step("number: as written 1.0", raw('{"n":0,"n+":1.0}')),
    _step("number: as written 1e2", raw('{"n+":1E2}')),
    _step("back to one", {"n": 1}),
    patch("a rule sees the sum", ONE, {"n+": 98}),
    patch("and refuses one more", ONE, {"n+": 1}),
    patch("a rule sees what is set and added", ONE, {"n": 100, "n-": 50}),
    patch("what was not sent is nothing", ONE, {"must+": 1}),
    *(_step(f"list: {name}", body) for name, body in _LISTS.items()),
    *(_step(f"text: {name}", body, mask={"code": pattern} if pattern else {}) for name, (body, pattern) in _TEXTS.items()),
    _step("text: too long with its prefix", {"code:autogenerate": "12345"}),
    get("what is left", ONE, **ROOT),
    post("create: a rule sees the sum", f"{PATH}/counters/records", {"id": rid("two"), "n": 1, "n+": 5, "must": 1, "needed": "a", "code": "x"}),
    post("create: and refuses less", f"{PATH}/counters/records", {"n": 10, "n-": 5, "must": 1, "needed": "a", "code": "x"}),
    post("create: over the most", f"{PATH}/counters/records", {"n": 9, "few+": 20, "must": 1, "needed": "a"}, **ROOT),
    post("create: id from a prefix", f"{PATH}/counters/records", {"id:autogenerate": "", "must": 1, "needed": "a", "code": "x"}, **ROOT),
    post("make a generator", PATH, {"name": "generator", "fields": [_field("text", "code", autogeneratePattern="a-{timestamp}-{random}-{uuid}"), _field("geoPoint", "place")]}, **ROOT),
    post("placeholders", f"{PATH}/generator/records", {"id": rid("made")}, **ROOT),
    post("braces that are none", PATH, {"name": "braces", "fields": [_field("text", "code", autogeneratePattern="{date}[a-b]{2}\\{uuid\\}")]}, **ROOT),
    post("are written as they stand", f"{PATH}/braces/records", {"id": rid("made")}, **ROOT, mask={"code": r"\{date\}[ab]{2}\{uuid\}"}),
    post("place: a GeoJSON point", f"{PATH}/generator/records", {"id": rid("point"), "code": "x", "place": {"type": "Point", "coordinates": [13.4, 52.5]}}, **ROOT),
    post("place: one beside plain keys", f"{PATH}/generator/records", {"id": rid("both"), "code": "x", "place": {"type": "Point", "coordinates": [1, 2], "lon": 3}}, **ROOT),
    post("place: a wrong one", f"{PATH}/generator/records", {"id": rid("wrong"), "code": "x", "place": {"type": "Point", "coordinates": ["1", 2]}}, **ROOT),
    post("place: another shape", f"{PATH}/generator/records", {"id": rid("line"), "code": "x", "place": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, **ROOT),
    get("list as GeoJSON", f"{PATH}/generator/records", query={"format": "geojson", "filter": "code = 'x'", "sort": "id"}, **ROOT),
    post("create: id too long with its prefix", f"{PATH}/counters/records", {"id:autogenerate": "p", "must": 1, "needed": "a", "code": "x"}, **ROOT),
)
