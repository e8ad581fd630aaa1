"""A data directory that is made once and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from fastcms.errors import StartError
from fastcms.presence import Presence
from fastcms.testing.app import App

Collections = str | Path | Sequence[Mapping[str, Any]] | Mapping[str, Any]
# Of a directory, what is of its server and not of its data.
_LEFT_OUT = shutil.ignore_patterns(".notify", ".pb_temp_to_delete", "backups")


class Template:
    """What tests begin with.

    `data` is a data directory to copy, which no server has open; without it a fresh one is made.
    `migrations` is a folder like `pb_migrations`, all of which are applied, and `collections` a
    file that `fastcms collection export` wrote, or a list of definitions. `hooks` is a folder like
    `pb_hooks`, used where it is, or the text of files by their names; `plugins` has folders of
    plugins and names of installed ones, all of which are enabled.
    """

    def __init__(
        self,
        *,
        hooks: str | Path | Mapping[str, str] | None = None,
        data: str | Path | None = None,
        migrations: str | Path | None = None,
        collections: Collections = (),
        plugins: Sequence[str | Path] = (),
    ) -> None:
        self._plugins = tuple(map(str, plugins))
        self._data = None if data is None else Path(data).absolute()
        self._migrations = None if migrations is None else Path(migrations).absolute()
        self._collections = collections
        self._is_made = False
        self._folder = Path(tempfile.mkdtemp(prefix="fastcms-"))
        if isinstance(hooks, Mapping):
            # Not beside the directory: they do not run while the template is made.
            self._hooks: Path | None = self._folder / "given" / "pb_hooks"
            self._hooks.mkdir(parents=True)
            for name, text in hooks.items():
                self._hooks.joinpath(name).write_text(text, "utf-8")
        else:
            self._hooks = None if hooks is None else Path(hooks).absolute()
            if self._hooks is not None and not self._hooks.is_dir():
                raise StartError(f"{self._hooks} is no folder of hooks")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes it; apps of it go on."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> App:
        """An app on a copy. Raises StartError where something of it cannot be used."""
        place = Path(tempfile.mkdtemp(prefix="fastcms-test-"))
        try:
            shutil.copytree(self._made(), place / "pb_data", ignore=_LEFT_OUT)
            return self._app(place / "pb_data", place)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def open(self) -> App:
        """An app on the template itself: what is made by it is there in all copies from then on."""
        return self._app(self._made())

    def copy(self) -> Template:
        """Another one that begins as this one is now."""
        return Template(hooks=self._hooks, data=self._made(), plugins=self._plugins)

    def once(self) -> App:
        """The same, of a template that ends with it."""
        try:
            return App(
                self._made(), hooks=self._hooks, plugins=self._plugins, removes=[self._folder]
            )
        except BaseException:
            self.close()
            raise

    def _app(self, data_dir: Path, *removes: Path) -> App:
        return App(data_dir, hooks=self._hooks, plugins=self._plugins, removes=removes)

    def _made(self) -> Path:
        made = self._folder / "pb_data"
        if self._is_made:
            return made
        if self._data is not None:
            _copy(self._data, made)
        with App(made, plugins=self._plugins) as app:
            if self._migrations is not None:
                app.migrate(self._migrations)
            client, imported = app.as_superuser(), self._imported()
            if imported["collections"]:
                client.put("/api/collections/import", imported, status=204)
        self._is_made = True
        return made

    def _imported(self) -> Any:
        """The body of an import."""
        found: Any = self._collections
        if isinstance(found, str | Path):
            found = msgspec.json.decode(Path(found).read_bytes())
        return found if isinstance(found, Mapping) else {"collections": list(found)}


def _copy(data: Path, to: Path) -> None:
    if not (data / "data.db").is_file():
        raise StartError(f"{data} is no data directory: there is no data.db")
    presence = Presence(data)
    try:
        # What is written meanwhile would be half there.
        if not presence.take():
            raise StartError(f"{data} is open in a server; stop that, or give a copy")
        shutil.copytree(data, to, ignore=_LEFT_OUT)
    finally:
        presence.close()


def start(
    *,
    hooks: str | Path | Mapping[str, str] | None = None,
    data: str | Path | None = None,
    migrations: str | Path | None = None,
    collections: Collections = (),
    plugins: Sequence[str | Path] = (),
) -> App:
    """An app on a directory of its own, see :class:`Template`: `with testing.start(…) as app:`.

    Several tests that begin with the same are quicker with a :class:`Template`, or with the
    fixtures of `fastcms.testing.fixtures`.
    """
    return Template(
        hooks=hooks,
        data=data,
        migrations=migrations,
        collections=collections,
        plugins=plugins,
    ).once()
