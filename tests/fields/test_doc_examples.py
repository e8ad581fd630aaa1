"""Every example of docs/fields.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import re2

from fastcms.fields.autogenerate import generate
from tests.docs.requests import play
from tests.inprocess import Client, served

PAGE = (Path(__file__).parents[2] / "docs" / "fields.md").read_text(encoding="utf-8")
PATTERNS = [
    re.split(r"\s+// ", line)
    for block in re.findall(r"```pattern\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")
SPOTS = [{"type": "text", "name": "title"}, {"type": "geoPoint", "name": "place"}]
SHELVES = [{"type": "number", "name": "stock"}]


@pytest.mark.parametrize(("pattern", "made"), PATTERNS)
def test_patterns(pattern: str, made: str) -> None:
    assert re2.fullmatch(made, generate(pattern))


def test_requests(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        rule = {"updateRule": "@request.body.stock >= 0"}
        for body in (
            {"name": "spots", **OPEN, "fields": SPOTS},
            {"name": "shelves", **OPEN, **rule, "fields": SHELVES},
        ):
            assert (await client("POST", "/api/collections", body)).status == 200
        shelf = {"id": "shelf0000000001", "stock": 3}
        await client("POST", "/api/collections/shelves/records", shelf)
        await play(client, PAGE)

    served(tmp_path / "pb_data", scenario)
