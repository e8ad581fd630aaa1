"""Random and derived identifiers, in the forms that a data directory already holds."""

from __future__ import annotations

import secrets
import string
import zlib

ID_ALPHABET = string.ascii_lowercase + string.digits
TOKEN_ALPHABET = string.ascii_letters + string.digits
ID_LENGTH = 15


def random_text(length: int, alphabet: str = TOKEN_ALPHABET) -> str:
    """`length` characters of `alphabet` from the system's secure source."""
    # A byte maps to a letter only below the largest multiple of the alphabet's size, so that
    # each letter is equally likely.
    size = len(alphabet)
    limit = 256 - 256 % size
    out: list[str] = []
    while len(out) < length:
        out += [alphabet[b % size] for b in secrets.token_bytes(length * 2) if b < limit]
    return "".join(out[:length])


def record_id() -> str:
    """A fresh record id: 15 characters of a-z and 0-9."""
    return random_text(ID_LENGTH, ID_ALPHABET)


def checksum(text: str) -> str:
    """Decimal CRC-32, the reference's way to derive stable ids from names."""
    return str(zlib.crc32(text.encode()))


def collection_id(type_: str, name: str) -> str:
    """The id of a new collection that brought none; stays when the collection is renamed."""
    return "pbc_" + checksum(type_ + name)
