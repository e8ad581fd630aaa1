"""What hooks around realtime get to see."""

from __future__ import annotations

from fastcms.hooks import Event
from fastcms.http.request import Request


class RealtimeConnectEvent(Event):
    """A client connects. `next()` returns when its connection has ended.

    Handlers may change after how many seconds without a message, or at the latest, it is ended.
    """

    def __init__(
        self, request: Request, client_id: str, idle_seconds: float, longest_seconds: float
    ) -> None:
        self.request = request
        self.client_id = client_id
        self.idle_seconds = idle_seconds
        self.longest_seconds = longest_seconds


class RealtimeSubscribeEvent(Event):
    """A client says what it subscribes to: all that it will have, in the place of what it had.

    Handlers may change the list.
    """

    def __init__(self, request: Request, client_id: str, subscriptions: list[str]) -> None:
        self.request = request
        self.client_id = client_id
        self.subscriptions = subscriptions


class RealtimeMessageEvent(Event):
    """A message is about to be sent to one client, the first about its own connection among them.

    Handlers may change its name, which is the subscription, and its JSON.
    """

    def __init__(self, request: Request, client_id: str, name: str, data: str) -> None:
        self.request = request
        self.client_id = client_id
        self.name = name
        self.data = data
