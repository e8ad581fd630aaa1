"""The header `Upload-Metadata`: keys, and values in base64."""

from __future__ import annotations

import base64
import binascii
import re

from fastcms.errors import bad_request

LONGEST = 4 << 10  # bytes
BROKEN = "The header Upload-Metadata is broken."

_KEY = re.compile(r"[!-+\--~]+")


def parse(header: str) -> dict[str, str]:
    """The values by key. Raises 400 for a header that is none."""
    if len(header) > LONGEST:
        raise bad_request(f"The header Upload-Metadata is longer than {LONGEST} bytes.")
    found: dict[str, str] = {}
    for pair in header.split(","):
        if not pair.strip():
            continue
        key, _, value = pair.strip().partition(" ")
        if key in found or not _KEY.fullmatch(key):
            raise bad_request(BROKEN)
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise bad_request(BROKEN) from error
    return found
