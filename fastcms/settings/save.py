"""Saves the settings document, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastcms.errors import bad_request
from fastcms.settings.change import changed
from fastcms.settings.load import save_settings
from fastcms.settings.model import Settings
from fastcms.settings.take_up import store_and_take_up
from fastcms.settings.validate import problems
from fastcms.store.store import Tx

if TYPE_CHECKING:
    from fastcms.core import App

NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_SAVED = "An error occurred while saving the new settings."


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
