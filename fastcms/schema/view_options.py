"""The options of a view collection beyond the reference's: where its rows are kept, and when."""

from __future__ import annotations

import msgspec

MODES = ("onDemand", "schedule", "onChange")
MIN_EVERY = 10  # seconds


class ViewCache(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Keeps the rows of a view in a table until they are made anew.

    `onDemand`: when a superuser asks; `schedule`: `every` so many seconds, or when `cron` is due;
    `onChange`: after each change of a record that the view may show.
    """

    mode: str = ""
    every: int = 0
    cron: str = ""
