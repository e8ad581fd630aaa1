"""What an explanation says, and what is no question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.explain.site import Site

ONE = "thing0000000000"  # ann's
RULE = "(owner = @request.auth.id && flag = true) || @request.headers.x_key = 'k'"


def words(part: dict[str, Any]) -> list[Any]:
    """An expression as nested lists."""
    name = part["text"] if part["kind"] == "clause" else part["kind"]
    return [part["value"], name, *map(words, part.get("items", []))]


@pytest.mark.parametrize(
    ("question", "allowed", "expected"),
    [
        (
            {"who": "ann"},
            True,
            [
                True,
                "any",
                [True, "all", [True, "owner = @request.auth.id"], [True, "flag = true"]],
                [False, "@request.headers.x_key = 'k'"],
            ],
        ),
        (
            {"who": "bob"},
            False,
            [
                False,
                "any",
                [False, "all", [False, "owner = @request.auth.id"], [True, "flag = true"]],
                [False, "@request.headers.x_key = 'k'"],
            ],
        ),
        (
            {"headers": {"X-Key": "k"}},
            True,
            [
                True,
                "any",
                [False, "all", [False, "owner = @request.auth.id"], [True, "flag = true"]],
                [True, "@request.headers.x_key = 'k'"],
            ],
        ),
    ],
)
def test_the_value_of_every_clause(site: Site, question, allowed, expected):
    site.reset(RULE)
    answer = site.explain(action="view", record=ONE, **question).json()
    assert (answer["allowed"], answer["ruleName"], answer["rule"]) == (allowed, "viewRule", RULE)
    assert words(answer["expression"]) == expected
    last = answer["expression"]["items"][1]
    assert (last["start"], last["end"]) == (RULE.index("@request.headers"), len(RULE))


@pytest.mark.parametrize(
    ("rule", "question", "allowed", "reason"),
    [
        (None, {"action": "list"}, False, "no_rule"),
        (None, {"action": "list", "who": "root"}, True, "superuser"),
        (None, {"action": "create"}, False, "no_rule"),
        ("", {"action": "list"}, True, "empty_rule"),
        ("", {"action": "delete", "record": ONE}, True, "empty_rule"),
        ("", {"action": "delete", "record": "nothing"}, False, "no_record"),
        ("", {"action": "update", "record": "nothing", "who": "root"}, False, "no_record"),
        ("n = 1", {"action": "list"}, True, "rule_filters"),
        ("n = 1", {"action": "list", "record": ONE}, True, "rule_holds"),
        ("n = 2", {"action": "list", "record": ONE}, False, "rule_fails"),
        ("n = 2", {"action": "view", "record": ONE, "who": "root"}, True, "superuser"),
        ("n = 2", {"action": "create", "draft": {"n": 2}}, True, "rule_holds"),
        ("n = 2", {"action": "create", "body": {"n": 2}}, True, "rule_holds"),
        ("n = 2", {"action": "create"}, False, "rule_fails"),
        ("n = 1", {"action": "update", "record": ONE, "body": {"n": 2}}, True, "rule_holds"),
        (
            "@request.body.n = 2",
            {"action": "update", "record": ONE, "body": {"n+": 1}},
            True,
            "rule_holds",
        ),
        ("@request.method = 'PATCH'", {"action": "update", "record": ONE}, True, "rule_holds"),
        (
            "@request.method = 'PUT'",
            {"action": "update", "record": ONE, "method": "put"},
            True,
            "rule_holds",
        ),
        (
            "@request.context = 'realtime'",
            {"action": "view", "record": ONE, "context": "realtime"},
            True,
            "rule_holds",
        ),
        (
            "@request.query.on = true",
            {"action": "view", "record": ONE, "query": {"on": True}},
            False,
            "rule_fails",
        ),
        (
            "@request.query.on = 'true' && @request.query.m = '1.5'",
            {"action": "view", "record": ONE, "query": {"on": True, "m": 1.5}},
            True,
            "rule_holds",
        ),
        ("nothing = 1", {"action": "view", "record": ONE}, False, "rule_broken"),
        ("n =", {"action": "view", "record": ONE}, False, "rule_broken"),
        ("n = 1", {"action": "list", "query": {"filter": "nothing = 1"}}, False, "bad_query"),
        ("n = 1", {"action": "list", "query": {"sort": "secret"}}, False, "bad_query"),
        ("n = 1", {"action": "list", "query": {"page": "x"}}, False, "bad_query"),
        ("n = 1", {"action": "list", "query": {"filter": "@request.x = 1"}}, False, "bad_query"),
    ],
)
def test_reasons(site: Site, rule, question, allowed, reason):
    site.reset(rule)
    answer = site.explain(**question)
    assert answer.status == 200, answer.body
    assert (answer.json()["allowed"], answer.json()["reason"]) == (allowed, reason)
    assert answer.json()["message"].endswith(".") or ":" in answer.json()["message"]


def test_what_is_wrong_with_a_rule_and_where(site: Site):
    site.reset("n = 1 && (title = 2 || nothing = 3)")
    answer = site.explain(action="view", record=ONE).json()
    broken = {"message": 'invalid left operand "nothing" - unknown field "nothing"', "position": 23}
    assert answer["fault"] == broken
    fine, either = answer["expression"]["items"]
    assert (fine["value"], "fault" in fine) == (True, False)
    assert [item.get("fault") for item in either["items"]] == [None, broken]
    site.reset("n = 1 && (title = 2")
    answer = site.explain(action="view", record=ONE).json()
    assert answer["expression"] is None
    assert answer["fault"]["message"].startswith("invalid formatted group")


def test_a_group_may_ask_more_than_its_clauses(site: Site):
    """Both conditions have to hold for one and the same tag."""
    site.reset("tags.name ?= 'a' && tags.n ?= 2")
    answer = site.explain(action="view", record="thing0000000003").json()
    assert words(answer["expression"]) == [
        False,
        "all",
        [True, "tags.name ?= 'a'"],
        [True, "tags.n ?= 2"],
    ]


def test_the_statement_of_a_list(site: Site):
    site.reset("owner = @request.auth.id")
    query = {"filter": "n > 1", "sort": "-n", "perPage": 5, "page": 2}
    answer = site.explain(action="list", who="ann", query=query).json()
    assert answer["expression"]["value"] is None
    sql = answer["sql"]
    assert sql["values"] == [site.ids["ann"][1], 1.0, 5]
    assert sql["text"].count("?") == 3
    assert "secret" not in sql["text"]
    assert [step["detail"] for step in sql["plan"]] == [
        "SCAN things",
        "USE TEMP B-TREE FOR ORDER BY",
    ]
    site.reset("owner = @request.auth.id && 1 = 1")
    assert site.explain(action="view", record=ONE).json()["sql"] is None


def test_no_secret_of_the_caller_is_shown(site: Site):
    site.reset("")
    path = f"/api/collections/users/records/{site.ids['ann'][1]}"
    assert site.ask("GET", path).status == 200
    stored = site.app.store.read_now("SELECT password, tokenKey FROM users")
    for secret in (text for row in stored for text in row):
        query = {"filter": f"title = '{secret}' || title ~ '{secret}'"}
        for who in ("ann", "bob"):
            answer = site.explain(action="list", who=who, query=query)
            owner = site.ids[who][1]
            own = site.app.store.read_now(
                "SELECT 1 FROM users WHERE id = ? AND ? IN (password, tokenKey)", (owner, secret)
            )
            assert (secret.encode() in answer.body) == (not own)


def test_auth_and_manage_rules(site: Site):
    users = {"collection": "users"}
    rule = "role = 'x' && @request.context = 'password'"
    site.ask("PATCH", "/api/collections/users", {"authRule": rule})
    for who, allowed in (("ann", True), ("bob", False)):
        record = site.ids[who][1]
        answer = site.explain(action="auth", record=record, **users).json()
        assert (answer["allowed"], answer["rule"]) == (allowed, rule)
        signed_in = site.ask(
            "POST",
            "/api/collections/users/auth-with-password",
            {"identity": f"{who}@example.com", "password": "password123"},
            who="",
        )
        assert signed_in.status == (200 if allowed else 403)
        managed = site.explain(action="manage", record=record, who=who, **users).json()
        assert (managed["allowed"], managed["ruleName"]) == (allowed, "manageRule")
    guest = site.explain(action="manage", record=site.ids["ann"][1], **users).json()
    assert guest["reason"] == "no_rule"
    draft = site.explain(action="manage", draft={"name": "x"}, who="ann", **users).json()
    assert draft["allowed"]
    site.ask("PATCH", "/api/collections/users", {"authRule": None})
    answer = site.explain(action="auth", record=site.ids["ann"][1], **users).json()
    assert (answer["reason"], answer["message"]) == (
        "no_rule",
        "There is no rule, so nobody can sign in.",
    )


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, ""),
        ({"collection": "things"}, ""),
        ({"collection": "things", "action": "fly"}, ""),
        ({"collection": 1, "action": "list"}, ""),
        ({"collection": "things", "action": "list", "queries": {}}, ""),
        ({"collection": "things", "action": "list", "query": {"a": [1]}}, ""),
        ({"collection": "things", "action": "list", "query": {"a": "\ud800"}}, ""),
        ({"collection": "things", "action": "list", "headers": {"\ud800": "b"}}, ""),
        ({"collection": "things", "action": "list", "body": []}, ""),
        ({"collection": "nothing", "action": "list"}, "collection"),
        ({"collection": "things", "action": "view"}, "record"),
        ({"collection": "things", "action": "manage", "record": ONE}, "action"),
        ({"collection": "things", "action": "auth", "record": ONE}, "action"),
        ({"collection": "things", "action": "create", "body": {}, "draft": {}}, "draft"),
        (
            {"collection": "things", "action": "list", "auth": {"collection": "tags", "id": "x"}},
            "auth",
        ),
        (
            {"collection": "things", "action": "list", "auth": {"collection": "users", "id": "x"}},
            "auth",
        ),
        ({"collection": "things", "action": "list", "auth": {"collection": "users"}}, ""),
    ],
)
def test_what_is_no_question(site: Site, body, key):
    answer = site.ask("POST", "/api/rules/explain", body)
    assert answer.status == 400
    assert list(answer.json()["data"]) == ([key] if key else [])


@pytest.mark.parametrize(("who", "status"), [("", 401), ("ann", 403), ("root", 200)])
def test_superusers_alone_may_ask(site: Site, who, status):
    question = {"collection": "things", "action": "list"}
    assert site.ask("POST", "/api/rules/explain", question, who=who).status == status


def test_nothing_is_written(site: Site):
    site.reset("")
    before = site.app.store.read_now("SELECT * FROM things")
    for action, record in (("create", None), ("update", ONE), ("delete", ONE)):
        site.explain(action=action, record=record, who="ann", body={"title": "changed"})
    assert site.app.store.read_now("SELECT * FROM things") == before
