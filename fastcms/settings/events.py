"""What the hooks around the settings get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastcms.hooks import Event
from fastcms.hooks.changes import ChangeType, StoredEvent

if TYPE_CHECKING:
    from fastcms.http.request import Request
    from fastcms.settings.model import Settings


class SettingsListRequest(Event):
    """`settings_list_request`: the settings are about to be sent. `settings` may be replaced."""

    def __init__(self, request: Request, settings: Settings) -> None:
        self.request = request
        self.settings = settings


class SettingsUpdateRequest(Event):
    """`settings_update_request`: `new` is about to be checked and stored; it may be replaced."""

    def __init__(self, request: Request, old: Settings, new: Settings) -> None:
        self.request = request
        self.old = old
        self.new = new


class SettingsReloadEvent(Event):
    """`settings_reload`: this process takes up settings that were saved, here or in another one.

    `settings` are those of before until `next()` has run, where they are saved here, and then the
    new ones. Handlers may put others in their place, for this process until the next reload.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings


class SettingsEvent(StoredEvent):
    """The settings are about to be stored: to handlers of models the model is `settings`."""

    model_tags = ("_params",)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.type: ChangeType = "update"

    @property
    def model(self) -> Any:
        return self.settings

    @model.setter
    def model(self, model: Any) -> None:
        self.settings = model

    def failed(self, error: Exception) -> SettingsErrorEvent:
        return SettingsErrorEvent(self.settings, error)


class SettingsErrorEvent(SettingsEvent):
    """The settings could not be stored, for this `error`."""

    def __init__(self, settings: Settings, error: Exception) -> None:
        super().__init__(settings)
        self.error = error
