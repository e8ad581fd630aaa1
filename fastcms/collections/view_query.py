"""Reads the query of a view as loosely as the reference does: its columns and where they come from.

This is no SQL parser. It finds the words between `select`, `from`, `join` and what follows them,
and the types of a view's fields hang on what it finds, so it must read what the reference reads
and refuse what the reference refuses. Whether the query is valid SQL is the database's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MULTIPLE_STATEMENTS = "multiple statements are not supported"

_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]+$", re.DOTALL | re.MULTILINE)
_JOIN = re.compile(
    r"\s+(?:(?:full|left|right)\s+outer\s+|(?:full|cross|inner|outer|left|right)\s+)?join\s",
    re.IGNORECASE,
)
_END = re.compile(r"\s+(?:where|group\s+by|having|order|limit|with)\s", re.IGNORECASE)
# Words that no query holds, in the place of those that were found.
_JOIN_MARK, _END_MARK = "__join__", "__end__"
_SPACES = " \t\r\n"
_IDENTIFIER_QUOTES = '`"[];'
_QUOTED = re.compile(r"\{\{[\w\-. ]+\}\}|\[\[[\w\-. ]+\]\]")
_GO_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class ViewQueryError(ValueError):
    """The query cannot be a view's; the text is the reference's."""


class Named(NamedTuple):
    """An expression of the select list, or a table, and the name it goes by."""

    text: str
    name: str


class ViewQuery(NamedTuple):
    """What a query selects and from where."""

    columns: tuple[Named, ...]
    tables: tuple[Named, ...]


def trimmed(query: str) -> str:
    """The query without what may stand around it."""
    return query.strip().strip(";")


def unquoted(query: str) -> str:
    """The query with the reference's own quotes, `{{table}}` and `[[column]]`, as SQL's."""

    def quote(match: re.Match[str]) -> str:
        return ".".join(f"`{part}`" for part in match[0][2:-2].split("."))

    return _QUOTED.sub(quote, query)


def require_one_statement(query: str) -> None:
    """Raises ViewQueryError for a query with a semicolon in it."""
    try:
        parts = len(list(_split(trimmed(query), ";")))
    except ViewQueryError:
        # Whether brackets and quotes are in balance is asked elsewhere.
        return
    if parts > 1:
        raise ViewQueryError(MULTIPLE_STATEMENTS)


def read(query: str) -> ViewQuery:
    """The columns and tables of the query. Raises ViewQueryError where it cannot tell."""
    text = _COMMENT.sub(" ", trimmed(query))
    text = _JOIN.sub(f" {_JOIN_MARK} ", text)
    text = _END.sub(f" {_END_MARK} ", text)
    found: dict[str, list[str]] = {"select": [], "from": [], _JOIN_MARK: []}
    part = ""
    skipping = False
    for token in _words(text):
        word = token.strip().lower()
        if word in found:
            if word == part == _JOIN_MARK:
                found[word].append(",")
            part, skipping = word, False
        elif word == "distinct":
            continue
        elif word == _END_MARK or (word == "on" and part == _JOIN_MARK):
            skipping = True
        elif part and not skipping:
            found[part].append(token)
    columns = _all_named(" ".join(found["select"]))
    tables = _all_named(" ".join(found["from"])) + _all_named(" ".join(found[_JOIN_MARK]))
    return ViewQuery(columns, tables)


def _all_named(text: str) -> tuple[Named, ...]:
    return tuple(_named(list(_split(part, _SPACES))) for part in _split(text, ","))


def _named(parts: list[str]) -> Named:
    match parts:
        case [text]:
            name = text.rpartition(".")[2]
        case [text, name]:
            pass
        case [text, word, name]:
            if word.lower() != "as":
                raise ViewQueryError(f'invalid identifier part - expected "as", got {word}')
        case _:
            raise ViewQueryError(f"invalid identifier parts [{' '.join(parts)}]")
    return Named(_bare(text, _IDENTIFIER_QUOTES), _bare(name, _IDENTIFIER_QUOTES + "'"))


def _bare(text: str, quotes: str) -> str:
    """A name, dotted or not, without its quotes."""
    return ".".join(part.strip(quotes) for part in text.split("."))


def _words(text: str) -> Iterator[str]:
    """The words of the text; one that ends at a comma keeps it."""
    for part in _scan(text, f",{_SPACES}"):
        if part.strip():
            yield part


def _split(text: str, separators: str) -> Iterator[str]:
    """The parts between separators, without empty ones."""
    for part in _scan(text, separators):
        if bare := part.rstrip(separators).strip(_SPACES):
            yield bare


def _scan(text: str, separators: str) -> Iterator[str]:
    """The parts of the text, each with the separator that ends it.

    What stands in brackets or quotes separates nothing. Raises ViewQueryError when one is not
    closed.
    """
    start = depth = 0
    quote = before = ""
    for position, char in enumerate(text):
        if before != "\\":
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"`":
                quote = char
            elif char == "(":
                depth += 1
            elif char == ")":
                depth = max(depth - 1, 0)
        if char in separators and not depth and not quote:
            yield text[start : position + 1]
            start, before = position + 1, ""
        else:
            before = char
    if depth or quote:
        rest = text[start:].lstrip(_SPACES)
        shown = "".join(_GO_ESCAPES.get(char, char) for char in rest)
        raise ViewQueryError(f'unbalanced parenthesis or quoted expression: "{shown}"')
    yield text[start:]
