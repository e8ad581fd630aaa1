"""Plays the `requests` blocks of a page: each request, and after `→` what its answer holds."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from tests.inprocess import Client


async def play(client: Client, page: str) -> None:
    """Sends the requests as a guest, in their order; those without `→` must be fine."""
    for block in re.findall(r"```requests\n(.*?)```", page, re.DOTALL):
        for step in re.split(r"\n(?=[A-Z]+ /)", block.strip()):
            request, _, told = step.partition("\n→ ")
            method, path, *body = request.split(" ", 2)
            sent = json.loads(body[0]) if body else None
            answer = await client(method, quote(path, safe="/?&=()"), sent, token="")
            if told:
                _is_told(answer.json(), json.loads(told))
            else:
                assert answer.status in (200, 204), answer.body


def _is_told(answer: Any, told: Any) -> None:
    if isinstance(told, dict):
        for key, value in told.items():
            _is_told(answer[key], value)
    elif isinstance(told, list):
        assert len(answer) == len(told), answer
        for one, shown in zip(answer, told, strict=True):
            _is_told(one, shown)
    else:
        assert answer == told
