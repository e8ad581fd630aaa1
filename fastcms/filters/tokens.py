"""Text to tokens. One linear pass: no token can make the scanner read its text twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from fastcms.filters.ast import FilterError

TokenKind = Literal[
    "name", "call", "number", "text", "sign", "word", "join", "open", "close", "comma"
]

SIGNS = frozenset({"=", "!=", "~", "!~", ">", ">=", "<", "<="})

_TOKEN = re.compile(
    r"""
      (?P<skip> (?: [ \t\n]+ | //[^\n]* )++ )
    | (?P<call> [A-Za-z_@\#][\w.:]* (?=\() )
    | (?P<name> [A-Za-z_@\#][\w.:]* )
    | (?P<number> (?: -\d* | \d+ ) (?: \.\d* )? )
    | (?P<text> '[^'\\]*+(?:\\.[^'\\]*+)*+' | "[^"\\]*+(?:\\.[^"\\]*+)*+" )
    # `?in`: a sign that is a word, in its any-of form.
    | (?P<word> \?[A-Za-z]+ )
    | (?P<sign> [=?!<>~]+ )
    | (?P<join> [&|]+ )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<comma> , )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_UNCHECKED = frozenset({"word", "open", "close", "comma"})
_ESCAPE = re.compile(r"""\\([\\'"ntr])""")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_SHOWN = {"\\": "\\\\", '"': '\\"', "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)", re.ASCII)


class Token(NamedTuple):
    """A piece of the text and its place. A text token is already without its quotes."""

    kind: TokenKind
    text: str
    position: int
    end: int


def scan(text: str) -> Iterator[Token]:
    """The tokens of an expression; white space and comments are dropped.

    As for the reference, the text ends at its first NUL.

    :raises FilterError: when a character or a token's form has no meaning.
    """
    text = text.partition("\0")[0]
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None and text[position] == "/":
            raise FilterError("invalid comment", position)
        if match is None and text[position] in "'\"":
            raise FilterError(
                f"invalid quoted text {quoted(_unescaped(text[position:]))}", position
            )
        if match is None:
            raise FilterError(f"unexpected character '{_shown(text[position])}'", position)
        kind, literal = match.lastgroup, match.group()
        if kind != "skip":
            if kind not in _UNCHECKED:
                literal = _checked(kind, literal, position)
            yield Token(kind, literal, position, match.end())  # type: ignore[arg-type]
        position = match.end()


def _checked(kind: str | None, literal: str, position: int) -> str:
    match kind:
        case "number" if not _NUMBER.fullmatch(literal):
            raise FilterError(f'invalid number "{literal}"', position)
        case "name" | "call" if literal[-1] in ".:" or literal in ("@", "#", "_"):
            raise FilterError(f'invalid identifier "{literal}"', position)
        case "sign" if literal.removeprefix("?") not in SIGNS:
            raise FilterError(f'invalid sign operator "{literal}"', position)
        case "join" if literal not in ("&&", "||"):
            raise FilterError(f'invalid join operator "{literal}"', position)
        case "text":
            return _unescaped(literal[1:-1])
    return literal


def _unescaped(text: str) -> str:
    """What is between quotes. A backslash before anything but these escapes is plain."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


def _shown(character: str) -> str:
    if character.isprintable() and character != "\\":
        return character
    return character.encode("unicode_escape").decode()


def quoted(text: str) -> str:
    """A text as Go shows it in quotes."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _SHOWN or character.isprintable():
        return _SHOWN.get(character, character)
    if "\x80" <= character <= "\xff":
        return f"\\u{ord(character):04x}"
    return character.encode("unicode_escape").decode()
