"""New files that file fields are given."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Upload(msgspec.Struct, frozen=True):
    """A new file for a record, in memory or on this machine's disk."""

    # What it will be stored under, and what the client calls it.
    name: str
    original_name: str
    source: bytes | Path
    size: int
    # By what is in it, whatever names say; and what else that is called.
    content_type: str
    aliases: tuple[str, ...] = ()

    def is_a(self, content_type: str) -> bool:
        """Whether the content is of that type; parameters like a charset do not count."""
        asked = _media_type(content_type)
        return asked == _media_type(self.content_type) or asked in self.aliases


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
