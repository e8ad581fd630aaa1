"""An explanation never disagrees with the decision: both are asked, for any rule and caller."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from tests.explain.site import RECORDS, TAGS, THINGS, Site

CLAUSES = [
    "1 = 1",
    "1 = 2",
    "title = 'a'",
    'title = "a\\"b"',
    "title ~ 'a' // note (\n",
    "title:lower != 'B'",
    "'(' != ')'",
    "n > 1",
    "n in (1, 2)",
    "title is not null",
    "flag = true",
    "data.k = 1",
    "data = null",
    "secret = 's'",
    "owner = @request.auth.id",
    "owner.role = 'x'",
    "owner.email ~ 'ann'",
    "owner.things_via_owner.n ?> 1",
    "tags.name = 'a'",
    "tags.name ?= 'a'",
    "tags.n ?> 1",
    "tags.n < 3",
    "tags:length > 1",
    "tags:each ~ 'tag'",
    "created < @now",
    "geoDistance(0, 0, n, n) < 200",
    "strftime('%Y', created) = '2024'",
    "id != ''",
    "@request.auth.id != ''",
    "@request.auth.role = 'x'",
    "@request.auth.collectionName = 'users'",
    "@request.auth.things_via_owner.title ?= 'a'",
    "@request.body.title = 'a'",
    "@request.body.title:isset = false",
    "@request.body.title:changed = false",
    "@request.body.owner.role = 'x'",
    "@request.body.tags:length > 0",
    "@request.body.secret:isset = true",
    "@request.body.other.deep = 1",
    "@request.query.q = '1'",
    "@request.headers.x_token = 't'",
    "@request.method = 'GET'",
    "@request.context = 'default'",
    "@collection.tags.name ?= title",
    "@collection.tags:b.n > n",
    # These cannot be used, the last ones by some callers only.
    "nothing = 1",
    "tags.nothing = 1",
    "@request.auth.tags.nothing = 1",
]
ACTIONS = {"list": "GET", "view": "GET", "create": "POST", "update": "PATCH", "delete": "DELETE"}
ALLOWED = {"list": 200, "view": 200, "create": 200, "update": 200, "delete": 204}
DENIED = {"list": 400, "view": 404, "create": 400, "update": 404, "delete": 404}

CLAUSE = st.sampled_from(CLAUSES)
SPACE = st.sampled_from([" ", "\n", " // note )\n"])


@st.composite
def joined(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, min_size=2, max_size=3))
    text = items[0]
    for item in items[1:]:
        sign = draw(st.sampled_from(["&&", "||", "&&", "||", ""]))
        # Without a sign, the terms before decide how a bracket is joined.
        text += f"{draw(SPACE)}{sign} {item}" if sign else f"{draw(SPACE)}({item})"
    return f"({text})" if draw(st.booleans()) else text


RULE = st.one_of(
    st.recursive(CLAUSE, joined, max_leaves=6),
    st.sampled_from([None, "", "title =", "(1 = 1", "!"]),
)
BODY = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["a", "b", ""]),
        "n": st.sampled_from([0, 2, "1.5"]),
        "n+": st.just(1),
        "flag": st.booleans(),
        "data": st.sampled_from([None, {"k": 1}, "[1]"]),
        "secret": st.just("s"),
        "tags": st.lists(st.sampled_from(list(TAGS)), max_size=2, unique=True),
        "tags+": st.sampled_from(list(TAGS)),
        "other": st.just({"deep": 1}),
    },
)
SORTS = st.sampled_from(
    ["", "title", "-tags.name", "secret", "@request.auth.id", "nothing", "@random"]
)


@given(
    rule=RULE,
    action=st.sampled_from(list(ACTIONS)),
    who=st.sampled_from(["", "ann", "bob", "root"]),
    record=st.sampled_from([*THINGS, "missing"]),
    body=BODY,
    query=st.fixed_dictionaries({}, optional={"q": st.sampled_from(["1", "2"])}),
    headers=st.fixed_dictionaries({}, optional={"X-Token": st.sampled_from(["t", "u"])}),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(
    rule="tags.name ?= 'a' && tags.n ?> 1",
    action="view",
    who="",
    record="thing0000000003",
    body=None,
    query={},
    headers={},
)
def test_the_explanation_is_the_decision(
    site: Site, *, rule, action, who, record, body, query, headers
):
    site.reset(rule)
    question = {"action": action, "who": who, "body": body, "query": query, "headers": headers}
    if action != "create":
        question["record"] = record
    answer = site.explain(**question)
    assert answer.status == 200, answer.body
    explained = answer.json()
    event(f"{action} {explained['reason']}")
    path = RECORDS if action in ("list", "create") else f"{RECORDS}/{record}"
    sent = {} if body is None and action in ("create", "update") else body
    decided = site.ask(ACTIONS[action], path, sent, who=who, query=query, headers=headers)
    reason = explained["reason"]
    if action == "list" and reason in ("rule_holds", "rule_fails", "no_record"):
        listed = [item["id"] for item in decided.json()["items"]]
        assert explained["allowed"] == (record in listed)
    elif explained["allowed"]:
        assert decided.status == ALLOWED[action], decided.body
    else:
        denied = {"no_rule": 403, "no_record": 404}.get(reason, DENIED[action])
        assert decided.status == denied, decided.body
    check_parts(explained, rule)


@given(
    rule=RULE,
    who=st.sampled_from(["", "ann", "root"]),
    filter_=st.sampled_from(
        ["", "n > 0", "tags.name ?= 'a'", "secret = 's'", "@request.x = 1", "(", "1=2"]
    ),
    sort=SORTS,
    page=st.sampled_from([1, "2", "x"]),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_list_is_explained_by_the_statement_that_is_run(
    site: Site, *, rule, who, filter_, sort, page
):
    site.reset(rule)
    query = {"filter": filter_, "sort": sort, "page": page, "perPage": 2}
    explained = site.explain(action="list", who=who, query=query).json()
    decided = site.ask("GET", RECORDS, who=who, query=query)
    event(explained["reason"])
    assert explained["allowed"] == (decided.status == 200), decided.body
    sql = explained["sql"]
    if not explained["allowed"]:
        assert sql is None
        return
    found = site.app.store.read_now(sql["text"], sql["values"]) if sql["text"] else []
    items = decided.json()["items"]
    assert len(found) == len(items)
    if sort != "@random":
        assert all(item["id"] in row for item, row in zip(items, found, strict=True))


def check_parts(explained: dict[str, Any], rule: str | None) -> None:
    """The values of groups follow from those of their items."""
    expression = explained["expression"]
    if not explained["reason"].startswith("rule_"):
        assert expression is None
        return
    assert rule is not None
    if expression is None:
        assert explained["reason"] == "rule_broken"
        return
    if explained["reason"] != "rule_filters":
        assert expression["value"] == explained["allowed"]
    assert expression.get("fault") == explained["fault"]
    check_part(expression, rule)


def check_part(part: dict[str, Any], rule: str) -> None:
    assert part["text"] == rule[part["start"] : part["end"]]
    items = part.get("items", [])
    values = [item["value"] for item in items]
    if items and "fault" not in part:
        if part["kind"] == "any":
            assert part["value"] == any(values)
        elif "?" in part["text"]:
            # Two conditions on one path with any-of signs ask for one record that meets both.
            assert all(values) or not part["value"]
        else:
            assert part["value"] == all(values)
    for item in items:
        check_part(item, rule)
