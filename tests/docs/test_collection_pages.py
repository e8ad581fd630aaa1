"""The commands of the pages about imports and templates, typed as they stand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import apsw

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def typed(place: Path, line: str) -> str:
    """A line of shell in that folder; what it printed."""
    script = f'fastcms() {{ "{sys.executable}" -m fastcms_cli "$@"; }}\nset -e\n{line}'
    done = subprocess.run(["bash", "-c", script], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_import_and_export(tmp_path: Path) -> None:
    posts = {"name": "posts", "listRule": ""}
    fields = [{"name": name, "type": "text"} for name in ("title", "subtitle")]
    (tmp_path / "posts.json").write_text(json.dumps([posts | {"fields": fields}]))
    (changes,) = blocks("import-export", "json")
    (tmp_path / "changes.json").write_text(changes)
    export, import_, dry_run, drop = blocks("import-export", "sh")
    typed(tmp_path, "fastcms collection import posts.json")
    with apsw.Connection(str(tmp_path / "pb_data" / "data.db")) as database:
        database.execute("INSERT INTO posts (subtitle) VALUES ('a'), ('b'), ('')")
    typed(tmp_path, export)
    typed(tmp_path, import_)
    assert [typed(tmp_path, dry_run)] == blocks("import-export", "text")
    assert typed(tmp_path, drop).endswith("done\n")


def test_templates(tmp_path: Path) -> None:
    shipped, own = blocks("templates", "sh")
    assert "blog" in typed(tmp_path, shipped)
    assert "magazine" in typed(tmp_path, own)
    (notes,) = blocks("templates", "json")
    (tmp_path / "pb_data" / "templates" / "notes.json").write_text(notes)
    assert typed(tmp_path, "fastcms collection template apply notes").endswith("done\n")
