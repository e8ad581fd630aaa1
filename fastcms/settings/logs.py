"""What the reference's `logs` have no place for: a setting of our own, beside its document."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastcms.settings.keys import Section, about
from fastcms.settings.rules import at_least


class LogSettings(Section, frozen=True, kw_only=True):
    """The whole setting. Immutable: a change makes a new one."""

    title: ClassVar[str] = "The size of the log"

    max_size: Annotated[
        int,
        about(
            "Size on disk",
            "Megabytes that the log may take; then the oldest entries go. 0 means no limit.",
            at_least(0),
        ),
    ] = 1_000
