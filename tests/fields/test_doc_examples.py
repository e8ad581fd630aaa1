"""Every example of docs/fields.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import re2

from fastcms.fields.autogenerate import generate
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
        for block in re.findall(r"```requests\n(.*?)```", PAGE, re.DOTALL):
            for step in re.split(r"\n(?=[A-Z]+ /)", block.strip()):
                request, _, told = step.partition("\n→ ")
                method, path, *body = request.split(" ", 2)
                sent = json.loads(body[0]) if body else None
                answer = await client(method, quote(path, safe="/?&=()"), sent, token="")
                if told:
                    _is_told(answer.json(), json.loads(told))
                else:
                    assert answer.status == 200, answer.body

    served(tmp_path / "pb_data", scenario)


def _is_told(answer: Any, told: Any) -> None:
    """The answer holds what the page shows of it."""
    if isinstance(told, dict):
        for key, value in told.items():
            _is_told(answer[key], value)
    elif isinstance(told, list):
        assert len(answer) == len(told), answer
        for one, shown in zip(answer, told, strict=True):
            _is_told(one, shown)
    else:
        assert answer == told
