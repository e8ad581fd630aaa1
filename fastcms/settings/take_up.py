"""Stores settings and takes them up, the hooks of models and of reloads around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastcms.settings.events import SettingsEvent
from fastcms.settings.model import Settings
from fastcms.store.errors import SchemaChanged
from fastcms.store.store import Tx

if TYPE_CHECKING:
    from fastcms.core import App


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
