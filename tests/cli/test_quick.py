"""Asking for help loads no server."""

import subprocess
import sys

import pytest

HEAVY = ["apsw", "asyncio", "litestar", "msgspec", "rich", "uvicorn", "uvloop"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["-h"],
        ["--version"],
        ["serve", "--help"],
        ["superuser", "--help"],
        ["superuser", "upsert", "--help"],
        ["user", "delete", "--help"],
        ["settings", "password-hash", "--help"],
        ["collection", "import-records", "--help"],
    ],
    ids=" ".join,
)
def test_help_and_version(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from fastcms_cli.main import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "finally:\n"
        f"    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "fastcms" in done.stdout
    assert done.stderr == "[]\n"
