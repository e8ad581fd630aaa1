"""The documentation names every type, option and error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fastcms.fields
from fastcms.fields import FIELD_TYPES, decode_field

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
COMMON = set(decode_field({"type": "bool"}).to_json())


@pytest.mark.parametrize("type_", [t.__struct_config__.tag for t in FIELD_TYPES])
def test_every_option_is_documented(type_: str) -> None:
    section = PAGE.partition(f"\n## {type_}\n")[2].partition("\n## ")[0]
    assert section
    if type_ == "url":
        section += PAGE.partition("\n## email\n")[2].partition("\n## ")[0]
    options = set(decode_field({"type": type_}).to_json()) - COMMON
    assert {option for option in options if f"`{option}`" not in section} == set()


def test_every_error_is_documented() -> None:
    sources = Path(str(fastcms.fields.__file__)).parent.glob("*.py")
    codes = {
        code
        for source in sources
        if source.stem != "base"
        for code in re.findall(r'"validation_(\w+)"', source.read_text(encoding="utf-8"))
    }
    assert len(codes) > 30
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
