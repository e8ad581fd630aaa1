"""Tokens to tree. `&&` binds tighter than `||`, as in the SQL that the reference makes of both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fastcms.filters.ast import (
    All,
    Any,
    Comparison,
    FilterError,
    Function,
    Items,
    Name,
    Node,
    Number,
    Operand,
    Text,
)
from fastcms.filters.tokens import Token, quoted, scan

MAX_COMPARISONS = 200
MAX_FUNCTION_DEPTH = 3
# No function takes as many.
_MAX_ARGUMENTS = 200
# Open brackets at one place. More than any filter has room for; the reference has no limit, but a
# hundred thousand take it minutes and gigabytes.
MAX_BRACKETS = 10_000
# What is kept may be long, but not as long as it likes.
_MAX_KEPT_LENGTH = 10_000

_OPERANDS = ("name", "call", "number", "text")
_WORDS = ("name", "call", "word")
# Signs that are words and may have `not` before them.
NEGATABLE = ("in", "like", "ilike", "matches")


def parse(text: str) -> Node:
    """The tree of an expression.

    Brackets are kept on a list and not on the interpreter's stack, and brackets around a single
    term leave no node: a tree is never deeper than its number of comparisons, however many
    brackets were written.

    :raises FilterError: on a syntax error, too many comparisons or too many brackets.
    """
    return _parse_kept(text) if len(text) <= _MAX_KEPT_LENGTH else _Parser(text).parse()


@lru_cache(maxsize=512)
def _parse_kept(text: str) -> Node:
    return _Parser(text).parse()


class _Term(NamedTuple):
    """A node with the brackets around it."""

    node: Node
    start: int
    end: int


class _Group:
    """An open bracket, or the whole text: its alternatives, each a list of terms joined by `&&`."""

    __slots__ = ("alternatives", "join", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.alternatives: list[list[_Term]] = [[]]
        # The last one in this group. A bracket right behind a term is joined by it, too.
        self.join = "&&"


class _Parser:
    def __init__(self, text: str) -> None:
        # Read as they are needed, so that of several faults the first one is told.
        self.tokens = scan(text)
        # The last one that was read.
        self.last = Token("comma", "", 0, 0)
        self.end = len(text)
        self.comparisons = 0

    def parse(self) -> Node:
        group = _Group(0)
        outer: list[_Group] = []
        expect_term = True
        while (token := self._take()) is not None:
            if token.kind == "open":
                if not expect_term and group.join == "||":
                    group.alternatives.append([])
                if len(outer) >= MAX_BRACKETS:
                    raise FilterError("max nested brackets limit reached", token.position)
                outer.append(group)
                group = _Group(token.position)
                expect_term = True
            elif expect_term and token.kind in _OPERANDS:
                node = self._comparison(token, is_grouped=bool(outer))
                group.alternatives[-1].append(_Term(node, node.position, node.end))
                expect_term = False
            elif not expect_term and token.kind == "join":
                group.join = token.text
                if token.text == "||":
                    group.alternatives.append([])
                expect_term = True
            elif token.kind == "close" and outer:
                inner = _node(group.alternatives, token.position, is_complete=not expect_term)
                term = _Term(inner, group.start, token.end)
                group = outer.pop()
                group.alternatives[-1].append(term)
                expect_term = False
            else:
                raise self._unexpected(token, expect_term=expect_term)
        if outer:
            raise FilterError(
                f"invalid formatted group - missing {len(outer)} closing bracket(s)", self.end
            )
        return _node(group.alternatives, self.end, is_complete=not expect_term)

    def _take(self) -> Token | None:
        token = next(self.tokens, None)
        self.last = token or self.last
        return token

    def _comparison(self, first: Token, *, is_grouped: bool) -> Comparison:
        self._count(first)
        left = self._operand(first)
        sign, any_match = self._sign(is_grouped=is_grouped)
        right = self._right(sign)
        return Comparison(left, sign, right, any_match, first.position, self.last.end)

    def _count(self, token: Token) -> None:
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            raise FilterError("max filter expressions limit reached", token.position)

    def _sign(self, *, is_grouped: bool) -> tuple[str, bool]:
        """A sign and whether it has the `?` of any-of.

        Words are signs here only, where nothing else may stand: a field may be called `in`.
        """
        token = self._must_take()
        if token.kind == "close":
            raise self._unexpected(token, is_grouped=is_grouped)
        if token.kind == "sign":
            return token.text.removeprefix("?"), token.text.startswith("?")
        word = token.text.lower().removeprefix("?") if token.kind in _WORDS else ""
        if word == "not":
            word = self._word("not", NEGATABLE)
        elif word == "is":
            word = self._word("is", ("null", "not"))
            if word == "is not":
                word = self._word("is not", ("null",))
        elif word != "between" and word not in NEGATABLE:
            if token.kind == "word":
                raise self._unexpected(token)
            raise FilterError(f"expected a sign operator, got {_shown(token)}", token.position)
        return word, token.kind == "word"

    def _word(self, before: str, expected: tuple[str, ...]) -> str:
        token = self._must_take()
        word = token.text.lower()
        if token.kind not in ("name", "call") or word not in expected:
            raise FilterError(
                f"expected {' or '.join(expected)} after {before}, got {_shown(token)}",
                token.position,
            )
        return f"{before} {word}"

    def _right(self, sign: str) -> Operand:
        if sign.startswith("is "):
            return Name("null", self.last.position)
        first = self._must_take()
        if sign == "between":
            low = self._right_operand(first)
            self._word("the lower bound", ("and",))
            return Items((low, self._right_operand(self._must_take())), first.position)
        if sign not in ("in", "not in"):
            return self._right_operand(first)
        if first.kind != "open":
            raise FilterError(f"expected a list in brackets, got {_shown(first)}", first.position)
        items = self._list(sign, MAX_FUNCTION_DEPTH + 1, counted=True)
        if not items:
            raise FilterError("empty list", first.position)
        return Items(items, first.position)

    def _right_operand(self, token: Token) -> Operand:
        if token.kind not in _OPERANDS:
            raise FilterError(
                "expected right operand (identifier, function text or number), "
                f"got {_shown(token)}",
                token.position,
            )
        return self._operand(token)

    def _must_take(self) -> Token:
        token = self._take()
        if token is None:
            raise FilterError("invalid or incomplete filter expression", self.end)
        return token

    def _operand(self, token: Token, depth: int = MAX_FUNCTION_DEPTH) -> Operand:
        match token.kind:
            case "name":
                return Name(token.text, token.position)
            case "number":
                return Number(token.text, token.position)
            case "text":
                return Text(token.text, token.position)
        if depth == 0:
            raise FilterError(
                f"max nested function arguments reached (max: {MAX_FUNCTION_DEPTH})", token.position
            )
        self._take()  # the bracket that made it a call
        return Function(token.text, self._list(token.text, depth), token.position)

    def _list(self, name: str, depth: int, *, counted: bool = False) -> tuple[Operand, ...]:
        """The operands up to a closing bracket: the arguments of a function or of `in`.

        If they are counted, each but the first is one more comparison.
        """
        args: list[Operand] = []
        expect_comma = False
        while (argument := self._take()) is not None:
            if argument.kind == "close":
                return tuple(args)
            if expect_comma and argument.kind != "comma":
                raise FilterError(
                    f'expected comma after the last argument in function "{name}"',
                    argument.position,
                )
            if not expect_comma:
                if argument.kind == "comma":
                    raise FilterError(f'unexpected comma in function "{name}"', argument.position)
                if argument.kind not in _OPERANDS:
                    raise FilterError(
                        f"unsupported argument character '{argument.text[0]}' "
                        f'in function "{name}"',
                        argument.position,
                    )
                if counted and args:
                    self._count(argument)
                if len(args) > _MAX_ARGUMENTS:
                    raise FilterError(f'too many arguments in function "{name}"', argument.position)
                args.append(self._argument(argument, name, depth - 1))
            expect_comma = not expect_comma
        raise FilterError(f"invalid or incomplete function \"{name}\" (expected ')')", self.end)

    def _argument(self, token: Token, name: str, depth: int) -> Operand:
        try:
            return self._operand(token, depth)
        except FilterError as error:
            message = f'invalid identifier argument "{token.text}" in function "{name}": {error}'
            raise FilterError(message, error.position) from error

    def _unexpected(
        self, token: Token, *, expect_term: bool = False, is_grouped: bool = False
    ) -> FilterError:
        if token.kind == "word":
            text = 'invalid sign operator "?"'
        elif token.kind == "close" and is_grouped:
            text = "invalid or incomplete filter expression"
        elif token.kind == "close":
            text = "unexpected character ')'"
        elif expect_term:
            text = (
                f"expected left operand (identifier, function, text or number), got {_shown(token)}"
            )
        else:
            text = f"expected && or ||, got {_shown(token)}"
        return FilterError(text, token.position)


def _node(alternatives: list[list[_Term]], position: int, *, is_complete: bool) -> Node:
    if not is_complete:
        state = "empty" if alternatives == [[]] else "invalid or incomplete"
        raise FilterError(f"{state} filter expression", position)
    return _joined(Any, [_joined(All, terms) for terms in alternatives]).node


def _joined(kind: type[All | Any], terms: Sequence[_Term]) -> _Term:
    if len(terms) == 1:
        return terms[0]
    start, end = terms[0].start, terms[-1].end
    return _Term(kind(tuple(term.node for term in terms), start, end), start, end)


def _shown(token: Token) -> str:
    kind = {"name": "identifier", "call": "function", "open": "group"}.get(token.kind, token.kind)
    return f"{quoted(token.text)} ({kind})"
