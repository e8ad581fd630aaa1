"""Random records, links, deletions and changes of options over accounts, relations of every kind
and a view: after each step the database is what a model of a few lines says it is.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fastcms.directory import open_directory
from tests.inprocess import Answer, Client

PATH = "/api/collections"
ON_DELETE = ("", "cascade", "restrict", "setNull")
picks = st.integers(0, 50)


def _relation(name: str, collection: str, **options: Any) -> dict[str, Any]:
    return {
        "id": f"f_{name}", "type": "relation", "name": name, "collectionId": f"id_{collection}",
        **options,
    }  # fmt: skip


def _list(name: str, collection: str) -> dict[str, Any]:
    return {
        "id": f"f_{name}", "type": "manyToMany", "name": name, "collectionId": f"id_{collection}",
        "junctionId": "id_links",
    }  # fmt: skip


SUBJECT = {
    "id": "f_subject", "type": "polymorphic", "name": "subject",
    "collectionIds": ["id_people", "id_posts"],
}  # fmt: skip
UNIQUE = "CREATE UNIQUE INDEX idx_links ON links (post, tag)"
COLLECTIONS: list[dict[str, Any]] = [
    {"name": "people", "type": "auth", "fields": []},
    {"name": "posts", "fields": [
        _relation("author", "people"), _relation("parent", "posts", cascadeDelete=True),
        _list("tags", "tags"),
    ]},
    {"name": "tags", "fields": [_list("posts", "posts")]},
    {"name": "links", "indexes": [UNIQUE], "fields": [
        _relation("post", "posts", cascadeDelete=True, required=True),
        _relation("tag", "tags", onDelete="cascade", required=True),
    ]},
    {"name": "remarks", "fields": [SUBJECT]},
    {"name": "seen", "type": "view",
     "viewQuery": "SELECT posts.id, posts.author, posts.tags, people.email FROM posts "
                  "LEFT JOIN people ON people.id = posts.author"},
]  # fmt: skip


class Relations(RuleBasedStateMachine):
    """One directory; `records` says what must be in it, by collection and id."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="fastcms-relations-"))
        self.runner = asyncio.Runner()
        self.records: dict[str, dict[str, dict[str, str]]] = {
            name: {} for name in ("people", "posts", "tags", "remarks")
        }
        # Pairs of post and tag in the order of their making.
        self.links: list[tuple[str, str]] = []
        self.on_delete = {"author": "", "parent": "cascade", "subject": ""}
        self.count = 0

    @initialize(author=st.sampled_from(ON_DELETE), subject=st.sampled_from(ON_DELETE))
    def open(self, author: str, subject: str) -> None:
        async def start() -> Client:
            client = Client(open_directory(self.place / "pb_data"))
            await client.sign_in()
            return client

        self.client = self.runner.run(start())
        bodies = [{"id": f"id_{body['name']}", **body} for body in COLLECTIONS]
        assert self.ask("PUT", f"{PATH}/import", {"collections": bodies}).status == 204
        for number in range(3):
            for collection in ("people", "tags", "posts", "remarks"):
                self.create(collection, number, number)
        self.constrain("author", author)
        self.constrain("subject", subject)

    def teardown(self) -> None:
        async def stop() -> None:
            self.client.app.close()

        if hasattr(self, "client"):
            self.runner.run(stop())
        self.runner.close()
        shutil.rmtree(self.place)

    # -- records ------------------------------------------------------------------------------

    @rule(collection=st.sampled_from(["people", "posts", "tags", "remarks"]), a=picks, b=picks)
    def create(self, collection: str, a: int, b: int) -> None:
        self.count += 1
        id_ = f"{collection[0]}{self.count:014}"
        values: dict[str, str] = {}
        body: dict[str, Any] = {"id": id_}
        if collection == "people":
            account = {"password": "password1", "passwordConfirm": "password1"}
            body |= {"email": f"{id_}@example.com", **account}
        elif collection == "posts":
            values = {"author": self.one("people", a), "parent": self.one("posts", b)}
            tags = list(self.records["tags"])[: a % 3]
            body["tags"] = tags
            self.links += [(id_, tag) for tag in tags]
        elif collection == "remarks":
            target = ("people", "posts")[a % 2]
            named = self.one(target, b)
            values = {"subject": f"id_{target}/{named}" if named else ""}
        answer = self.ask("POST", f"{PATH}/id_{collection}/records", body | values)
        assert answer.status == 200, answer.body
        self.records[collection][id_] = values

    @rule(collection=st.sampled_from(["people", "posts", "tags", "remarks"]), which=picks)
    def delete(self, collection: str, which: int) -> None:
        if id_ := self.one(collection, which, of_all=True):
            answer = self.ask("DELETE", f"{PATH}/id_{collection}/records/{id_}")
            self.expect_gone(answer, {(collection, id_)})

    @rule(which=picks)
    def delete_account(self, which: int) -> None:
        self.delete("people", which)

    @rule(which=picks)
    def delete_post(self, which: int) -> None:
        self.delete("posts", which)

    @rule(collection=st.sampled_from(["posts", "remarks"]))
    def truncate(self, collection: str) -> None:
        answer = self.ask("DELETE", f"{PATH}/id_{collection}/truncate")
        self.expect_gone(answer, {(collection, id_) for id_ in self.records[collection]})

    @rule(a=picks, b=picks)
    def move(self, a: int, b: int) -> None:
        if post := self.one("posts", a, of_all=True):
            values = {"author": self.one("people", b), "parent": self.one("posts", a + b)}
            answer = self.ask("PATCH", f"{PATH}/id_posts/records/{post}", values)
            assert answer.status == 200, answer.body
            self.records["posts"][post] = values

    # -- links --------------------------------------------------------------------------------

    @rule(a=picks, b=picks, how=st.sampled_from(["post", "tag", "link"]), adds=st.booleans())
    def link(self, a: int, b: int, how: str, *, adds: bool) -> None:
        post, tag = self.one("posts", a, of_all=True), self.one("tags", b, of_all=True)
        if not post or not tag:
            return
        is_there = (post, tag) in self.links
        sign = "+" if adds else "-"
        if how == "post":
            answer = self.ask("PATCH", f"{PATH}/id_posts/records/{post}", {f"tags{sign}": tag})
        elif how == "tag":
            answer = self.ask("PATCH", f"{PATH}/id_tags/records/{tag}", {f"posts{sign}": post})
        elif adds:
            body = {"post": post, "tag": tag}
            answer = self.ask("POST", f"{PATH}/id_links/records", body)
            assert answer.status == (400 if is_there else 200), answer.body
        elif is_there:
            query = f"filter=post=%22{post}%22%26%26tag=%22{tag}%22"
            found = self.ask("GET", f"{PATH}/id_links/records?{query}").json()["items"]
            answer = self.ask("DELETE", f"{PATH}/id_links/records/{found[0]['id']}")
            assert answer.status == 204, answer.body
        if how != "link":
            assert answer.status == 200, answer.body
        if adds and not is_there:
            self.links.append((post, tag))
        elif not adds and is_there:
            self.links.remove((post, tag))

    @rule(a=picks, tags=st.lists(picks, max_size=4))
    def set_list(self, a: int, tags: list[int]) -> None:
        post = self.one("posts", a, of_all=True)
        if not post:
            return
        wanted = list(dict.fromkeys(filter(None, (self.one("tags", t, of_all=True) for t in tags))))
        answer = self.ask("PATCH", f"{PATH}/id_posts/records/{post}", {"tags": wanted})
        assert answer.status == 200, answer.body
        self.links = [one for one in self.links if one[0] != post or one[1] in wanted]
        self.links += [(post, tag) for tag in wanted if (post, tag) not in self.links]

    # -- the schema ---------------------------------------------------------------------------

    @rule(field=st.sampled_from(["author", "subject"]), option=st.sampled_from(ON_DELETE))
    def constrain(self, field: str, option: str) -> None:
        collection = "posts" if field == "author" else "remarks"
        fields = self.fields(collection)
        for one in fields:
            if one["name"] == field:
                one["onDelete"] = option
        answer = self.ask("PATCH", f"{PATH}/id_{collection}", {"fields": fields})
        assert answer.status == 200, answer.body
        self.on_delete[field] = option

    @rule(name=st.sampled_from(["tags", "Topics", "labels"]))
    def rename_tags(self, name: str) -> None:
        answer = self.ask("PATCH", f"{PATH}/id_tags", {"name": name})
        assert answer.status == 200, answer.body

    @rule(adds=st.booleans())
    def change_accounts(self, *, adds: bool) -> None:
        fields = [one for one in self.fields("people") if one["name"] != "nick"]
        if adds:
            fields.append({"id": "f_nick", "type": "text", "name": "nick"})
        answer = self.ask("PATCH", f"{PATH}/id_people", {"fields": fields})
        assert answer.status == 200, answer.body

    @rule()
    def import_what_is_there(self) -> None:
        found = self.ask("GET", f"{PATH}?perPage=100").json()["items"]
        bodies = [one for one in found if one["id"].startswith("id_")]
        assert self.ask("PUT", f"{PATH}/import", {"collections": bodies}).status == 204

    # -- what holds after each step -----------------------------------------------------------

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if not hasattr(self, "client"):
            return
        tags = {id_: [tag for post, tag in self.links if post == id_] for id_ in self.posts}
        posts = {i: [p for p, tag in self.links if tag == i] for i in self.records["tags"]}
        assert self.shown("people", ()) == {id_: {} for id_ in self.records["people"]}
        expected = {id_: {**values, "tags": tags[id_]} for id_, values in self.posts.items()}
        assert self.shown("posts", ("author", "parent", "tags")) == expected
        assert self.shown("tags", ("posts",)) == {i: {"posts": its} for i, its in posts.items()}
        remarks = {
            id_: {"subject": _object(values["subject"])}
            for id_, values in self.records["remarks"].items()
        }
        assert self.shown("remarks", ("subject",)) == remarks
        links = self.shown("links", ("post", "tag")).values()
        assert [(link["post"], link["tag"]) for link in links] == self.links
        seen = {
            id_: {
                "author": values["author"],
                "tags": tags[id_],
                "email": f"{values['author']}@example.com" if values["author"] else "",
            }
            for id_, values in self.posts.items()
        }
        assert self.shown("seen", ("author", "tags", "email"), sort="id") == dict(
            sorted(seen.items())
        )

    # -- steps --------------------------------------------------------------------------------

    @property
    def posts(self) -> dict[str, dict[str, str]]:
        return self.records["posts"]

    def expect_gone(self, answer: Answer, roots: set[tuple[str, str]]) -> None:
        """What the model says of a deletion: who goes along, who is in its way, who is emptied."""
        gone: set[tuple[str, str]] = set()
        drawn = roots
        while drawn:
            gone |= drawn
            drawn = {one for one, _, option in self.naming(gone) if option == "cascade"} - gone
        left = [(one, field, option) for one, field, option in self.naming(gone) if one not in gone]
        if any(option == "restrict" for _, _, option in left):
            assert answer.status == 400, answer.body
            return
        assert answer.status == 204, answer.body
        for (collection, id_), field, _ in left:
            self.records[collection][id_][field] = ""
        for collection, id_ in gone:
            del self.records[collection][id_]
        ids = {id_ for _, id_ in gone}
        self.links = [one for one in self.links if not ids & set(one)]

    def naming(self, gone: set[tuple[str, str]]) -> list[tuple[tuple[str, str], str, str]]:
        """Who names one of these records, by which field, and what that field says."""
        names = {"author": {i for c, i in gone if c == "people"}}
        names["parent"] = {i for c, i in gone if c == "posts"}
        names["subject"] = {f"id_{c}/{i}" for c, i in gone}
        return [
            ((collection, id_), field, self.on_delete[field])
            for collection in ("posts", "remarks")
            for id_, values in self.records[collection].items()
            for field, value in values.items()
            if value in names[field]
        ]

    def one(self, collection: str, which: int, *, of_all: bool = False) -> str:
        """The id of one of the records, now and then of none."""
        ids = [*self.records[collection], *([] if of_all else [""])]
        return ids[which % len(ids)] if ids else ""

    def fields(self, collection: str) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = self.ask("GET", f"{PATH}/id_{collection}").json()["fields"]
        return fields

    def shown(self, collection: str, keys: tuple[str, ...], sort: str = "@rowid") -> dict[str, Any]:
        answer = self.ask("GET", f"{PATH}/id_{collection}/records?perPage=1000&sort={sort}")
        assert answer.status == 200, answer.body
        return {one["id"]: {key: one[key] for key in keys} for one in answer.json()["items"]}

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        async def send() -> Answer:
            return await self.client(method, path, body)

        answer = self.runner.run(send())
        assert answer.status < 500, answer.body
        return answer


def _object(name: str) -> dict[str, str] | None:
    collection, _, id_ = name.partition("/")
    return {"collectionId": collection, "id": id_} if name else None


Relations.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestRelations = Relations.TestCase
