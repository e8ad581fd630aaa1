"""The page about tests: its examples are a project, and pytest runs them there, by
the installed package.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests import built
from tests.docs.test_collection_pages import DOCS

_FILE = re.compile(r"```python\n# ((?:pb_hooks|tests)/[\w/]+\.py)\n(.*?)```", re.DOTALL)
_OWN = "@request.auth.id != '' && owner = @request.auth.id"


def test_the_examples(tmp_path: Path) -> None:
    names = []
    for page in ("testing", "recipes/slug", "recipes/nightly-report"):
        for name, source in _FILE.findall((DOCS / f"{page}.md").read_text("utf-8")):
            names.append(name)
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(source, "utf-8")
    # In its folder the fixture is there for a test of its own.
    source = "def test_it(app):\n    assert app.count('notes') == 1\n"
    (tmp_path / "tests/notes/test_notes.py").write_text(source)
    users = {"name": "owner", "type": "relation", "collectionId": "_pb_users_auth_"}
    created = {"name": "created", "type": "autodate", "onCreate": True}
    files = {"name": "files", "type": "file", "maxSelect": 9}
    texts = [
        {"name": name, "type": "text"} for name in ("text", "title", "slug", "status", "email")
    ]
    price = {"name": "price", "type": "number"}
    public, wants = ({"name": name, "type": "bool"} for name in ("public", "wants_report"))
    collections = [
        {
            "name": "notes",
            "listRule": _OWN,
            "createRule": "@request.auth.id != ''",
            "fields": [texts[0], public, users, files, created],
        },
        {"name": "posts", "createRule": "", "fields": texts[1:3]},
        {"name": "orders", "fields": [texts[3], price, created]},
        {"name": "staff", "fields": [texts[4], wants]},
        {"name": "users", "type": "auth", "otp": {"enabled": True}},
    ]
    (tmp_path / "pb_migrations").mkdir()
    (tmp_path / "pb_migrations/1_notes.json").write_text(json.dumps(collections))
    done = subprocess.run(
        [
            str(built.installed().with_name("python")),
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^20 passed", done.stdout, re.MULTILINE), done.stdout
    assert len(names) == 15
