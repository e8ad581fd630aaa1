"""Hypothesis strategies for the language over the lab of the seed (`tests.parity.lab`).

Names are drawn by walking the lab's relations, so that most expressions mean something. A share of
every kind is wrong on purpose: an unknown field, a modifier where there is none, a literal that the
grammar does not know.
"""

import re

from hypothesis import strategies as st

from tests.parity.lab import lab_id

START = "lab_works"

# What can be asked of a record of each collection.
LEAVES = {
    "lab_works": [
        "id",
        "title",
        "num",
        "flag",
        "mail",
        "link",
        "rich",
        "moment",
        "kind",
        "kinds",
        "data",
        "place",
        "doc",
        "docs",
        "pin",
        "hush",
        "owner",
        "owners",
        "team",
        "teams",
        "room",
        "parent",
        "friends",
        "created",
        "updated",
    ],
    "lab_teams": ["id", "title", "n", "note", "lead", "up"],
    "lab_rooms": ["id", "title"],
    "lab_badges": ["id", "title", "user", "level"],
    "lab_replies": ["id", "text", "n", "work", "author"],
    "lab_reviews": ["id", "text", "stars", "works", "hidden_work"],
    "users": [
        "id",
        "email",
        "emailVisibility",
        "verified",
        "name",
        "role",
        "secret",
        "avatar",
        "created",
    ],
    "lab_view": ["id", "title", "num", "data", "team", "teams", "kinds"],
}
# Where a step leads from there.
STEPS = {
    "lab_works": {
        "owner": "users",
        "owners": "users",
        "team": "lab_teams",
        "teams": "lab_teams",
        "room": "lab_rooms",
        "parent": "lab_works",
        "friends": "lab_works",
        "lab_replies_via_work": "lab_replies",
        "lab_reviews_via_works": "lab_reviews",
        "lab_reviews_via_hidden_work": "lab_reviews",
        "lab_works_via_parent": "lab_works",
        "lab_works_via_friends": "lab_works",
    },
    "lab_teams": {
        "lead": "users",
        "up": "lab_teams",
        "lab_works_via_team": "lab_works",
        "lab_works_via_teams": "lab_works",
    },
    "lab_rooms": {"lab_works_via_room": "lab_works"},
    "lab_badges": {"user": "users"},
    "lab_replies": {"work": "lab_works", "author": "users"},
    "lab_reviews": {"works": "lab_works", "hidden_work": "lab_works"},
    "users": {
        "lab_badges_via_user": "lab_badges",
        "lab_works_via_owner": "lab_works",
        "lab_works_via_owners": "lab_works",
        "lab_teams_via_lead": "lab_teams",
        "lab_replies_via_author": "lab_replies",
    },
    "lab_view": {},
}
# Of these a guest or a user does not see every record.
_RESTRICTED = frozenset({"users", "lab_teams", "lab_replies"})
_TARGETS = {step: target for steps in STEPS.values() for step, target in steps.items()}
_MANY = frozenset({"owners", "teams", "friends", "works"})
_LISTS = frozenset({"kind", "kinds", "doc", "docs", "owner", "owners", "team", "teams", "friends"})
_INSIDE = {
    "data": [
        "a",
        "a.b",
        "a.b.0",
        "a.b.1.c",
        "a.0",
        "n",
        "s",
        "b",
        "z",
        "e",
        "f",
        "0",
        "0.k",
        "1",
        "A",
        "b:c",
        "missing",
    ],
    "place": ["lat", "lon", "x"],
}

_SIGNS = ("=", "!=", "~", "!~", ">", ">=", "<", "<=")
_TEXTS = (
    "", "a", "A", "t1", "T", "100%", "%", "%1", "_", "a_b", r"a\_b", r"100\%", r"a\b", "1", "5",
    "é", "x", "2024", "2024-05-05 10:00:00.000Z", "[]", '["a"]', "null", "true", "😀", "@x.co",
    "b", lab_id("team1"), lab_id("work01"), "ann000000000000",
)  # fmt: skip
_NUMBERS = ("0", "1", "2", "5", "-1.5", "10", "0.1", "-3", "007", "1000000000000000", "-0", "1.0")
_WRONG_LITERALS = (
    "1e3",
    ".5",
    "1.",
    "+1",
    "--1",
    "'a",
    '"',
    "a'",
    "@nothing",
    "@NOW",
    "é",
    "1.2.3",
)
_KEYWORDS = ("true", "false", "null", "TRUE", "Null")
# Macros whose value two servers share unless the hour strikes between their answers.
_MACROS = (
    "@now", "@yesterday", "@tomorrow", "@hour", "@day", "@month", "@weekday", "@year",
    "@todayStart", "@todayEnd", "@monthStart", "@monthEnd", "@yearStart", "@yearEnd",
)  # fmt: skip
_REQUEST = (
    "@request.method", "@request.context", "@request.query.key", "@request.query.number",
    "@request.query.none", "@request.query.key:isset", "@request.query.none:isset",
    "@request.query.key:lower", "@request.headers.x_key", "@request.headers.x_none:isset",
    "@request.auth.id", "@request.auth.email", "@request.auth.collectionName",
    "@request.auth.verified", "@request.auth.nothing", "@request.auth.created",
    "@request.body.title", "@request.body.num:isset", "@request.body.teams.title",
    "@request.body.kinds:length", "@request.body.kinds:each", "@request.body.title:changed",
    "@request.body.owner.name", "@request.body.data.n", "@request.body.num",
    "@request.body.teams:each", "@request.auth.lab_works_via_owner.num", "@request.auth.role",
    "@request.body.nothing.x", "@request.nothing",
)  # fmt: skip
_FORMATS = ("%Y", "%Y-%m", "%d", "%H:%M", "", "%w", "plain")
_TIME_MODIFIERS = ("+1 month", "start of year", "weekday 0", "-1 day", "nonsense")

_rarely = st.sampled_from([False] * 11 + [True])


@st.composite
def paths(draw: st.DrawFn, start: str = START) -> str:
    """A field, maybe through relations, into JSON, with a modifier."""
    collection, parts = start, []
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 1, 1, 2, 3]))):
        step = draw(st.sampled_from([*STEPS[collection], ""]))
        if not step:
            break
        parts.append(step)
        collection = STEPS[collection][step]
    field = draw(st.sampled_from(LEAVES[collection]))
    parts.append("nothing" if draw(_rarely) else field)
    if field in _INSIDE and draw(st.booleans()):
        parts.append(draw(st.sampled_from(_INSIDE[field])))
    path = ".".join(parts)
    if field in _LISTS and draw(st.booleans()):
        return path + draw(st.sampled_from([":each", ":length", ":lower"]))
    if draw(_rarely):
        return path + draw(
            st.sampled_from([":lower", ":lower", ":each", ":length", ":isset", ":changed", ":nope"])
        )
    return path


@st.composite
def _any_rows(draw: st.DrawFn) -> str:
    collection = draw(st.sampled_from(["lab_teams", "lab_badges", "lab_view", "users", "lab_none"]))
    # One alias for two collections: the reference takes both for the first of them.
    alias = draw(st.sampled_from(["", "", f":one_{collection}", f":two_{collection}"]))
    path = draw(paths("lab_teams" if collection == "lab_none" else collection))
    return f"@collection.{collection}{alias}.{path}"


@st.composite
def _texts(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(_TEXTS))
    quote = draw(st.sampled_from("'\""))
    return f"{quote}{text.replace(quote, chr(92) + quote)}{quote}"


@st.composite
def _calls(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        points = st.sampled_from(
            ["place.lon", "place.lat", "13.4", "-45", "0", "num", "data.n", "team.n"]
        )
        count = 3 if draw(_rarely) else 4
        return f"geoDistance({', '.join(draw(points) for _ in range(count))})"
    arguments = [f"'{draw(st.sampled_from(_FORMATS))}'"]
    times = st.one_of(
        st.sampled_from(
            ["moment", "created", "friends.moment", "'2024-02-29'", "data", "1700000000"]
        ),
        paths(),
    )
    arguments.append(draw(times))
    arguments += [
        f"'{draw(st.sampled_from(_TIME_MODIFIERS))}'" for _ in range(draw(st.integers(0, 2)))
    ]
    return f"strftime({', '.join(arguments)})"


_literals = st.one_of(
    _texts(),
    _texts(),
    st.sampled_from(_NUMBERS),
    st.sampled_from(_NUMBERS + _KEYWORDS),
    st.sampled_from(_MACROS),
)


def _counts_unlisted(operands: str) -> bool:
    """Whether "all of them" means less here: `all-of-those-one-may-list` in docs/differences.md."""
    steps = [step for step in re.findall(r"[\w:]+", operands) if step in _TARGETS]
    through_many = any(step in _MANY or "_via_" in step for step in steps) or ":each" in operands
    return through_many and any(_TARGETS[step] in _RESTRICTED for step in steps)


def is_known(text: str) -> bool:
    """Comparisons of `odd-corners-of-filters` in docs/differences.md."""
    return bool(
        re.search(r"~\s*(//.*\n)?\s*@request\.body\.\w+:each", text)
        or ("strftime" in text and "email" in text)
    )


def goes_back(rule: str) -> bool:
    """Whether a path begins with a back relation: create rules of the reference fail on these."""
    return bool(re.search(r"(?<![\w.])\w+_via_", rule))


@st.composite
def _comparisons(draw: st.DrawFn, *, trusted: bool) -> str:
    left = draw(st.one_of(paths(), paths(), paths(), _calls()))
    rights = [_literals, _literals, _literals, paths(), _calls()]
    if trusted:
        rights += [st.sampled_from(_REQUEST), _any_rows()]
    right = draw(st.one_of(*rights))
    if draw(_rarely):
        right = draw(st.sampled_from(_WRONG_LITERALS))
    if draw(_rarely):
        left, right = right, left
    signs = ["", "", "?"] if trusted or not _counts_unlisted(f"{left} {right}") else ["?"]
    sign = draw(st.sampled_from(signs)) + draw(st.sampled_from(_SIGNS))
    space = draw(st.sampled_from([" ", "", "\n", "\t ", " // so\n"]))
    return f"{left}{space}{sign}{space}{right}"


def filters(*, trusted: bool) -> st.SearchStrategy[str]:
    """An expression of up to four comparisons; `trusted` ones also say @request and @collection."""
    joins = st.sampled_from([" && ", " || ", "&&", "||"])

    def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.tuples(inner, joins, inner).map("".join)
        return st.one_of(pairs, pairs, inner.map(lambda text: f"({text})"))

    return st.recursive(
        _comparisons(trusted=trusted).filter(lambda text: not is_known(text)), joined, max_leaves=4
    )


def bodies() -> st.SearchStrategy[dict[str, object]]:
    """Some fields of a work, with values that are valid and that expressions ask about."""
    teams = st.sampled_from([lab_id(f"team{number}") for number in range(4)])
    return st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["", "a", "t1", "100%"]),
            "num": st.sampled_from([0, 1, 5, -1.5]),
            "flag": st.booleans(),
            "kinds": st.lists(st.sampled_from("abc"), unique=True),
            "data": st.sampled_from([None, 5, {"n": 5, "a": [1, "x"]}]),
            "team": teams,
            "teams": st.lists(teams, unique=True),
            "owner": st.sampled_from(["", "ann000000000000", "bob000000000000"]),
            "nothing": st.just({"x": 1}),
        },
    )


@st.composite
def sorts(draw: st.DrawFn) -> str:
    """Up to three keys; unsorted at times."""
    odd = st.sampled_from(
        ["@rowid", "@random", "null", "1", "", "@now", "title desc", "id", "data.", "place."]
    )
    key = st.one_of(paths(), paths(), paths(), odd)
    keys = draw(st.lists(key, max_size=3))
    signs = st.sampled_from(["", "-", "+"])
    return ",".join(draw(signs) + key for key in keys)


@st.composite
def expands(draw: st.DrawFn) -> str:
    """Up to three relations to expand, each up to four levels deep."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        collection, parts = START, []
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 2, 3, 4]))):
            if STEPS[collection]:
                # Through a hidden relation FastCMS expands for superusers only.
                steps = [step for step in STEPS[collection] if "hidden" not in step]
                parts.append(draw(st.sampled_from(steps)))
                collection = STEPS[collection][parts[-1]]
        if draw(_rarely):
            parts.append(draw(st.sampled_from(["nothing", "title", "", " team", "lab_none_via_x"])))
        found.append(".".join(parts))
    return draw(st.sampled_from([",", ", "])).join(found)


def fields() -> st.SearchStrategy[str]:
    """Up to four of the fields to send, of records, of what is expanded, and cut short."""
    picks = (
        "id", "*", "title", "nothing", "data", "data.n", "data.a.b", "place.lat", "teams", "hush",
        "collectionName", "rich:excerpt(2)", "rich:excerpt(1,true)", "title:excerpt(3,true)",
        "title:excerpt(0)", "title:excerpt(x)", "title:nothing()", "num:excerpt(1)", "expand",
        "expand.*", "expand.team", "expand.team.title", "expand.teams.*", "expand.teams.title",
        "expand.owner.email", "expand.*.title", "expand.parent.expand.team.id", " id ", "",
    )  # fmt: skip
    return st.lists(st.sampled_from(picks), min_size=1, max_size=4).map(",".join)


def has_one_order(sort: str) -> bool:
    """Whether the sort leaves no choice: it ends with the id and goes through nothing multiple."""
    parts = sort.replace("-", "").replace("+", "").split(",")
    through = [step for part in parts for step in part.split(".")]
    many = any("_via_" in step or step in _MANY or ":each" in step for step in through)
    return parts[-1] == "id" and not many and "@random" not in parts
