"""The events of a serving process."""

from __future__ import annotations

from fastcms.hooks.chain import Event


class BootstrapEvent(Event):
    """A process has opened the directory; behind `next()` its settings are read once more."""


class ServeEvent(Event):
    """A process is about to take requests at an address; without `next()` it does not start."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port


class TerminateEvent(Event):
    """A process has answered its last request and is about to close the directory.

    `is_restart` says that it will serve again, with other content: that of a backup.
    """

    def __init__(self, *, is_restart: bool) -> None:
        self.is_restart = is_restart
