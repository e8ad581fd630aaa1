"""What a file is by its first bytes, named as PocketBase names it."""

from __future__ import annotations

from typing import NamedTuple

HEAD = 3072  # bytes that are looked at


class Kind(NamedTuple):
    """A type of files: its name, how names of such files end, and other names of it."""

    content_type: str
    extension: str = ""
    aliases: tuple[str, ...] = ()


def sniff(head: bytes) -> Kind:
    """The type of a file that begins like this, `application/octet-stream` if nothing tells."""
    for prefix, kind in (
        (b"\x89PNG\r\n\x1a\n", Kind("image/png", ".png")),
        (b"\xff\xd8\xff", Kind("image/jpeg", ".jpg")),
        (b"%PDF-", Kind("application/pdf", ".pdf", ("application/x-pdf",))),
    ):
        if head.startswith(prefix):
            return kind
    return Kind("text/plain; charset=utf-8", ".txt")
