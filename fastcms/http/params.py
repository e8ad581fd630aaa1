"""Query parameters with a meaning of their own, read as the reference reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from fastcms.errors import bad_request

DEFAULT_PER_PAGE = 30
MAX_PER_PAGE = 1000
MAX_INT = 2**63 - 1

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"", "0", "f", "F", "false", "FALSE", "False"})


class PageParams(NamedTuple):
    """Which page of a list is wanted, and whether it shall be counted."""

    page: int
    per_page: int
    skip_total: bool

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return min((self.page - 1) * self.per_page, MAX_INT)


class CursorParams(NamedTuple):
    """The page beside a cursor. No cursor is the first page; counting has to be asked for."""

    cursor: str
    per_page: int
    skip_total: bool


def page_params(query: Mapping[str, str]) -> PageParams:
    """`page`, `perPage` and `skipTotal`; raises 400 for text that is no number or boolean."""
    if not query:
        return PageParams(1, DEFAULT_PER_PAGE, skip_total=False)
    page = _integer(query.get("page", ""))
    per_page = _integer(query.get("perPage", ""))
    skip = query.get("skipTotal", "")
    if skip not in _TRUE and skip not in _FALSE:
        raise bad_request()
    return PageParams(
        max(page, 1),
        min(per_page, MAX_PER_PAGE) if per_page > 0 else DEFAULT_PER_PAGE,
        skip in _TRUE,
    )


def is_true(text: str) -> bool:
    """Whether a text is one of Go's spellings of true."""
    return text in _TRUE


def cursor_params(query: Mapping[str, str]) -> CursorParams | None:
    """`cursor`, `perPage` and `skipTotal`; None where no cursor is asked for.

    Raises 400 as `page_params` does.
    """
    if "cursor" not in query:
        return None
    _, per_page, skip_total = page_params(query)
    # A walk does not need the total, and it costs more than the page.
    return CursorParams(query["cursor"], per_page, skip_total or not query.get("skipTotal"))


def _integer(text: str) -> int:
    if not text:
        return 0
    if len(text) > 20 or not _INTEGER.fullmatch(text) or abs(number := int(text)) > MAX_INT:
        raise bad_request()
    return number
