"""Where the parts of an expression stand in its text: each, parsed alone, is the same again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastcms.filters import ast
from fastcms.filters.parser import parse


def shown(node: ast.Node, text: str) -> object:
    """A part as its text, or as its kind with its items."""
    own = text[node.position : node.end]
    if isinstance(node, ast.Comparison):
        return own
    kind = "all" if isinstance(node, ast.All) else "any"
    return kind, own, *(shown(item, text) for item in node.items)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1", "a = 1"),
        ("  a=1  ", "a=1"),
        ("((a = 1))", "a = 1"),
        ("a = 1 && b = 2", ("all", "a = 1 && b = 2", "a = 1", "b = 2")),
        ("(a = 1) || (b = 2)", ("any", "(a = 1) || (b = 2)", "a = 1", "b = 2")),
        (
            "a = 1 || b = 2 && c = 3",
            (
                "any",
                "a = 1 || b = 2 && c = 3",
                "a = 1",
                ("all", "b = 2 && c = 3", "b = 2", "c = 3"),
            ),
        ),
        (
            "((a = 1 || b = 2)) && c = 3",
            (
                "all",
                "((a = 1 || b = 2)) && c = 3",
                ("any", "a = 1 || b = 2", "a = 1", "b = 2"),
                "c = 3",
            ),
        ),
        (
            "(a = 1 && (b = 2))",
            ("all", "a = 1 && (b = 2)", "a = 1", "b = 2"),
        ),
        ("a = ')' && b = '\\'('", ("all", "a = ')' && b = '\\'('", "a = ')'", "b = '\\'('")),
        (
            'a = "x\\\\" // (\n || 1 = 1',
            ("any", 'a = "x\\\\" // (\n || 1 = 1', 'a = "x\\\\"', "1 = 1"),
        ),
        # A bracket behind a term is joined as the terms before it were.
        ("a = 1 (b = 2)", ("all", "a = 1 (b = 2)", "a = 1", "b = 2")),
        (
            "a = 1 || (b = 2)(c = 3)",
            ("any", "a = 1 || (b = 2)(c = 3)", "a = 1", "b = 2", "c = 3"),
        ),
        (
            "(a = 1 || b = 2 // (\n((c = 3)) ) (d = 4)",
            (
                "all",
                "(a = 1 || b = 2 // (\n((c = 3)) ) (d = 4)",
                ("any", "a = 1 || b = 2 // (\n((c = 3))", "a = 1", "b = 2", "c = 3"),
                "d = 4",
            ),
        ),
        ("f(a, g(1)) > 1", "f(a, g(1)) > 1"),
        ("(1 < f(a, g(1)))", "1 < f(a, g(1))"),
        ("a = 'ü😀' || b = 1", ("any", "a = 'ü😀' || b = 1", "a = 'ü😀'", "b = 1")),
    ],
)
def test_parts(text, expected):
    assert shown(parse(text), text) == expected


CLAUSES = ["a = 1", "b ?!~ 'x)'", 'c >= "\\"&& ("', "f(d, 2) < -1.5", "'//' = 'e'", "@now > 1"]
SPACES = st.sampled_from(["", " ", "\n\t", " // note ( && 'x\n"])


@st.composite
def expressions(draw, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        text = draw(st.sampled_from(CLAUSES))
    else:
        count = draw(st.integers(2, 4))
        text = draw(expressions(depth - 1))
        for _ in range(count - 1):
            sign = draw(st.sampled_from(["&&", "||", ""]))
            term = draw(expressions(depth - 1))
            if not sign:
                term = f"({term})"
            text += f"{draw(SPACES)}{sign}{draw(SPACES)}{term}"
    for _ in range(draw(st.integers(0, 2))):
        text = f"({draw(SPACES)}{text}{draw(SPACES)})"
    return draw(SPACES) + text


@given(expressions())
def test_each_part_is_the_text_of_the_parsers_node(text):
    def check(node: ast.Node) -> None:
        assert bare(parse(text[node.position : node.end])) == bare(node)
        if not isinstance(node, ast.Comparison):
            for item in node.items:
                assert node.position <= item.position < item.end <= node.end
                check(item)

    check(parse(text))


def bare(node: object) -> object:
    """A tree without its positions."""
    match node:
        case ast.All(items) | ast.Any(items):
            return type(node), *map(bare, items)
        case ast.Comparison():
            return bare(node.left), node.sign, node.any_match, bare(node.right)
        case ast.Function(text, args):
            return text, *map(bare, args)
        case _:
            return type(node), node.text
