"""Loads the plugins that a data directory has enabled, once in a process.

One that cannot be loaded is told of and left out, as are those that require it.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from fastcms import __version__, fields
from fastcms.core import App
from fastcms.extend.load import told
from fastcms.extend.packages import Packages
from fastcms.extend.registry import Registry, gathering
from fastcms.extend.requirements import Stated
from fastcms.plugins import additions, state
from fastcms.plugins.additions import Additions
from fastcms.plugins.discover import Found, discover, environment_of
from fastcms.plugins.spec import FILE, STATIC, Spec

PACKAGE = "pb_plugins"

log = logging.getLogger("fastcms.plugins")


class Plugged(NamedTuple):
    """A plugin that was loaded."""

    spec: Spec
    registry: Registry
    additions: Additions


class Plugins(NamedTuple):
    """Those of one directory: what was loaded, and why others were not."""

    loaded: dict[str, Plugged]
    problems: dict[str, str]

    @property
    def registries(self) -> list[Registry]:
        """What they registered as files of hooks do."""
        return [plugged.registry for plugged in self.loaded.values()]

    def put_in(self, app: App) -> None:
        """Gives an app that was just opened what it is to know of them."""
        app.plugins = self
        wraps = [wrap for plugged in self.loaded.values() for wrap in plugged.additions.disks]
        for wrap in wraps:
            app.places.wrap_disk(wrap)
        if wraps:
            app.reload()

    def file(self, name: str, path: str) -> Path | None:
        """A file for the dashboard, by plugin and path; None where there is none."""
        plugged = self.loaded.get(name)
        if plugged is None:
            return None
        static = (plugged.spec.folder / STATIC).resolve()
        try:
            file = (static / path).resolve()
        except ValueError:  # a zero byte
            return None
        return file if file.is_relative_to(static) and file.is_file() else None


_NONE = Plugins({}, {})
# What a plugin has added to a process cannot be taken away again, so it is loaded only once.
_loaded: dict[Path, Plugins] = {}


def load(data_dir: Path) -> Plugins:
    """The plugins of a directory. Raises StartError where its state cannot be read."""
    names = state.enabled(data_dir)
    if not names:
        return _NONE
    key = data_dir.resolve()
    if key not in _loaded:
        _loaded[key] = _load(data_dir, names)
        for name, problem in _loaded[key].problems.items():
            log.error("the plugin %s was not loaded: %s", name, problem)
    return _loaded[key]


def share(data_dir: Path, plugins: Plugins) -> None:
    """Gives a directory those that this process has loaded for another one."""
    _loaded[data_dir.resolve()] = plugins


def asked(data_dir: Path) -> list[Stated]:
    """The packages that enabled plugins ask for."""
    names = state.enabled(data_dir)
    specs = discover(data_dir).specs if names else {}
    found = [specs[name] for name in names if name in specs]
    return [Stated(Path(spec.name, FILE), spec.packages) for spec in found if spec.packages]


def _load(data_dir: Path, names: list[str]) -> Plugins:
    packages = Packages(environment_of(data_dir).hooks)
    found = discover(data_dir)
    plugins = Plugins({}, {})
    for name in _in_order(found, names):
        problem = why_not(found, name, plugins.loaded)
        if not problem:
            spec = found.specs[name]
            asks = Stated(Path(spec.name, FILE), spec.packages)
            problem = "; ".join(str(one) for one in packages.lacking([asks]))
        if not problem:
            try:
                plugins.loaded[name] = _run(spec)
            except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a plugin does)
                problem = told(spec.folder / "__init__.py", error).error
        if problem:
            plugins.problems[name] = problem
    return plugins


def why_not(found: Found, name: str, others: Any) -> str:
    """Why a plugin cannot be there together with these others; "" if it can."""
    if name not in found.specs:
        return found.problems.get(name, "it is not there; fastcms plugins list shows what is")
    spec = found.specs[name]
    if not spec.fastcms.contains(__version__, prereleases=True):
        return f"it works with FastCMS {spec.fastcms}, and this is {__version__}"
    for required in spec.requires:
        if required.name not in others:
            return (
                f"it requires the plugin {required}, which is not there or not enabled; "
                f"run: fastcms plugins enable {required.name}"
            )
        version = found.specs[required.name].version
        if not required.specifier.contains(version, prereleases=True):
            return f"it requires the plugin {required}, and {version} is there"
    return ""


def _in_order(found: Found, names: list[str]) -> list[str]:
    """Required ones before those that require them; otherwise as they were enabled."""
    ordered: list[str] = []

    def take(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        for required in found.specs[name].requires if name in found.specs else ():
            if required.name in names:
                take(required.name, (*above, name))
        ordered.append(name)

    for name in names:
        take(name, ())
    return ordered


def _run(spec: Spec) -> Plugged:
    """Runs the plugin's module; what that adds counts only if it comes to its end."""
    plugged = Plugged(spec, Registry(Path(spec.name)), Additions())
    with gathering(plugged.registry), additions.gathering(plugged.additions):
        if spec.module:
            importlib.import_module(spec.module)
        else:
            _import_folder(spec)
    added = plugged.additions
    if added.providers:
        # Most plugins do without, and it takes its time to load them.
        from fastcms.oauth2 import providers

        providers.check(added.providers)
        fields.add(added.field_types)
        providers.add(added.providers)
    else:
        fields.add(added.field_types)
    return plugged


def _import_folder(spec: Spec) -> None:
    name = f"{PACKAGE}.{spec.name}"
    above = sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))
    above.__path__ = []
    place = importlib.util.spec_from_file_location(
        name, spec.folder / "__init__.py", submodule_search_locations=[str(spec.folder)]
    )
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules[name] = module
    with _leaving_no_bytecode():
        place.loader.exec_module(module)


@contextmanager
def _leaving_no_bytecode() -> Iterator[None]:
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
