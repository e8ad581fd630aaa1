"""Random and derived identifiers, in the forms that a data directory already holds."""

from __future__ import annotations

import os
import string
import zlib

ID_ALPHABET = string.ascii_lowercase + string.digits
TOKEN_ALPHABET = string.ascii_letters + string.digits
ID_LENGTH = 15


def random_text(length: int, alphabet: str = TOKEN_ALPHABET) -> str:
    """`length` characters of `alphabet` from the system's secure source."""
    # One large random number written in the alphabet's base. Its 12 bytes to spare make the
    # difference in likelihood between letters less than 2^-90. Two µs for an id, where a draw for
    # each letter takes twenty.
    number = int.from_bytes(os.urandom(length + 12), "big")
    size = len(alphabet)
    letters = []
    for _ in range(length):
        number, index = divmod(number, size)
        letters.append(alphabet[index])
    return "".join(letters)


def record_id() -> str:
    """A fresh record id: 15 characters of a-z and 0-9."""
    return random_text(ID_LENGTH, ID_ALPHABET)


def checksum(text: str) -> str:
    """Decimal CRC-32, the reference's way to derive stable ids from names."""
    return str(zlib.crc32(text.encode()))


def collection_id(type_: str, name: str) -> str:
    """The id of a new collection that brought none; stays when the collection is renamed."""
    return "pbc_" + checksum(type_ + name)
