"""What is never written down: passwords, tokens and other secrets."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "***"

_WORDS = "token|secret|passw|pwd|signature|credential|api_?-?key"
# Parameters that hold a secret, and anything that has the form of a token.
_SECRET = re.compile(
    rf"([?&;#][^=&;#]*(?:{_WORDS}|otp|code|state)[^=&;#]*=)[^&;#]*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.|%2e)[\w%.-]+", re.IGNORECASE)
# The same in running text, `password=x` and `"token": "x"`; and the user of an address.
_NAMED = re.compile(
    rf"((?:{_WORDS}|authorization)\w*[\"']?\s*[=:]\s*(?:bearer\s+)?[\"']?)[^\s\"',;&]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_USER = re.compile(r"(\w://)[^/\s@]+@")


def masked(url: str) -> str:
    """An address without the secrets in it; without its escapes if they hide some."""
    if not may_hide(url):
        return url
    found = _masked(url)
    if "%" in found:
        plain = unquote(found)
        if (hidden := _masked(plain)) != plain:
            return hidden
    return found


def may_hide(url: str) -> bool:
    """Whether there is anything in an address that the patterns look for."""
    return "?" in url or "%" in url or "#" in url or "eyJ" in url


def _masked(url: str) -> str:
    if "?" in url or "#" in url:
        url = _SECRET.sub(rf"\1{MASK}", url)
    return _TOKEN.sub(MASK, url) if "eyJ" in url else url


def masked_text(text: str) -> str:
    """Any text without the secrets in it, as far as they can be told."""
    text = _NAMED.sub(rf"\1{MASK}", _USER.sub(rf"\1{MASK}@", text))
    return _WORD.sub(lambda word: masked(word[0]), text)
