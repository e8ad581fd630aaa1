"""What the form of rate limits asks: labels, and which rule applies."""

from pathlib import Path
from typing import Any

import pytest

from tests.inprocess import Client, served

LABELS, TRY = "/api/settings/rate-limits/labels", "/api/settings/test/rate-limit"
RULES = [
    {"label": "*:auth", "maxRequests": 2, "duration": 3},
    {"label": "posts:create", "audience": "@guest", "maxRequests": 5, "duration": 60},
    {"label": "*:create", "maxRequests": 20, "duration": 5},
    {"label": "POST /api/batch", "maxRequests": 3, "duration": 1},
    {"label": "/api/", "maxRequests": 300, "duration": 10},
]
RECORDS = "/api/collections/posts/records"
SIGN_IN = "/api/collections/users/auth-with-password"


@pytest.mark.parametrize(
    ("request_", "audience", "rule", "tags"),
    [
        (("POST", SIGN_IN), "@guest", 0, ["users:authWithPassword", "users:auth"]),
        (("POST", RECORDS), "@guest", 1, ["posts:create"]),
        (("POST", f"{RECORDS}?expand=x"), "@auth", 2, ["posts:create"]),
        (("GET", RECORDS), "@auth", 4, ["posts:list"]),
        (("post", "/api/batch"), "@guest", 3, []),
        (("", "/api/batch"), "@guest", 4, []),
        (("GET", "/index.html"), "@guest", None, []),
        (("GET", "/api/nothing"), "@guest", 4, []),
        # No such collection: nothing is done, and nothing counted.
        (("GET", "/api/collections/nothing/records"), "@guest", None, []),
    ],
)
def test_which_rule_applies(
    tmp_path: Path, request_: tuple[str, str], audience: str, rule: int | None, tags: list[str]
) -> None:
    async def body(client: Client) -> None:
        posts = {"name": "posts", "type": "base"}
        assert (await client("POST", "/api/collections", posts)).status == 200
        method, path = request_
        request = {"method": method, "path": path, "audience": audience}
        answer = (await client("POST", TRY, {**request, "rules": RULES})).json()
        assert (answer["rule"], answer["tags"]) == (rule, tags)
        assert answer["served"] == (path not in ("/api/nothing", "/index.html") and method != "")

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, {"path"}),
        ({"path": "api", "audience": "@auth"}, {"path"}),
        ({"path": "/api"}, {"audience"}),
        ({"path": "/api", "audience": "@all"}, {"audience"}),
        ({"path": 7}, set()),
        ({"path": "/", "audience": "@auth", "rules": [{"label": 7}]}, set()),
        ({"path": "/", "audience": "@auth", "rules": 7}, set()),
    ],
)
def test_what_is_no_request(tmp_path: Path, body: Any, problems: set[str]) -> None:
    async def run(client: Client) -> None:
        answer = await client("POST", TRY, body)
        assert (answer.status, set(answer.json()["data"])) == (400, problems)

    served(tmp_path / "pb_data", run)


def test_labels_and_who_may(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        view = {"name": "newest", "type": "view", "viewQuery": "SELECT id FROM users"}
        assert (await client("POST", "/api/collections", view)).status == 200
        items = (await client("GET", LABELS)).json()["items"]
        assert len(set(items)) == len(items)
        for label in ("*:create", "*:auth", "users:requestOTP", "newest:list", "/api/batch"):
            assert label in items
        assert not {"newest:create", "newest:auth", "/api/batch/"} & set(items)
        # What is stored stands in where no rules are given; it is by them that all may be named.
        stored = {"path": "/api/batch", "method": "POST", "audience": "@guest"}
        assert (await client("POST", TRY, stored)).json()["rule"] == 2
        rules = [{"label": label, "maxRequests": 1, "duration": 1} for label in items]
        limits = {"rateLimits": {"rules": rules}}
        assert (await client("PATCH", "/api/settings", limits)).status == 200
        for method, path in (("GET", LABELS), ("POST", TRY)):
            assert (await client(method, path, stored, token="")).status == 401

    served(tmp_path / "pb_data", body)
