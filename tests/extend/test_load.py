"""What a load of the folder holds against what its files say."""

from hashlib import sha256
from pathlib import Path
from textwrap import dedent

import pytest

from fastcms.extend.load import load

FUNCTION = """
from fastcms import on

@on.record_create("posts")
async def {}(event):
    await event.next()
"""


def test_a_file_that_is_saved_while_it_is_loaded(tmp_path: Path) -> None:
    # The digest is of what runs: with another one the file would be loaded once more, and its
    # functions would be counted anew.
    file = tmp_path / "posts.py"
    file.write_text("")

    def save(file: Path) -> None:
        file.write_text(FUNCTION.format("late"))

    loaded = load(tmp_path, begins=save)
    (registered,) = loaded.registries[file].all
    assert registered.item.function.__name__ == "late"
    assert loaded.sources == {file: sha256(file.read_bytes()).digest()}


def test_decorators_need_no_parentheses(tmp_path: Path) -> None:
    (tmp_path / "all.py").write_text(
        dedent("""
            from fastcms import command, on, shutdown, startup, use

            @on.record_create
            async def event(event): ...

            @on.record_create.before
            def before(event): ...

            @use
            async def middleware(request): ...

            @command
            def say(app): ...

            @startup
            def begin(): ...

            @shutdown
            def end(): ...
        """)
    )
    loaded = load(tmp_path)
    assert loaded.broken == ()
    (registry,) = loaded.registries.values()
    names = [registered.item.function.__name__ for registered in registry.all]
    assert names == ["event", "before", "middleware", "say", "begin", "end"]


@pytest.mark.parametrize(
    ("decorator", "said"),
    [
        ("on.record_create(5)", "TypeError: no name of a collection: 5"),
        ("on.record_creates('posts')", "AttributeError: "),
        ("cron", "TypeError: a job needs its times"),
        ("route.get", "TypeError: a route needs its path"),
    ],
)
def test_what_a_decorator_cannot_take(tmp_path: Path, decorator: str, said: str) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(
        f"from fastcms import cron, on, route, use\n@{decorator}\ndef function(event): ...\n"
    )
    (broken,) = load(tmp_path).broken
    assert (broken.file, said in broken.error) == (file, True), broken.error
