"""The page about views: its examples work, and it names what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from fastcms.collections.view_fields import _CASTS
from fastcms.schema.view_options import MODES, ViewCache
from tests.collections.site import Site, names, text

PAGE = (Path(__file__).parents[2] / "docs" / "views.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize(
    "word",
    [*MODES, *(f.encode_name for f in msgspec.structs.fields(ViewCache)), *map(str.upper, _CASTS)],
)
def test_every_word_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_examples(site: Site) -> None:
    authors = site.create(name="authors", fields=[text("name")])["id"]
    author = {"type": "relation", "name": "author", "collectionId": authors}
    year = {"type": "number", "name": "year"}
    site.create(name="posts", fields=[text("title"), author, year])
    shown, since = (site.create(**block) for block in BLOCKS)
    assert names(shown["fields"]) == ["id", "name", "posts"]
    assert names(since["fields"]) == ["id", "title", "year"]
    cached = json.loads(re.findall(r'`(\{"mode".*?\})`', PAGE)[0])
    assert site.patch("authors_shown", viewCache=cached).status == 200
