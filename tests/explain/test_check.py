"""Rules that are looked at before they are saved."""

from __future__ import annotations

import pytest

from tests.explain.site import Site

THINGS = "things"


def check(site: Site, collection: object, rule: object, *, who: str = "root"):
    return site.ask("POST", "/api/rules/check", {"collection": collection, "rule": rule}, who=who)


@pytest.mark.parametrize(
    ("rule", "position"),
    [
        ("", None),
        ("title = 'a' && @request.auth.role = 'x'", None),
        ("tags.name ?= 'a' && @collection.users.id ?= owner", None),
        ("secret != ''", None),
        ("title = 'a' && unknown = 1", 15),
        ("title = 'é' && tags.unknown = 1", 15),
        ("title =", 7),
    ],
)
def test_what_saving_would_say(site: Site, rule: str, position: int | None):
    answer = check(site, THINGS, rule).json()
    assert answer["valid"] is (position is None)
    if position is not None:
        assert answer["fault"]["position"] == position
    saved = site.ask("PATCH", "/api/collections/things", {"viewRule": rule})
    assert (saved.status == 200) is answer["valid"]


def test_fields_that_are_not_saved_yet(site: Site):
    things = site.ask("GET", "/api/collections/things").json()
    color = {"name": "color", "type": "text"}
    changed = {**things, "fields": [*things["fields"], color]}
    assert check(site, changed, "color = 'red'").json()["valid"] is True
    assert check(site, THINGS, "color = 'red'").json()["valid"] is False
    new = {"name": "paints", "type": "base", "fields": [color]}
    assert check(site, new, "color = 'red' && @collection.things.title ?= color").json()["valid"]
    assert check(site, new, "title = 'red'").json()["valid"] is False
    assert site.app.refresh().find("paints") is None


@pytest.mark.parametrize(
    ("collection", "rule", "key"),
    [
        ("nothing", "id = ''", "collection"),
        (None, "id = ''", "collection"),
        ({"name": 7, "type": "base"}, "id = ''", "collection"),
        (THINGS, None, "rule"),
        (THINGS, 7, "rule"),
    ],
)
def test_what_is_no_question(site: Site, collection: object, rule: object, key: str):
    answer = check(site, collection, rule)
    assert (answer.status, list(answer.json()["data"])) == (400, [key])


@pytest.mark.parametrize(("who", "status"), [("", 401), ("ann", 403), ("root", 200)])
def test_superusers_alone_may_ask(site: Site, who: str, status: int):
    assert check(site, THINGS, "id != ''", who=who).status == status


def test_an_explanation_of_a_rule_that_is_not_saved(site: Site):
    site.reset(None)
    one = "thing0000000000"
    asked = {"action": "view", "record": one, "who": "ann"}
    assert site.explain(**asked).json()["reason"] == "no_rule"
    held = site.explain(**asked, rule="owner = @request.auth.id").json()
    assert (held["reason"], held["rule"]) == ("rule_holds", "owner = @request.auth.id")
    assert site.explain(**asked, rule="n = 2").json()["reason"] == "rule_fails"
    assert site.explain(**asked, rule="n = ").json()["reason"] == "rule_broken"
    assert site.explain(**asked, rule=None).json()["reason"] == "no_rule"
    listed = site.explain(action="list", who="ann", rule="n = 2").json()
    assert (listed["reason"], listed["sql"]) == ("rule_filters", None)
