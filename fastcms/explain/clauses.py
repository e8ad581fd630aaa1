"""Where the clauses of an expression stand in its text, and how they are grouped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fastcms.filters.tokens import Token, scan


@dataclass(frozen=True, slots=True)
class Part:
    """A clause, or several joined with `&&` (all) or `||` (any).

    `start` and `end` count characters; brackets around the part are outside, unless they are
    those of a part at its edge.
    """

    kind: Literal["clause", "all", "any"]
    start: int
    end: int
    items: tuple[Part, ...] = ()


class _Placed(NamedTuple):
    """A part with the brackets around it."""

    part: Part
    start: int
    end: int


class _Group(NamedTuple):
    """An open bracket: where it stands, and its alternatives, each a list of terms."""

    start: int
    alternatives: list[list[_Placed]]


def split(text: str) -> Part:
    """The parts of an expression that can be parsed, grouped as the parser groups them.

    Only tokens are looked at, so a clause may have any form as long as its brackets are its own.
    """
    tokens = list(scan(text))
    groups = [_Group(0, [[]])]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "open":
            groups.append(_Group(token.position, [[]]))
        elif token.kind == "join":
            if token.text == "||":
                groups[-1].alternatives.append([])
        elif token.kind == "close":
            start, alternatives = groups.pop()
            inner = _grouped(alternatives).part
            groups[-1].alternatives[-1].append(_Placed(inner, start, token.position + 1))
        else:
            at = _last_of_clause(tokens, at)
            end = _end(text, tokens[at])
            part = Part("clause", token.position, end)
            groups[-1].alternatives[-1].append(_Placed(part, part.start, end))
        at += 1
    return _grouped(groups[0].alternatives).part


def _grouped(alternatives: list[list[_Placed]]) -> _Placed:
    return _joined("any", [_joined("all", terms) for terms in alternatives])


def _joined(kind: Literal["all", "any"], items: list[_Placed]) -> _Placed:
    if len(items) == 1:
        return items[0]
    start, end = items[0].start, items[-1].end
    return _Placed(Part(kind, start, end, tuple(item.part for item in items)), start, end)


def _last_of_clause(tokens: Sequence[Token], first: int) -> int:
    depth = 0
    for at in range(first, len(tokens)):
        kind = tokens[at].kind
        if kind == "open":
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
        elif kind == "close" or (kind == "join" and not depth):
            return at - 1
    return len(tokens) - 1


def _end(text: str, token: Token) -> int:
    """Behind a token. A text's own quotes and escapes are not in the token any more."""
    if token.kind != "text":
        return token.position + len(token.text)
    at = token.position + 1
    while text[at] != text[token.position]:
        at += 2 if text[at] == "\\" else 1
    return at + 1
