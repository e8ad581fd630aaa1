"""Events of requests, mails, files and backups: a function sees each, changes what comes of it, and
stops it; and without its `next()` nothing comes of it, either.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from fastcms.extend.on import EVENTS
from tests.extend.planned import Site, planned
from tests.extend.test_events import DATA, OTHERS
from tests.extend.test_life import LIFE
from tests.mailserver import Mail, MailServer
from tests.parity import provider
from tests.parity.scenario import File, encoded, form
from tests.servers import Answer
from tests.waiting import until

POSTS = "/api/collections/posts/records"
USERS = "/api/collections/users"
PASSWORD = "password123"
BOTH = {"password": PASSWORD, "passwordConfirm": PASSWORD}
OTHER = "other@example.com"
CODE = "87654321"
CHANGED = 'event.record["{}"] = "changed"'


class Place(Site):
    """The site, with what its requests are about, and the mails that come of them."""

    mails: MailServer
    file: str
    number = 0

    def fresh(self, prefix: str = "") -> str:
        """A name, or an id, that nobody has."""
        self.number += 1
        return f"{prefix}{self.number:0{15 - len(prefix)}}"

    def account(self) -> tuple[str, str]:
        """A new account: its id and its address."""
        id_ = self.fresh("user")
        email = f"{id_}@example.com"
        self.made(f"{USERS}/records", {"id": id_, "email": email, **BOTH})
        return id_, email

    def post(self, path: str, by: str = "", **body: Any) -> Answer:
        """A request about accounts, by who has this token."""
        return self.server.send("POST", f"{USERS}/{path}", token=by, json_body=body)

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        return self.post("auth-with-password", identity=email, password=password)

    def token_of(self, email: str) -> str:
        return str(self.sign_in(email).json()["token"])

    def read(self, path: str, *keys: str) -> str:
        """A value of what a superuser finds there; `none` if there is nothing."""
        return shown(self.send("GET", path), *keys) if self.exists(path) else "none"

    def exists(self, path: str) -> bool:
        return self.send("GET", path).status == 200

    def mail(self, *addresses: str) -> Mail | None:
        """The next mail to one of them; None as soon as a function has kept it back."""

        def found() -> list[Mail]:
            return [mail for mail in self.mails.mails if set(addresses) & set(mail.to)]

        is_kept = self.do in ("stop", "leave")
        until(lambda: bool(found() or (is_kept and self.seen())))
        if is_kept and not found():
            # Those that are on their way come first.
            self.go_on()
            last = f"{self.fresh()}@example.com"
            self.send("POST", "/api/settings/test/email", {"email": last, "template": "otp"})
            self.mails.wait(1, last)
        mails = found()
        return mails[0] if mails else None


def shown(answer: Answer, *keys: str) -> str:
    """A value of an answer, `-` for none."""
    value: Any = answer.json() if answer.body else {}
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return str(value) if value or value is False else "-"


def told(answer: Answer, *keys: str) -> str:
    return f"{answer.status} {shown(answer, *keys)}"


# -- What is done for each event, and what comes of it -------------------------------------------


def create(site: Place) -> str:
    id_ = site.fresh("post")
    answer = site.send("POST", POSTS, {"id": id_, "title": "new"})
    return f"{answer.status} {site.read(f'{POSTS}/{id_}', 'title')}"


def update(site: Place) -> str:
    path = f"{POSTS}/{site.made(POSTS, {'title': 'old'})['id']}"
    answer = site.send("PATCH", path, {"title": "new"})
    return f"{answer.status} {site.read(path, 'title')}"


def delete(site: Place) -> str:
    path = f"{POSTS}/{site.made(POSTS, {'title': 'old'})['id']}"
    answer = site.send("DELETE", path)
    return f"{answer.status} {site.read(path, 'title')}"


def view(site: Place) -> str:
    return told(site.send("GET", f"{POSTS}/fixed0000000000"), "title")


def batch(site: Place) -> str:
    id_ = site.fresh("post")
    item = {"method": "POST", "url": POSTS, "body": {"id": id_, "title": "new"}}
    answer = site.send("POST", "/api/batch", {"requests": [item]})
    return f"{answer.status} {site.read(f'{POSTS}/{id_}', 'title')}"


def sign_in(site: Place) -> str:
    return told(site.sign_in(site.account()[1]), "meta", "by")


def sign_in_as(site: Place) -> str:
    return told(site.sign_in(site.account()[1]), "record", "name")


def sign_in_elsewhere(site: Place) -> str:
    person = site.fresh("sub")
    user = {"sub": person, "email": f"{person}@example.com", "email_verified": True}
    return told(
        site.post("auth-with-oauth2", provider="oidc", code=provider.code(user)), "record", "name"
    )


def refresh(site: Place) -> str:
    return told(site.post("auth-refresh", site.token_of(site.account()[1])), "record", "name")


def sign_in_by_code(site: Place) -> str:
    _, email = site.account()
    asked = site.post("request-otp", email=email).json()["otpId"]
    code = site.mails.last(1, email).code
    return told(site.post("auth-with-otp", otpId=asked, password=code), "record", "name")


def ask_for_code(site: Place) -> str:
    _, email = site.account()
    answer = site.post("request-otp", email=email)
    mail = site.mail(email)
    code = mail.code if mail else ""
    return f"{answer.status} {(code == CODE and 'changed') or (code and 'mailed') or '-'}"


def ask_for_link(what: str) -> Callable[[Place], str]:
    def act(site: Place) -> str:
        _, email = site.account()
        site.mails.mails.clear()
        answer = site.post(f"request-{what}", email=email)
        return f"{answer.status} {receiver(site.mail(email, OTHER), email)}"

    return act


def receiver(mail: Mail | None, email: str) -> str:
    if mail is None:
        return "-"
    return "mailed" if email in mail.to else "changed"


def ask_for_other_address(site: Place) -> str:
    token, new = site.token_of(site.account()[1]), f"{site.fresh('new')}@example.com"
    answer = site.post("request-email-change", token, newEmail=new)
    return f"{answer.status} {receiver(site.mail(new, f'x{new}'), new)}"


def confirm_verification(site: Place) -> str:
    id_, email = site.account()
    site.post("request-verification", email=email)
    answer = site.post("confirm-verification", token=site.mails.last(1, email).token)
    path = f"{USERS}/records/{id_}"
    return f"{answer.status} {site.read(path, 'verified')} {site.read(path, 'name')}"


def confirm_password(site: Place) -> str:
    id_, email = site.account()
    site.post("request-password-reset", email=email)
    new = {"password": "another-password", "passwordConfirm": "another-password"}
    token = site.mails.last(1, email).token
    answer = site.post("confirm-password-reset", token=token, **new)
    is_new = site.sign_in(email, new["password"]).status == 200
    return f"{answer.status} {is_new} {site.read(f'{USERS}/records/{id_}', 'name')}"


def confirm_address(site: Place) -> str:
    (id_, email), new = site.account(), f"{site.fresh('new')}@example.com"
    site.post("request-email-change", site.token_of(email), newEmail=new)
    token = site.mails.last(1, new).token
    answer = site.post("confirm-email-change", token=token, password=PASSWORD)
    found = site.read(f"{USERS}/records/{id_}", "email")
    return f"{answer.status} { {email: 'old', new: 'new', f'x{new}': 'changed'}[found] }"


def list_collections(site: Place) -> str:
    answer = site.send("GET", "/api/collections?filter=name='posts'")
    return f"{answer.status} {len(answer.json().get('items', ())) if answer.body else 0}"


def view_collection(site: Place) -> str:
    return told(site.send("GET", "/api/collections/posts"), "listRule")


def create_collection(site: Place) -> str:
    name = site.fresh("c")
    body = {"name": name, "fields": [], "listRule": "id = 'new'"}
    answer = site.send("POST", "/api/collections", body)
    return f"{answer.status} {site.read(f'/api/collections/{name}', 'listRule')}"


def update_collection(site: Place) -> str:
    path = f"/api/collections/{site.made('/api/collections', {'name': site.fresh('c')})['id']}"
    answer = site.send("PATCH", path, {"listRule": "id = 'new'"})
    return f"{answer.status} {site.read(path, 'listRule')}"


def delete_collection(site: Place) -> str:
    first, second = (
        f"/api/collections/{site.made('/api/collections', {'name': site.fresh(p)})['id']}"
        for p in ("c", "spare")
    )
    answer = site.send("DELETE", first)
    return f"{answer.status} {site.exists(first)} {site.exists(second)}"


def import_collections(site: Place) -> str:
    name = site.fresh("c")
    body = {"collections": [{"name": name, "fields": [], "listRule": "id = 'new'"}]}
    answer = site.send("PUT", "/api/collections/import", body)
    return f"{answer.status} {site.read(f'/api/collections/{name}', 'listRule')}"


def view_settings(site: Place) -> str:
    return told(site.send("GET", "/api/settings"), "meta", "appName")


def change_settings(site: Place) -> str:
    new = site.fresh("name")
    answer = site.send("PATCH", "/api/settings", {"meta": {"senderName": new}})
    found = site.read("/api/settings", "meta", "senderName")
    return f"{answer.status} { {new: 'new', f'x{new}': 'changed'}.get(found, 'old') }"


def token_of_files(site: Place) -> str:
    answer = site.send("POST", "/api/files/token")
    token = shown(answer, "token")
    return f"{answer.status} {'token' if token.count('.') == 2 else token}"


def download(site: Place) -> str:
    answer = site.server.send("GET", f"/api/files/posts/fixed0000000000/{site.file}?download=1")
    name = answer.headers.get("content-disposition", "")
    found = "changed" if "changed" in name else "text" if answer.body == b"text" else "-"
    return f"{answer.status} {found}"


def back_up(site: Place) -> str:
    name = site.fresh("backup")
    answer = site.send("POST", "/api/backups", {"name": f"{name}.zip"})
    found = [item["key"] for item in site.send("GET", "/api/backups").json()]
    kept = [key.removesuffix(f"{name}.zip") or "kept" for key in found if name in key]
    return f"{answer.status} {kept[0] if kept else '-'}"


def send_sample(site: Place) -> str:
    email = f"{site.fresh()}@example.com"
    body = {"email": email, "template": "otp"}
    answer = site.send("POST", "/api/settings/test/email", body)
    return f"{answer.status} {subject(site.mail(email))}"


def subject(mail: Mail | None) -> str:
    return "-" if mail is None else "changed" if mail.subject == "changed" else "mailed"


def mail_of(what: str) -> Callable[[Place], str]:
    def act(site: Place) -> str:
        _, email = site.account()
        site.post(f"request-{what}", email=email)
        return subject(site.mail(email))

    return act


def mail_of_other_address(site: Place) -> str:
    new = f"{site.fresh('new')}@example.com"
    site.post("request-email-change", site.token_of(site.account()[1]), newEmail=new)
    return subject(site.mail(new))


def alert(site: Place) -> str:
    _, email = site.account()
    for device in ("one", "two"):
        answer = site.server.request(
            "POST",
            f"{USERS}/auth-with-password",
            headers={"User-Agent": device, "Content-Type": "application/json"},
            body=b'{"identity": "%s", "password": "%s"}' % (email.encode(), PASSWORD.encode()),
        )
        assert answer.status == 200
    return subject(site.mail(email))


class Row(NamedTuple):
    act: Callable[[Place], str]
    # What comes of it by itself, where a function changes it by this code, and where one stops it.
    done: str
    code: str
    changed: str
    stopped: str
    # Without `next()`; as where it is stopped, but for the status, if it is empty.
    left: str = ""


OTHER_RECORD = f'event.record = await app.find_first("users", "email = \'{OTHER}\'")'
RULE = "replace(event.collection, list_rule=\"id = 'changed'\")"
MAIL = ("mailed", 'event.message = replace(event.message, subject="changed")', "changed", "-")

ROWS = {
    "record_view_request": Row(view, "200 fixed", CHANGED.format("title"), "200 changed", "403 -"),
    "record_create_request": Row(
        create, "200 new", CHANGED.format("title"), "200 changed", "403 none"
    ),
    "record_update_request": Row(
        update, "200 new", CHANGED.format("title"), "200 changed", "403 old"
    ),
    # Nothing can be changed of what goes, and nothing else goes in its place.
    "record_delete_request": Row(delete, "204 none", "event.record = None", "400 old", "403 old"),
    # Leaving out the rest leaves out what other functions would change.
    "record_enrich": Row(
        view, "200 fixed", CHANGED.format("title"), "200 changed", "403 -", "200 fixed"
    ),
    "batch_request": Row(
        batch, "200 new", 'event.items[0].body["title"] = "changed"', "200 changed", "403 none"
    ),
    "record_auth_request": Row(
        sign_in, "200 -", 'event.meta = {"by": "changed"}', "200 changed", "403 -"
    ),
    "record_auth_with_password_request": Row(
        sign_in_as, "200 -", OTHER_RECORD, "200 Other", "403 -"
    ),
    "record_auth_with_oauth2_request": Row(
        sign_in_elsewhere, "200 -", 'event.create_data["name"] = "changed"', "200 changed", "403 -"
    ),
    "record_auth_refresh_request": Row(
        refresh, "200 -", CHANGED.format("name"), "200 changed", "403 -"
    ),
    "record_auth_with_otp_request": Row(
        sign_in_by_code, "200 -", CHANGED.format("name"), "200 changed", "403 -"
    ),
    "record_request_otp_request": Row(
        ask_for_code, "200 mailed", f'event.code = "{CODE}"', "200 changed", "403 -"
    ),
    "record_request_verification_request": Row(
        ask_for_link("verification"), "204 mailed", OTHER_RECORD, "204 changed", "403 -"
    ),
    "record_confirm_verification_request": Row(
        confirm_verification,
        "204 True -",
        CHANGED.format("name"),
        "204 True changed",
        "403 False -",
    ),
    "record_request_password_reset_request": Row(
        ask_for_link("password-reset"), "204 mailed", OTHER_RECORD, "204 changed", "403 -"
    ),
    "record_confirm_password_reset_request": Row(
        confirm_password, "204 True -", CHANGED.format("name"), "204 True changed", "403 False -"
    ),
    "record_request_email_change_request": Row(
        ask_for_other_address,
        "204 mailed",
        'event.new_email = "x" + event.new_email',
        "204 changed",
        "403 -",
    ),
    "record_confirm_email_change_request": Row(
        confirm_address,
        "204 new",
        'event.new_email = "x" + event.new_email',
        "204 changed",
        "403 old",
    ),
    "collections_list_request": Row(
        list_collections, "200 1", "event.collections = []", "200 0", "403 0"
    ),
    "collection_view_request": Row(
        view_collection, "200 -", f"event.collection = {RULE}", "200 id = 'changed'", "403 -"
    ),
    "collection_create_request": Row(
        create_collection,
        "200 id = 'new'",
        f"event.collection = {RULE}",
        "200 id = 'changed'",
        "403 none",
    ),
    "collection_update_request": Row(
        update_collection,
        "200 id = 'new'",
        f"event.collection = {RULE}",
        "200 id = 'changed'",
        "403 -",
    ),
    "collection_delete_request": Row(
        delete_collection,
        "204 False True",
        'event.collection = [c for c in app.collections if c.name.startswith("spare")][-1]',
        "204 True False",
        "403 True True",
    ),
    "collections_import_request": Row(
        import_collections,
        "204 id = 'new'",
        'event.collections[0]["listRule"] = "id = \'changed\'"',
        "204 id = 'changed'",
        "403 none",
    ),
    "settings_list_request": Row(
        view_settings,
        "200 Acme",
        "event.settings = "
        'replace(event.settings, meta=replace(event.settings.meta, app_name="changed"))',
        "200 changed",
        "403 -",
    ),
    "settings_update_request": Row(
        change_settings,
        "200 new",
        'meta = replace(event.new.meta, sender_name="x" + event.new.meta.sender_name)\n'
        "event.new = replace(event.new, meta=meta)",
        "200 changed",
        "403 old",
    ),
    "file_token_request": Row(
        token_of_files, "200 token", 'event.token = "changed"', "200 changed", "403 -"
    ),
    "file_download_request": Row(
        download,
        "200 text",
        'event.sent = event.sent._replace(name="changed.txt")',
        "200 changed",
        "403 -",
    ),
    "backup_create": Row(
        back_up, "204 kept", 'event.name = "changed" + event.name', "204 changed", "403 -"
    ),
    "mailer_send": Row(send_sample, "204 mailed", MAIL[1], "204 changed", "403 -"),
    "mailer_record_verification_send": Row(mail_of("verification"), *MAIL),
    "mailer_record_password_reset_send": Row(mail_of("password-reset"), *MAIL),
    "mailer_record_otp_send": Row(mail_of("otp"), *MAIL),
    "mailer_record_email_change_send": Row(mail_of_other_address, *MAIL),
    "mailer_record_auth_alert_send": Row(alert, *MAIL),
}


def test_each_event_has_a_row() -> None:
    assert {*ROWS, "backup_restore", *DATA, *OTHERS, *LIFE} == set(EVENTS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    names = [*ROWS, "backup_restore"]
    with (
        MailServer() as mails,
        planned(tmp_path_factory.mktemp("requests"), names, Place) as site,
    ):
        assert isinstance(site, Place)
        site.mails = mails
        settings = {**mails.settings, "batch": {"enabled": True}}
        assert site.send("PATCH", "/api/settings", settings).status == 200
        users = {
            "createRule": "",
            "otp": {"enabled": True},
            "oauth2": {"enabled": True, "providers": [provider.settings()]},
        }
        assert site.send("PATCH", USERS, users).status == 200
        site.made(f"{USERS}/records", {"email": OTHER, "name": "Other", **BOTH})
        fields = [{"name": "title", "type": "text"}, {"name": "file", "type": "file"}]
        posts = {"id": "posts0000000000", "name": "posts", "fields": fields, "createRule": ""}
        site.made("/api/collections", posts)
        sent = encoded(
            form(("id", "fixed0000000000"), ("title", "fixed"), ("file", File("a.txt", "text")))
        )
        headers = {"Content-Type": "multipart/form-data; boundary=parity-boundary"}
        answer = site.server.request("POST", POSTS, headers=headers, body=sent.content)
        site.file = str(answer.json()["file"])
        yield site


@pytest.mark.parametrize("do", ["see", "change", "stop", "leave"])
@pytest.mark.parametrize("event", ROWS)
def test_an_event(site: Place, event: str, do: str) -> None:
    row = ROWS[event]
    site.plan(event, do, row.code if do == "change" else "")
    came = row.act(site)
    assert [line.split()[0] for line in site.seen()] == [event]
    site.go_on()
    if do != "leave":
        assert came == {"see": row.done, "change": row.changed, "stop": row.stopped}[do]
    elif row.left:
        assert came == row.left
    else:
        assert re.sub(r"^\d+ ", "", came) == re.sub(r"^\d+ ", "", row.stopped)


def test_a_function_says_who_has_an_unknown_address(site: Place) -> None:
    site.mails.mails.clear()
    site.plan("record_request_otp_request", "see")
    assert site.post("request-otp", email="nobody@example.com").status == 200
    site.plan("record_request_otp_request", "change", OTHER_RECORD)
    assert site.post("request-otp", email="nobody@example.com").status == 200
    mail = site.mail(OTHER, "nobody@example.com")
    assert mail is not None
    # Of tests before there may be mails under way, but none to this address.
    assert mail.to == (OTHER,)
    assert not any("nobody@example.com" in sent.to for sent in site.mails.mails)
    site.go_on()


def test_a_backup_is_restored(site: Place) -> None:
    mark = site.place / "pb_data" / ".fc_restore"

    def restore() -> None:
        assert site.send("POST", "/api/backups/empty.zip/restore").status == 204
        until(lambda: len(site.seen()) == 1)

    site.made("/api/backups", {"name": "empty.zip"})
    site.made(POSTS, {"id": "saved0000000000"})
    site.made("/api/backups", {"name": "full.zip"})
    for do in ("stop", "leave"):
        site.plan("backup_restore", do)
        restore()
        # Where another one may begin, that one is over.
        until(lambda: site.send("GET", "/api/health").json()["data"]["canBackup"] is True)
        assert not mark.exists()
    for do, name, is_there in (("change", "full", True), ("see", "empty", False)):
        site.plan("backup_restore", do, 'event.name = "full.zip"' if do == "change" else "")
        restore()
        until(lambda name=name: f"the backup {name}.zip was restored" in site.server.output)
        assert site.exists(f"{POSTS}/saved0000000000") is is_there
