"""A batch does what the same requests do one after the other, or nothing if one of them fails.

Random requests go to a collection and its links one by one, and as a batch to a twin of them.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastcms.directory import open_directory
from tests.inprocess import Client

TWINS = ("one", "two")
IDS = [letter * 15 for letter in "abcd"]
TITLE = {"type": "text", "name": "title"}
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")


@dataclass
class Pair:
    runner: asyncio.Runner
    client: Client

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.runner.run(self.client(method, path, body, **more))
        return answer.status, (answer.json() if answer.body else None)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    place = Path(tempfile.mkdtemp(prefix="fastcms-batch-"))
    with asyncio.Runner() as runner:

        async def start() -> Client:
            client = Client(open_directory(place))
            await client.sign_in()
            allowed = {"batch": {"enabled": True, "maxRequests": 50, "timeout": 60}}
            assert (await client("PATCH", "/api/settings", allowed)).status == 200
            for twin in TWINS:
                for made in collections(twin):
                    assert (await client("POST", "/api/collections", made)).status == 200
            return client

        client = runner.run(start())
        yield Pair(runner, client)
        client.app.close()
    shutil.rmtree(place)


def collections(twin: str) -> list[dict[str, Any]]:
    posts, links = f"{twin}posts", f"{twin}links"
    return [
        {
            "id": posts, "name": posts, **OPEN,
            # Depends on what other requests have written.
            "createRule": f"@collection.{posts}.title ?!= 'closed'",
            "updateRule": "title != 'locked' || @request.body.title = 'open'",
            "fields": [TITLE, {"type": "number", "name": "n", "max": 9}],
            "indexes": [f"CREATE UNIQUE INDEX idx_{twin} ON {posts} (title) WHERE title != ''"],
        },
        {
            "id": links, "name": links, **OPEN,
            "fields": [
                {"type": "relation", "name": "post", "collectionId": posts, "cascadeDelete": True},
                {"type": "relation", "name": "needs", "collectionId": posts, "required": True},
            ],
        },
    ]  # fmt: skip


ids = st.sampled_from(IDS)
titles = st.sampled_from(["", "t1", "t2", "locked", "open", "closed"])
posts = st.fixed_dictionaries(
    {}, optional={"title": titles, "n": st.integers(7, 10), "n+": st.just(1)}
)
links = st.fixed_dictionaries({}, optional={"post": ids, "needs": ids})
kinds = st.sampled_from(["POST", "PATCH", "PUT", "DELETE"])
steps = st.one_of(
    st.tuples(kinds, st.just("posts"), ids, posts), st.tuples(kinds, st.just("links"), ids, links)
)
# Something to begin with: half of the rest would be about nothing.
BEGIN = [
    ("POST", "posts", IDS[0], {"title": "t1", "n": 1}),
    ("POST", "posts", IDS[1], {"title": "locked"}),
    ("POST", "links", IDS[0], {"post": IDS[0], "needs": IDS[1]}),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked=st.lists(steps, min_size=1, max_size=8))
def test_a_batch_equals_its_requests(
    pair: Pair, asked: list[tuple[str, str, str, dict[str, Any]]]
) -> None:
    for twin in TWINS:
        for name in ("links", "posts"):
            assert pair.send("DELETE", f"/api/collections/{twin}{name}/truncate")[0] == 204
        for step in BEGIN:
            assert pair.send(*single(twin, *step), token="")[0] == 200
    before = state(pair, "two")

    answers = []
    for step in asked:
        answers.append(alone(pair, *step))
        if answers[-1][0] >= 400:
            break
    items = [
        {"method": method, "url": path, "body": body or {}}
        for method, path, body in (batched("two", *step) for step in asked)
    ]
    status, body = pair.send("POST", "/api/batch", {"requests": items}, token="")

    if answers[-1][0] >= 400:
        failed = body["data"]["requests"]
        assert (status, list(failed)) == (400, [str(len(answers) - 1)])
        assert failed[str(len(answers) - 1)]["response"] == answers[-1][1]
        assert state(pair, "two") == before
    else:
        assert status == 200, body
        assert [(one["status"], plain(one["body"])) for one in body] == [
            (status, plain(shown)) for status, shown in answers
        ]
        assert state(pair, "two") == state(pair, "one")


def single(
    twin: str, method: str, name: str, id_: str, values: dict[str, Any]
) -> tuple[str, str, Any]:
    path = f"/api/collections/{twin}{name}/records?expand=post,needs"
    if method == "POST":
        return method, path, {"id": id_, **values}
    path = path.replace("?", f"/{id_}?")
    return method, path, values if method == "PATCH" else None


def alone(pair: Pair, method: str, name: str, id_: str, values: dict[str, Any]) -> tuple[int, Any]:
    """The request by itself; an upsert is the one or the other of two."""
    if method == "PUT":
        there = pair.send("GET", f"/api/collections/one{name}/records/{id_}")[0] == 200
        method, values = ("PATCH" if there else "POST"), {"id": id_, **values}
    return pair.send(*single("one", method, name, id_, values), token="")  # type: ignore[no-any-return]


def batched(
    twin: str, method: str, name: str, id_: str, values: dict[str, Any]
) -> tuple[str, str, Any]:
    if method != "PUT":
        return single(twin, method, name, id_, values)
    return method, f"/api/collections/{twin}{name}/records?expand=post,needs", {"id": id_, **values}


def state(pair: Pair, twin: str) -> list[Any]:
    return [
        plain(record)
        for name in ("posts", "links")
        for record in pair.send("GET", f"/api/collections/{twin}{name}/records?sort=id")[1]["items"]
    ]


def plain(record: Any) -> Any:
    """Without what tells the twins from each other."""
    if isinstance(record, dict):
        return {
            k: plain(v) for k, v in record.items() if k not in ("collectionId", "collectionName")
        }
    return record
