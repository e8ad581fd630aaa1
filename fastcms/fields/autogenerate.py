"""Random text that a pattern describes, for text fields that fill themselves.

Beside what a pattern is made of it may hold `{timestamp}`, `{random}` and `{uuid}`, which no
pattern could draw. To a pattern engine they are plain characters.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from fastcms import clock, ids
from fastcms.fields import patterns

# How often the open repeats ``*`` and ``+`` repeat at most, as in the reference.
_OPEN_REPEATS = 6
_MAX_DEPTH = 100
# Nested repeats multiply: a text of more pieces than this is nobody's intent.
_MAX_PIECES = 10_000

_PRINTABLE_ASCII, _ASCII = (0x20, 0x7F), (0, 0x80)
_BASIC_PLANE, _OTHER_PLANES = (0, 0xD800), (0xE000, 0x110000)
_DOT = ids.TOKEN_ALPHABET

# The reference numbers what it cannot make text from.
_PLACES = {"^": 9, "$": 10, "\\A": 9, "\\z": 10, "\\b": 11, "\\B": 12}
_NOTHING = 2


class UnsupportedPatternError(ValueError):
    """The pattern means something that no text can be made from."""


class _Chars(msgspec.Struct, frozen=True):
    """`low` to `high` characters of an alphabet."""

    alphabet: str
    low: int = 1
    high: int = 1


class _Repeat(msgspec.Struct, frozen=True):
    """A part, `low` to `high` times."""

    part: _Part
    low: int
    high: int


class _Choice(msgspec.Struct, frozen=True):
    """One of several sequences."""

    options: tuple[tuple[_Part, ...], ...]


class _Made(msgspec.Struct, frozen=True):
    """A text that is made by a function."""

    make: Callable[[], str]


_Part = _Chars | _Repeat | _Choice | _Made

PLACEHOLDERS: dict[str, _Made] = {
    # Milliseconds since 1970: later texts sort behind earlier ones.
    "{timestamp}": _Made(lambda: str(int(clock.now().timestamp() * 1000))),
    "{random}": _Made(ids.record_id),
    "{uuid}": _Made(lambda: str(uuid.uuid4())),
}


def generate(pattern: str) -> str:
    """A random text made after the pattern; raises :class:`UnsupportedPatternError`."""
    out: list[str] = []
    _write(_parsed(pattern), out)
    return "".join(out)


def _write(part: _Part, out: list[str]) -> None:
    if isinstance(part, _Choice):
        for item in secrets.choice(part.options):
            _write(item, out)
        return
    if isinstance(part, _Made):
        out.append(part.make())
        return
    count = part.low
    if part.high > part.low:
        count += secrets.randbelow(part.high - part.low + 1)
    if isinstance(part, _Chars):
        out.append(_random_text(count, part.alphabet))
        return
    for _ in range(count):
        _write(part.part, out)
        if len(out) > _MAX_PIECES:
            raise UnsupportedPatternError("The generated text is too long")


def _random_text(count: int, alphabet: str) -> str:
    if len(alphabet) <= 1:
        return alphabet * count
    if len(alphabet) <= 256:
        return ids.random_text(count, alphabet)
    return "".join(secrets.choice(alphabet) for _ in range(count))


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> _Part:
    return _Walker(pattern).choice(0) if pattern else _Chars("", 0, 0)


def _unsupported(operator: int) -> UnsupportedPatternError:
    return UnsupportedPatternError(f"Unsupported pattern operator {operator}")


class _Walker:
    """Reads a pattern that RE2 accepts, from left to right.

    What one character may be is RE2's own answer: it is asked which characters of the universe
    the piece of pattern matches. Flags are skipped: what is made without them matches with them.
    """

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def take(self, count: int) -> str:
        """The next characters, gone from the rest."""
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def choice(self, depth: int) -> _Part:
        """Sequences divided by ``|``, up to a closing bracket or the end."""
        if depth > _MAX_DEPTH:
            raise UnsupportedPatternError("The pattern nests too deeply")
        options: list[tuple[_Part, ...]] = []
        while True:
            sequence: list[_Part] = []
            while self.rest and self.rest[0] not in "|)":
                sequence += self.repeated(depth)
            if not sequence:
                raise _unsupported(_NOTHING)
            options.append(tuple(sequence))
            if not self.rest.startswith("|"):
                return _Choice(tuple(options))
            self.take(1)

    def repeated(self, depth: int) -> list[_Part]:
        """One atom with the repeat that follows it; nothing for a group of flags alone."""
        atom = self.atom(depth)
        if atom is None:
            return []
        low, high = self.repeat()
        if isinstance(atom, _Chars):
            return [_Chars(atom.alphabet, low, high)]
        return [atom] if (low, high) == (1, 1) else [_Repeat(atom, low, high)]

    def atom(self, depth: int) -> _Part | None:
        """A group, a class, an escape or a plain character."""
        for place, operator in _PLACES.items():
            if self.rest.startswith(place):
                raise _unsupported(operator)
        for name, made in PLACEHOLDERS.items():
            if self.rest.startswith(name):
                self.take(len(name))
                return made
        if self.rest[0] == "(":
            return self.group(depth)
        if self.rest[0] == ".":
            self.take(1)
            return _Chars(_DOT)
        if self.rest.startswith("\\Q"):
            literal, _, self.rest = self.rest[2:].partition("\\E")
            return _Choice((tuple(_Chars(char) for char in literal),))
        if self.rest[0] == "[":
            return _Chars(_alphabet(self.take(_class_length(self.rest))))
        if self.rest[0] == "\\":
            return _Chars(_alphabet(self.take(_escape_length(self.rest))))
        return _Chars(self.take(1))

    def group(self, depth: int) -> _Part | None:
        """``(…)``, ``(?:…)``, ``(?P<name>…)``, or flags alone: ``(?i)``."""
        self.take(1)
        if self.rest.startswith("?"):
            head = self.take(min(at for at in map(self.rest.find, ">:)") if at >= 0) + 1)
            if head[-1] == ")":
                return None
        part = self.choice(depth + 1)
        self.take(1)
        return part

    def repeat(self) -> tuple[int, int]:
        """How often the atom before stands: ``*``, ``+``, ``?``, ``{n}``, ``{n,}``, ``{n,m}``."""
        sign = self.rest[:1]
        if sign == "{" and (bounds := _bounds(self.rest)):
            low, high, length = bounds
            self.take(length)
        elif sign and sign in "*+?":
            low, high = {"*": (0, _OPEN_REPEATS), "+": (1, _OPEN_REPEATS), "?": (0, 1)}[sign]
            self.take(1)
        else:
            return 1, 1
        if self.rest.startswith("?"):  # lazy, which is the same here
            self.take(1)
        return low, high


@lru_cache(maxsize=256)
def _alphabet(piece: str) -> str:
    """The characters that the piece of pattern matches."""
    for first, end in _ranges(piece):
        universe = "".join(map(chr, range(first, end)))
        if found := patterns.characters(piece, universe):
            return found
    raise UnsupportedPatternError("No runes to choose from")


def _ranges(piece: str) -> Iterator[tuple[int, int]]:
    """Where to look for such characters; the first range that has any is enough."""
    if piece.startswith(("[^", "\\D", "\\W", "\\S", "\\P")):
        yield _PRINTABLE_ASCII
    elif piece.isascii() and "\\x" not in piece and "\\p" not in piece:
        yield _ASCII
    yield _BASIC_PLANE
    yield _OTHER_PLANES


def _class_length(text: str) -> int:
    """The length of the character class that the text begins with."""
    at = 2 if text.startswith("[^") else 1
    # A closing bracket in the first place stands for itself.
    at += text.startswith("]", at)
    while text[at] != "]":
        if text.startswith("[:", at) and ":]" in text[at + 2 :]:
            at = text.index(":]", at + 2) + 2
        elif text[at] == "\\":
            at += _escape_length(text[at:])
        else:
            at += 1
    return at + 1


def _escape_length(text: str) -> int:
    """The length of the escape sequence that the text begins with."""
    kind = text[1:2]
    if text[2:3] == "{" and kind in "xpP":
        return text.index("}") + 1
    if kind == "x":
        return 4
    if kind and kind in "pP":
        return 3
    if kind.isdigit():
        digits = 1
        while digits < 3 and text[1 + digits : 2 + digits].isdigit():
            digits += 1
        return 1 + digits
    return 2


def _bounds(text: str) -> tuple[int, int, int] | None:
    """`(low, high, length)` of the counted repeat that the text begins with, if it is one."""
    inside, closed, _ = text[1:].partition("}")
    low, comma, high = inside.partition(",")
    if not (closed and low.isdigit() and (not high or high.isdigit())):
        return None
    most = int(high) if high else max(_OPEN_REPEATS, int(low)) if comma else int(low)
    return int(low), most, len(inside) + 2
