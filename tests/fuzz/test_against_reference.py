"""Generated requests, answered by the reference and by FastCMS.

300 cases, the same in every run; `FASTCMS_FUZZ_CASES=5000` asks for that many, new ones each time.
What once differed stays as a row of the parity tables.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import expressions
from tests.fuzz.pair import Pair
from tests.parity import seed
from tests.parity.lab import lab_id
from tests.parity.scenario import delete, get, patch, post

WORKS = "/api/collections/lab_works"

CASES = int(os.environ.get("FASTCMS_FUZZ_CASES", "300"))


# Two servers may find two times in a macro: `@now ~ title` holds for a millisecond.
_ASKED_AGAIN = 4
_VIEWED = ("work03", "work09", "work14")


def cases(number: int) -> settings:
    return settings(
        max_examples=number,
        derandomize="FASTCMS_FUZZ_CASES" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    place = tmp_path_factory.mktemp("fuzz")
    with Pair(seed.build(place / "seed" / "pb_data"), place) as both:
        yield both


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """Who lists and with which parameters."""
    who = draw(st.sampled_from(["guest", "ann", "superuser"]))
    query = {"perPage": "100", "key": "t1", "number": "5"}
    query["filter"] = draw(expressions.filters(trusted=who == "superuser"))
    query["sort"] = draw(st.one_of(st.just("id"), expressions.sorts()))
    if draw(st.booleans()):
        query["expand"] = draw(expressions.expands())
    if draw(st.booleans()):
        query["fields"] = draw(expressions.fields())
    return who, query


@cases(CASES)
@given(lists())
def test_lists(pair: Pair, asked: tuple[str, dict[str, str]]) -> None:
    who, query = asked
    row = get("list", f"{WORKS}/records", query=query, who=who)
    for _ in range(_ASKED_AGAIN if "@" in query["filter"] else 1):
        difference = pair.list_difference(row, ordered=expressions.has_one_order(query["sort"]))
        if not difference:
            break
    assert not difference, difference


@cases(CASES // 5)
@given(
    expressions.filters(trusted=True).filter(lambda rule: not expressions.goes_back(rule)),
    expressions.bodies(),
    st.sampled_from(["guest", "ann"]),
)
def test_rules(pair: Pair, rule: str, body: dict[str, object], who: str) -> None:
    """A rule is saved or refused alike, and decides alike over a stored record and a new one."""
    new = f"{WORKS}/records/{lab_id('new')}"
    query = {"key": "t1", "number": "5"}
    rules = ("viewRule", "createRule", "updateRule")
    # Of several faults another may be told; of one, rows compare what is said of it.
    texts = {f"data.{rule}.message": r"(?s)Invalid rule\..*" for rule in rules}
    rows = [
        patch("save", WORKS, dict.fromkeys(rules, rule), who="superuser", mask=texts),
        *(get("view", f"{WORKS}/records/{lab_id(work)}", query=query, who=who) for work in _VIEWED),
        post("create", f"{WORKS}/records", {"id": lab_id("new"), **body}, query=query, who=who),
        patch("update", f"{WORKS}/records/{lab_id('work20')}", body, query=query, who=who),
        delete("again", new, who="superuser"),
        patch("undo", WORKS, dict.fromkeys(rules, ""), who="superuser"),
    ]
    found = [difference for row in rows if (difference := pair.difference(row))]
    assert not found, "\n".join(found)
