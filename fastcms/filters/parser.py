"""Tokens to tree. `&&` binds tighter than `||`, as in the SQL that the reference makes of both."""

from __future__ import annotations

from functools import lru_cache

from fastcms.filters.ast import (
    All,
    Any,
    Comparison,
    FilterError,
    Function,
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
        return next(self.tokens, None)

    def _comparison(self, first: Token, *, is_grouped: bool) -> Comparison:
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            raise FilterError("max filter expressions limit reached", first.position)
        left = self._operand(first)
        sign = self._take()
        if sign is None:
            raise FilterError("invalid or incomplete filter expression", self.end)
        if sign.kind == "close":
            raise self._unexpected(sign, is_grouped=is_grouped)
        if sign.kind != "sign":
            raise FilterError(f"expected a sign operator, got {_shown(sign)}", sign.position)
        right = self._take()
        if right is None:
            raise FilterError("invalid or incomplete filter expression", self.end)
        if right.kind not in _OPERANDS:
            raise FilterError(
                "expected right operand (identifier, function text or number), "
                f"got {_shown(right)}",
                right.position,
            )
        return Comparison(
            left, sign.text.removeprefix("?"), self._operand(right), sign.text.startswith("?")
        )

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
        args: list[Operand] = []
        expect_comma = False
        while (argument := self._take()) is not None:
            if argument.kind == "close":
                return Function(token.text, tuple(args), token.position)
            if expect_comma and argument.kind != "comma":
                raise FilterError(
                    f'expected comma after the last argument in function "{token.text}"',
                    argument.position,
                )
            if not expect_comma:
                if argument.kind == "comma":
                    raise FilterError(
                        f'unexpected comma in function "{token.text}"', argument.position
                    )
                if argument.kind not in _OPERANDS:
                    raise FilterError(
                        f"unsupported argument character '{argument.text[0]}' "
                        f'in function "{token.text}"',
                        argument.position,
                    )
                args.append(self._operand(argument, depth - 1))
            expect_comma = not expect_comma
        raise FilterError(
            f"invalid or incomplete function \"{token.text}\" (expected ')')", self.end
        )

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
