"""Text to tree, and what is wrong with a text and where."""

import pytest

from fastcms.filters.ast import (
    All,
    Any,
    Comparison,
    FilterError,
    Function,
    Items,
    Node,
    Operand,
    Text,
)
from fastcms.filters.parser import MAX_BRACKETS, MAX_COMPARISONS, parse


def shown(node: Node | Operand) -> str:
    """The tree with a bracket around every group and the operands as they were understood."""
    match node:
        case All(items):
            return "(" + " && ".join(map(shown, items)) + ")"
        case Any(items):
            return "(" + " || ".join(map(shown, items)) + ")"
        case Comparison(left, sign, right, any_match):
            return f"{shown(left)} {'?' if any_match else ''}{sign} {shown(right)}"
        case Function(text, args):
            return f"{text}({', '.join(map(shown, args))})"
        case Items(args):
            return "[" + ", ".join(map(shown, args)) + "]"
        case Text(text):
            return f"«{text}»"
        case _:
            return node.text


UNDERSTOOD = [
    ("a=1", "a = 1"),
    ("  a  =\t1\n", "a = 1"),
    ("a=-1.50", "a = -1.50"),
    ("a=-.5", "a = -.5"),
    ("1=a", "1 = a"),
    ("'a'=\"b\"", "«a» = «b»"),
    ("a='it\\'s'", "a = «it's»"),
    ("a='say \"x\"'", 'a = «say "x"»'),
    (r"a='a\b\\c'", r"a = «a\b\c»"),
    (r"a='ends in \\'", "a = «ends in \\»"),
    ("a='two\nlines'", "a = «two\nlines»"),
    (r'a="\n\t\r\\\"\'\b"', "a = «\n\t\r\\\"'\\b»"),
    ("a=1\0 and whatever", "a = 1"),
    ("a=1 (b=2)", "(a = 1 && b = 2)"),
    ("(a=1)(b=2) (c=3)", "(a = 1 && b = 2 && c = 3)"),
    ("a=1 || (b=2) (c=3)", "(a = 1 || b = 2 || c = 3)"),
    ("a=1 || (b=2 (c=3)) (d=4)", "(a = 1 || (b = 2 && c = 3) || d = 4)"),
    ("a='é // no comment'", "a = «é // no comment»"),
    ("a!=1", "a != 1"),
    ("a?=1", "a ?= 1"),
    ("a?!~'x'", "a ?!~ «x»"),
    ("a?>=1", "a ?>= 1"),
    ("a=1&&b=2", "(a = 1 && b = 2)"),
    ("a=1||b=2&&c=3", "(a = 1 || (b = 2 && c = 3))"),
    ("a=1&&b=2||c=3", "((a = 1 && b = 2) || c = 3)"),
    ("(a=1||b=2)&&c=3", "((a = 1 || b = 2) && c = 3)"),
    ("((a=1))", "a = 1"),
    ("(a=1) && ((b=2) || c=3)", "(a = 1 && (b = 2 || c = 3))"),
    ("a=1 // first\n&& b=2 // last", "(a = 1 && b = 2)"),
    ("@request.auth.id=_x.y:lower", "@request.auth.id = _x.y:lower"),
    ("f()=g(1, 'x', h(a))", "f() = g(1, «x», h(a))"),
    ("f(1,)=1", "f(1) = 1"),
    ("f( // why\n 1 )=1", "f(1) = 1"),
    # Signs that are words.
    ("a in ('x', 2, b)", "a in [«x», 2, b]"),
    ("a IN(1)", "a in [1]"),
    ("a Not  In ( f(1) , )", "a not in [f(1)]"),
    ("a ?in (1)", "a ?in [1]"),
    ("a ?not in (1)", "a ?not in [1]"),
    ("a BETWEEN 1 and 2 && b=1", "(a between [1, 2] && b = 1)"),
    ("a ?between f(1) AND c", "a ?between [f(1), c]"),
    ("a is null", "a is null null"),
    ("a ?IS NOT NULL || b is null", "(a ?is not null null || b is null null)"),
    ("a matches '^x'", "a matches «^x»"),
    ("a not matches '^x'", "a not matches «^x»"),
    ("a like 'x'", "a like «x»"),
    ("a ?not ilike b", "a ?not ilike b"),
    # ... and names where a name may stand.
    ("in=1 && is!=2 || not~null", "((in = 1 && is != 2) || not ~ null)"),
    ("in in (in, not)", "in in [in, not]"),
    ("between between and and and", "between between [and, and]"),
    ("is is null && null is null", "(is is null null && null is null null)"),
    ("in(1)=like(2)", "in(1) = like(2)"),
]


@pytest.mark.parametrize(("text", "tree"), UNDERSTOOD)
def test_understood(text: str, tree: str) -> None:
    assert shown(parse(text)) == tree


INCOMPLETE = "invalid or incomplete filter expression"
REFUSED = [
    ("", "empty filter expression", 0),
    ("// nothing", "empty filter expression", 10),
    ("()", "empty filter expression", 1),
    ("a=1 && ()", "empty filter expression", 8),
    ("a", INCOMPLETE, 1),
    ("a=", INCOMPLETE, 2),
    ("a=1 &&", INCOMPLETE, 6),
    ("(a=1 ||)", INCOMPLETE, 7),
    ("a ^ 1", "unexpected character '^'", 2),
    ("a=1;", "unexpected character ';'", 3),
    ("é=1", "unexpected character 'é'", 0),
    ("a=1\r", "unexpected character '\\r'", 3),
    ("a=1 /* b */", "invalid comment", 4),
    ("a=1 \\", "unexpected character '\\\\'", 4),
    ("\0", "empty filter expression", 1),
    ("a='\0'", 'invalid quoted text "\'"', 2),
    ("a=.5", "unexpected character '.'", 2),
    ("a=1)", "unexpected character ')'", 3),
    ("a=1.", 'invalid number "1."', 2),
    ("a=-", 'invalid number "-"', 2),
    ("a=1e3", 'expected && or ||, got "e3" (identifier)', 3),
    ("1-2=1", 'expected a sign operator, got "-2" (number)', 1),
    ("a==1", 'invalid sign operator "=="', 1),
    ("a??=1", 'invalid sign operator "??="', 1),
    ("a=1 & b=1", 'invalid join operator "&"', 4),
    ("a.=1", 'invalid identifier "a."', 0),
    ("@=1", 'invalid identifier "@"', 0),
    ("a='b", 'invalid quoted text "\'b"', 2),
    ("a='b\\'", "invalid quoted text \"'b'\"", 2),
    ("a='b\"\n\x1b\x85é", 'invalid quoted text "\'b\\"\\n\\x1b\\u0085é"', 2),
    ("a=1 'b\"'", 'expected && or ||, got "b\\"" (text)', 4),
    ("(a=1", "invalid formatted group - missing 1 closing bracket(s)", 4),
    ("a b", 'expected a sign operator, got "b" (identifier)', 2),
    ("a=1 b=1", 'expected && or ||, got "b" (identifier)', 4),
    # The reference drops what stands before such a bracket without a word.
    ("(a=1) b=1", 'expected && or ||, got "b" (identifier)', 6),
    ("(a)", "invalid or incomplete filter expression", 2),
    ("a)", "unexpected character ')'", 1),
    ("a=(b=1)", "expected right operand (identifier, function text or number), got", 2),
    ("&& a=1", "expected left operand (identifier, function, text or number), got", 0),
    ("f(1 2)=1", 'expected comma after the last argument in function "f"', 4),
    ("f(,1)=1", 'unexpected comma in function "f"', 2),
    ("f((1))=1", "unsupported argument character '(' in function \"f\"", 2),
    ("f(1", "invalid or incomplete function \"f\" (expected ')')", 3),
    ("a in", INCOMPLETE, 4),
    ("a not", INCOMPLETE, 5),
    ("a is", INCOMPLETE, 4),
    ("a between 1", INCOMPLETE, 11),
    ("a between 1 and", INCOMPLETE, 15),
    ("a in ()", "empty list", 5),
    ("a in 1", 'expected a list in brackets, got "1" (number)', 5),
    ("a in (1", "invalid or incomplete function \"in\" (expected ')')", 7),
    ("a in (1 2)", 'expected comma after the last argument in function "in"', 8),
    ("a in ((1))", "unsupported argument character '(' in function \"in\"", 6),
    ("a not 1", 'expected in or like or ilike or matches after not, got "1" (number)', 6),
    ("a not = 1", 'expected in or like or ilike or matches after not, got "=" (sign)', 6),
    ("a not between 1 and 2", "expected in or like or ilike or matches after not, got", 6),
    ("a is 1", 'expected null or not after is, got "1" (number)', 5),
    ("a is not 'null'", 'expected null after is not, got "null" (text)', 9),
    ("a between 1 && 2", 'expected and after the lower bound, got "&&" (join)', 12),
    ("a ? in (1)", 'invalid sign operator "?"', 2),
    ("a ?and 1", 'invalid sign operator "?"', 2),
    ("?a = 1", 'invalid sign operator "?"', 0),
    ("a=1.2.3", "unexpected character '.'", 5),
    (
        "a in (b(c(d(e(1)))))",
        'invalid identifier argument "b" in function "in": invalid identifier argument "c" in f',
        12,
    ),
    ("a in (" + "1," * 200 + "1)", "max filter expressions limit reached", 406),
    (
        "a(b(c(d(1))))=1",
        'invalid identifier argument "b" in function "a": invalid identifier argument "c" in f',
        6,
    ),
    ("&&".join(["a=1"] * (MAX_COMPARISONS + 1)), "max filter expressions limit reached", 1000),
]


@pytest.mark.parametrize(("text", "message", "position"), REFUSED)
def test_refused(text: str, message: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert str(caught.value).startswith(message)
    assert caught.value.position == position


def test_a_comparison_knows_its_place() -> None:
    text = "  a = 'x\\'y' && (bc in ( 1, 2 ) || d is  NULL) // e"
    found = []

    def collect(node: Node) -> None:
        if isinstance(node, Comparison):
            found.append(text[node.position : node.end])
        else:
            for item in node.items:
                collect(item)

    collect(parse(text))
    assert found == ["a = 'x\\'y'", "bc in ( 1, 2 )", "d is  NULL"]


def test_brackets_cost_no_stack() -> None:
    depth = MAX_BRACKETS
    assert shown(parse("(" * depth + "a=1" + ")" * depth)) == "a = 1"
    with pytest.raises(FilterError, match="missing 10000 closing"):
        parse("(" * depth + "a=1")
    with pytest.raises(FilterError, match="max nested brackets limit reached") as caught:
        parse("(" * 1_000_000 + "a=1")
    assert caught.value.position == depth


def test_the_most_comparisons_may_be_nested() -> None:
    node = parse(
        "a=1" + "".join(f" {'&&' if i % 2 else '||'} (b=1" for i in range(199)) + ")" * 199
    )
    depth = 0
    while isinstance(node, All | Any):
        node = node.items[-1]
        depth += 1
    assert depth == MAX_COMPARISONS - 1


@pytest.mark.parametrize("text", ["'" * 200_001, "\\" * 200_000, "a='" + "\\'" * 100_000, "&" * 99])
def test_long_nonsense_is_refused_in_one_pass(text: str) -> None:
    with pytest.raises(FilterError):
        parse(text)
