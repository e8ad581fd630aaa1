"""Conditional requests: the headers `If-…`, judged as Go's `http.ServeContent` judges them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from enum import Enum, auto
from functools import lru_cache

_SPACES = " \t\r\n"
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# Of this time, of RFC 850 and of C's asctime.
_DATES = (
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d(:\d\d){2} GMT"), "%a, %d %b %Y %H:%M:%S GMT"),
    (re.compile(r"\w+, \d\d-\w{3}-\d\d \d\d(:\d\d){2} \w+"), "%A, %d-%b-%y %H:%M:%S %Z"),
    (re.compile(r"\w{3} \w{3} [ \d]\d \d\d(:\d\d){2} \d{4}"), "%a %b %d %H:%M:%S %Y"),
)


class Verdict(Enum):
    """What a request's conditions come to."""

    SEND = auto()
    NOT_MODIFIED = auto()
    FAILED = auto()


def judge(headers: Mapping[str, str], etag: str, modified: int) -> Verdict:
    """Whether a file is sent; headers by lower snake case name, the tag with its quotes."""
    if wanted := headers.get("if_match"):
        if not _lists(wanted, etag, weak=False):
            return Verdict.FAILED
    elif (since := _date(headers.get("if_unmodified_since", ""))) is not None and modified > since:
        return Verdict.FAILED
    if known := headers.get("if_none_match"):
        if _lists(known, etag, weak=True):
            return Verdict.NOT_MODIFIED
    elif (since := _date(headers.get("if_modified_since", ""))) is not None and modified <= since:
        return Verdict.NOT_MODIFIED
    return Verdict.SEND


def lets_range(headers: Mapping[str, str], etag: str, modified: int) -> bool:
    """Whether the file is still the one that `If-Range` means, so that a part of it is of use."""
    text = headers.get("if_range", "")
    if not text:
        return True
    if found := _TAG.match(text.strip(_SPACES)):
        return found[0] == etag
    return _date(text) == modified


@lru_cache(maxsize=1_000)
def http_date(seconds: int) -> bytes:
    """A moment as headers have it."""
    return formatdate(seconds, usegmt=True).encode()


def _lists(text: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of tags holds this strong one, or is `*`."""
    place = 0
    while True:
        while place < len(text) and text[place] in _SPACES + ",":
            place += 1
        if text.startswith("*", place):
            return True
        found = _TAG.match(text, place)
        if found is None:
            return False
        if (found[0].removeprefix("W/") if weak else found[0]) == etag:
            return True
        place = found.end()


@lru_cache(maxsize=1_000)
def _date(text: str) -> int | None:
    if len(text) > 50:
        return None
    for shape, form in _DATES:
        if not shape.fullmatch(text):
            continue
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            return None
    return None
