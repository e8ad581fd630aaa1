"""Python runs this at the start of each process below `tests.measure`, which is asked for with
`PYTHONPATH`: there it loads FastCMS with a mark before each statement.
"""

import builtins
import marshal
import mmap
import os
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any

FOLDER = "FASTCMS_TESTS_MEASURED"  # the environment variable with the folder of the files below
PLACES = "places"  # file names and where their lines begin in the other, marshalled
MARKS = "marks"  # a byte for each line

_MARKS = "__marks__"


class Finder:
    """Finds what is measured, before Python's own finders do."""

    def __init__(self, folder: str) -> None:
        # Without `pathlib`, which is no part of every start.
        with open(f"{folder}/{PLACES}", "rb") as file:  # noqa: PTH123
            self._places: dict[str, int] = marshal.load(file)
        with open(f"{folder}/{MARKS}", "r+b") as file:  # noqa: PTH123
            setattr(builtins, _MARKS, mmap.mmap(file.fileno(), 0))
        self._folder = folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if not name.startswith("fastcms"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin in self._places:
            spec.loader = Loader(name, spec.origin, self._places[spec.origin], self._folder)
        return spec


class Loader(SourceFileLoader):
    """Compiles with marks, once in all processes."""

    def __init__(self, name: str, path: str, place: int, folder: str) -> None:
        super().__init__(name, path)
        self._place = place
        self._folder = folder

    def source_to_code(self, data: bytes, path: str, *, _optimize: int = -1) -> CodeType:
        code: CodeType = compile(
            marked(data, self._place), path, "exec", dont_inherit=True, optimize=_optimize
        )
        return code

    def get_data(self, path: str) -> bytes:
        return super().get_data(self._kept(path))

    def set_data(self, path: str, data: bytes, *, _mode: int = 0o666) -> None:
        super().set_data(self._kept(path), data, _mode=_mode)

    def _kept(self, path: str) -> str:
        """Compiled files stay beside the marks, whose places they hold."""
        return f"{self._folder}/{self._place}.pyc" if path.endswith(".pyc") else path


def marked(source: bytes, place: int) -> Any:
    """The tree of a module that sets the byte of each line before it runs it."""
    import ast

    tree = ast.parse(source)
    for node in ast.walk(tree):
        # The lines of `except` and `case` run when their block does.
        lines = [node.lineno] if isinstance(node, ast.ExceptHandler) else []
        if isinstance(node, ast.match_case):
            lines = [node.pattern.lineno]
        for part in ("body", "orelse", "finalbody"):
            if isinstance(block := getattr(node, part, None), list):
                block[:] = _marked_block(block, lines, place)
                lines = []
    return tree


def _marked_block(block: list[Any], lines: list[int], place: int) -> Iterator[Any]:
    import ast

    for statement in block:
        decorators = getattr(statement, "decorator_list", [])
        lines = [*lines, *(each.lineno for each in decorators), statement.lineno]
        # A docstring and `from __future__` have to stay first.
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_text and getattr(statement, "module", None) != "__future__":
            for line in lines:
                yield _mark(place + line, line)
            lines = []
        yield statement


def _mark(place: int, line: int) -> Any:
    import ast

    mark = ast.parse(f"{_MARKS}[{place}] = 1").body[0]
    for node in ast.walk(mark):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = line
    return mark


if FOLDER in os.environ:
    sys.meta_path.insert(0, Finder(os.environ[FOLDER]))
