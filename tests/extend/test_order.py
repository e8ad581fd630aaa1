"""Which events fire for a request, how often and in which order: the same as in the reference.

Functions at every event write down that they ran, in files of hooks of either server.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fastcms.extend.on import EVENTS
from tests.listeners import Listener
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

# Go's words for what snake case takes apart, or that is not there for files of hooks.
_WORDS = {"Oauth2": "OAuth2", "Otp": "OTP"}
_NOT_IN_FILES = {"serve"}

PYTHON = """
from pathlib import Path
from fastcms import on

LOG = Path({log!r})


def listen(name):
    async def listener(event):
        what = getattr(event, "record", None) or getattr(event, "model", None)
        what = what or getattr(event, "collection", None)
        of = getattr(what, "collection", what)
        if name.startswith(("model", "record", "collection_")):
            table = "_collections" if hasattr(of, "list_rule") and what is of else ""
            table = "_params" if hasattr(of, "batch") else table
            note = table if name.startswith("model") and table else getattr(of, "name", "")
        else:
            note = ""
        with LOG.open("a") as file:
            file.write(f"{{name}} {{note}} {{getattr(event, 'type', '')}}\\n")
        await event.next()

    getattr(on, name)()(listener)


for name in {names!r}:
    listen(name)
"""

JAVASCRIPT = """
%s((e) => {
    let note = ""
    if (%s) {
        const it = e.record || e.model || e.collection
        note = !it ? "" : e.record ? it.collection().name : e.model ? it.tableName() : it.name
    }
    console.log("EVENT %s " + note + " " + (e.type || ""))
    e.next()
})
"""


def of_reference(event: str) -> str:
    words = "".join(part.title() for part in event.split("_"))
    for ours, theirs in _WORDS.items():
        words = words.replace(ours, theirs)
    return f"on{words}"


class Both:
    """The two servers, with a log of events each."""

    def __init__(self, servers: dict[Kind, Server], log: Path) -> None:
        self.servers = servers
        self._log = log
        self._read = dict.fromkeys(servers, 0)
        self.tokens = {kind: server.superuser_token() for kind, server in servers.items()}
        self.listeners: dict[Kind, Listener] = {}
        self.files: dict[Kind, str] = {}

    def send(self, method: str, path: str, body: Any = None, status: int = 0) -> None:
        """Sends the same to both, which have to answer the same status."""
        found = {
            kind: server.send(method, path, token=self.tokens[kind], json_body=body)
            for kind, server in self.servers.items()
        }
        ours, theirs = found[Kind.FASTCMS], found[Kind.REFERENCE]
        assert ours.status == theirs.status, (ours.body, theirs.body)
        if status:
            assert ours.status == status, ours.body
        else:
            assert ours.status < 300, ours.body

    def events(self, kind: Kind) -> list[str]:
        """What fired since the last call of `forget`."""
        if kind is Kind.FASTCMS:
            lines = self._log.read_text().splitlines() if self._log.exists() else []
        else:
            lines = re.findall(r"EVENT (.*)", self.servers[kind].output)
        # What the server notes by itself fires none in FastCMS.
        own = ("_logs", "_authOrigins", "_otps")
        told = [" ".join(line.split()) for line in lines if not any(o in line for o in own)]
        return told[self._read[kind] :]

    def settle(self) -> None:
        """Returns when both have told of all that was asked for until now."""

        def told(kind: Kind) -> list[str]:
            return sorted(self.events(kind))

        until(lambda: told(Kind.FASTCMS) == told(Kind.REFERENCE))

    def forget(self) -> None:
        for kind in self.servers:
            self._read[kind] += len(self.events(kind))

    def assert_equal(self, expected: int, *, ordered: bool) -> None:
        """Some events come after the answer."""
        with suppress(AssertionError):
            until(lambda: all(len(self.events(kind)) >= expected for kind in self.servers), 5.0)
        ours, theirs = self.events(Kind.FASTCMS), self.events(Kind.REFERENCE)
        if not ordered:
            ours, theirs = sorted(ours), sorted(theirs)
        assert ours == theirs
        assert len(ours) == expected


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    place = tmp_path_factory.mktemp("order")
    names = [name for name in EVENTS if name not in _NOT_IN_FILES]
    log = place / "events"
    sources = {
        Kind.FASTCMS: ("all.py", PYTHON.format(log=str(log), names=names)),
        Kind.REFERENCE: (
            "all.pb.js",
            "".join(
                JAVASCRIPT
                % (
                    of_reference(name),
                    "true" if re.match("model|record|collection_", name) else "false",
                    name,
                )
                for name in names
            ),
        ),
    }
    servers = {}
    for kind, (name, source) in sources.items():
        folder = place / kind / "pb_hooks"
        folder.mkdir(parents=True)
        (folder / name).write_text(source)
        add_superuser(kind, place / kind / "pb_data")
        servers[kind] = Server(kind, place / kind / "pb_data", workers=1)
    with MailServer() as mails, servers[Kind.FASTCMS], servers[Kind.REFERENCE]:
        made = Both(servers, log)
        made.send("PATCH", "/api/settings", {**mails.settings, "batch": {"enabled": True}})
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")
        fields: list[dict[str, Any]] = [
            {"name": "title", "type": "text", "max": 5},
            {"name": "file", "type": "file", "maxSelect": 1},
        ]
        posts = {
            "id": "posts0000000000",
            "name": "posts",
            "fields": fields,
            "indexes": ["CREATE UNIQUE INDEX one_title ON posts (title) WHERE title != ''"],
            **rules,
            "deleteRule": "",
        }
        made.send("POST", "/api/collections", posts)
        for name, cascades in (("kids", True), ("refs", False)):
            link = {
                "name": "post",
                "type": "relation",
                "collectionId": "posts0000000000",
                "cascadeDelete": cascades,
            }
            made.send("POST", "/api/collections", {"name": name, "fields": [link], **rules})
        for id_, title in (("tree", "tree"), ("kept", "kept"), ("gone", "gone"), ("uniq", "uniq")):
            made.send("POST", POSTS, {"id": f"{id_}00000000000", "title": title})
        for name, id_ in (("kids", "kida"), ("kids", "kidb"), ("refs", "refa")):
            body = {"id": f"{id_}00000000000", "post": "tree00000000000"}
            made.send("POST", f"/api/collections/{name}/records", body)
        made.send("PATCH", USERS, {"otp": {"enabled": True}})
        password = {"password": "12345678", "passwordConfirm": "12345678"}
        for name in ("ann", "eve"):
            account = {"id": f"{name}000000000000", "email": f"{name}@example.com", **password}
            made.send("POST", "/api/collections/users/records", account)
        for name in ("old", "odd"):
            made.send("POST", "/api/collections", {"name": name, "fields": []})
        made.settle()
        yield made
        for listener in made.listeners.values():
            listener.close()


POSTS = "/api/collections/posts/records"
USERS = "/api/collections/users"


def batch(*titles: str) -> dict[str, Any]:
    return {"requests": [{"method": "POST", "url": POSTS, "body": {"title": t}} for t in titles]}


def connect(both: Both) -> None:
    for kind, server in both.servers.items():
        both.listeners[kind] = Listener(server)


def connected(both: Both) -> None:
    if not both.listeners:
        connect(both)


def subscribe(both: Both) -> None:
    for listener in both.listeners.values():
        listener.listen("posts/*")


def subscribed(both: Both) -> None:
    connected(both)
    subscribe(both)


def send_message(both: Both) -> None:
    both.send("POST", POSTS, {"title": "told"})
    for listener in both.listeners.values():
        assert listener.next().data["record"]["title"] == "told"


def upload(both: Both) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\ntext\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for kind, server in both.servers.items():
        path = f"{POSTS}/kept00000000000"
        answer = server.request("PATCH", path, headers=headers, body=body)
        both.files[kind] = answer.json()["file"]


def download(both: Both) -> None:
    for kind, server in both.servers.items():
        path = f"/api/files/posts/kept00000000000/{both.files[kind]}"
        assert server.send("GET", path).body == b"text"


def row(*request: Any) -> Callable[[Both], None]:
    return lambda both: both.send(*request)


# What has to be there before.
BEFORE: dict[str, Callable[[Both], None]] = {
    "download": upload,
    "subscribe": connected,
    "message": subscribed,
}

ROWS: dict[str, tuple[Callable[[Both], None], int]] = {
    "create": (row("POST", POSTS, {"title": "a"}), 10),
    "update": (row("PATCH", f"{POSTS}/kept00000000000", {"title": "b"}), 10),
    "view": (row("GET", f"{POSTS}/kept00000000000"), 2),
    "list": (row("GET", f"{POSTS}?filter=id~'kept'"), 2),
    "list of an empty page": (row("GET", f"{POSTS}?filter=id='none'"), 1),
    "delete": (row("DELETE", f"{POSTS}/gone00000000000"), 7),
    "delete with a cascade": (row("DELETE", f"{POSTS}/tree00000000000"), 25),
    "failed validation": (row("POST", POSTS, {"title": "too long a title"}, 400), 6),
    "unique violation": (row("POST", POSTS, {"title": "uniq"}, 400), 9),
    "update of nothing": (row("PATCH", f"{POSTS}/none00000000000", {}, 404), 0),
    "batch": (row("POST", "/api/batch", batch("m", "n")), 21),
    "batch that is rolled back": (row("POST", "/api/batch", batch("o", "uniq"), 400), 20),
    "account": (
        row(
            "POST",
            "/api/collections/users/records",
            {"id": "bob000000000000", "password": "12345678", "passwordConfirm": "12345678"}
            | {"email": "bob@example.com"},
        ),
        10,
    ),
    "sign-in": (
        row(
            "POST",
            "/api/collections/users/auth-with-password",
            {"identity": "ann@example.com", "password": "12345678"},
        ),
        3,
    ),
    "mail": (
        row(
            "POST",
            "/api/collections/users/request-password-reset",
            {"email": "ann@example.com"},
        ),
        3,
    ),
    "sign-in refused": (
        row(
            "POST",
            f"{USERS}/auth-with-password",
            {"identity": "ann@example.com", "password": "wrong"},
            400,
        ),
        1,
    ),
    "sign-in of nobody": (
        row(
            "POST",
            f"{USERS}/auth-with-password",
            {"identity": "none@example.com", "password": "wrong"},
            400,
        ),
        1,
    ),
    "mail to nobody": (
        row("POST", f"{USERS}/request-password-reset", {"email": "none@example.com"}),
        0,
    ),
    "proof of an address": (
        row("POST", f"{USERS}/request-verification", {"email": "ann@example.com"}),
        3,
    ),
    "one-time password": (row("POST", f"{USERS}/request-otp", {"email": "ann@example.com"}), 3),
    "one-time password of nobody": (
        row("POST", f"{USERS}/request-otp", {"email": "none@example.com"}),
        1,
    ),
    "refresh": (row("POST", "/api/collections/_superusers/auth-refresh"), 3),
    "impersonation": (row("POST", f"{USERS}/impersonate/ann000000000000"), 2),
    "collections": (row("GET", "/api/collections"), 1),
    "collection": (row("GET", "/api/collections/posts"), 1),
    "view of the settings": (row("GET", "/api/settings"), 1),
    "sample mail": (
        row(
            "POST",
            "/api/settings/test/email",
            {"email": "ann@example.com", "template": "verification"},
        ),
        2,
    ),
    "truncate": (row("DELETE", "/api/collections/odd/truncate"), 0),
    "backup": (row("POST", "/api/backups", {"name": "one.zip"}), 1),
    "delete of an account": (row("DELETE", "/api/collections/users/records/eve000000000000"), 7),
    "collection create": (
        row("POST", "/api/collections", {"name": "new", "fields": []}),
        9,
    ),
    "collection update": (row("PATCH", "/api/collections/odd", {"listRule": ""}), 9),
    "collection refused": (row("PATCH", "/api/collections/odd", {"name": "!"}, 400), 6),
    "collection delete": (row("DELETE", "/api/collections/old"), 7),
    "import": (
        row(
            "PUT",
            "/api/collections/import",
            {"collections": [{"name": "one", "fields": []}, {"name": "two", "fields": []}]},
        ),
        13,
    ),
    "settings": (row("PATCH", "/api/settings", {"meta": {"appName": "Order"}}), 6),
    "settings refused": (row("PATCH", "/api/settings", {"meta": {"appName": ""}}, 400), 4),
    "upload": (upload, 10),
    "download": (download, 1),
    "token of files": (row("POST", "/api/files/token"), 1),
    "connect": (connect, 2),
    "subscribe": (subscribe, 1),
    "message": (send_message, 12),
}


@pytest.mark.parametrize("name", ROWS)
def test_order_and_counts(both: Both, name: str) -> None:
    act, expected = ROWS[name]
    if before := BEFORE.get(name):
        before(both)
        both.settle()
    both.forget()
    act(both)
    # Messages go out beside the answer.
    both.assert_equal(expected, ordered=name != "message")
