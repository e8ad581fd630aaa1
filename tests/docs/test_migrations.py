"""The examples of docs/migrations.md run as they stand, up and down, in their order."""

import os
import re
from pathlib import Path

import pytest

from fastcms.migrations import App, CollectionEdit
from tests.migrations.home import COLLECTIONS, Home

TEXT = (Path(__file__).resolve().parents[2] / "docs/migrations.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "ROOT_PASSWORD", "a long password")
    home = Home(tmp_path)
    home.folder.mkdir()
    before = home.ask(COLLECTIONS)
    for number, example in enumerate(EXAMPLES):
        (home.folder / f"{number}.py").write_text(example)
    assert len(home.up()) == len(EXAMPLES) == 4
    assert home.ask("SELECT title, slug, visits FROM posts") == [("Hello", "hello", 1)]
    assert home.ask("SELECT email FROM _superusers") == [("root@example.com",)]
    home.down(len(EXAMPLES))
    assert home.ask(COLLECTIONS) == before


@pytest.mark.parametrize("of", [App, CollectionEdit])
def test_every_method_is_named(of: type) -> None:
    internal = {"before", "body", "leftovers"}
    for name in {name for name in dir(of) if name[0] != "_"} - internal:
        assert re.search(rf"\b{name}\b", TEXT), name
