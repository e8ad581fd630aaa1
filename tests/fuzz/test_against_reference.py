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
from tests.parity.scenario import get

CASES = int(os.environ.get("FASTCMS_FUZZ_CASES", "300"))
settings.register_profile(
    "fuzz",
    max_examples=CASES,
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
    return who, query


@settings(settings.get_profile("fuzz"))
@given(lists())
def test_lists(pair: Pair, asked: tuple[str, dict[str, str]]) -> None:
    who, query = asked
    row = get("list", "/api/collections/lab_works/records", query=query, who=who)
    difference = pair.difference(row, ordered=expressions.has_one_order(query["sort"]))
    assert not difference, difference
