"""The part of the seed for the filter language: every field type, relations in every direction.

`lab_works` is what rows and generated cases ask about. The other collections are what its paths
lead to: `lab_teams` shows only some records to guests, `lab_rooms` none to anybody but superusers,
`lab_badges` has a unique relation, `lab_reviews` points back with a multiple relation.
"""

import json
import random
from typing import Any

from tests.servers import Server

WORKS = 24
TITLES = (
    "", "a", "A", "ab", "Abc", "t1", "100%", "100x", "a_b", "axb", "a\\b", "a__b", "1", "5", "é",
    "o'k", '"q"', "line\nfeed", "tab\there", "😀", "// no comment", "null", "true", "T1",
)  # fmt: skip
JSON_VALUES: tuple[Any, ...] = (
    None, 5, "5", "text", "", True, False, [], {}, [1, 2, "a"], [{"k": 1}, {"k": 2}],
    {"a": {"b": [1, {"c": "x"}]}, "n": 5, "s": "s", "b": True, "z": None, "e": "", "f": 1.5},
    {"a": [5, "x"], "n": "5"}, {"0": "zero", "b.c": "dotted", "A": "upper", "b:c": "colon"},
    {"n": -1, "s": "A%", "b": False}, 1.5, -7, "2024-05-05 10:00:00.000Z",
)  # fmt: skip
DATES = (
    "", "2024-05-05 10:00:00.000Z", "2023-01-01 00:00:00.000Z", "2030-12-31 23:59:59.999Z",
    "2024-02-29 12:30:45.123Z",
)  # fmt: skip
PLACES = ((0, 0), (13.4, 52.5), (-5.5, 45), (180, -90), (23.32, 42.69))
NUMBERS = (0, 1, 2, 5, -1.5, 10, 0.1, 1e15, -3)


def lab_id(name: str) -> str:
    return f"lab{name}".ljust(15, "0")


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _relation(name: str, target: str, most: int = 1) -> dict[str, Any]:
    return _field("relation", name, collectionId=target, maxSelect=most)


def _select(name: str, most: int) -> dict[str, Any]:
    return _field("select", name, values=["a", "b", "c"], maxSelect=most)


_USERS = "_pb_users_auth_"
_TITLE = _field("text", "title")
_OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
_SOME = "n > 1 || @request.auth.id != ''"


# A collection can only point at itself once it is there.
_SELF: dict[str, list[dict[str, Any]]] = {
    "lab_teams": [_relation("up", "pbc_lab_teams")],
    "lab_works": [_relation("parent", "pbc_lab_works"), _relation("friends", "pbc_lab_works", 3)],
}


def _collections() -> list[dict[str, Any]]:
    """In creation order. Their ids say their names, so that relations can name them."""
    made = [
        _collection(
            "lab_teams",
            _TITLE,
            _field("number", "n"),
            _field("text", "note", hidden=True),
            _relation("lead", _USERS),
            listRule=_SOME,
            viewRule=_SOME,
        ),
        _collection("lab_rooms", _TITLE, listRule=None, viewRule=None),
        _collection(
            "lab_badges",
            _TITLE,
            _relation("user", _USERS),
            _field("number", "level"),
            indexes=["CREATE UNIQUE INDEX idx_lab_badges ON lab_badges (user)"],
        ),
        _collection(
            "lab_works",
            _TITLE,
            _field("number", "num"),
            _field("bool", "flag"),
            _field("email", "mail"),
            _field("url", "link"),
            _field("editor", "rich"),
            _field("date", "moment"),
            _select("kind", 1),
            _select("kinds", 3),
            _field("json", "data"),
            _field("geoPoint", "place"),
            _field("file", "doc", maxSelect=1),
            _field("file", "docs", maxSelect=4),
            _field("password", "pin", cost=4),
            _field("text", "hush", hidden=True),
            _relation("owner", _USERS),
            _relation("owners", _USERS, 4),
            _relation("team", "pbc_lab_teams"),
            _relation("teams", "pbc_lab_teams", 4),
            _relation("room", "pbc_lab_rooms"),
            _field("autodate", "created", onCreate=True),
            _field("autodate", "updated", onCreate=True, onUpdate=True),
        ),
        _collection(
            "lab_replies",
            _field("text", "text"),
            _field("number", "n"),
            _relation("work", "pbc_lab_works"),
            _relation("author", _USERS),
            listRule="n < 5",
        ),
        _collection(
            "lab_reviews",
            _field("text", "text"),
            _field("number", "stars"),
            _relation("works", "pbc_lab_works", 4),
            _relation("hidden_work", "pbc_lab_works") | {"hidden": True},
        ),
    ]
    query = "SELECT id, title, num, data, team, teams, kinds FROM lab_works"
    view = {"id": "pbc_lab_view", "name": "lab_view", "type": "view", "viewQuery": query}
    return [*made, {**view, "listRule": "", "viewRule": ""}]


def _collection(name: str, *fields: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"id": f"pbc_{name}", "name": name, "type": "base", "fields": fields, **_OPEN, **options}


def _records(users: list[str]) -> list[tuple[str, dict[str, Any]]]:
    pick = random.Random(11)
    teams = [lab_id(f"team{number}") for number in range(7)]
    rooms = [lab_id(f"room{number}") for number in range(2)]
    works = [lab_id(f"work{number:02}") for number in range(WORKS)]

    def some(ids: list[str] | str, most: int) -> list[str]:
        return pick.sample(ids, pick.randint(0, most))

    def one(ids: list[str]) -> str:
        return pick.choice([*ids, ""])

    made: list[tuple[str, dict[str, Any]]] = []
    for number, title in enumerate(["t1", "t2", "", "T1", "a%b", "a_b", "x"]):
        record = {"id": teams[number], "title": title, "n": number, "note": f"n{number % 2}"}
        up = teams[number - 1] if number % 3 else ""
        made.append(("lab_teams", {**record, "lead": one(users), "up": up}))
    made += [("lab_rooms", {"id": id_, "title": f"room {id_[7]}"}) for id_ in rooms]
    for number, user in enumerate(users[:2]):
        record = {"id": lab_id(f"badge{number}"), "title": "t1", "level": number, "user": user}
        made.append(("lab_badges", record))
    for number, id_ in enumerate(works):
        lon, lat = pick.choice(PLACES)
        record = {
            "id": id_,
            "title": TITLES[number],
            "num": pick.choice(NUMBERS),
            "flag": pick.random() < 0.5,
            "mail": pick.choice(["", "a@x.co", "B@x.co"]),
            "link": pick.choice(["", "https://x.co/a%20b"]),
            "rich": pick.choice(["", "<p>x</p>", "<p>a &amp; b</p>"]),
            "moment": pick.choice(DATES),
            "kind": pick.choice(["", "a", "b", "c"]),
            "kinds": some("abc", 3),
            "data": JSON_VALUES[number % len(JSON_VALUES)],
            "place": {"lon": lon, "lat": lat},
            "pin": pick.choice(["", "1234"]),
            "hush": pick.choice(["", "s1", "s2"]),
            "owner": one(users),
            "owners": some(users, 3),
            "team": one(teams),
            "teams": some(teams, 4),
            "room": one(rooms),
            "parent": one(works[:number]),
            "friends": some(works[:number], min(number, 3)),
        }
        made.append(("lab_works", record))
    for number in range(18):
        record = {"id": lab_id(f"reply{number:02}"), "text": pick.choice(["t1", "", "ok", "A"])}
        record |= {"n": number % 7, "work": one(works[:12]), "author": one(users)}
        made.append(("lab_replies", record))
    for number in range(10):
        record = {"id": lab_id(f"review{number}"), "text": pick.choice(["t1", "", "fine"])}
        record |= {"stars": number % 6, "works": some(works, 4), "hidden_work": one(works)}
        made.append(("lab_reviews", record))
    return made


def fill(server: Server, root: str, users: list[str]) -> None:
    """Makes the collections and their records; `users` are ids of accounts that exist."""
    for collection in _collections():
        made = server.expect("POST", "/api/collections", token=root, json_body=collection)
        if own := _SELF.get(made["name"]):
            path, body = f"/api/collections/{made['id']}", {"fields": [*made["fields"], *own]}
            server.expect("PATCH", path, token=root, json_body=body)
    for name, record in _records(users):
        path = f"/api/collections/{name}/records"
        server.expect("POST", path, token=root, json_body=record)
    _upload(server, root, lab_id("work01"), doc=["one.txt"], docs=["one.txt", "two.txt"])
    _upload(server, root, lab_id("work02"), docs=["three.txt"])


def _upload(server: Server, root: str, work: str, **files: list[str]) -> None:
    boundary = "lab-boundary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: text/plain\r\n\r\n{json.dumps(name)}\r\n"
        for field, names in files.items()
        for name in names
    ]
    answer = server.request(
        "PATCH",
        f"/api/collections/lab_works/records/{work}",
        headers={
            "Authorization": root,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        },
        body="".join([*parts, f"--{boundary}--\r\n"]).encode(),
    )
    assert answer.status == 200, answer
