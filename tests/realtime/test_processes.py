"""What several processes on one directory make of clients, subscriptions and changes together."""

import pytest

from fastcms.core import App
from fastcms.records.changes import MAX_EXPANDED_BYTES
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import save
from tests.listeners import Listener
from tests.realtime.site import PASSWORD, Site, open_site

CONNECTIONS = 8  # so many that no worker has all of them, as good as never


@pytest.fixture
def listeners(site: Site):
    opened = [Listener(site.server) for _ in range(CONNECTIONS)]
    yield opened
    for listener in opened:
        listener.close()


def test_every_connection_hears_of_every_change_in_the_order_of_the_commits(site, listeners):
    for listener in listeners:
        listener.listen("posts", "markers")
    id_ = site.create("posts", title="one")
    site.update("posts", id_, title="two")
    site.delete("posts", id_)
    expected = [("posts", "create", "one"), ("posts", "update", "two"), ("posts", "delete", "two")]
    site.create("markers")
    for listener in listeners:
        frames = listener.until("markers")
        found = [(f.event, f.data["action"], f.data["record"]["title"]) for f in frames]
        assert found == expected


def test_a_change_by_another_process_on_the_directory_is_heard(site):
    async def write(app: App) -> None:
        collection = app.schema.find("posts")
        record = Record.blank(collection)
        record.values["title"] = "from outside"
        await save(app, compiled(app.schema, collection), record)

    with Listener(site.server) as listener:
        listener.listen("posts")
        site.elsewhere(write)
        assert listener.next().data["record"]["title"] == "from outside"


def test_a_client_is_found_whichever_process_has_its_connection(site, listeners):
    listeners[0].listen("@oauth2", "posts/*")

    async def find(app: App):
        return [await app.bus.client(listener.id) for listener in listeners]

    found = site.elsewhere(find)
    assert [client.id for client in found] == [listener.id for listener in listeners]
    assert found[0].address == "127.0.0.1"
    assert found[0].subscriptions == ("@oauth2", "posts/*")
    assert found[1].subscriptions == ()


def test_a_client_that_has_gone_is_unknown(site):
    with Listener(site.server) as listener, Listener(site.server) as other:
        other.listen("posts")
        listener.close()
        # The server notices while it goes on.
        while listener.subscribe("posts").status == 204:
            pass
        assert listener.subscribe("posts").status == 404


SEND = {"topic": "@oauth2", "data": '{"code":"1"}', "address": "127.0.0.1"}


@pytest.mark.parametrize("subscriptions", [["@oauth2"], ["posts", "@oauth2", "markers"]])
def test_a_message_that_is_sent_once_reaches_its_client_and_ends_the_subscription(
    site, subscriptions
):
    with Listener(site.server) as listener, Listener(site.server) as other:
        listener.listen(*subscriptions)
        other.listen("@oauth2")

        async def send(app: App):
            return [await app.bus.send_once(listener.id, **SEND) for _ in range(2)]

        assert site.elsewhere(send) == [True, False]
        frame = listener.next()
        assert (frame.event, frame.data) == ("@oauth2", {"code": "1"})
        other.listen("markers")
        assert site.seen(other) == []


@pytest.mark.parametrize(
    "wrong",
    [{"address": "10.0.0.1"}, {"topic": "@other"}, {"client": "x" * 40}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_message_that_is_sent_once_needs_client_address_and_subscription(site, wrong):
    with Listener(site.server) as listener:
        listener.listen("@oauth2", "markers")
        given = {"client": listener.id, **SEND, **wrong}
        assert site.elsewhere(lambda app: app.bus.send_once(**given)) is False
        assert site.seen(listener) == []


def test_a_published_message_reaches_all_who_subscribe_to_exactly_its_topic(site, listeners):
    for listener in listeners:
        listener.listen("news", "news/*", "news/local", "markers")

    async def publish(app: App) -> None:
        for topic in ("news", "news/local", "news/other", "other"):
            await app.bus.publish(topic, f'"{topic}"')

    site.elsewhere(publish)
    site.create("markers")
    for listener in listeners:
        found = [(f.event, f.data) for f in listener.until("markers")]
        assert found == [("news", "news"), ("news/local", "news/local")]


def test_signing_a_record_out_makes_guests_of_its_connections(site):
    ann, token = site.account("ann")
    with Listener(site.server) as listener:
        listener.listen("notes", "markers", token=token)
        site.create("notes", title="before", owner=ann)
        assert site.seen(listener) == [("notes", "create", "before")]
        site.elsewhere(lambda app: app.bus.make_guests("_pb_users_auth_", ann))
        site.create("notes", title="after", owner=ann)
        assert site.seen(listener) == []
        # A guest may become anybody.
        listener.listen("notes", "markers", token=token)
        site.create("notes", title="again", owner=ann)
        assert site.seen(listener) == [("notes", "create", "again")]


def test_an_ended_session_makes_guests_of_its_own_connections_alone(site):
    bea, token = site.account("bea")
    kept = site.server.sign_in("users", "bea@example.com", PASSWORD)
    with Listener(site.server) as gone, Listener(site.server) as stays:
        for listener, by in ((gone, token), (stays, kept)):
            listener.listen("notes", "markers", token=by)

        def told(title: str) -> list[int]:
            site.create("notes", title=title, owner=bea)
            site.create("markers")
            return [len(listener.until("markers")) for listener in (gone, stays)]

        assert told("before") == [1, 1]
        site.server.expect("POST", "/api/collections/users/auth-logout", token=token)
        assert told("after") == [0, 1]


def test_the_server_stops_with_open_streams_and_ends_them(tmp_path):
    with open_site(tmp_path / "pb_data", workers=2) as site:
        opened = [Listener(site.server).listen("posts") for _ in range(4)]
        site.server.stop()
        assert [listener.rest() for listener in opened] == [[]] * 4
        for listener in opened:
            listener.close()
        assert list((tmp_path / "pb_data/.notify").glob("*.bell")) == []


@pytest.mark.parametrize(("size", "is_told"), [(100, True), (4_500, False)])
def test_a_deleted_record_leads_to_so_much_and_not_to_more(site, size, is_told):
    owner, _ = site.account(f"leads-to-{size}")
    count = MAX_EXPANDED_BYTES // 4_500 + 1
    for _ in range(count):
        site.create("notes", title="x" * size, owner=owner)
    with Listener(site.server) as listener:
        asks = '?options={"query":{"expand":"notes_via_owner"}}'
        listener.listen(f"users/{owner}{asks}", token=site.root)
        site.delete("users", owner)
        record = listener.next().data["record"]
    assert record["id"] == owner
    assert len(record.get("expand", {}).get("notes_via_owner", [])) == (count if is_told else 0)
