"""The documentation names every error."""

from __future__ import annotations

import re
from pathlib import Path

import fastcms.collections

PAGE = (Path(__file__).parents[2] / "docs" / "collections.md").read_text(encoding="utf-8")


def test_every_error_is_documented() -> None:
    sources = Path(str(fastcms.collections.__file__)).parent.glob("*.py")
    codes = {
        code
        for source in sources
        for code in re.findall(r'"validation_(\w+)"', source.read_text(encoding="utf-8"))
    }
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
