"""Plugins under test: loaded once in a process, as in a server, and used by all of its apps."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from fastcms.errors import StartError
from fastcms.plugins import load, state
from fastcms.plugins.discover import folder_of


def enable(data_dir: Path, plugins: tuple[str, ...]) -> None:
    """Enables plugins in a directory that is not open yet: folders, or names of installed ones.

    Raises StartError for one that cannot be loaded.
    """
    if not plugins:
        return
    loaded = _loaded(plugins)
    data_dir.mkdir(0o700, parents=True, exist_ok=True)
    state.enable(data_dir, list(loaded.loaded))
    load.share(data_dir, loaded)


@cache
def _loaded(plugins: tuple[str, ...]) -> load.Plugins:
    # What they may still import has to stay for as long as the process lives.
    home = Path(tempfile.mkdtemp(prefix="fastcms-plugins-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    data_dir, names = home / "pb_data", [Path(plugin).name for plugin in plugins]
    data_dir.mkdir()
    for plugin, name in zip(plugins, names, strict=True):
        if (folder := Path(plugin)).is_dir():
            shutil.copytree(folder, folder_of(data_dir) / name)
    state.enable(data_dir, names)
    loaded = load.load(data_dir)
    for name, problem in loaded.problems.items():
        raise StartError(f"the plugin {name} was not loaded: {problem}")
    return loaded
