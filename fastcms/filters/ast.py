"""The tree of an expression as it was written, before any name is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class FilterError(Exception):
    """A rule, filter or sort that cannot be used; the text is the reference's raw error.

    `position` counts characters from the start of the text, None where no place is to blame.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Name:
    """A field path, `@request.…`, `@collection.…`, a macro, or true, false, null."""

    text: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text without its quotes and their escapes."""

    text: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Function:
    """A call; `text` is the function's name."""

    text: str
    args: tuple[Operand, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """The operands after `in`, and the two of `between`."""

    args: tuple[Operand, ...]
    position: int = 0
    text: str = "(…)"


Operand: TypeAlias = Name | Number | Text | Function | Items


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and one of the signs; `any_match` is the leading `?`.

    A sign that is a word is in small letters, with one space: `not in`, `is not null`. The latter
    and `is null` have the word `null` on their right.
    """

    left: Operand
    sign: str
    right: Operand
    any_match: bool = False
    # The comparison is the expression's text[position:end].
    position: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class All:
    """Terms joined with `&&`, or with nothing where a bracket follows such a term."""

    items: tuple[Node, ...]
    # From the first term to the last with the brackets around each, but not those around all.
    position: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Any:
    """Terms joined with `||`, or with nothing where a bracket follows such a term."""

    items: tuple[Node, ...]
    # From the first term to the last with the brackets around each, but not those around all.
    position: int = 0
    end: int = 0


Node: TypeAlias = Comparison | All | Any
