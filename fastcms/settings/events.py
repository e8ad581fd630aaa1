"""What the hooks around the settings get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastcms.hooks import Event

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
