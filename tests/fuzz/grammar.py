"""Texts for the filter language that nobody would write, from a seeded generator.

Four kinds: expressions with small damage, tokens in any order, plain noise, and texts that are
large or deep.
"""

import random
from collections.abc import Iterator, Sequence

# Over the schema of `tests.filters.sample`.
SAMPLE = (
    "title", "num", "flag", "js", "js.a.0", "geo.lat", "tag", "tags", "tags.title", "tags.n",
    "owner.email", "posts_via_tag.title", "tag.up.up.title", "kinds:each",
    "owner.members_via_user.n", "kinds:length", "title:lower", "title:isset", "secret",
    "vault.title", "tag.posts_via_tags.num", "geoDistance(geo.lon, geo.lat, 1, 2)",
    "@request.auth.role", "@collection.tags.n", "@request.auth.members_via_user.level",
    "@request.body.tags.title", "@request.body.kinds:each", "@collection.tags:a.title",
    "@collection.nothing.x",
)  # fmt: skip
# Over the lab of the parity seed.
LAB = (
    "title", "num", "flag", "data", "data.a.0", "place.lat", "team", "teams", "teams.title",
    "docs", "owner.email", "lab_replies_via_work.n", "team.up.up.title", "kinds:each",
    "owners.name", "hush", "kinds:length", "title:lower", "title:isset", "room.title",
    "lab_reviews_via_works.stars", "geoDistance(place.lon, place.lat, 1, 2)",
    "@request.auth.role", "@collection.lab_teams.n", "@request.auth.lab_badges_via_user.level",
    "@request.body.teams.title",
)  # fmt: skip
_ANYWHERE = (
    "nothing", "@now", "@todayStart", "@request.auth.id", "@request.query.x:isset",
    "@request.method", "@request.headers.x_y", "@request.body.title:changed", "true", "NULL", "1",
    "-1.5", "'a'", '"a%"', "'\\''", "strftime('%Y', title, '+1 day')", "strftime(",
    "geoDistance(", "lower(title)", "_via_", "posts_via_", "js.", "js..a", "@", "#a",
)  # fmt: skip
_SIGNS = (
    "=",
    "!=",
    "~",
    "!~",
    ">",
    ">=",
    "<",
    "<=",
    "?=",
    "?!=",
    "?~",
    "?>",
    "==",
    "?",
    "<>",
    "=>",
)
_WORDS = (
    "in",
    "not in",
    "between",
    "is null",
    "is not null",
    "like",
    "matches",
    "and",
    "or",
    "not",
)
_GLUE = (
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "",
    " && ",
    " || ",
    "&&",
    "||",
    "&",
    "(",
    ")",
    "((",
    "))",
    ",",
)
_ODD = (
    "\0", "\x01", "\x1b", "\x7f", "\x85", "\xa0", "\u200b", "\u202e", "\u2028", "\ufeff",
    "\ufffd", "\uffff", "\ud800", "\udfff", "😀", "𝒳", "é", "ß", "İ", "ﬁ", "'", '"', "`", "\\",
    "\\'", "\\n", "%", "_", "[", "]", "{", "}", "{:p}", "[[id]]", "{{posts}}", ";", "--", "/*",
    "//", "?", "$1", ":a", "@@", "..", "::", ":each", ":lower:each", "0x1", "1e999", "9" * 40,
    "-", "+", ".", "\u0660",
)  # fmt: skip


def texts(count: int, seed: int, names: Sequence[str]) -> Iterator[str]:
    """`count` texts over these names, the same ones for the same seed."""
    pick = random.Random(seed)
    atoms = (*names, *_ANYWHERE)
    kinds = (_damaged, _damaged, _damaged, _tokens, _tokens, _noise)
    for _ in range(count):
        yield pick.choice(kinds)(pick, atoms)


def _comparison(pick: random.Random, atoms: Sequence[str]) -> str:
    left, right = pick.choice(atoms), pick.choice(atoms)
    sign = pick.choice(_WORDS) if pick.random() < 0.1 else pick.choice(_SIGNS)
    return f"{left} {sign} {right}"


def _expression(pick: random.Random, atoms: Sequence[str], depth: int = 0) -> str:
    parts = [_comparison(pick, atoms) for _ in range(pick.randint(1, 3))]
    if depth < 3 and pick.random() < 0.3:
        parts.append(f"({_expression(pick, atoms, depth + 1)})")
    text = parts[0]
    for part in parts[1:]:
        text += pick.choice((" && ", " || ", "&&", "\n|| // so\n")) + part
    return text


def _damaged(pick: random.Random, atoms: Sequence[str]) -> str:
    text = _expression(pick, atoms)
    for _ in range(pick.randint(0, 3)):
        at = pick.randrange(len(text) + 1)
        until = min(len(text), at + pick.choice((0, 0, 1, 1, 2, 9)))
        text = text[:at] + pick.choice((*_ODD, *_GLUE, "", "")) + text[until:]
    return text


def _tokens(pick: random.Random, atoms: Sequence[str]) -> str:
    choices = (atoms, _SIGNS, _GLUE, _GLUE, _WORDS, _ODD)
    return "".join(pick.choice(pick.choice(choices)) for _ in range(pick.randint(1, 25)))


def _noise(pick: random.Random, _: Sequence[str]) -> str:
    length = pick.randint(0, 60)
    if pick.random() < 0.5:
        return pick.randbytes(length).decode("latin-1")
    return "".join(chr(pick.randrange(0x110000)) for _ in range(length))


def large(size: int) -> Iterator[str]:
    """Long or deep texts of about `size` characters."""
    half = size // 2
    yield "(" * half + "num = 1" + ")" * half
    yield "(" * size
    yield ")" * size
    yield "(num = 1) && " * (size // 13) + "num = 1"
    yield "num = 1 || (" * (size // 12) + "num = 1" + ")" * (size // 12)
    yield "title = '" + "x" * size + "'"
    yield "title ~ '" + "%_\\" * (size // 3) + "'"
    yield "title = '" + "\\'" * half + "'"
    yield "title = '" + "\\'" * half
    yield "title = '" + "😀" * (size // 4) + "'"
    yield "'" * size
    yield '"' * size
    yield "num = " + "9" * size
    yield "num = -0." + "0" * size + "1"
    yield "num = " + "1." * half
    yield "// " + "x" * size + "\nnum = 1"
    yield "//\n" * (size // 3) + "num = 1"
    yield " " * size + "num = 1" + "\t\n" * half
    yield "a" * size + " = 1"
    yield "js" + ".a" * half + " = 1"
    yield "js." + "1" * size + " = 1"
    yield "tag" + ".up" * (size // 3) + ".title = 1"
    yield "reln.title:" + "lower:" * (size // 6) + " = 1"
    yield "@request.body" + ".a" * half + " = 1"
    yield "@request.auth" + ".posts_via_owner" * (size // 16) + ".id = 1"
    yield "@collection.tags:" + "a" * size + ".n = 1"
    yield "strftime(" * (size // 9)
    yield "strftime('%Y'" + ", 'x'" * (size // 5) + ") = 1"
    yield "strftime('" + "%Y" * half + "', title) = ''"
    yield "geoDistance(" + "," * size + ") = 1"
    yield "=" * size
    yield "num " + "?" * size + "= 1"
    yield "&" * size
    yield "num = 1 " + "&&" * half
    yield "\0" * size
    yield "num in (" + "1," * half + "1)"
    yield "num in (" + "(" * size
    yield "title matches '" + "(a*)*" * (size // 5) + "b'"
