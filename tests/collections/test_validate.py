"""What a collection may not be: codes and places as the reference gives them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collections.site import COLLECTIONS, Site, text

LONG = "a" * 256

NAMES = [
    ("", "validation_required"),
    (None, "validation_required"),
    (LONG, "validation_length_out_of_range"),
    ("a_via_b", "validation_found_via"),
    ("a b", "validation_match_invalid"),
    ("é", "validation_match_invalid"),
    ("USERS", "validation_collection_name_exists"),
    ("pbc_3142635823", "validation_collection_name_id_duplicate"),
    ("_PARAMS", "validation_collection_name_invalid"),
    ("_collections", "validation_collection_name_invalid"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_names(site: Site, name: str | None, code: str) -> None:
    answer = site.ask("POST", COLLECTIONS, {"name": name})
    assert answer.status == 400
    assert answer.body["message"] == "Failed to create collection."
    assert answer.codes == {"name": code}


IDS = [
    ("a b", "validation_match_invalid"),
    ("a" * 101, "validation_length_out_of_range"),
    ("_pb_users_auth_", "validation_invalid_or_existing_id"),
]


@pytest.mark.parametrize(("id_", "code"), IDS)
def test_ids(site: Site, id_: str, code: str) -> None:
    assert site.ask("POST", COLLECTIONS, {"name": "posts", "id": id_}).codes == {"id": code}


FIELDS: list[tuple[str, list[dict[str, Any]], dict[str, str]]] = [
    (
        "names are unique in any letter case",
        [text("a"), text("A")],
        {"2.name": "validation_duplicated_field_name"},
    ),
    (
        "the id field is a text",
        [{"type": "bool", "name": "id"}],
        {"1.name": "validation_duplicated_field_name"},
    ),
    ("a name is needed", [text("")], {"1.name": "validation_required"}),
    ("names are words", [text("a b")], {"1.name": "validation_match_invalid"}),
    ("some names mean something", [text("expand")], {"1.name": "validation_not_in_invalid"}),
    ("back-relations need _via_", [text("a_via_b")], {"1.name": "validation_found_via"}),
    (
        "ids have a length",
        [text("a", id="i" * 101)],
        {"1.id": "validation_length_out_of_range"},
    ),
    (
        "help has a length",
        [text("a", help="h" * 301)],
        {"1.help": "validation_length_out_of_range"},
    ),
    (
        "there is one primary key, and it is called id",
        [text("a", primaryKey=True)],
        {
            "0.primaryKey": "validation_unsupported_composite_pk",
            "1.name": "validation_in_invalid",
            "1.pattern": "validation_required",
            "1.primaryKey": "validation_unsupported_composite_pk",
            "1.required": "validation_required",
        },
    ),
    (
        "options of several fields are judged together",
        [{"type": "json", "name": "j", "maxSize": -1}, {"type": "select", "name": "s"}],
        {
            "1.maxSize": "validation_min_greater_equal_than_required",
            "2.values": "validation_required",
        },
    ),
    (
        "items of a list have a place of their own",
        [{"type": "email", "name": "e", "onlyDomains": ["bad domain", "fine.com"]}],
        {"1.onlyDomains.0": "validation_is_domain"},
    ),
    (
        "a relation goes to a collection that exists, by its id",
        [{"type": "relation", "name": "r", "collectionId": "users"}],
        {"1.collectionId": "validation_field_relation_missing_collection"},
    ),
]


@pytest.mark.parametrize(("_why", "fields", "codes"), FIELDS, ids=[row[0] for row in FIELDS])
def test_fields(site: Site, _why: str, fields: list[dict[str, Any]], codes: dict[str, str]) -> None:
    answer = site.ask("POST", COLLECTIONS, {"name": "posts", "fields": fields})
    assert answer.codes == {f"fields.{path}": code for path, code in codes.items()}


RULES = [
    ("nope = 1", 'Invalid rule. Raw error: invalid left operand "nope" - unknown field "nope".'),
    ("id =", "Invalid rule. Raw error: invalid or incomplete filter expression."),
]


@pytest.mark.parametrize(("rule", "message"), RULES)
def test_rules(site: Site, rule: str, message: str) -> None:
    answer = site.ask("POST", COLLECTIONS, {"name": "posts", "viewRule": rule, "listRule": ""})
    assert answer.body["data"] == {
        "viewRule": {"code": "validation_invalid_rule", "message": message}
    }


def test_problems_of_all_parts_come_together_in_alphabetical_order(site: Site) -> None:
    answer = site.ask("POST", COLLECTIONS, {"name": "", "type": "odd", "listRule": "id ="})
    assert list(answer.codes) == ["listRule", "name", "type"]


INDEXES = [
    (["x"], {"0": "validation_invalid_index_expression"}),
    (
        ["create index i on p (a)", "create index I on p (b)"],
        {"1": "validation_duplicated_index_name"},
    ),
    (
        ["create index i on p (a)", "create index j on q (a)"],
        {"1": "validation_duplicated_index_definition"},
    ),
    (
        ["create index idx_email__pb_users_auth_ on p (a)"],
        {"0": "validation_existing_index_name"},
    ),
    # The database's own word; all refused ones are named.
    (
        ["create index i on p (x)", "create index j on p (a)", "create index k on p (y)"],
        {"0": "validation_invalid_index_expression", "2": "validation_invalid_index_expression"},
    ),
]


@pytest.mark.parametrize(("indexes", "codes"), INDEXES)
def test_indexes(site: Site, indexes: list[str], codes: dict[str, str]) -> None:
    body = {"name": "p", "fields": [text("a"), text("b")], "indexes": indexes}
    answer = site.ask("POST", COLLECTIONS, body)
    assert answer.codes == {f"indexes.{path}": code for path, code in codes.items()}
    assert not site.table("p")


# A change of a collection that has a system flag, or has it in its fields.
SYSTEM: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("_mfas", {"name": "x"}, {"name": "validation_collection_system_name_change"}),
    ("_mfas", {"system": False}, {"system": "validation_collection_system_flag_change"}),
    ("users", {"system": True}, {"system": "validation_collection_system_flag_change"}),
    ("_otps", {"listRule": ""}, {"listRule": "validation_collection_system_rule_change"}),
    (
        "_superusers",
        {"authRule": None},
        {"authRule": "validation_collection_system_rule_change"},
    ),
    ("_superusers", {"fields": []}, {"fields": "validation_system_field_change"}),
    (
        "_externalAuths",
        {"indexes": []},
        {"indexes": "validation_invalid_unique_system_field_index"},
    ),
    ("users", {"type": "base"}, {"type": "validation_collection_type_change"}),
    ("users", {"type": "odd"}, {"type": "validation_in_invalid"}),
    (
        "users",
        {"fields": [{"type": "email", "name": "mail", "id": "email3885137012"}]},
        {"fields": "validation_system_field_change"},
    ),
    (
        "users",
        {"fields": [text("oldPassword")]},
        {"fields.1.name": "validation_reserved_field_name"},
    ),
    (
        "users",
        {"fields": [text("avatar", id="file376926767")]},
        {"fields.1": "validation_field_type_change"},
    ),
    (
        "users",
        {"fields": [{"type": "number", "name": "id", "id": "text3208210256"}]},
        {"fields": "validation_missing_primary_key"},
    ),
]


@pytest.mark.parametrize(("name", "change", "codes"), SYSTEM)
def test_protections(site: Site, name: str, change: dict[str, Any], codes: dict[str, str]) -> None:
    before = site.view(name)
    answer = site.patch(name, **change)
    assert answer.status == 400
    assert answer.body["message"] == "Failed to update collection."
    assert answer.codes == codes
    assert site.view(name) == before


def test_unique_indexes_on_system_fields_may_change_name_order_and_condition(site: Site) -> None:
    first, second = site.view("_externalAuths")["indexes"]
    first = first.replace("idx_externalAuths_record_provider", "other")
    first = first.replace("collectionRef", "collectionRef desc")
    answer = site.patch("_externalAuths", indexes=[first, f"{second} where provider != ''"])
    assert answer.status == 200


def test_a_field_that_a_rule_names_cannot_go(site: Site) -> None:
    site.create(name="posts", fields=[text("a")], listRule="a = ''")
    answer = site.patch("posts", fields=[])
    assert answer.codes == {"listRule": "validation_invalid_rule"}
    assert site.patch("posts", fields=[], listRule=None).status == 200


def test_a_view_needs_a_query_and_has_no_rules_of_writing(site: Site) -> None:
    body = {"name": "v", "type": "view", "viewQuery": "select id from users", "createRule": ""}
    answer = site.ask("POST", COLLECTIONS, body)
    assert answer.codes == {"createRule": "validation_nil"}
    answer = site.ask("POST", COLLECTIONS, {"name": "v", "type": "view"})
    assert answer.codes == {"fields": "validation_required", "viewQuery": "validation_required"}
