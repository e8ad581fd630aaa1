"""Names under which files are stored: the client's name made harmless, and made unique."""

from __future__ import annotations

import re

from fastcms.ids import ID_ALPHABET, random_text

RANDOM = 10  # characters that make a name unique, and a short one longer
LONGEST = 100  # characters of the readable part
LONGEST_EXTENSION = 20  # characters behind its first dot
CONSIDERED = 300  # bytes at the end of the client's name

_NOT_OF_EXTENSIONS = re.compile(r"[^\w.*\-+=#]+", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[\W_]+", re.ASCII)
_HUMP = re.compile(r"(?<=[^A-Z])(?=[A-Z])")


def stored_name(client_name: str, extension: str) -> str:
    """A fresh name; `extension` is what the content says, for a client's name without any."""
    name = base_name(client_name)
    ending = _ending(name)
    readable = snake(name.removesuffix(ending))
    if len(readable) < 3:
        readable += random_text(RANDOM, ID_ALPHABET)
    unique = random_text(RANDOM, ID_ALPHABET)
    return f"{readable[:LONGEST]}_{unique}{_clean(ending) or extension}"


def base_name(client_name: str) -> str:
    """The last segment of a path that a client gave for a name, the end of it if it is long."""
    name = client_name.rstrip("/").rpartition("/")[2]
    return name.encode("utf-8", "replace")[-CONSIDERED:].decode("utf-8", "ignore")


def snake(text: str) -> str:
    """Words in lower case with underscores between them."""
    words = [word for word in _BETWEEN_WORDS.split(text) if word]
    return "_".join(_HUMP.sub("_", word) for word in words).lower()


def _ending(name: str) -> str:
    """The last two dots of a name and what is behind: `.tar.gz`; one if there is no other."""
    last = name.rfind(".")
    if last < 0:
        return ""
    before = name.rfind(".", 0, last)
    return name[last if before < 0 else before :]


def _clean(ending: str) -> str:
    cleaned = _NOT_OF_EXTENSIONS.sub("", ending).strip(".")
    return "." + cleaned[-LONGEST_EXTENSION:] if cleaned else ""
