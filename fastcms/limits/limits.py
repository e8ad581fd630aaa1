"""The rate limits of one directory: the rules of the moment and the windows of all clients."""

from __future__ import annotations

from pathlib import Path

from fastcms.limits.rules import Rules
from fastcms.limits.windows import Window, Windows
from fastcms.settings.model import RateLimitRule, RateLimits, Settings
from fastcms.settings.proxy import is_within, network_of

# Of searches without a result, for each collection.
EMPTY_SEARCHES, EMPTY_SEARCH_SECONDS = 3, 3


class Limits:
    """What counts requests. Nothing is opened or looked at as long as there are no limits."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / ".notify"
        self._opened: Windows | None = None
        self._excluded: tuple[str, ...] = ()
        # What sets the windows of these settings apart from those of earlier ones.
        self._generation = ""
        # None while the limits are switched off.
        self.rules: Rules | None = None

    def use(self, settings: Settings, generation: str) -> None:
        """Counts by these settings from now on; with a new generation everybody starts anew."""
        limits: RateLimits = settings.rate_limits
        self.rules = Rules(limits.rules) if limits.enabled else None
        self._excluded = limits.excluded_ips
        self._generation = generation

    def count(self, rule: RateLimitRule, bucket: str, address: str) -> Window | None:
        """Counts a request of this client; None for an address that has no limits.

        `bucket` says what is counted together: equal ones share a window.
        """
        if self._excluded and is_within(address, self._excluded):
            return None
        name = f"{self._generation}\n{bucket}\n{rule.audience}\n{network_of(address)}"
        return self._windows.admit(name, rule.max_requests, rule.duration)

    def is_probing(self, collection: str, address: str) -> bool:
        """Counts a search without a result; whether this client makes many of them."""
        name = f"empty searches\n{collection}\n{network_of(address)}"
        return not self._windows.admit(name, EMPTY_SEARCHES, EMPTY_SEARCH_SECONDS).admitted

    @property
    def _windows(self) -> Windows:
        if self._opened is None:
            self._opened = Windows(self._folder)
        return self._opened

    def close(self) -> None:
        """Lets go of the windows."""
        if self._opened is not None:
            self._opened.close()
