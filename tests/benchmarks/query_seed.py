"""Large tables for the query suite: the schema by the API, the rows right into the database.

A hundred thousand records through the API would take longer than all measuring, and both servers
keep them in the same tables anyway.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import apsw

from tests.benchmarks.seed import OWNED, PASSWORD, USERS, WORDS, Client, user_email, user_id
from tests.benchmarks.servers import SUPERUSER, Server

TEAMS = 500
_RULES = ("listRule", "viewRule")
_USERS = "_pb_users_auth_"


def make(server: Server, rows: int) -> str:
    """Starts the server, makes everything, stops it; the token of the first user."""
    server.start()
    try:
        token = _make_schema(server)
    finally:
        server.stop()
    database = apsw.Connection(str(server.data / "data.db"))
    database.set_busy_timeout(5_000)
    with database:
        _fill(database, rows)
    database.close()
    return token


def _make_schema(server: Server) -> str:
    client = Client(server.port)
    client.token = server.root_token = client.sign_in("_superusers", *SUPERUSER)
    for number in range(USERS):
        secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
        account = {"id": user_id(number), "email": user_email(number), **secret}
        client.post("/api/collections/users/records", account)
    for collection in (
        _collection("teams", "", {"type": "text", "name": "title"}, _number("n")),
        # Each record only for its owner.
        _collection(
            "folders", OWNED, {"type": "text", "name": "title"}, _relation("owner", _USERS)
        ),
        _collection(
            "works",
            "",
            {"type": "text", "name": "title"},
            {"type": "text", "name": "body"},
            _number("views"),
            _relation("folder", "pbc_folders"),
            _relation("teams", "pbc_teams", 5),
        ),
        _collection(
            "replies",
            "",
            _relation("work", "pbc_works"),
            _number("stars"),
            indexes=["CREATE INDEX idx_replies_work ON replies (work)"],
        ),
    ):
        client.post("/api/collections", collection)
    return client.sign_in("users", user_email(0), PASSWORD)


def _collection(name: str, rule: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    rules = dict.fromkeys(_RULES, rule)
    return {"id": f"pbc_{name}", "name": name, "type": "base", "fields": fields, **rules, **more}


def _number(name: str) -> dict[str, Any]:
    return {"type": "number", "name": name}


def _relation(name: str, target: str, most: int = 1) -> dict[str, Any]:
    return {"type": "relation", "name": name, "collectionId": target, "maxSelect": most}


def _id(kind: str, number: int) -> str:
    return f"{kind}{number:0{15 - len(kind)}d}"


def _fill(database: apsw.Connection, rows: int) -> None:
    pick = random.Random(rows)  # the same rows on every server and in every run

    def works() -> Iterator[tuple[str, str, str, int, str, str]]:
        for number in range(rows):
            title = f"{pick.choice(WORDS)} {pick.choice(WORDS)} {number}"
            body = " ".join(pick.choices(WORDS, k=30))
            teams = [_id("team", pick.randrange(TEAMS)) for _ in range(pick.randrange(5))]
            listed = json.dumps(list(dict.fromkeys(teams)))
            folder = _id("fold", number % TEAMS)
            yield _id("work", number), title, body, pick.randrange(10_000), folder, listed

    database.executemany(
        "INSERT INTO teams (id, title, n) VALUES (?, ?, ?)",
        ((_id("team", n), f"team {n}", n) for n in range(TEAMS)),
    )
    database.executemany(
        "INSERT INTO folders (id, title, owner) VALUES (?, ?, ?)",
        # Every other one is the first user's, whose token the load generator holds.
        ((_id("fold", n), f"folder {n}", user_id(n % 2)) for n in range(TEAMS)),
    )
    database.executemany(
        "INSERT INTO works (id, title, body, views, folder, teams) VALUES (?, ?, ?, ?, ?, ?)",
        works(),
    )
    database.executemany(
        "INSERT INTO replies (id, work, stars) VALUES (?, ?, ?)",
        ((_id("rep", n), _id("work", pick.randrange(rows)), n % 6) for n in range(rows)),
    )
