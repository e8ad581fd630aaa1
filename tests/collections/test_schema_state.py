"""Random changes of collections and records: after each of them the database is what the
collections say, and no value is gone that nobody took away.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fastcms.collections.body import changed_collection, new_collection
from fastcms.directory import open_directory
from fastcms.fields import decode_field
from fastcms.migrations import files, history, run, text
from fastcms.sql import ddl
from tests.inprocess import Answer, Client
from tests.migrations.home import COLLECTIONS as SAVED

COLLECTIONS = "/api/collections"
NAMES = ("alpha", "beta", "Gamma", "delta")
FIELD_NAMES = ("one", "two", "Three", "four", "order")
# What a field of each type is, and a value of it as the wire shows it.
TYPES: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "text": ({}, st.sampled_from(["", "a", "ü", "it's"])),
    "number": ({}, st.sampled_from([0, 1, -2.5, 2**53 - 1])),
    "bool": ({}, st.booleans()),
    "json": ({}, st.sampled_from([None, {"k": [1]}, "text", 5])),
    "geoPoint": ({}, st.sampled_from([{"lon": 0, "lat": 0}, {"lon": 13.4, "lat": 52.5}])),
    "date": ({}, st.sampled_from(["", "2024-05-05 10:00:00.000Z"])),
    "select": ({"values": ["a", "b", "c"]}, st.sampled_from(["", "a", "c"])),
    "selects": ({"type": "select", "values": ["a", "b", "c"], "maxSelect": 3}, st.nothing()),
}
FIRST_RECORDS: list[dict[str, Any]] = [
    {
        "text": "a", "number": 5, "bool": True, "json": {"k": 1}, "geoPoint": {"lon": 1, "lat": 2},
        "date": "2024-05-05 10:00:00.000Z", "select": "a", "selects": ["b", "a"],
    },
    {
        "text": "", "number": 0, "bool": False, "json": None, "geoPoint": {"lon": 0, "lat": 0},
        "date": "", "select": "", "selects": [],
    },
]  # fmt: skip
positions = st.integers(0, 30)


@dataclass
class Known:
    """What a collection must be: its fields by id, indexes by name, records by id and field id."""

    id: str
    name: str
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Name → the ids of its fields.
    indexes: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{COLLECTIONS}/{self.id}"

    def body(self, **changes: Any) -> dict[str, Any]:
        """The collection as a request sends it, with other fields or indexes if given."""
        fields = changes.get("fields", self.fields)
        name = changes.get("name", self.name)
        statements = [
            f"CREATE INDEX {index} ON {name} ({', '.join(fields[id_]['name'] for id_ in ids)})"
            for index, ids in changes.get("indexes", self.indexes).items()
            if all(id_ in fields for id_ in ids)
        ]
        return {**changes, "name": name, "fields": list(fields.values()), "indexes": statements}


class Collections(RuleBasedStateMachine):
    """One data directory under changes; `known` says what must be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="fastcms-state-"))
        self.runner = asyncio.Runner()
        self.known: list[Known] = []
        self.count = 0

    @initialize()
    def open(self) -> None:
        async def start() -> Client:
            client = Client(open_directory(self.place / "pb_data"))
            await client.sign_in()
            return client

        self.client = self.runner.run(start())
        # Something to lose from the first step on.
        first = Known(f"id{self._next()}", "alpha")
        first.fields = dict(self._field(type_, type_) for type_ in sorted(TYPES))
        assert self.ask("POST", COLLECTIONS, {"id": first.id, **first.body()}).status == 200
        for values in FIRST_RECORDS:
            id_ = f"r{self._next():014}"
            assert self.ask("POST", f"{first.path}/records", {"id": id_, **values}).status == 200
            first.records[id_] = {key: values[one["name"]] for key, one in first.fields.items()}
        self.known.append(first)

    def teardown(self) -> None:
        async def stop() -> None:
            self.client.app.close()

        if hasattr(self, "client"):
            self.runner.run(stop())
        self.runner.close()
        shutil.rmtree(self.place)

    # -- collections --------------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), type_=st.sampled_from(sorted(TYPES)))
    def create(self, name: str, type_: str) -> None:
        made = Known(f"id{self._next()}", name)
        made.fields = dict([self._field("one", type_)])
        answer = self.ask("POST", COLLECTIONS, {"id": made.id, **made.body()})
        is_taken = any(other.name.lower() == name.lower() for other in self.known)
        assert answer.status == (400 if is_taken else 200), answer.body
        if not is_taken:
            self.known.append(made)

    @precondition(lambda self: self.known)
    @rule(at=positions, name=st.sampled_from(NAMES))
    def rename(self, at: int, name: str) -> None:
        chosen = self._one(at)
        answer = self.ask("PATCH", chosen.path, chosen.body(name=name))
        others = {other.name.lower() for other in self.known if other is not chosen}
        assert answer.status == (400 if name.lower() in others else 200), answer.body
        if answer.status == 200:
            chosen.name = name

    @precondition(lambda self: len(self.known) > 2)
    @rule(at=positions)
    def delete(self, at: int) -> None:
        chosen = self._one(at)
        assert self.ask("DELETE", chosen.path).status == 204
        self.known.remove(chosen)

    @precondition(lambda self: self.known)
    @rule(at=positions, rule=st.sampled_from(["", None, "one != 'x'", "id != ''", "nowhere = 1"]))
    def set_rule(self, at: int, rule: str | None) -> None:
        chosen = self._one(at)
        answer = self.ask("PATCH", chosen.path, {"viewRule": rule, "listRule": ""})
        names = {one["name"] for one in chosen.fields.values()}
        is_right = rule != "nowhere = 1" and (rule != "one != 'x'" or "one" in names)
        assert answer.status == (200 if is_right else 400), answer.body
        # Rules that name a field would keep it from going; other rules are about them.
        self.ask("PATCH", chosen.path, {"viewRule": ""})

    # -- fields and indexes -------------------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(at=positions, name=st.sampled_from(FIELD_NAMES), type_=st.sampled_from(sorted(TYPES)))
    def add_field(self, at: int, name: str, type_: str) -> None:
        chosen = self._one(at)
        id_, made = self._field(name, type_)
        if self._change(chosen, fields={**chosen.fields, id_: made}):
            zero = self._zero(made)
            for record in chosen.records.values():
                record[id_] = zero

    @precondition(lambda self: self.known)
    @rule(at=positions, which=positions, name=st.sampled_from(FIELD_NAMES))
    def rename_field(self, at: int, which: int, name: str) -> None:
        chosen, id_ = self._field_of(at, which)
        self._change(chosen, fields={**chosen.fields, id_: {**chosen.fields[id_], "name": name}})

    @precondition(lambda self: self.known)
    @rule(at=positions, which=positions, other=positions)
    def swap_names(self, at: int, which: int, other: int) -> None:
        chosen, first = self._field_of(at, which)
        second = self._field_of(at, other)[1]
        fields = dict(chosen.fields)
        fields[first] = {**fields[first], "name": chosen.fields[second]["name"]}
        fields[second] = {**fields[second], "name": chosen.fields[first]["name"]}
        self._change(chosen, fields=fields)

    @precondition(lambda self: self.known)
    @rule(at=positions, which=positions)
    def remove_field(self, at: int, which: int) -> None:
        chosen, id_ = self._field_of(at, which)
        rest = {key: one for key, one in chosen.fields.items() if key != id_}
        if self._change(chosen, fields=rest):
            for record in chosen.records.values():
                del record[id_]
            chosen.indexes = {n: ids for n, ids in chosen.indexes.items() if id_ not in ids}

    @precondition(lambda self: self.known)
    @rule(at=positions, which=positions, type_=st.sampled_from(sorted(TYPES)))
    def retype_field(self, at: int, which: int, type_: str) -> None:
        chosen, id_ = self._field_of(at, which)
        before = chosen.fields[id_]
        after = self._made(id_, before["name"], type_)
        answer = self.ask("PATCH", chosen.path, chosen.body(fields={**chosen.fields, id_: after}))
        # The type of a field stays; a request that names another changes nothing.
        if before["type"] != after["type"]:
            assert answer.status == 400, answer.body
        elif answer.status == 200:
            self._turned(chosen, id_, before, after)
            chosen.fields[id_] = after

    @precondition(lambda self: self._selects())
    @rule(at=positions, most=st.integers(0, 3))
    def turn_select(self, at: int, most: int) -> None:
        selects = self._selects()
        chosen, id_ = selects[at % len(selects)]
        before = chosen.fields[id_]
        after = {**before, "maxSelect": most}
        if self._change(chosen, fields={**chosen.fields, id_: after}):
            self._turned(chosen, id_, before, after)

    @precondition(lambda self: self.known)
    @rule(at=positions, which=st.lists(positions, min_size=1, max_size=2, unique=True))
    def add_index(self, at: int, which: list[int]) -> None:
        chosen = self._one(at)
        ids = list(dict.fromkeys(self._field_of(at, number)[1] for number in which))
        self._change(chosen, indexes={**chosen.indexes, f"idx_{self._next()}": ids})

    @precondition(lambda self: self.known)
    @rule(at=positions, which=positions)
    def remove_index(self, at: int, which: int) -> None:
        chosen = self._one(at)
        if chosen.indexes:
            gone = sorted(chosen.indexes)[which % len(chosen.indexes)]
            rest = {name: ids for name, ids in chosen.indexes.items() if name != gone}
            assert self._change(chosen, indexes=rest)

    @precondition(lambda self: any(known.indexes for known in self.known))
    @rule(at=positions, which=positions)
    def rename_field_under_its_index(self, at: int, which: int) -> None:
        """The index still names the field as it was called: everything stays as it is."""
        chosen, id_ = self._field_of(at, which)
        if not any(id_ in ids for ids in chosen.indexes.values()):
            return
        fields = {**chosen.fields, id_: {**chosen.fields[id_], "name": "fresh"}}
        answer = self.ask("PATCH", chosen.path, {"fields": list(fields.values())})
        assert answer.status == 400, answer.body

    # -- imports and migrations ---------------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(count=st.integers(1, 4), delete_missing=st.booleans(), type_=st.sampled_from("ab"))
    def import_some(self, count: int, *, delete_missing: bool, type_: str) -> None:
        """Each of the first collections gets a field more; the others stay, or go as was said."""
        named, others = self.known[:count], self.known[count:]
        more: dict[str, str] = {}
        bodies = []
        for known in named:
            id_, made = self._field(f"more{self._next()}", "number" if type_ == "a" else "selects")
            more[known.id] = id_
            known.fields = {**known.fields, id_: made}
            for record in known.records.values():
                record[id_] = self._zero(made)
            bodies.append({"id": known.id, **known.body()})
        body = {"collections": bodies, "deleteMissing": delete_missing}
        answer = self.ask("PUT", f"{COLLECTIONS}/import", body)
        assert answer.status == 204, answer.body
        if delete_missing:
            self.known = named
        else:
            assert self.known == [*named, *others]

    @precondition(lambda self: self.known)
    @rule(at=positions, change=st.sampled_from(["add", "rename", "index", "rule", "create"]))
    def migrate_up_and_down(self, at: int, change: str) -> None:
        """What a migration did its reverse undoes, to the byte, and no value is lost."""
        chosen, id_ = self._field_of(at, at)
        app, folder = self.client.app, self.place / "pb_migrations"
        before = app.refresh().by_id[chosen.id]
        fresh = f"fresh{self._next()}"
        if change == "create":
            made = new_collection({"name": fresh, "fields": [{"type": "text", "name": "a"}]}, ())
            content = text.created(made)
        else:
            body: dict[str, Any] = {"listRule": "id = ''"}
            if change == "add":
                extra = self._field(fresh, "text")
                body = chosen.body(fields={**chosen.fields, extra[0]: extra[1]})
            elif change == "rename":
                renamed = {**chosen.fields[id_], "name": fresh}
                body = chosen.body(fields={**chosen.fields, id_: renamed})
            elif change == "index":
                body = {"indexes": []}
            content = text.updated(before, changed_collection(before, body))
        if not content:
            return

        async def up_and_down() -> None:
            path = files.new_path(folder, "change", history.applied(app.store.read_now))
            files.write(path, content)
            stored = self.rows(SAVED)
            assert await run.up(app, folder) == [path.name]
            assert self.rows(SAVED) != stored
            await run.down(app, folder, [path.name])
            assert self.rows(SAVED) == stored
            path.unlink()

        self.runner.run(up_and_down())

    # -- records ------------------------------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(at=positions, data=st.data())
    def create_record(self, at: int, data: st.DataObject) -> None:
        chosen = self._one(at)
        id_ = f"r{self._next():014}"
        values = {key: data.draw(self._values(one)) for key, one in chosen.fields.items()}
        body = {chosen.fields[key]["name"]: value for key, value in values.items()}
        answer = self.ask("POST", f"{chosen.path}/records", {"id": id_, **body})
        assert answer.status == 200, answer.body
        chosen.records[id_] = values

    @precondition(lambda self: any(known.records for known in self.known))
    @rule(at=positions, which=positions, field_=positions, data=st.data())
    def update_record(self, at: int, which: int, field_: int, data: st.DataObject) -> None:
        chosen = self._with_records(at)
        if not chosen.fields:
            return
        id_ = sorted(chosen.records)[which % len(chosen.records)]
        key = sorted(chosen.fields)[field_ % len(chosen.fields)]
        value = data.draw(self._values(chosen.fields[key]))
        path = f"{chosen.path}/records/{id_}"
        answer = self.ask("PATCH", path, {chosen.fields[key]["name"]: value})
        assert answer.status == 200, answer.body
        chosen.records[id_][key] = value

    @precondition(lambda self: any(known.records for known in self.known))
    @rule(at=positions, which=positions)
    def delete_record(self, at: int, which: int) -> None:
        chosen = self._with_records(at)
        id_ = sorted(chosen.records)[which % len(chosen.records)]
        assert self.ask("DELETE", f"{chosen.path}/records/{id_}").status == 204
        del chosen.records[id_]

    # -- what holds after each step -----------------------------------------------------------

    @invariant()
    def the_tables_are_what_the_collections_say(self) -> None:
        if not hasattr(self, "client"):
            return
        stored = self.rows("SELECT id, name, fields, indexes FROM _collections WHERE id LIKE 'id%'")
        assert {(id_, name) for id_, name, _, _ in stored} == {(k.id, k.name) for k in self.known}
        for id_, name, fields, statements in stored:
            known = next(one for one in self.known if one.id == id_)
            expected = [one for one in json.loads(fields) if one["name"] != "id"]
            assert {one["id"]: one["name"] for one in expected} == {
                key: one["name"] for key, one in known.fields.items()
            }
            columns = {row[1]: row[2] for row in self.rows(f'PRAGMA table_info("{name}")')}
            assert columns.pop("id") == "TEXT"
            assert columns == {
                one["name"]: ddl.COLUMN_TYPES[decode_field(one).storage.value].split()[0]
                for one in expected
            }
            self._the_indexes_are_right(known, json.loads(statements))
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {one.name for one in self.known}
        assert {row[0] for row in tables if row[0].lower() in map(str.lower, NAMES)} == names

    def _the_indexes_are_right(self, known: Known, statements: list[str]) -> None:
        found = {
            row[1]: [part[2] for part in self.rows(f'PRAGMA index_info("{row[1]}")')]
            for row in self.rows(f'PRAGMA index_list("{known.name}")')
            if row[3] == "c"
        }
        expected = {
            name: [known.fields[id_]["name"] for id_ in ids] for name, ids in known.indexes.items()
        }
        assert found == expected
        assert len(statements) == len(expected)

    @invariant()
    def every_record_is_there_with_all_its_values(self) -> None:
        for known in self.known:
            answer = self.ask("GET", f"{known.path}/records?perPage=1000")
            assert answer.status == 200, answer.body
            shown = {record["id"]: record for record in answer.json()["items"]}
            assert set(shown) == set(known.records)
            for id_, values in known.records.items():
                for key, value in values.items():
                    assert shown[id_][known.fields[key]["name"]] == value, (known, id_)

    # -- steps --------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        async def send() -> Answer:
            return await self.client(method, path, body)

        answer = self.runner.run(send())
        assert answer.status < 500, answer.body
        return answer

    def rows(self, sql: str) -> list[Any]:
        return self.client.app.store.read_now(sql)

    def _change(self, chosen: Known, **changes: dict[str, Any]) -> bool:
        """Sends new fields or indexes; whether they were taken, as they are if they are right."""
        fields = changes.get("fields", chosen.fields)
        indexes = changes.get("indexes", chosen.indexes)
        answer = self.ask("PATCH", chosen.path, chosen.body(**changes))
        names = [one["name"].lower() for one in fields.values()]
        meanings = [tuple(ids) for ids in indexes.values()]
        is_right = len(set(names)) == len(names) and len(set(meanings)) == len(meanings)
        assert answer.status == (200 if is_right else 400), answer.body
        if is_right:
            chosen.fields, chosen.indexes = dict(fields), dict(indexes)
        return is_right

    def _turned(
        self, chosen: Known, id_: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """One value becomes a list, and of a list the last item is left."""
        was, is_ = (one.get("maxSelect", 0) > 1 for one in (before, after))
        for record in chosen.records.values():
            value = record[id_]
            if is_ and not was:
                record[id_] = [value] if value else []
            elif was and not is_:
                record[id_] = value[-1] if value else ""

    def _field(self, name: str, type_: str) -> tuple[str, dict[str, Any]]:
        id_ = f"f{self._next()}"
        return id_, self._made(id_, name, type_)

    def _made(self, id_: str, name: str, type_: str) -> dict[str, Any]:
        return {"id": id_, "name": name, "type": type_, **TYPES[type_][0]}

    def _values(self, one: dict[str, Any]) -> st.SearchStrategy[Any]:
        if one.get("maxSelect", 0) > 1:
            return st.lists(st.sampled_from("abc"), unique=True, max_size=one["maxSelect"])
        return TYPES[one["type"]][1]

    def _zero(self, one: dict[str, Any]) -> Any:
        zeros: dict[str, Any] = {"number": 0, "bool": False, "json": None}
        zeros["geoPoint"] = {"lon": 0, "lat": 0}
        if one.get("maxSelect", 0) > 1:
            return []
        return zeros.get(one["type"], "")

    def _one(self, at: int) -> Known:
        return self.known[at % len(self.known)]

    def _field_of(self, at: int, which: int) -> tuple[Known, str]:
        """A field of a collection, which gets one if it has none left."""
        chosen = self._one(at)
        if not chosen.fields:
            self.add_field(at, "one", "text")
        return chosen, sorted(chosen.fields)[which % len(chosen.fields)]

    def _selects(self) -> list[tuple[Known, str]]:
        """Every select field, those of collections with records first."""
        return [
            (known, id_)
            for known in sorted(self.known, key=lambda known: -len(known.records))
            for id_, one in known.fields.items()
            if one["type"] == "select"
        ]

    def _with_records(self, at: int) -> Known:
        filled = [known for known in self.known if known.records]
        return filled[at % len(filled)]

    def _next(self) -> int:
        self.count += 1
        return self.count


Collections.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestCollections = Collections.TestCase
