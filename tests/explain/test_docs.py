"""The documentation: its example, and that it names every key and reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from fastcms.explain.explain import Reason
from fastcms.explain.question import Action, Question
from tests.explain.site import Site

PAGE = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
USER = "user00000000001"


@pytest.mark.parametrize(
    "word",
    [*get_args(Reason), *get_args(Action), *(f.name for f in msgspec.structs.fields(Question))],
)
def test_every_word_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_examples(site: Site) -> None:
    question, answer, sql = BLOCKS
    users = site.app.refresh().find("users").id
    fields: list[dict[str, Any]] = [
        {"type": "text", "name": "title"},
        {"type": "bool", "name": "locked"},
        {"type": "relation", "name": "owner", "collectionId": users},
    ]
    made = site.ask(
        "POST",
        "/api/collections",
        {
            "name": "posts",
            "fields": fields,
            "indexes": ["CREATE INDEX idx_owner ON posts (owner)"],
            "updateRule": answer["rule"],
            "listRule": "owner = @request.auth.id",
        },
    )
    assert made.status == 200, made.body
    person = {"id": USER, "email": "u@example.com", "password": "password123"}
    person["passwordConfirm"] = person["password"]
    assert site.ask("POST", "/api/collections/users/records", person).status == 200
    post = {"id": question["record"], "locked": True, "owner": USER}
    assert site.ask("POST", "/api/collections/posts/records", post).status == 200
    assert site.ask("POST", "/api/rules/explain", question).json() == answer
    listed = {**question, "action": "list", "record": None, "query": {"sort": "title"}}
    shown = site.ask("POST", "/api/rules/explain", listed).json()["sql"]
    assert shown["text"].endswith(sql["text"].partition("…")[2])
    assert shown["values"] == sql["values"]
    assert shown["plan"][0]["detail"] == sql["plan"][0]["detail"]
    texts = PAGE[PAGE.index("```requests") :].partition("\n```\n")[0]
    rows = re.findall(r"^POST (\S+) (.+)\n→ (.+)$", texts, re.MULTILINE)
    for path, body, expected in rows:
        assert site.ask("POST", path, json.loads(body)).json() == json.loads(expected)
    assert len(rows) == 2
