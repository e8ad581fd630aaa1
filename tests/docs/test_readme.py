"""The README's shell commands do what it says, typed as they stand against a real server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import Kind, Server

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
FIRST_MINUTE = README.partition("## A first collection")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    """The fenced code blocks of the section about the first minute."""
    return re.findall(rf"^```{language}\n(.*?)^```", FIRST_MINUTE, re.MULTILINE | re.DOTALL)


def test_the_first_minute(tmp_path: Path) -> None:
    # The superuser's command works on ./pb_data and stands in .venv/bin, as in the clone.
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    with Server(Kind.FASTCMS, tmp_path / "pb_data") as server:
        script = "\n".join(["set -euo pipefail", *blocks("sh")])
        script = script.replace("http://127.0.0.1:8090", server.url)
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout[done.stdout.rindex('{"items":') :])
    assert [(item["title"], item["views"]) for item in answer["items"]] == [("Hello", 3)]


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"^make (\w+)|`make (\w+)", README, re.MULTILINE)):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE)
