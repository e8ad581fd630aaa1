"""The documentation: its commands, typed as they stand, and that it names every option."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fastcms.transfer import api
from fastcms.transfer.formats import NAMES
from tests.servers import Kind, Server, add_superuser

PAGE = (Path(__file__).parents[2] / "docs/records-import-export.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples(tmp_path: Path) -> None:
    first, report, http = blocks("sh")
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with Server(Kind.FASTCMS, tmp_path / "pb_data", workers=1) as server:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "URL": server.url,
            "TOKEN": server.superuser_token(),
        }

        def typed(script: str) -> list[str]:
            done = subprocess.run(
                ["bash", "-c", f"set -euo pipefail\n{script}"],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout.splitlines()

        assert typed(first) == [
            "Fields of fruit: Name (text), price (number), Since (date), Ripe (bool)",
            "Imported 2 rows into fruit: 2 created, 0 updated.",
            "Name,price",
            "Pear,2.25",
        ]
        dry, would, shown = typed(report)
        assert dry == 'row 2, price: "cheap" is no number; write it like 1234.5.'
        assert would == "Would import 2 rows into fruit: 1 created, 0 updated, 1 bad."
        assert json.loads(shown) == json.loads(blocks("json")[0])
        answer, *lines = "\n".join(typed(http)).replace("}{", "}\n{").splitlines()
        assert (json.loads(answer)["created"], json.loads(answer)["imported"]) == (1, False)
        assert [json.loads(line)["Name"] for line in lines] == ["Apple", "Fig", "Pear"]


@pytest.mark.parametrize("word", [*api.IMPORT_OPTIONS, *api.EXPORT_OPTIONS, *NAMES])
def test_every_word_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE
