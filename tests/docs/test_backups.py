"""The commands of docs/backups.md, typed as they stand, and its routes."""

import re
import shlex
from pathlib import Path

import pytest

from fastcms.features import ROUTES
from fastcms_cli.main import main
from tests.servers import Kind, add_superuser

_PAGE = (Path(__file__).parents[2] / "docs" / "backups.md").read_text("utf-8")
_BLOCKS = "\n".join(re.findall(r"```(?:sh|crontab)\n(.*?)```", _PAGE, re.DOTALL))
# What stands behind a pipe or an ellipsis is another program's, or yours.
_COMMANDS = [
    command
    for command in re.findall(r"(fastcms backup .*?)(?:\s+#.*)?$", _BLOCKS, re.MULTILINE)
    if "|" not in command
]


def test_the_commands_of_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    assert len(_COMMANDS) == 7
    for command in _COMMANDS:
        _, *arguments = shlex.split(command)
        if "--dir" in arguments:
            place = arguments.index("--dir")
            del arguments[place : place + 2]
        if arguments[1] == "verify":
            arguments[2] = next((directory / "backups").glob("pb_backup_acme_*.zip")).name
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--dir", str(directory)])
        assert ended.value.code == 0, (command, capsys.readouterr())


def test_the_routes_of_the_page() -> None:
    told = re.findall(r"^\| `([A-Z]+) (/api/backups[^`?]*)", _PAGE, re.MULTILINE)
    there = {
        (method, route.path)
        for route in ROUTES
        if route.path.startswith("/api/backups")
        for method in route.methods
        if method != "HEAD"
    }
    # A backup may be called "upload".
    assert set(told) == there - {("GET", "/api/backups/upload"), ("DELETE", "/api/backups/upload")}
