"""docs/settings.md is what the model says."""

from pathlib import Path

from fastcms.settings.describe import entries, markdown

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_document_holds_the_table() -> None:
    assert markdown() in DOCUMENT.read_text("utf-8")


def test_every_key_is_described() -> None:
    assert [entry.path for entry in entries() if not entry.description] == []
