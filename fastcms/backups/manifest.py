"""What a backup says of itself, in the comment of its zip: PocketBase reads past it."""

from __future__ import annotations

import zipfile

import msgspec

from fastcms import __version__, clock

FORMAT = 1
LONGEST = 60_000  # bytes; a comment can have a few more


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The facts of a backup."""

    format: int = FORMAT
    fastcms: str = __version__
    created: str = msgspec.field(default_factory=clock.now_text)
    # Of files beside the databases, and the bytes of all together before they were compressed.
    files: int = 0
    bytes: int = 0
    # Rows by table, by database; empty if there are too many tables to tell.
    rows: dict[str, dict[str, int]] = {}


def to_comment(manifest: Manifest) -> bytes:
    """The manifest as the comment of a zip."""
    comment = msgspec.json.encode(manifest)
    if len(comment) > LONGEST:
        comment = msgspec.json.encode(msgspec.structs.replace(manifest, rows={}))
    return comment


def of_zip(zipped: zipfile.ZipFile) -> Manifest | None:
    """The manifest of a backup that FastCMS made; None for any other."""
    try:
        return msgspec.json.decode(zipped.comment, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
