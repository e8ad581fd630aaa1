"""Saves settings and takes them up, the hooks of models and of reloads around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastcms.errors import bad_request
from fastcms.settings.change import changed
from fastcms.settings.events import SettingsEvent
from fastcms.settings.load import save_settings
from fastcms.settings.model import Settings
from fastcms.settings.validate import problems
from fastcms.store.errors import SchemaChanged
from fastcms.store.store import Tx

if TYPE_CHECKING:
    from fastcms.core import App

NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_SAVED = "An error occurred while saving the new settings."


async def store_and_take_up(
    app: App,
    settings: Settings,
    check: Callable[[Settings], None],
    write: Callable[[Settings, Tx], None],
    stamp: int,
) -> Settings:
    """Checks and writes the settings; gives those that were, which handlers may have changed.

    `check` raises 400. Raises SchemaChanged for a stamp that is no longer the shared one.
    """
    hooks = app.hooks.of_settings.update
    event = SettingsEvent(settings)

    async def judge() -> None:
        check(event.settings)

    async def store() -> None:
        await app.store.write(lambda tx: write(event.settings, tx), stamp=stamp)

    async def act() -> None:
        await hooks.check(event, judge)
        await hooks.execute.run(event, store)

    await hooks.run(event, act, app.store, ignored=SchemaChanged)
    await app.take_up_settings()
    return event.settings


def merged(old: Settings, body: Mapping[str, Any]) -> Settings:
    """The settings with what a body says. Raises 400 for what cannot be part of them."""
    try:
        return changed(old, body)
    except ValueError as error:
        raise bad_request(NOT_LOADED) from error


async def save(app: App, new: Settings, stamp: int) -> Settings:
    """Stores settings, which are in force then; gives those that were stored.

    Raises 400 for settings that must not be stored, and SchemaChanged for a stamp that is no
    longer the shared one.
    """

    def check(new: Settings) -> None:
        if found := problems(new) or app.overrides.refusals(new):
            raise bad_request(_NOT_SAVED, found)

    def write(new: Settings, tx: Tx) -> None:
        save_settings(tx, app.overrides.without(new, app.stored_settings))

    return await store_and_take_up(app, new, check, write, stamp)
