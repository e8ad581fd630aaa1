"""A received file as a record takes it: named and recognised."""

from __future__ import annotations

from pathlib import Path

from fastcms.fields.upload import Upload
from fastcms.files.names import base_name, stored_name
from fastcms.files.sniff import HEAD, sniff


def received(client_name: str, source: bytes | Path, size: int, head: bytes = b"") -> Upload:
    """An upload of that content; `head` is its first :data:`HEAD` bytes, read if they are missing.

    A file on disk is used up when a record takes it; until then it is its owner's to remove.
    """
    if isinstance(source, bytes):
        head = source[:HEAD]
    elif not head and size:
        with source.open("rb") as file:
            head = file.read(HEAD)
    kind = sniff(head)
    name = stored_name(client_name, kind.extension)
    return Upload(name, base_name(client_name), source, size, kind.content_type, kind.aliases)
