"""The app object in files of hooks: each scenario is a function there, async and plain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fastcms.store.errors import StoreError
from fastcms.testing import Answer, App, start

# The scenarios: by name what the function does with `app` and `event`, written for `await`, and
# what it answers. The plain ones are the same without it.
SCENARIOS: dict[str, tuple[str, Any]] = {
    "find": ('(await app.find("notes", "note00000000001"))["title"]', "one"),
    "find_nothing": ('await status(app.find("notes", "note00000000009"))', 404),
    "unknown_collection": ('await status(app.find("nowhere", "x"))', 404),
    "find_first": (
        '(await app.find_first("notes", "title = {:t}", {"t": "two"})).id',
        "note00000000002",
    ),
    "find_first_nothing": ('await app.find_first("notes", "title = {:t}", {"t": "x"})', None),
    "params_are_values": (
        'await app.count("notes", "title = {:t}", {"t": "x\' || 1=1 || title = \'"})',
        0,
    ),
    "a_backslash_ends_nothing": ('await app.count("notes", "title = {:t}", {"t": "x\\\\"})', 0),
    "a_quote_is_a_quote": ('await app.count("notes", "title = {:t}", {"t": "it\'s"})', 1),
    "a_value_between_quotes_is_text": (
        'await app.count("notes", "title = \'{:t}\'", {"t": " || 1=1 || title = "})',
        0,
    ),
    "a_long_value": ('await app.count("notes", "title = {:t}", {"t": "x" * 5000})', 0),
    "patterns": ('await app.count("notes", "title ~ {:t}", {"t": "t"})', 2),
    "several": ('await app.count("notes", "title ?in ({:a}, {:b})", {"a": "one", "b": "two"})', 2),
    "truth": ('await app.count("notes", "open = {:o}", {"o": True})', 1),
    "distance": (
        'await app.count("notes", "geoDistance({:x}, 0, 0, 0) < {:km}", {"x": 0.001, "km": 1})',
        3,
    ),
    "only_for_superusers": (
        'await status(app.list("notes", "@collection.tags.name = {:t}", {"t": "x"}, as_user=None))',
        403,
    ),
    "params_of_a_guest": (
        'await app.count("notes", "title = {:t}", {"t": "one"}, as_user=None)',
        1,
    ),
    "numbers": ('await app.count("notes", "n > {:n} && n < {:m}", {"n": 1.5, "m": 1e30})', 2),
    "missing_param": ('await status(app.count("notes", "title = {:t}"))', 400),
    "bad_filter": ('await status(app.list("notes", "title = = 1"))', 400),
    "list": (
        '[r["title"] for r in await app.list("notes", sort="-title")]',
        ["two", "one", "it's"],
    ),
    "pages": (
        '[r["title"] for r in await app.list("notes", sort="title", page=2, per_page=2)]',
        ["two"],
    ),
    "count": ('await app.count("notes")', 3),
    "iterate": ("await gone_through(event)", ["one", "it's"]),
    "rules": ('[r["title"] for r in await app.list("notes", sort="title", as_user=None)]', ["one"]),
    "rules_of_one": ('await status(app.find("notes", "note00000000002", as_user=None))', 404),
    "no_rule": ('await status(app.list("tags", as_user=None))', 403),
    "hidden_by_filter": ('await status(app.list("notes", "secret = 1", as_user=None))', 400),
    "expand": (
        '(await app.find_first("linked", sort="id", expand="note.tags")).expand["note"].expand["tags"][0]["name"]',
        "blue",
    ),
    "expand_in_a_list": (
        '[r.expand["note"]["title"] for r in await app.list("linked", expand="note")]',
        ["one", "two"],
    ),
    "expand_as_the_rules_are": (
        '[sorted(r.expand) for r in await app.list("linked", expand="note", as_user=None)]',
        [["note"], []],
    ),
    "create": ('(await app.create("made", {"title": 3}))["title"] + "!"', "3!"),
    "create_wrong": ('await status(app.create("made", {"title": "much too long"}))', 400),
    "create_while_collections_change": (
        '[(await app.create("moved", {"title": "x"}))["title"], await app.count("moved") > 0]',
        ["x", True],
    ),
    "create_ruled": ('await status(app.create("tags", {"name": "x"}, as_user=None))', 403),
    "moments": (
        '(await app.create("made", {"at": MOMENT}))["at"] + str(await app.count("made", "at = {:at}", {"at": MOMENT}))',
        "2026-01-02 03:04:05.000Z1",
    ),
    "update": ('(await app.update(await app.create("made", {}), {"n+": 2}))["n"]', 2),
    "delete": ('await app.delete(await app.create("made", {"title": "gone"}))', None),
    "files": (
        '(await app.read_file(made := await app.create("made", {"file": app.file("a.txt", b"hi")}), made["file"])).decode()',
        "hi",
    ),
    "query": (
        'await app.query("SELECT title, n FROM notes WHERE n = ?", [1])',
        [{"title": "one", "n": 1}],
    ),
    "query_writes_nothing": ('await status(app.query("DELETE FROM notes"))', "StoreError"),
    "query_with_a_comment": ('await app.query("-- all\\nSELECT 1 AS one")', [{"one": 1}]),
    "query_ends_nothing": ('await status(app.query("COMMIT"))', "StoreError"),
    "execute_spares_collections": ('await status(app.execute("DROP TABLE notes"))', "StoreError"),
    "execute_spares_the_server": ('await status(app.execute("DELETE FROM _params"))', "StoreError"),
    "execute": ('await app.execute("UPDATE made SET n = 7 WHERE 0")', 0),
    "kv": (
        '[await app.kv.set("a", [1]), await app.kv.get("a"), await app.kv.get("b", 5)]',
        [None, [1], 5],
    ),
    "kv_counts": (
        '[await app.kv.increment("c"), await app.kv.increment("c", 4), await app.kv.delete("c")]',
        [1, 5, None],
    ),
    "kv_keeps_what_is_no_number": (
        '[await app.kv.set("g", [1]), await status(app.kv.increment("g")), await app.kv.get("g")]',
        [None, "ValueError", [1]],
    ),
    "kv_tidies": (
        '[await app.kv.increment("f", ttl=-1), await app.query("SELECT key FROM _fc_kv WHERE key = \'f\'")]',
        [1, []],
    ),
    "kv_expires": (
        '[await app.kv.set("d", 1, ttl=-1), await app.kv.get("d"), await app.kv.increment("e", ttl=-1), await app.kv.increment("e"), await app.kv.delete("e")]',
        [None, None, 1, 1, None],
    ),
    "cache": (
        '[app.cache.set("x", 1), app.cache.get("x"), app.cache.set("x", 1, ttl=0), app.cache.get("x")]',
        [None, 1, None, None],
    ),
    "password": ('await app.check_password(await app.find_first("users"), "a-password-1")', True),
    "settings": ('app.settings["meta"]["appName"]', "Acme"),
    "settings_written": (
        '(await app.update_settings({"meta": {"senderName": "Jo"}}))["meta"]["senderName"]',
        "Jo",
    ),
    "settings_wrong": ('await status(app.update_settings({"meta": {"senderAddress": "x"}}))', 400),
    "settings_unreadable": ('await status(app.update_settings({"meta": 1}))', 400),
}


SOURCE = """
import asyncio
import logging
from datetime import datetime
from fastcms import app, errors, on


MOMENT = datetime(2026, 1, 2, 3, 4, 5)


def outcome(error):
    return getattr(error, "status", type(error).__name__)


async def status(call):
    try:
        await call
    except Exception as error:
        return outcome(error)


async def gone_through(event):
    found = event.app.iterate("notes", "n != {:n} // but two", {"n": 2})
    return [record["title"] async for record in found]


def plain_gone_through(event):
    found = event.app.iterate("notes", "n != {:n} // but two", {"n": 2})
    return [record["title"] for record in found]


def plain_status(call):
    try:
        call()
    except Exception as error:
        return outcome(error)


@on.record_create("calls")
async def call(event):
    event.record["answer"] = await globals()["async_" + event.record["name"]](event)
    await event.next()


@on.record_create("plain_calls")
def plain_call(event):
    event.record["answer"] = globals()["plain_" + event.record["name"]](event)
    event.next()


@on.record_create("pairs")
async def pair(event):
    if event.record["title"] == "together":
        async with app.transaction():
            await app.create("made", {"title": "first"})
            await app.create("made", {"title": "much too long"})
    questions = {"writes": "DELETE FROM notes RETURNING id", "commits": "COMMIT"}
    if question := questions.get(event.record["title"]):
        async with app.transaction():
            await app.create("made", {"title": "first"})
            await app.query(question)
    if event.record["title"] == "settings":
        async with app.transaction():
            await app.create("made", {"title": "first"})
            await app.update_settings({"meta": {"appName": "Other"}})
    if event.record["title"] == "waits":
        async with app.transaction():
            # Until it is told.
            told = asyncio.Event()
            log = logging.getLogger("fastcms.hooks")
            log.addFilter(lambda record: told.set() or True)
            await told.wait()
    await event.next()


@on.record_create("pairs")
def plain_pair(event):
    if event.record["title"] == "plainly":
        with app.transaction():
            app.create("made", {"title": "first"})
            event.next()
            raise errors.bad_request("no")
    event.next()


@on.record_create("moved")
async def change_collections(event):
    # Once, for the request around it begins anew as well: what comes then was planned before.
    if app.cache.get("changed") is None:
        app.cache.set("changed", True)
        await app.update_collection("tags", {"viewRule": "name = 'x'"})
    await event.next()


@on.collection_create("late")
async def late(event):
    async with app.transaction():
        await event.next()


@on.record_create("batched")
async def batched(event):
    event.record["n"] = await app.count("batched")
    await app.create("made", {"title": "batched"})
    await event.next()


@on.record_create("loud")
def loud(event):
    with app.transaction():
        event.next()
        app.send_realtime("news", {"id": event.record.id})
    app.send_mail(
        "ann@example.com",
        "News",
        "<p>There are some.</p>",
        bcc=["eve@example.com"],
        reply_to="desk@example.com",
        attachments={"all.csv": b"a,b"},
    )
    app.background(lambda: app.logger.warning("heard in the background"))


@on.record_enrich("notes")
async def shown(event):
    event.record.custom["upper"] = event.record["title"].upper()
    event.record.hide("n")
    await event.next()


@on.record_enrich("linked")
async def follows(event):
    found = await app.find("linked", event.record.id, expand="note")
    event.record.custom["follows"] = found.expand["note"]["title"]
    await event.next()
"""


def functions() -> str:
    """The scenarios as functions of the file."""
    lines = [SOURCE]
    for name, (code, _) in SCENARIOS.items():
        plain = code.replace("await status(", "plain_status(lambda: ").replace("await ", "")
        plain = plain.replace("gone_through(", "plain_gone_through(")
        lines.append(f"async def async_{name}(event):\n    return {code}\n")
        lines.append(f"def plain_{name}(event):\n    return {plain}\n")
    return "\n\n".join(lines)


NOTES = {
    "note00000000001": {"title": "one", "n": 1, "open": True, "secret": 1},
    "note00000000002": {"title": "two", "n": 2, "secret": 2},
    "note00000000003": {"title": "it's", "n": 3},
}


class Site:
    """A server with the scenarios."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.root = app.as_superuser()

    def collection(self, name: str, *fields: dict[str, Any], **more: Any) -> str:
        rules: dict[str, Any] = dict.fromkeys(("listRule", "viewRule", "createRule"), "")
        body = {"name": name, "fields": list(fields), **rules, **more}
        return str(self.root.post("/api/collections", body, status=200).json()["id"])

    def add(self, collection: str, **values: object) -> Answer:
        return self.root.post(f"/api/collections/{collection}/records", values)

    def titles(self, collection: str) -> list[str]:
        query = {"sort": "@rowid"}
        found = self.root.get(f"/api/collections/{collection}/records", query=query, status=200)
        return [record["title"] for record in found.json()["items"]]

    def clear(self, collection: str) -> None:
        self.root.delete(f"/api/collections/{collection}/truncate", status=204)


TITLE = {"name": "title", "type": "text", "max": 10}
N = {"name": "n", "type": "number"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with start(hooks={"scenarios.py": functions()}) as app:
        site = Site(app)
        settings = {"meta": {"appName": "Acme"}, "batch": {"enabled": True}}
        site.root.patch("/api/settings", settings, status=200)
        for name in ("calls", "plain_calls"):
            answer = {"name": "answer", "type": "json"}
            site.collection(name, {"name": "name", "type": "text"}, answer)
        open_, secret = {"name": "open", "type": "bool"}, {**N, "name": "secret", "hidden": True}
        ruled = {"listRule": "open = true", "viewRule": "open = true"}
        more = ({"name": "file", "type": "file"}, {"name": "at", "type": "date"})
        site.collection("made", TITLE, N, *more)
        no_rules = {"listRule": None, "createRule": None}
        tags = site.collection("tags", {"name": "name", "type": "text"}, **no_rules)
        linked = {"name": "tags", "type": "relation", "collectionId": tags, "maxSelect": 9}
        notes = site.collection("notes", TITLE, N, open_, secret, linked, **ruled)
        site.collection("linked", {"name": "note", "type": "relation", "collectionId": notes})
        for name in ("pairs", "batched", "loud", "moved"):
            site.collection(name, TITLE, N)
        tag = app.create("tags", {"name": "blue"})
        for id_, values in NOTES.items():
            app.create("notes", {"id": id_, **values})
        app.update(app.find("notes", "note00000000001"), {"tags": [tag.id]})
        for number in (1, 2):
            linked = {"id": f"linked000000000{number}"[-15:], "note": f"note0000000000{number}"}
            app.create("linked", linked)
        app.as_user("users", "ann@example.com", password="a-password-1")
        yield site


@pytest.mark.parametrize("name", SCENARIOS)
def test_does(site: Site, name: str) -> None:
    for collection in ("calls", "plain_calls"):
        answer = site.add(collection, name=name)
        assert answer.expect(200).json()["answer"] == SCENARIOS[name][1], collection
        site.clear("made")


def test_a_transaction_lasts_or_none_of_it_does(site: Site) -> None:
    assert site.add("pairs", title="together").status == 400
    assert site.add("pairs", title="plainly").status == 400
    assert (site.titles("pairs"), site.titles("made")) == ([], [])
    assert site.add("pairs", title="neither").status == 200
    site.clear("pairs")


@pytest.mark.parametrize("title", ["writes", "commits"])
def test_questions_change_nothing_in_a_transaction(site: Site, title: str) -> None:
    with site.app.raises(StoreError):
        assert site.add("pairs", title=title).status == 400
    assert (site.titles("pairs"), site.titles("made")) == ([], [])


def test_settings_are_not_changed_in_a_transaction(site: Site) -> None:
    answer = site.add("pairs", title="settings")
    assert (answer.status, "in a transaction" in answer.text) == (400, True)
    assert site.titles("made") == []


def test_a_transaction_that_waits_is_told(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    assert site.add("pairs", title="waits").status == 200
    assert "keeps all other writers waiting" in caplog.text
    assert "scenarios.py:" in caplog.text
    site.clear("pairs")


def test_is_part_of_a_batch(site: Site) -> None:
    path = "/api/collections/batched/records"
    requests = [{"method": "POST", "url": path, "body": {"title": title}} for title in "abc"]
    sent = {"requests": requests}
    answer = site.root.post("/api/batch", sent, status=200)
    assert [item["body"]["n"] for item in answer.json()] == [0, 1, 2]
    assert site.titles("made") == ["batched"] * 3
    requests[-1]["body"] = {"title": "much too long"}
    site.root.post("/api/batch", sent, status=400)
    assert site.titles("made") == ["batched"] * 3
    site.clear("made")


def test_tells_the_world(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with site.app.client.listen("news") as stream:
        made = site.add("loud", title="x").json()
        assert stream.all() == [("news", {"id": made["id"]})]
    mail = site.app.mailbox.to("ann@example.com")[-1]
    assert (mail.subject, mail.parsed["Reply-To"]) == ("News", "desk@example.com")
    assert mail.attachments == {"all.csv": b"a,b"}
    assert site.app.mailbox.to("eve@example.com")[-1] is mail
    site.app.wait()
    assert "heard in the background" in caplog.text


def test_what_is_shown_can_have_more_and_less(site: Site) -> None:
    path = "/api/collections/notes/records/note00000000001"
    shown = site.app.client.get(path, status=200).json()
    assert shown["upper"] == "ONE"
    assert "n" not in shown


def test_a_function_that_shows_may_follow_relations(site: Site) -> None:
    items = site.root.get("/api/collections/linked/records?sort=id", status=200).json()["items"]
    assert items[0]["follows"] == "one"


def test_what_cannot_be_part_of_a_transaction_does_not_wait_for_its_end(site: Site) -> None:
    with site.app.raises() as errors:
        site.root.post("/api/collections", {"name": "late", "fields": []}, status=500)
    assert "no part of the transaction that is open" in str(errors[0])
    site.root.get("/api/collections/late", status=404)
