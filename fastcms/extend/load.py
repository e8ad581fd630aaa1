"""Loads the files of a folder of hooks.

Each file is a fresh module at every load. One that cannot be loaded costs nobody else anything:
what it registered the last time stays.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import sleep
from types import ModuleType
from typing import NamedTuple

from fastcms.extend.environment import Environment
from fastcms.extend.registry import Registry, gathering
from fastcms.observe.warnings import named

PACKAGE = "pb_hooks"
SETTLE_SECONDS = 0.02


class Broken(NamedTuple):
    """A file that could not be loaded."""

    file: Path
    # One line, then the whole.
    error: str
    trace: str


class Loaded(NamedTuple):
    """One state of the folder: what its files registered, by file, and those that failed."""

    registries: dict[Path, Registry]
    broken: tuple[Broken, ...]
    # A digest of each file as it was, to tell which ones are others now.
    sources: dict[Path, bytes]


NOTHING = Loaded({}, (), {})


def sources(folder: Path) -> dict[Path, bytes]:
    """A digest of each file of Python below a folder, but for hidden folders."""
    found: dict[Path, bytes] = {}
    for file in sorted(folder.rglob("*.py")):
        if not any(part.startswith(".") for part in file.relative_to(folder).parts):
            with suppress(OSError):  # gone since it was listed, or not to be read
                found[file] = _digest(file.read_bytes())
    # An install of packages is a change too.
    pointer = Environment(folder).pointer
    if pointer.is_file():
        found[pointer] = _digest(pointer.read_bytes())
    return found


def _digest(source: bytes) -> bytes:
    return sha256(source).digest()


def files_in(folder: Path) -> list[Path]:
    """The files that are loaded, in the order of their names.

    Those whose names begin with `_` are only there to be imported by them.
    """
    if not folder.is_dir():
        return []
    return sorted(f for f in folder.glob("*.py") if f.is_file() and f.name[0] not in "._")


def settled(folder: Path) -> dict[Path, bytes]:
    """The same once nobody writes: a file that is being saved is empty for a moment."""
    found = sources(folder)
    while True:
        sleep(SETTLE_SECONDS)
        again = sources(folder)
        if again == found:
            return found
        found = again


def load(
    folder: Path,
    before: Loaded = NOTHING,
    begins: Callable[[Path], None] = lambda _: None,
    seconds: float = 0,
) -> Loaded:
    """Runs every file; of one that fails the registrations of `before` stay.

    `begins` is told of each file before it runs. With `seconds`, one that takes longer is given up.
    """
    run = partial(_run_within, seconds) if seconds else _run
    registries: dict[Path, Registry] = {}
    broken: list[Broken] = []
    read = sources(folder)
    with _importable(folder):
        for file in files_in(folder):
            begins(file)
            registry = Registry(file)
            try:
                source = file.read_bytes()
                # Of what runs: it may have been saved since the folder was read.
                read[file] = _digest(source)
                run(file, source, registry)
            except BaseException as error:  # noqa: BLE001 (whatever a file does)
                broken.append(told(file, error))
                if file in before.registries:
                    registries[file] = before.registries[file]
            else:
                registries[file] = registry
    return Loaded(registries, tuple(broken), read)


def _run(file: Path, source: bytes, registry: Registry) -> None:
    name = f"{PACKAGE}.{file.stem}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module
    # Not through the import system: what it keeps of a file that was saved within one second of
    # another version would be the old one.
    code = compile(ast.parse(source, str(file)), str(file), "exec")
    with gathering(registry):
        exec(code, module.__dict__)  # noqa: S102 (it is what the folder is for)


def _run_within(seconds: float, file: Path, source: bytes, registry: Registry) -> None:
    """The same on a thread, which nobody waits for after that time. Raises TimeoutError then."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            _run(file, source, registry)
        except BaseException as error:  # noqa: BLE001 (the one who called gets it)
            errors.append(error)

    thread = threading.Thread(target=run, name=f"loads {file.name}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"it takes longer than {seconds:g} s to load")
    if errors:
        raise errors[0]


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Lets files import others of the folder by their names, each time as they are now."""
    Environment(folder).use()
    root = str(folder.resolve())
    for name, module in list(sys.modules.items()):
        source = getattr(module, "__file__", None) or ""
        if name.startswith(f"{PACKAGE}.") or source.startswith(f"{root}{os.sep}"):
            del sys.modules[name]
            # One that a function imported may have been written: Python would take it for the
            # bytecode of whatever is saved within the same second.
            if cached := getattr(module, "__cached__", None):
                Path(cached).unlink(missing_ok=True)
    importlib.invalidate_caches()
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.insert(0, root)
    try:
        yield
    finally:
        sys.path.remove(root)
        # A function may import them as well, when it runs; but nothing of the server's own.
        if root not in sys.path:
            sys.path.append(root)
        sys.dont_write_bytecode = writes


def told(file: Path, error: BaseException) -> Broken:
    """What people are told of an error of a file, in one line and at length."""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        line = f"{Path(error.filename or file).name}:{error.lineno}: {error.msg}"
    else:
        steps = traceback.extract_tb(error.__traceback__)
        inside = [step for step in steps if Path(step.filename).parent == file.parent]
        place = f"{Path(inside[-1].filename).name}:{inside[-1].lineno}: " if inside else ""
        line = f"{place}{named(error)}"
    return Broken(file, line, "".join(traceback.format_exception(error)))
