"""Tokens to tree. `&&` binds tighter than `||`, as in the SQL that the reference makes of both."""

from __future__ import annotations

from functools import lru_cache

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
from fastcms.filters.tokens import Token, scan

MAX_COMPARISONS = 200
MAX_FUNCTION_DEPTH = 3

_OPERANDS = ("name", "call", "number", "text")
_WORDS = ("name", "call", "word")
# Signs that are words and may have `not` before them.
NEGATABLE = ("in", "like", "ilike", "matches")


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """The tree of an expression.

    Brackets are kept on a list and not on the interpreter's stack, and brackets around a single
    term leave no node: a tree is never deeper than its number of comparisons, however many
    brackets were written.

    :raises FilterError: on a syntax error or too many comparisons.
    """
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        # Read as they are needed, so that of several faults the first one is told.
        self.tokens = scan(text)
        # The last one that was read.
        self.last = Token("comma", "", 0, 0)
        self.end = len(text)
        self.comparisons = 0

    def parse(self) -> Node:
        # One entry for each open bracket and one for the whole: its alternatives, each a list of
        # the terms that are joined with `&&`.
        groups: list[list[list[Node]]] = [[[]]]
        # The last join of each of them. A bracket right behind a term is joined by it, too.
        joins = ["&&"]
        expect_term = True
        while (token := self._take()) is not None:
            if token.kind == "open":
                if not expect_term and joins[-1] == "||":
                    groups[-1].append([])
                groups.append([[]])
                joins.append("&&")
                expect_term = True
            elif expect_term and token.kind in _OPERANDS:
                groups[-1][-1].append(self._comparison(token, is_grouped=len(groups) > 1))
                expect_term = False
            elif not expect_term and token.kind == "join":
                joins[-1] = token.text
                if token.text == "||":
                    groups[-1].append([])
                expect_term = True
            elif token.kind == "close" and len(groups) > 1:
                node = _node(groups.pop(), token.position, is_complete=not expect_term)
                joins.pop()
                groups[-1][-1].append(node)
                expect_term = False
            else:
                raise self._unexpected(token, expect_term=expect_term)
        if len(groups) > 1:
            missing = len(groups) - 1
            raise FilterError(
                f"invalid formatted group - missing {missing} closing bracket(s)", self.end
            )
        return _node(groups.pop(), self.end, is_complete=not expect_term)

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
        items = self._list(sign, MAX_FUNCTION_DEPTH + 1)
        if not items:
            raise FilterError("empty list", first.position)
        for _ in items[1:]:
            self._count(first)
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

    def _list(self, name: str, depth: int) -> tuple[Operand, ...]:
        """The operands up to a closing bracket: the arguments of a function or of `in`."""
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
                args.append(self._operand(argument, depth - 1))
            expect_comma = not expect_comma
        raise FilterError(f"invalid or incomplete function \"{name}\" (expected ')')", self.end)

    def _unexpected(
        self, token: Token, *, expect_term: bool = False, is_grouped: bool = False
    ) -> FilterError:
        if token.kind == "close" and is_grouped:
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


def _node(alternatives: list[list[Node]], position: int, *, is_complete: bool) -> Node:
    if not is_complete:
        state = "empty" if alternatives == [[]] else "invalid or incomplete"
        raise FilterError(f"{state} filter expression", position)
    nodes = [terms[0] if len(terms) == 1 else All(tuple(terms)) for terms in alternatives]
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))


def _shown(token: Token) -> str:
    kind = {"name": "identifier", "call": "function", "open": "group"}.get(token.kind, token.kind)
    return f'"{token.text}" ({kind})'
