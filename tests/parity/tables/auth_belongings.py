"""What accounts have in the system collections: who may see, make and delete it, and when it goes."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import rid

_TABLES = ("_authOrigins", "_externalAuths", "_mfas", "_otps")
USERS = "/api/collections/users"
BOB = f"{USERS}/records/{rid('bob')}"
NEW = "new-password-1"
_USERS_ID = "_pb_users_auth_"

# What each of the tables wants beside its references.
_REST: dict[str, dict[str, Any]] = {
    "_authOrigins": {"fingerprint": "f"}, "_externalAuths": {"provider": "google", "providerId": "g"}, "_mfas": {"method": "password"}, "_otps": {"password": "12345678"},
}


def _records(table: str) -> str:
    return f"/api/collections/{table}/records"


def _make(name: str, table: str, who: str = "superuser", **values: Any) -> Row:
    return post(f"{table}: {name}", _records(table), {"collectionRef": _USERS_ID, "recordRef": rid("bob"), **_REST[table], **values}, who=who)


def _filled(step: str) -> tuple[Row, ...]:
    """One row of each table for bob."""
    return tuple(
        post(f"{step}: {table}", _records(table), {"id": rid(f"{step}{number}"), "collectionRef": _USERS_ID, "recordRef": rid("bob"), **_REST[table]}, who="superuser")
        for number, table in enumerate(_TABLES)
    )


def _left(step: str) -> tuple[Row, ...]:
    return tuple(get(f"{step}: what is left of {table}", _records(table), who="superuser", query={"filter": f"recordRef = '{rid('bob')}'"}) for table in _TABLES)


def _cleared(step: str) -> tuple[Row, ...]:
    return tuple(delete(f"{step}: clear {table}", f"{_records(table)}/{rid(f'{step}{number}')}", who="superuser") for number, table in enumerate(_TABLES))


def _step(step: str, *rows: Row) -> tuple[Row, ...]:
    return (*_filled(step), *rows, *_left(step), *_cleared(step))


ROWS = (
    *(row for table in _TABLES for row in (
        _make("by a guest", table, "guest"), _make("by the owner", table, "bob"), _make("by another", table, "ann"),
        _make("no collection", table, collectionRef=""), _make("unknown collection", table, collectionRef="pbc_1"), _make("collection by name", table, collectionRef="users"),
        _make("a collection of no accounts", table, collectionRef="${items}"), _make("no record", table, recordRef=""), _make("unknown record", table, recordRef=rid("nobody")),
        _make("record of another collection", table, recordRef=rid("mia")), _make("both wrong", table, collectionRef="x", recordRef="y"),
        post(f"{table}: wrong and incomplete", _records(table), {"collectionRef": "x", "recordRef": "y"}, who="superuser"),
        post(f"{table}: nothing", _records(table), {}, who="superuser"),
        post(f"{table}: references alone", _records(table), {"collectionRef": _USERS_ID, "recordRef": rid("bob")}, who="superuser"),
        post(f"{table}: right", _records(table), {"id": rid("one"), "collectionRef": _USERS_ID, "recordRef": rid("bob"), **_REST[table]}, who="superuser"),
        *(get(f"{table}: list by {who}", _records(table), who=who, query={"sort": "id"}) for who in ("guest", "ann", "bob", "mia", "superuser")),
        *(get(f"{table}: view by {who}", f"{_records(table)}/{rid('one')}", who=who) for who in ("guest", "ann", "bob", "superuser")),
        *(patch(f"{table}: change by {who}", f"{_records(table)}/{rid('one')}", {"recordRef": rid("ann")}, who=who) for who in ("guest", "bob")),
        patch(f"{table}: changed to nobody", f"{_records(table)}/{rid('one')}", {"recordRef": rid("nobody")}, who="superuser"),
        patch(f"{table}: changed to another", f"{_records(table)}/{rid('one')}", {"recordRef": rid("cid")}, who="superuser"),
        patch(f"{table}: changed back", f"{_records(table)}/{rid('one')}", {"recordRef": rid("bob")}, who="superuser"),
        *(delete(f"{table}: delete by {who}", f"{_records(table)}/{rid('one')}", who=who) for who in ("guest", "ann", "bob", "superuser")),
    )),
    get("items", "/api/collections/items", who="superuser", save={"items": "id"}),
    *(_make("a collection of no accounts, really", table, collectionRef="${items}", recordRef=rid("one")) for table in _TABLES),
    *_step("a", patch("a: name", BOB, {"name": "Bobby"}, who="bob")),
    *_step("b", patch("b: visibility", BOB, {"emailVisibility": True}, who="bob")),
    *_step("c", patch("c: verified", BOB, {"verified": True}, who="superuser")),
    *_step("d", patch("d: unverified", BOB, {"verified": False}, who="superuser")),
    *_step("e", patch("e: address", BOB, {"email": "bobby@example.com"}, who="superuser")),
    *_step("f", patch("f: token key", BOB, {"tokenKey": "k" * 40}, who="superuser")),
    *_step("g", patch("g: password", BOB, {"password": NEW, "passwordConfirm": NEW}, who="superuser")),
    *_step("h", patch("h: wrong", BOB, {"password": "x", "passwordConfirm": "x"}, who="superuser")),
    *_step("i", patch("i: verified and address", BOB, {"verified": True, "email": "bob@example.com"}, who="superuser")),
    *_step("j", delete("j: deleted", BOB, who="superuser")),
)
