"""The records that the differential test asks about: every kind of field, odd values in each."""

import random
from typing import Any

from tests.servers import Server

PASSWORD = "a-long-password"

JSON_VALUES: list[Any] = [
    None,
    5,
    "5",
    "str",
    "",
    True,
    False,
    [],
    [1, 2, "a"],
    {"a": {"b": [1, {"c": "x"}]}, "n": 5, "s": "s", "b": True, "z": None, "e": ""},
    {"a": [5, "x"]},
    {"0": "zero", "bc": "k"},
]
TITLES = [
    "", "a", "A", "t1", "p1", "100%", "a_b", "axb", "a\\b", "a__b", "1", "5", "é", "o'k", '"q"',
]  # fmt: skip
DATES = ["", "2024-05-05 10:00:00.000Z", "2023-01-01 00:00:00.000Z", "2030-01-01 00:00:00.000Z"]
PLACES = [{"lon": 0, "lat": 0}, {"lon": 10, "lat": 20}, {"lon": -5.5, "lat": 45}]


def _field(name: str, type_: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **options}


def _relation(name: str, target: str, most: int = 1) -> dict[str, Any]:
    return _field(name, "relation", collectionId=target, maxSelect=most)


class _Filler:
    def __init__(self, server: Server, token: str) -> None:
        self.server = server
        self.token = token
        self.random = random.Random(5)

    def send(self, method: str, path: str, body: Any) -> Any:
        path = f"/api/collections{path}"
        return self.server.expect(method, path, token=self.token, json_body=body)

    def collection(self, name: str, *fields: dict[str, Any], **options: Any) -> str:
        body = {"name": name, "type": "base", "fields": fields, "listRule": "", **options}
        return str(self.send("POST", "", body)["id"])

    def add_fields(self, collection: str, *fields: dict[str, Any], **options: Any) -> None:
        path = f"/api/collections/{collection}"
        known = self.server.expect("GET", path, token=self.token)["fields"]
        self.send("PATCH", f"/{collection}", {"fields": [*known, *fields], **options})

    def record(self, collection: str, **values: Any) -> str:
        return str(self.send("POST", f"/{collection}/records", values)["id"])

    def one(self, ids: list[str]) -> str:
        return self.random.choice([*ids, ""])

    def some(self, ids: list[str], most: int) -> list[str]:
        return self.random.sample(ids, self.random.randint(0, min(most, len(ids))))


def fill(server: Server, token: str) -> None:
    """Makes the collections and their records; the same ones at every call but for their ids."""
    make = _Filler(server, token)
    make.add_fields("users", _field("role", "text"), _field("age", "number"), listRule="")
    titled = (_field("title", "text"), _field("n", "number"))
    secret = _field("sec", "text", hidden=True)
    tags = make.collection("tags", *titled, secret)
    limited = make.collection(
        "limited", *titled, secret, listRule="n > 1 || @request.auth.id != ''"
    )
    private = make.collection("private", *titled, listRule=None)
    make.collection(
        "members",
        _relation("user", "_pb_users_auth_"),
        _field("level", "number"),
        _field("title", "text"),
        indexes=["CREATE UNIQUE INDEX idx_members_user ON members (user)"],
    )
    posts = make.collection(
        "posts",
        _field("title", "text"),
        _field("num", "number"),
        _field("flag", "bool"),
        _field("sel1", "select", maxSelect=1, values=["a", "b", "c"]),
        _field("seln", "select", maxSelect=3, values=["a", "b", "c"]),
        _field("js", "json"),
        _field("geo", "geoPoint"),
        _field("dt", "date"),
        _field("ed", "editor"),
        _field("url", "url"),
        _field("em", "email"),
        _field("pw", "password"),
        _field("filen", "file", maxSelect=3),
        _field("created", "autodate", onCreate=True),
        secret,
        _relation("rel", limited),
        _relation("reln", tags, 5),
        _relation("pr", private),
        _relation("owner", "_pb_users_auth_"),
        _relation("owners", "_pb_users_auth_", 4),
    )
    make.add_fields("posts", _relation("parent", posts))
    make.add_fields("tags", _relation("up", tags))
    make.add_fields("limited", _relation("up", limited))
    query = "select id, title, num, rel, reln, js from posts"
    make.send("POST", "", {"name": "pview", "type": "view", "viewQuery": query, "listRule": ""})
    _fill_records(make)


def _fill_records(make: _Filler) -> None:
    users = [
        make.record(
            "users",
            email=f"u{i}@x.co",
            password=PASSWORD,
            passwordConfirm=PASSWORD,
            emailVisibility=i % 2 == 0,
            verified=i < 2,
            name=f"U{i}",
            role=["x", "", "admin", "x"][i],
            age=i,
        )
        for i in range(4)
    ]
    titled: dict[str, list[str]] = {"tags": [], "limited": []}
    for name, ids in titled.items():
        for i, title in enumerate(["t1", "t2", "", "T1", "a%b", "a_b", "x"]):
            up = ids[-1] if i % 2 else ""
            ids.append(make.record(name, title=title, n=i, sec=f"s{i}", up=up))
    private = [make.record("private", title=f"p{i}") for i in range(2)]
    for i, title in enumerate(["t1", "m", "p1"]):
        make.record("members", user=users[i], level=i + 1, title=title)
    posts: list[str] = []
    choose = make.random.choice
    for _ in range(30):
        posts.append(
            make.record(
                "posts",
                title=choose(TITLES),
                num=choose([0, 1, 2, 5, -1.5, 10]),
                flag=choose([True, False]),
                sel1=choose(["", "a", "b"]),
                seln=make.some(["a", "b", "c"], 3),
                js=choose(JSON_VALUES),
                geo=choose(PLACES),
                dt=choose(DATES),
                ed=choose(["", "<p>x</p>"]),
                url=choose(["", "https://x.co"]),
                em=choose(["", "u0@x.co"]),
                pw=choose(["", PASSWORD]),
                sec=choose(["", "s1", "s2"]),
                rel=make.one(titled["limited"]),
                reln=make.some(titled["tags"], 4),
                pr=make.one(private),
                owner=make.one(users),
                owners=make.some(users, 3),
                parent=make.one(posts),
            )
        )
