"""The language as a whole: the real PocketBase and `build().bind()` over the same database.

The reference holds the data and answers over HTTP; FastCMS's statements run on its `data.db`.
Left out are the differences that are meant: see `docs/differences.md`.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import apsw
import pytest

from fastcms.filters import FilterError, build
from fastcms.filters.context import AuthRecord
from fastcms.schema import rows
from fastcms.schema.snapshot import Schema
from tests.filters.reference_cases import CLIENT, HOSTILE, RULES, SORTS
from tests.filters.reference_data import PASSWORD, fill
from tests.filters.sample import Caller
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser

HEADERS = {"X-Token": "t1"}
QUERY = {"foo": "a", "pat": "a%", "num": "5", "txt": "1x", "empty": "", "date": "2024-01-01"}


@dataclasses.dataclass
class Reference:
    """The running server, its database, and who may call."""

    server: Server
    database: apsw.Connection
    tokens: dict[str, str]

    def schema(self) -> Schema:
        return rows.from_rows(list(self.database.execute(rows.SELECT_ALL)))

    def caller(self, who: str, schema: Schema, query: dict[str, str]) -> Caller:
        caller = Caller(query=query, headers={"x_token": HEADERS["X-Token"]})
        name = {"root": "_superusers", "guest": ""}.get(who, "users")
        collection = schema.find(name)
        if collection is None:
            return caller
        names = ", ".join(f'"{field.name}"' for field in collection.fields)
        email = ROOT_EMAIL if who == "root" else f"{who}@x.co"
        sql = f'SELECT {names} FROM "{name}" WHERE email = ?'
        (row,) = self.database.execute(sql, (email,)).fetchall()
        values = {f.name: f.from_db(v) for f, v in zip(collection.fields, row, strict=True)}
        return dataclasses.replace(caller, auth=AuthRecord(collection, str(values["id"]), values))

    def theirs(self, collection: str, query: dict[str, str], who: str) -> list[str] | str:
        path = f"/api/collections/{collection}/records?{urlencode(query)}"
        token = self.tokens[who]
        headers = HEADERS | ({"Authorization": token} if token else {})
        answer = self.server.request("GET", path, headers=headers)
        if answer.status != 200:
            assert answer.status == 400, answer
            return "refused"
        return [item["id"] for item in answer.json()["items"]]

    def ours(self, name: str, query: dict[str, str], who: str, schema: Schema) -> list[str] | str:
        collection = schema.find(name)
        assert collection is not None
        is_root = who == "root"
        try:
            condition = build(
                schema,
                collection,
                rule=None if is_root else collection.list_rule,
                filter=query["filter"],
                sort=query["sort"],
                trusted=is_root,
            ).bind(self.caller(who, schema, query))
        except FilterError:
            return "refused"
        sql = f'SELECT DISTINCT "{name}"."id", "{name}".* FROM "{name}" {condition.joins}'
        sql += f" WHERE {condition.where}" if condition.where else ""
        sql += f" ORDER BY {condition.order}" if condition.order else ""
        params = condition.join_params + condition.where_params + condition.order_params
        return [str(row[0]) for row in self.database.execute(sql, params)]

    def differences(
        self, cases: list[tuple[str, str, str]], callers: tuple[str, ...], **query: str
    ) -> Iterator[str]:
        """One line for each case and caller that the two do not answer alike."""
        schema = self.schema()
        for name, text, sort in cases:
            for who in callers:
                if who != "root" and ("@request." in text or "@collection." in text):
                    continue  # refused by the route and not by the language
                asked = {"perPage": "500", "filter": text, "sort": sort, **query}
                theirs = self.theirs(name, asked, who)
                ours = self.ours(name, asked, who, schema)
                if not sort and isinstance(theirs, list) and isinstance(ours, list):
                    theirs, ours = sorted(theirs), sorted(ours)
                if theirs != ours:
                    yield f"{name} as {who}: {text!r} {sort!r}: {_brief(theirs)}, {_brief(ours)}"


def _brief(answer: list[str] | str) -> str:
    return answer if isinstance(answer, str) else f"{len(answer)} records {answer[:3]}"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    directory: Path = tmp_path_factory.mktemp("filters") / "pb_data"
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        root = server.superuser_token()
        fill(server, root)
        tokens = {"root": root, "guest": ""}
        for name in ("u0", "u1"):
            tokens[name] = server.sign_in("users", f"{name}@x.co", PASSWORD)
        database = apsw.Connection(str(directory / "data.db"))
        yield Reference(server, database, tokens)
        database.close()


def test_client_filters(reference: Reference) -> None:
    cases = [(name, text, "") for name, texts in CLIENT.items() for text in texts]
    assert list(reference.differences(cases, ("root", "u0", "guest"))) == []


def test_sorts(reference: Reference) -> None:
    cases = [(name, "", sort) for name, sorts in SORTS.items() for sort in sorts]
    assert list(reference.differences(cases, ("root",))) == []
    # Addresses that are not visible have no place in the order, unlike in the reference's.
    cases = [case for case in cases if "email" not in case[2]]
    assert list(reference.differences(cases, ("guest",))) == []


def test_hostile_texts(reference: Reference) -> None:
    cases = [("posts", text, "") for text in HOSTILE]
    cases += [("posts", "", text) for text in HOSTILE if len(text) < 300]
    assert list(reference.differences(cases, ("root", "guest"))) == []


def test_rules(reference: Reference) -> None:
    found: list[str] = []
    for rule in RULES:
        reference.server.expect(
            "PATCH",
            "/api/collections/posts",
            token=reference.tokens["root"],
            json_body={"listRule": rule},
        )
        # No filter: the reference answers ever later when rule and filter find nothing.
        cases = [("posts", "", ""), ("posts", "", "-rel.n,id")]
        lines = reference.differences(cases, ("u0", "guest"), **QUERY)
        found += [f"under {rule!r}: {line}" for line in lines]
    assert found == []
