"""Hooks around records: which fire, in which order, and what they can do."""

import pytest

from fastcms.errors import bad_request
from fastcms.observe.events import RequestDone
from fastcms.records.events import RecordChanged
from tests.inprocess import Client, served

OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
TITLE = {"type": "text", "name": "title"}
HOOKS = (
    "records_list_request",
    "record_view_request",
    "record_create_request",
    "record_update_request",
    "record_delete_request",
    "record_enrich",
    "record_create",
    "record_update",
    "record_delete",
    "record_after_create_success",
    "record_after_update_success",
    "record_after_delete_success",
)


async def make_tree(client: Client) -> None:
    """`posts` with two records, `notes` that go with their post, `links` that lose it."""
    await client("POST", "/api/collections", {"name": "posts", "fields": [TITLE], **OPEN})
    posts = client.app.schema.find("posts")
    relation = {"type": "relation", "name": "post", "collectionId": posts.id}
    for name, cascade in (("notes", True), ("links", False)):
        fields = [{**relation, "cascadeDelete": cascade}]
        await client("POST", "/api/collections", {"name": name, "fields": fields, **OPEN})
    for number in "12":
        await client(
            "POST", "/api/collections/posts/records", {"id": number * 15, "title": f"post {number}"}
        )
    for name in ("notes", "links"):
        await client(
            "POST",
            f"/api/collections/{name}/records",
            {"id": f"{name}000000000a", "post": "1" * 15},
        )


def listen(client: Client) -> list[str]:
    heard: list[str] = []

    def listener(name: str):
        async def handler(event):
            records = [event.record] if hasattr(event, "record") else event.records
            heard.append(f"{name} {' '.join(r.collection.name for r in records)}")
            await event.next()

        return handler

    for name in HOOKS:
        getattr(client.app.hooks, name).add(listener(name))
    return heard


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            ("GET", "/api/collections/posts/records"),
            ["records_list_request posts posts", "record_enrich posts", "record_enrich posts"],
        ),
        (
            ("GET", "/api/collections/posts/records/111111111111111"),
            ["record_view_request posts", "record_enrich posts"],
        ),
        (
            ("POST", "/api/collections/posts/records", {"title": "new"}),
            [
                "record_create_request posts",
                "record_create posts",
                "record_after_create_success posts",
                "record_enrich posts",
            ],
        ),
        (
            ("PATCH", "/api/collections/posts/records/111111111111111", {"title": "new"}),
            [
                "record_update_request posts",
                "record_update posts",
                "record_after_update_success posts",
                "record_enrich posts",
            ],
        ),
        (
            ("DELETE", "/api/collections/posts/records/111111111111111"),
            [
                "record_delete_request posts",
                "record_delete posts",
                "record_update links",
                "record_delete notes",
                "record_after_update_success links",
                "record_after_delete_success notes",
                "record_after_delete_success posts",
            ],
        ),
        (("GET", "/api/collections/posts/records/nothing"), []),
        (("POST", "/api/collections/posts/records", [1]), []),
    ],
)
def test_what_fires(tmp_path, request_, expected):
    async def body(client: Client) -> None:
        await make_tree(client)
        heard = listen(client)
        await client(*request_)
        assert heard == expected

    served(tmp_path, body)


def test_a_hook_can_change_what_is_stored_and_what_is_shown(tmp_path):
    async def body(client: Client) -> None:
        await make_tree(client)

        async def shout(event):
            event.record.values["title"] = event.record.values["title"].upper()
            await event.next()

        async def mark(event):
            event.record.values["title"] += "!"
            await event.next()

        client.app.hooks.record_create.add(shout, "posts")
        client.app.hooks.record_enrich.add(mark, "posts")
        answer = await client("POST", "/api/collections/posts/records", {"title": "new"})
        assert answer.json()["title"] == "NEW!"
        stored = await client.app.store.read(
            "SELECT title FROM posts WHERE id = ?", (answer.json()["id"],)
        )
        assert stored == [("NEW",)]

    served(tmp_path, body)


@pytest.mark.parametrize("hook", ["record_delete", "record_update"])
def test_a_hook_that_refuses_inside_a_cascade_undoes_all_of_it(tmp_path, hook):
    async def body(client: Client) -> None:
        await make_tree(client)

        async def refuse(event):
            raise bad_request("not this one")

        getattr(client.app.hooks, hook).add(refuse, "notes", "links")
        answer = await client("DELETE", f"/api/collections/posts/records/{'1' * 15}")
        assert (answer.status, answer.json()["message"]) == (400, "Not this one.")
        for table in ("posts", "notes", "links"):
            path = f"/api/collections/{table}/records?filter=id!=''"
            assert (await client("GET", path)).json()["totalItems"] > 0

    served(tmp_path, body)


def test_a_hook_that_does_not_go_on_keeps_the_record(tmp_path):
    async def body(client: Client) -> None:
        await make_tree(client)

        async def stop(event):
            return None

        client.app.hooks.record_delete.add(stop, "posts")
        await client("DELETE", f"/api/collections/posts/records/{'2' * 15}")
        answer = await client("GET", f"/api/collections/posts/records/{'2' * 15}")
        assert answer.status == 200

    served(tmp_path, body)


def test_with_and_without_hooks_the_answers_are_the_same(tmp_path):
    """The fast encoder and the one by way of records."""

    async def body(client: Client) -> None:
        fields = [
            TITLE,
            {"type": "number", "name": "n"},
            {"type": "bool", "name": "b"},
            {"type": "json", "name": "j"},
            {"type": "geoPoint", "name": "g"},
            {"type": "select", "name": "s", "values": ["x", "y"], "maxSelect": 2},
            {"type": "password", "name": "p"},
            {"type": "text", "name": "h", "hidden": True},
        ]
        await client("POST", "/api/collections", {"name": "mixed", "fields": fields, **OPEN})
        values = {"title": "t", "n": 1.5, "b": True, "j": {"k": [1]}, "s": ["x"], "p": "secret123"}
        await client("POST", "/api/collections/mixed/records", {**values, "h": "hush"})
        paths = [
            "/api/collections/mixed/records",
            "/api/collections/users/records",
            "/api/collections/_superusers/records",
        ]
        for token in (client.token, ""):
            before = [(await client("GET", path, token=token)).body for path in paths]
            client.app.hooks.record_enrich.add(_go_on)
            after = [(await client("GET", path, token=token)).body for path in paths]
            assert before == after
            client.app.hooks.record_enrich._handlers = ()

    served(tmp_path, body)


async def _go_on(event) -> None:
    await event.next()


def test_committed_changes_are_told_in_order(tmp_path):
    async def body(client: Client) -> None:
        await make_tree(client)
        heard: list[RecordChanged] = []
        client.app.store.listeners.append(heard.append)
        await client("POST", "/api/collections/posts/records", {"id": "3" * 15})
        await client("POST", "/api/collections/posts/records", {"id": "3" * 15})
        await client("PATCH", f"/api/collections/posts/records/{'3' * 15}", {"title": "x"})
        await client("DELETE", f"/api/collections/posts/records/{'1' * 15}")
        told = [(change.action, change.record.collection.name) for change in heard]
        assert told == [
            ("create", "posts"),
            ("update", "posts"),
            ("delete", "posts"),
            ("update", "links"),
            ("delete", "notes"),
        ]

    served(tmp_path, body)


def test_every_answer_is_told_to_request_listeners(tmp_path):
    async def body(client: Client) -> None:
        heard: list[RequestDone] = []
        client.app.request_listeners.append(heard.append)
        await client("GET", "/api/collections/users/records?page=1")
        await client("GET", "/api/collections/nothing/records", token="")
        trusted = {"trustedProxy": {"headers": ["X-Real-IP"]}}
        await client("PATCH", "/api/settings", trusted)
        await client("GET", "/api/health", extra={"X-Real-IP": "9.9.9.9"})
        places = [(done.remote_ip, done.user_ip) for done in heard]
        assert places == [*[("127.0.0.1", "127.0.0.1")] * 3, ("127.0.0.1", "9.9.9.9")]
        assert [(d.method, d.url, d.status, d.auth, d.error) for d in heard[:2]] == [
            ("GET", "/api/collections/users/records?page=1", 200, "_superusers", ""),
            ("GET", "/api/collections/nothing/records", 404, "", "Missing collection context."),
        ]

    served(tmp_path, body)


def test_a_fault_of_ours_is_a_plain_500(tmp_path, caplog):
    async def body(client: Client) -> None:
        await make_tree(client)

        async def broken(event):
            raise RuntimeError("secret detail")

        client.app.hooks.record_view_request.add(broken)
        answer = await client("GET", f"/api/collections/posts/records/{'1' * 15}")
        assert answer.status == 500
        assert answer.json() == {
            "data": {},
            "message": "Something went wrong while processing your request.",
            "status": 500,
        }
        assert "secret detail" in caplog.text

    served(tmp_path, body)
