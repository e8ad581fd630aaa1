"""Who loses a permission hears nothing more, from the next change on, in every process."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.listeners import Listener
from tests.realtime.site import OWNER, PASSWORD, Site

USERS = "/api/collections/users"


class Ann(NamedTuple):
    id: str
    token: str


def new_password(site: Site, ann: Ann) -> None:
    site.update("users", ann.id, password="other-password", passwordConfirm="other-password")


def own_new_password(site: Site, ann: Ann) -> None:
    changes = {
        "oldPassword": PASSWORD,
        "password": "other-password",
        "passwordConfirm": "other-password",
    }
    path = f"{USERS}/records/{ann.id}"
    site.server.expect("PATCH", path, token=ann.token, json_body=changes)


def new_address(site: Site, ann: Ann) -> None:
    site.update("users", ann.id, email=f"{ann.id}@example.com")


def sign_out(site: Site, ann: Ann) -> None:
    site.server.expect("POST", f"{USERS}/auth-logout", token=ann.token)


def session_ended(site: Site, ann: Ann) -> None:
    path = f"{USERS}/sessions"
    (session,) = site.server.expect("GET", path, token=ann.token)["items"]
    site.server.expect("DELETE", f"{path}/{session['id']}?record={ann.id}", token=site.root)


def account_deleted(site: Site, ann: Ann) -> None:
    site.delete("users", ann.id)


def signed_out_by_code(site: Site, ann: Ann) -> None:
    site.elsewhere(lambda app: app.bus.make_guests("_pb_users_auth_", ann.id))


@pytest.mark.parametrize(
    "lose",
    [
        new_password,
        own_new_password,
        new_address,
        sign_out,
        session_ended,
        account_deleted,
        signed_out_by_code,
    ],
    ids=lambda lose: lose.__name__,
)
def test_who_is_no_longer_signed_in_hears_as_a_guest(
    site: Site, lose: Callable[[Site, Ann], Any]
) -> None:
    ann = Ann(*site.account(lose.__name__.replace("_", "-")))
    site.change("notes", listRule="@request.auth.id != '' || title = 'open'")
    with Listener(site.server) as listener:
        listener.listen("notes", "markers", token=ann.token)
        site.create("notes", title="before")
        assert [title for _, _, title in site.seen(listener)] == ["before"]
        lose(site, ann)
        id_ = site.create("notes", title="after")
        site.update("notes", id_, title="changed")
        site.delete("notes", id_)
        site.create("notes", title="open")
        assert [title for _, _, title in site.seen(listener)] == ["open"]
    site.change("notes", listRule=OWNER)


def test_a_changed_rule_counts_at_once(site):
    _, token = site.account("rules")
    with Listener(site.server) as listener:
        listener.listen("notes", "markers", token=token)
        for rule, hears in (("", True), (None, False), ("@request.auth.id != ''", True)):
            site.change("notes", listRule=rule)
            site.create("notes", title="one")
            assert bool(site.seen(listener)) is hears, rule
        site.change("notes", listRule=OWNER)


def test_a_record_that_changes_hands_is_heard_of_by_its_new_owner_alone(site):
    ann, ann_token = site.account("hands-ann")
    bob, bob_token = site.account("hands-bob")
    with Listener(site.server) as hers, Listener(site.server) as his:
        id_ = site.create("notes", title="one", owner=ann)
        hers.listen(f"notes/{id_}", "notes/*", "markers", token=ann_token)
        his.listen(f"notes/{id_}", "notes/*", "markers", token=bob_token)
        site.update("notes", id_, owner=bob)
        site.update("notes", id_, title="two")
        site.delete("notes", id_)
        assert site.seen(hers) == []
        assert {action for _, action, _ in site.seen(his)} == {"update", "delete"}


def test_hidden_fields_and_secrets_are_for_nobody(site):
    fields = site.server.expect("GET", "/api/collections/posts", token=site.root)["fields"]
    hidden = {"type": "text", "name": "secret", "hidden": True}
    site.change("posts", fields=[*fields, hidden])
    site.change("users", listRule="")
    _, token = site.account("curious")
    asks = '?options={"query":{"fields":"*,secret,tokenKey,password","expand":"owner"}}'
    with Listener(site.server) as listener:
        listener.listen("posts" + asks, "users" + asks, token=token)
        site.create("posts", title="t", secret="hush-hush")
        post = listener.next()
        site.account("victim")
        user = listener.next()
        assert "hush-hush" not in post.line("data")
        assert {"tokenKey", "password", "email"} & user.data["record"].keys() == set()
    logged = site.elsewhere(lambda app: app.store.read("SELECT entry FROM _fc_realtime_log"))
    keys = site.elsewhere(lambda app: app.store.read("SELECT tokenKey, password FROM users"))
    secrets = [secret.encode() for row in keys for secret in row]
    assert not any(secret in entry for (entry,) in logged for secret in secrets)
    site.change("users", listRule="id = @request.auth.id")
