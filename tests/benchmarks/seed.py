"""Filling both servers with the same data, through their own HTTP API."""

from __future__ import annotations

import http.client
import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import apsw

from tests.benchmarks.servers import SUPERUSER, Server

POSTS = 5_000
GUARDED = 1_000
USERS = 10
PASSWORD = "benchmark-password"  # the load generator must know it
# The load generator sends it as well: for an unknown client the reference would mail an alert.
USER_AGENT = "fastcms-benchmark"

OWNED = "@request.auth.id != '' && owner = @request.auth.id"
WORDS = ("amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "iris")

# Name and bytes.
FILES = {"small.bin": 10_000, "middle.bin": 100_000, "large.bin": 1_000_000}


def file_id(name: str) -> str:
    return f"file{name.partition('.')[0]}".ljust(15, "0")


def post_id(number: int) -> str:
    return f"post{number:011d}"


def guarded_id(number: int) -> str:
    return f"grd{number:012d}"


def user_id(number: int) -> str:
    return f"user{number:011d}"


def user_email(number: int) -> str:
    return f"user{number}@example.com"


def seed(server: Server) -> None:
    """Make the collections, users and rows, and note the tokens."""
    client = Client(server.port)
    identity, password = SUPERUSER
    client.token = server.root_token = client.sign_in("_superusers", identity, password)
    client.post("/api/collections", _collection("posts", rule=""))
    # Creates go to tables of their own, so that the lists always count the same rows.
    client.post("/api/collections", _collection("drafts", rule=""))
    client.post("/api/collections", _collection("guarded", rule=OWNED))
    for number in range(USERS):
        client.post("/api/collections/users/records", _user(number))
    _fill(server.port, client.token, "posts", [_row(post_id(n), n) for n in range(POSTS)])
    _fill(server.port, client.token, "guarded", [_row(guarded_id(n), n) for n in range(GUARDED)])
    _add_files(server, client)
    client.patch("/api/settings", {"batch": {"enabled": True}})
    server.user_token = client.sign_in("users", user_email(0), PASSWORD)


def switch_log_off(server: Server) -> None:
    """Have requests not logged."""
    client = Client(server.port)
    client.token = server.root_token
    client.patch("/api/settings", {"logs": {"maxDays": 0}})


def _add_files(server: Server, client: Client) -> None:
    """Records with a file, named and put on the disk beside the server: it is not measured."""
    fields = [{"name": "file", "type": "file", "maxSelect": 1}]
    made = client.post("/api/collections", {"name": "files", "type": "base", "fields": fields})
    for name, size in FILES.items():
        client.post("/api/collections/files/records", {"id": file_id(name)})
        folder = server.data / "storage" / made["id"] / file_id(name)
        folder.mkdir(parents=True)
        (folder / name).write_bytes(random.Random(size).randbytes(size))
        attributes = {"user.content_type": "application/octet-stream"}
        (folder / f"{name}.attrs").write_text(json.dumps(attributes))
    database = apsw.Connection(str(server.data / "data.db"))
    database.set_busy_timeout(10_000)
    for name in FILES:
        database.execute("UPDATE files SET file = ? WHERE id = ?", (name, file_id(name)))
    database.close()


def _collection(name: str, rule: str) -> dict[str, Any]:
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), rule)
    fields = [
        {"name": "title", "type": "text", "required": True},
        {"name": "body", "type": "text"},
        {"name": "views", "type": "number"},
        {"name": "published", "type": "bool"},
        {"name": "owner", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 1},
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ]
    return {"name": name, "type": "base", "fields": fields, **rules}


def _user(number: int) -> dict[str, Any]:
    return {
        "id": user_id(number),
        "email": user_email(number),
        "password": PASSWORD,
        "passwordConfirm": PASSWORD,
        "verified": True,
        "name": f"User {number}",
    }


def _row(row_id: str, number: int) -> dict[str, Any]:
    pick = random.Random(number)  # the same row on every server and in every run
    return {
        "id": row_id,
        "title": f"{pick.choice(WORDS)} {pick.choice(WORDS)} {number}",
        "body": " ".join(pick.choices(WORDS, k=30)),
        "views": pick.randrange(10_000),
        "published": pick.random() < 0.8,
        # Every other row is the first user's, whose token the load generator holds.
        "owner": user_id(0 if number % 2 == 0 else pick.randrange(1, USERS)),
    }


def _fill(port: int, token: str, collection: str, rows: list[dict[str, Any]]) -> None:
    def create(part: list[dict[str, Any]]) -> None:
        client = Client(port, token)
        for row in part:
            client.post(f"/api/collections/{collection}/records", row)

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(create, (rows[start::8] for start in range(8))):
            pass


class Client:
    """One kept-alive connection that accepts nothing but success."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = token

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, body)

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._send("PATCH", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT}
        if self.token:
            headers["Authorization"] = self.token
        self.connection.request(method, path, json.dumps(body), headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path} answered {response.status}: {text.decode()}")
        answer: dict[str, Any] = json.loads(text)
        return answer

    def sign_in(self, collection: str, identity: str, password: str) -> str:
        path = f"/api/collections/{collection}/auth-with-password"
        token: str = self.post(path, {"identity": identity, "password": password})["token"]
        return token
