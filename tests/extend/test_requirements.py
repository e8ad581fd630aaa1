"""What hooks ask for: how they state it, how it is installed, and how a server takes it."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from fastcms.extend.environment import LeftOut
from fastcms.extend.packages import Packages, lacking
from fastcms.extend.requirements import stated
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

ASKS = """
# /// script
# dependencies = [
#   "fc-greeting{}",
# ]
# ///
"""


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    source: str,
    *needs: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """A package of one module, and of more files."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
    wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {f"{module}.py": source, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    files |= more or {}
    record = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as made:
        for file, text in (files | {f"{info}/RECORD": record}).items():
            made.writestr(file, text)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "fc-greeting", "1.0", "import fc_words\nTEXT = fc_words.HELLO", "fc-words")
    make_wheel(folder, "fc-words", "2.1", "HELLO = 'hello'")
    make_wheel(folder, "fc-lonely", "1.0", "", "fc-nowhere>=3")
    return folder


@pytest.fixture
def hooks(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "pb_hooks"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(sys, "path", sys.path[:])
    return folder


def _fastcms(hooks: Path, *arguments: str) -> tuple[int, str, str]:
    line = [sys.executable, "-m", "fastcms_cli", "hooks", *arguments]
    line += ["--dir", str(hooks.parent / "pb_data")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "text", "asked", "problem"),
    [
        ("a.py", ASKS.format(">=1"), ["fc-greeting>=1"], ""),
        ("a.py", "# /// script\n# dependencies = [\"a; python_version < '3'\"]\n# ///\n", [], ""),
        ("a.py", "# /// script\n# requires-python = '>=3.11'\n# ///\n", [], ""),
        ("a.py", "# /// other\n# dependencies = ['a']\n# ///\n", [], ""),
        ("a.py", "print('# /// script')\n", [], ""),
        ("a.py", "# /// script\n# dependencies = [\n# ///\n", [], "is no TOML"),
        ("a.py", "# /// script\n# dependencies = 'a'\n# ///\n", [], "no list of texts"),
        ("a.py", "# /// script\n# dependencies = ['=1']\n# ///\n", [], "Expected"),
        ("a.py", ASKS.format("") * 2, [], "two blocks"),
        (
            "requirements.txt",
            "# of ours\n--index-url https://x\na>=1  # why\n\nb==2 --hash=sha256:00\n",
            ["a>=1", "b==2"],
            "",
        ),
        ("requirements.txt", "not a name\n", [], "not a name"),
    ],
)
def test_stated(tmp_path: Path, name: str, text: str, asked: list[str], problem: str) -> None:
    (tmp_path / name).write_text(text)
    found = stated(tmp_path)
    assert [str(r) for one in found for r in one.requirements] == asked
    assert problem in "".join(one.problem for one in found)
    assert bool(problem) == any(one.problem for one in found)


def test_installs_what_is_asked_for(hooks: Path) -> None:
    (hooks / "hello.py").write_text(ASKS.format("") + "import fc_greeting\n")
    code, out, err = _fastcms(hooks, "check")
    assert (code, out) == (1, "")
    assert "hello.py:7: ModuleNotFoundError: No module named 'fc_greeting'" in err
    assert "it is not installed; run: fastcms hooks install" in err

    code, out, err = _fastcms(hooks, "install", "--dry-run")
    assert (code, out) == (0, "fc-greeting 1.0\nfc-words 2.1\n2 would be installed.\n")
    assert not list((hooks.parent / "pb_packages").iterdir())

    code, out, err = _fastcms(hooks, "install")
    assert code == 0, err
    assert out.startswith("fc-greeting 1.0\nfc-words 2.1\nInstalled 2 in ")
    assert "Installing collected packages: fc-words, fc-greeting" in err
    assert (hooks / "requirements.lock").read_text().splitlines()[1:] == [
        "fc-greeting==1.0",
        "fc-words==2.1",
    ]
    assert _fastcms(hooks, "check")[:2] == (0, "1 files with 0 functions: all is well.\n")


def test_an_install_that_fails_leaves_the_old_one(hooks: Path) -> None:
    (hooks / "requirements.txt").write_text("fc-words\n")
    packages = Packages(hooks)
    first = packages.install(stated(hooks))
    (hooks / "requirements.txt").write_text("fc-words\nfc-lonely\n")
    code, _, err = _fastcms(hooks, "install")
    assert code == 1
    assert err.splitlines()[-1].startswith("nothing was installed: Could not find a version")
    assert packages.folder == first.folder
    assert lacking(hooks) == [
        "requirements.txt asks for fc-lonely, but it is not installed; run: fastcms hooks install"
    ]
    # Beside it nothing is left but what names it.
    assert sorted(packages.root.iterdir()) == sorted([first.folder, packages.pointer])


def test_the_next_but_one_install_removes_the_first(hooks: Path) -> None:
    (hooks / "requirements.txt").write_text("fc-words\n")
    packages = Packages(hooks)
    first, second, third = (packages.install(stated(hooks)).folder for _ in range(3))
    assert [folder.exists() for folder in (first, second, third)] == [False, True, True]
    packages.use()
    packages.use()
    assert [path for path in sys.path if path.startswith(str(packages.root))] == [str(third)]
    assert sys.path[-1] == str(third)


def test_what_nothing_asks_for_any_more_goes(hooks: Path) -> None:
    assert _fastcms(hooks, "install")[1] == f"No file in {hooks} asks for a package.\n"
    (hooks / "requirements.txt").write_text("fc-words\n")
    packages = Packages(hooks)
    packages.install(stated(hooks))
    (hooks / "requirements.txt").unlink()
    assert _fastcms(hooks, "install")[1].startswith("Installed 0 in ")
    assert packages.folder is not None
    assert list(packages.folder.iterdir()) == []


def test_modules_that_the_executable_has_left_out(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "fc_more.py").write_text("")
    finder = LeftOut(tmp_path)
    found = finder.find_spec("json.fc_more", None)
    assert found is not None
    assert found.origin == str(tmp_path / "json" / "fc_more.py")
    assert finder.find_spec("json.fc_less", None) is None
    assert finder.find_spec("json", None) is None


def test_the_servers_own_stays(hooks: Path) -> None:
    (hooks / "requirements.txt").write_text("msgspec<0.2\n")
    code, _, err = _fastcms(hooks, "install")
    assert code == 1
    assert "requirements.txt asks for msgspec<0.2, but the server itself has" in err
    (hooks / "requirements.txt").write_text("msgspec\n")
    assert lacking(hooks) == []


def test_lists(hooks: Path) -> None:
    source = """
        from fastcms import cron, on

        @on.record_create("posts")
        def shout(event): ...

        @cron("@daily")
        def tidy(): ...
    """
    (hooks / "a.py").write_text(ASKS.format("") + dedent(source))
    (hooks / "b.py").write_text("if")
    code, out, _ = _fastcms(hooks, "list", "--json")
    told = json.loads(out)
    assert (code, told["ok"]) == (0, True)
    functions = [
        {"name": "shout", "for": "record_create"},
        {"name": "tidy", "for": "@daily"},
    ]
    assert told["files"] == [{"file": "a.py", "functions": functions}]
    assert told["broken"] == [{"file": "b.py", "error": "b.py:1: invalid syntax"}]
    assert len(told["lacking"]) == 1
    _, out, _ = _fastcms(hooks, "list")
    assert "  shout                    record_create\n" in out
    assert _fastcms(hooks, "check", "--json")[0] == 1


def test_a_running_server_takes_it(hooks: Path) -> None:
    data = hooks.parent / "pb_data"
    add_superuser(Kind.FASTCMS, data)
    source = """
        import sqlite3
        from fastcms import on

        import fc_greeting

        sqlite3.connect(":memory:").close()
        DATA = __file__.replace("pb_hooks/hello.py", "pb_data")
        refused = []
        for name in (f"{DATA}/data.db", f"file://{DATA}/data.db?mode=ro", f"{DATA}/../pb_data/x"):
            try:
                sqlite3.connect(name, uri=name.startswith("file:"))
            except PermissionError:
                refused.append(name)

        @on.collection_view_request()
        async def greet(event):
            await event.next()
            print(fc_greeting.TEXT, len(refused), flush=True)
    """
    (hooks / "hello.py").write_text(ASKS.format("") + dedent(source))
    with Server(Kind.FASTCMS, data, workers=1) as server:
        token = server.superuser_token()
        told = server.expect("GET", "/api/hooks", token=token)
        assert told["functions"] == []
        assert "hello.py asks for fc-greeting" in told["lacking"][0]
        assert f"{told['lacking'][0]}\n" in server.output
        assert _fastcms(hooks, "install")[0] == 0

        def is_taken() -> bool:
            return bool(server.expect("GET", "/api/hooks", token=token)["functions"])

        until(is_taken)
        assert server.expect("GET", "/api/hooks", token=token)["lacking"] == []
        server.expect("GET", "/api/collections/users", token=token)
        until(lambda: "hello 3\n" in server.output)
