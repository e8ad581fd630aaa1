"""Creating, changing and deleting: hooks, secrets, references, and several at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from fastcms.collections.events import CollectionChanged, CollectionEvent, CollectionRequestEvent
from fastcms.collections.save import save
from fastcms.errors import bad_request
from fastcms.store.errors import SchemaChanged
from tests.collections.site import COLLECTIONS, Site, names, text, together


def test_dates_are_set_by_the_server(site: Site) -> None:
    made = site.create(name="posts", created="2020-01-01", updated="2020-01-01")
    assert made["created"] == made["updated"] > "2025"
    assert site.view("posts") == made
    # The reference lets an update change the first one.
    changed = site.patch("posts", created="2020-01-01", updated="2020-01-01").body
    assert changed["created"] == "2020-01-01 00:00:00.000Z"
    assert changed["updated"] >= made["updated"]


@pytest.mark.parametrize("id_", ["", "other", None])
def test_an_id_does_not_change(site: Site, id_: str | None) -> None:
    answer = site.patch("users", id=id_)
    assert answer.body["message"] == (
        "Failed to update collection. Raw error: \n"
        "failed to retrieve old cached collection: sql: no rows in result set."
    )


def test_secrets_are_made_kept_and_never_shown(site: Site) -> None:
    site.create(name="members", type="auth")
    first = site.collection("members").auth
    assert first is not None
    secrets = {first.auth_token.secret, first.file_token.secret, first.email_change_token.secret}
    assert {len(secret) for secret in secrets} == {50}
    assert len(secrets) == 3
    shown = site.patch("members", fileToken={"secret": "y" * 30, "duration": 99}).body
    assert shown["fileToken"] == {"duration": 99}
    second = site.collection("members").auth
    assert second is not None
    assert second.file_token.secret == "y" * 30
    assert second.auth_token == first.auth_token


def test_a_new_auth_rule_ends_all_sessions(site: Site) -> None:
    def secret() -> str:
        auth = site.collection("users").auth
        assert auth is not None
        return auth.auth_token.secret

    first = secret()
    site.patch("users", authRule=None)
    assert secret() == first, "nobody could sign in under either"
    site.patch("users", authRule="verified = true")
    second = secret()
    assert second != first
    site.patch("users", authRule="verified = true")
    assert secret() == second
    site.patch("users", authRule="", authToken={"secret": "y" * 30})
    assert secret() not in (second, "y" * 30)


def test_options_of_superusers_that_follow_from_others(site: Site) -> None:
    google = {"name": "google", "clientId": "x", "clientSecret": "y"}
    changed = site.patch(
        "_superusers",
        oauth2={"enabled": True, "providers": [google]},
        passwordAuth={"enabled": False},
        otp={"enabled": True},
    ).body
    assert changed["oauth2"]["enabled"] is False
    assert changed["oauth2"]["providers"] == []
    assert changed["passwordAuth"]["enabled"] is True
    assert changed["mfa"]["enabled"] is True


def test_rate_limits_follow_a_rename(site: Site) -> None:
    site.create(name="posts")
    settings = site.app.settings
    site.sql(
        "UPDATE _params SET value = json_set(value, '$.rateLimits.rules', json(?))",
        '[{"label":"posts:create","maxRequests":1,"duration":1},'
        '{"label":"postsx:create","maxRequests":1,"duration":1}]',
    )
    site.patch("posts", name="articles")
    site.app.reload()
    assert site.app.settings != settings
    rules = site.app.settings.rate_limits.rules
    assert [rule.label for rule in rules] == ["articles:create", "postsx:create"]


# -- deleting -----------------------------------------------------------------------------------


def test_a_deleted_collection_takes_its_table_and_files_along(site: Site, tmp_path: Path) -> None:
    made = site.create(name="posts")
    folder = tmp_path / "pb_data" / "storage" / made["id"] / "r1"
    folder.mkdir(parents=True)
    assert site.delete("posts").status == 204
    assert not site.table("posts")
    site.run(site.app.removals.remove_due())
    assert not folder.exists()
    assert site.delete("posts").status == 404


def test_what_the_auth_system_kept_goes_along(site: Site) -> None:
    made = site.create(name="members", type="auth")
    tables = ("_externalAuths", "_mfas", "_otps", "_authOrigins")
    for table in tables:
        for reference in (made["id"], "_pb_users_auth_"):
            site.sql(f"INSERT INTO {table} (collectionRef, recordRef) VALUES (?, 'r')", reference)
    assert site.delete("members").status == 204
    for table in tables:
        assert site.sql(f"SELECT collectionRef FROM {table}") == [("_pb_users_auth_",)]


def test_a_collection_that_others_refer_to_stays(site: Site) -> None:
    made = site.create(name="posts")
    relation = {"type": "relation", "name": "up", "collectionId": made["id"]}
    assert site.patch("posts", fields=[relation]).status == 200
    for name in ("b", "a"):
        site.create(name=name, fields=[relation])
    assert site.delete("posts").body["message"] == (
        "Failed to delete collection probably due to existing reference in b, a."
    )
    site.delete("a")
    site.delete("b")
    assert site.delete("posts").status == 204, "its own relation does not hold it"


def test_system_collections_stay(site: Site) -> None:
    answer = site.delete("_otps")
    assert (answer.status, answer.body["message"]) == (400, "Failed to delete collection.")


# -- views that came with the directory ---------------------------------------------------------


@pytest.fixture
def views(site: Site) -> Site:
    """`all` reads the collection posts, `more` reads `all`."""
    site.create(name="posts", fields=[text("a")])
    site.sql("INSERT INTO posts (id, a) VALUES ('r1', 'A')")
    fields = '[{"type":"text","name":"id","id":"i","primaryKey":true},{"type":"text","name":"a"}]'
    for name, source in (("all_posts", "posts"), ("more", "all_posts")):
        query = f"SELECT id, a FROM {source}"
        site.sql(f"CREATE VIEW `{name}` AS SELECT * FROM ({query})")
        site.sql(
            "INSERT INTO _collections (id, type, name, fields, options)"
            " VALUES (?, 'view', ?, ?, json_object('viewQuery', ?))",
            f"id_{name}",
            name,
            fields,
            query,
        )
    site.app.reload()
    return site


def test_views_are_shown_and_their_rules_change(views: Site) -> None:
    before = views.view("all_posts")
    assert before["viewQuery"] == "SELECT id, a FROM posts"
    changed = views.patch("all_posts", listRule="a = ''", fields=[text("ignored")]).body
    assert changed["listRule"] == "a = ''"
    assert names(changed["fields"]) == ["id", "a"]


REFUSED_VIEW_CHANGES = [
    ({"createRule": ""}, {"createRule": "validation_nil"}),
    ({"indexes": ["create index i on x (id)"]}, {"indexes": "validation_indexes_not_supported"}),
    (
        {"viewQuery": "select 1"},
        {
            "fields": "validation_missing_primary_key",
            "viewQuery": "validation_invalid_view_query",
        },
    ),
    ({"listRule": "nope = 1"}, {"listRule": "validation_invalid_rule"}),
]


@pytest.mark.parametrize(("change", "codes"), REFUSED_VIEW_CHANGES)
def test_refused_view_changes(
    views: Site, change: dict[str, object], codes: dict[str, str]
) -> None:
    assert views.patch("all_posts", **change).codes == codes


def test_a_renamed_view_reads_on(views: Site) -> None:
    assert views.patch("more", name="less").status == 200
    assert views.sql("SELECT a FROM less") == [("A",)]
    assert not views.table("more")


def test_a_view_that_another_reads_stays(views: Site) -> None:
    for name in ("posts", "all_posts"):
        answer = views.delete(name)
        assert (answer.status, answer.body["message"]) == (400, "Failed to delete collection.")
        assert views.sql("SELECT a FROM more") == [("A",)]
    for name in ("more", "all_posts", "posts"):
        assert views.delete(name).status == 204


# -- hooks --------------------------------------------------------------------------------------


def test_hooks_stand_around_every_action(site: Site) -> None:
    seen: list[str] = []

    async def on_request(label: str, event: CollectionRequestEvent) -> None:
        seen.append(f"{label} {event.collection.name}")
        await event.next()

    async def on_save(label: str, event: CollectionEvent) -> None:
        before = event.before.name if event.before else None
        seen.append(f"{label} {before} {event.collection.name}")
        await event.next()

    hooks = site.app.hooks
    hooks.collection_view_request.add(partial(on_request, "view"))
    for action in ("create", "update", "delete"):
        getattr(hooks, f"collection_{action}_request").add(partial(on_request, action))
        getattr(hooks, f"collection_{action}").add(partial(on_save, f"{action}s"))
    site.create(name="posts")
    site.view("posts")
    site.patch("posts", name="articles")
    site.delete("articles")
    assert seen == [
        "create posts",
        "creates None posts",
        "view posts",
        "update articles",
        "updates posts articles",
        "delete articles",
        "deletes articles articles",
    ]


def test_a_hook_may_change_or_refuse(site: Site) -> None:
    async def stamp(event: CollectionEvent) -> None:
        if event.collection.name == "refused":
            raise bad_request("Not this one")
        await event.next()
        assert event.collection.created

    site.app.hooks.collection_create.add(stamp)
    site.create(name="posts")
    answer = site.ask("POST", body={"name": "refused"})
    assert (answer.status, answer.body["message"]) == (400, "Not this one.")
    assert site.ask("GET", f"{COLLECTIONS}/refused").status == 404


def test_listeners_hear_of_commits_only(site: Site) -> None:
    heard: list[tuple[str, str]] = []

    def listen(event: object) -> None:
        if isinstance(event, CollectionChanged):
            heard.append((event.action, event.collection.name))

    site.app.store.listeners.append(listen)
    site.create(name="posts")
    site.patch("posts", listRule="nope = 1")
    site.patch("posts", listRule="")
    site.delete("users")
    site.delete("_otps")
    assert heard == [("create", "posts"), ("update", "posts"), ("delete", "users")]


# -- several at once ----------------------------------------------------------------------------


def test_changes_at_the_same_time_do_not_undo_each_other(site: Site) -> None:
    site.create(name="posts")
    rules = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
    path = f"{COLLECTIONS}/posts"
    answers = together(
        site, [partial(site.asking, "PATCH", path, {rule: f"id = '{rule}'"}) for rule in rules]
    )
    assert [answer.status for answer in answers] == [200] * 5
    collection = site.view("posts")
    assert [collection[rule] for rule in rules] == [f"id = '{rule}'" for rule in rules]


def test_only_one_of_several_gets_a_name(site: Site) -> None:
    requests = [partial(site.asking, "POST", COLLECTIONS, {"name": "posts"}) for _ in range(4)]
    answers = together(site, requests)
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400]
    codes = [answer.codes for answer in answers if answer.status == 400]
    assert codes == [{"name": "validation_collection_name_exists"}] * 3


def test_a_change_by_another_process_is_taken_in(site: Site, tmp_path: Path) -> None:
    site.create(name="posts")
    runs: list[str] = []

    async def meanwhile(event: CollectionRequestEvent) -> None:
        if not runs:
            other = Site(tmp_path / "pb_data")
            await other.asking("PATCH", f"{COLLECTIONS}/posts", {"fields": [text("theirs")]})
            other.close()
        runs.append(event.collection.name)
        await event.next()

    site.app.hooks.collection_update_request.add(meanwhile)
    changed = site.patch("posts", listRule="theirs = ''")
    assert changed.status == 200
    assert names(changed.body["fields"]) == ["id", "theirs"]
    assert len(runs) == 2


def test_a_save_planned_on_an_old_schema_is_refused(site: Site) -> None:
    site.create(name="posts")
    planned = site.app.schema
    before = site.collection("posts")
    site.patch("posts", listRule="")
    with pytest.raises(SchemaChanged):
        site.run(save(site.app, planned, before, before))
