"""What import-linter cannot say about the house (its contracts stand in pyproject.toml)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [*ROOT.glob("fastcms/**/*.py"), *ROOT.glob("cli/**/*.py")]
CONSOLE = ROOT / "cli/fastcms_cli/console.py"

MOST_LINES = 450
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "misc", "service", "services", "utils"}

# What makes a process slow to start; `fastcms --help` must do without.
HEAVY = ["apsw", "argon2", "asyncio", "bcrypt", "jinja2", "litestar", "pydantic", "uvicorn"]


def test_only_the_console_prints() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if path != CONSOLE and (lines := list(printing(ast.parse(path.read_text()))))
    }
    assert found == {}


def printing(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls of print() and imports of rich, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                yield node.lineno, "print"
            case ast.Import(names=names):
                yield from ((node.lineno, n.name) for n in names if n.name.split(".")[0] == "rich")
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] == "rich":
                yield node.lineno, module


def test_a_module_is_short_enough_to_read_in_one_go() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_names_say_something() -> None:
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert names & EMPTY_NAMES == set()


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from fastcms_cli.main import main\n"
        "sys.argv = ['fastcms', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout
