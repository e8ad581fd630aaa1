"""The recipes of docs/recipes as they stand, in FastCMS as people get it."""

from __future__ import annotations

import hmac
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self

import pytest

from tests import built
from tests.mailserver import MailServer
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Answer, Kind, Server
from tests.waiting import until

PAGES = sorted((Path(__file__).parents[2] / "docs" / "recipes").glob("*.md"))
_FILE = re.compile(r"```python\n# pb_hooks/(\w+\.py)\n(.*?)```", re.DOTALL)
SECRET = "whsec-test"
COMMAND = """
from fastcms import command, errors

@command("how-many", help="Counts records.")
def how_many(app, collection: str):
    if not app.count(collection):
        raise errors.bad_request("There are none.")
    print(app.count(collection))
"""


class SearchEngine:
    """Takes documents as a search engine does, over HTTP."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        documents = self.documents

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["content-length"]))
                documents.update((each["id"], each) for each in json.loads(sent))
                self._done()

            def do_DELETE(self) -> None:
                documents.pop(self.path.rpartition("/")[2], None)
                self._done()

            def _done(self) -> None:
                self.send_response(202)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Site:
    """A server with all recipes, and what they need outside of it."""

    def __init__(
        self, program: Path, server: Server, mails: MailServer, engine: SearchEngine
    ) -> None:
        self.program = program
        self.server = server
        self.mails = mails
        self.engine = engine
        self.root = server.superuser_token()

    def run(self, *arguments: str) -> str:
        """What a command prints."""
        return run(self.program, *arguments, "--dir", str(self.server.directory))

    def collection(self, name: str, *fields: str, **more: Any) -> None:
        """A collection that everybody may use; a field as `name:type`."""
        made: list[dict[str, Any]] = [
            dict(zip(("name", "type"), field.split(":"), strict=True)) for field in fields
        ]
        for field in made:
            field["onCreate"] = field["type"] == "autodate"
        rules = dict.fromkeys(
            ("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), ""
        )
        body = {"name": name, "type": "base", "fields": made, **rules, **more}
        self.server.expect("POST", "/api/collections", token=self.root, json_body=body)

    def add(self, collection: str, token: str | None = None, **values: Any) -> Answer:
        path = f"/api/collections/{collection}/records"
        return self.server.send("POST", path, token=token, json_body=values)

    def made(self, collection: str, **values: Any) -> dict[str, Any]:
        answer = self.add(collection, self.root, **values)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found

    def all(self, collection: str, token: str | None = None, query: str = "") -> list[Any]:
        path = f"/api/collections/{collection}/records?{query}"
        found: list[Any] = self.server.expect("GET", path, token=token)["items"]
        return found

    def person(self, collection: str, name: str, **values: Any) -> tuple[str, str]:
        """The id of a new account and a token of it."""
        email, password = f"{name}@example.com", "a-password-1"
        account = {"email": email, "password": password, "passwordConfirm": password, **values}
        made = self.made(collection, **account)
        return made["id"], self.server.sign_in(collection, email, password)


def run(program: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(program), *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


PROGRAMS: dict[str, Callable[[], Path]] = {
    "installed": built.installed,
    "executable": built.executable,
}


@pytest.fixture(scope="module", params=list(PROGRAMS))
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    program = PROGRAMS[request.param]()
    place = tmp_path_factory.mktemp("recipes")
    data, hooks = place / "pb_data", place / "pb_hooks"
    hooks.mkdir()
    for page in PAGES:
        for name, source in _FILE.findall(page.read_text("utf-8")):
            (hooks / name).write_text(source, "utf-8")
    (hooks / "how_many.py").write_text(COMMAND)
    run(program, "superuser", "upsert", ROOT_EMAIL, ROOT_PASSWORD, "--dir", str(data))
    run(program, "hooks", "install", "--dir", str(data))
    with pytest.MonkeyPatch.context() as patch, SearchEngine() as engine, MailServer() as mails:
        patch.setenv("PAYMENTS_SECRET", SECRET)
        patch.setenv("SEARCH_URL", engine.url)
        with Server(Kind.FASTCMS, data, program=program) as server:
            made = Site(program, server, mails, engine)
            settings = {**mails.settings, "batch": {"enabled": True}}
            server.expect("PATCH", "/api/settings", token=made.root, json_body=settings)
            fields = ("number:text", "status:text", "price:number", "created:autodate")
            made.collection("orders", *fields)
            made.collection("order_items", "order:text", "price:number", "quantity:number")
            yield made


def test_every_page_has_a_test() -> None:
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {page.stem.replace("-", "_") for page in PAGES} == tests - {
        "every_page_has_a_test",
        "a_command",
    }
    assert len(PAGES) == 10


def test_a_command(site: Site) -> None:
    def called(*arguments: str) -> tuple[int, str]:
        line = [str(site.program), "--dir", str(site.server.directory), *arguments]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr

    assert "Counts records." in called("--help")[1]
    assert called("how-many", "_superusers") == (0, "1\n")
    code, said = called("how-many", "_mfas")
    assert (code, said.splitlines()) == (1, ["There are none."])


def test_slug(site: Site) -> None:
    site.collection("posts", "title:text", "slug:text")
    slugs = [site.add("posts", title=title).json()["slug"] for title in ("Été à Paris!",) * 2]
    assert slugs == ["ete-a-paris", "ete-a-paris-2"]
    assert site.add("posts", title="x", slug="mine").json()["slug"] == "mine"
    requests = [
        {"method": "POST", "url": "/api/collections/posts/records", "body": {"title": "Same"}}
    ] * 2
    answer = site.server.expect(
        "POST", "/api/batch", token=site.root, json_body={"requests": requests}
    )
    assert [each["body"]["slug"] for each in answer] == ["same", "same-2"]


def test_computed_field(site: Site) -> None:
    order = site.made("orders", number="A1")
    for price in (2.5, 10):
        site.made("order_items", order=order["id"], price=price, quantity=2)
    shown = site.server.expect("GET", f"/api/collections/orders/records/{order['id']}")
    assert (shown["total"], shown["items"]) == (25, 2)


def test_webhook(site: Site) -> None:
    site.collection("payments", "event:text", "order:text")
    order = site.made("orders", number="W1", price=12)
    message = json.dumps({"id": "evt_1", "data": {"order": order["id"]}}).encode()

    def send(age: int = 0, secret: str = SECRET, body: bytes = message) -> int:
        moment = int(time.time()) - age
        signed = hmac.new(secret.encode(), f"{moment}.".encode() + message, "sha256").hexdigest()
        headers = {"Payment-Signature": f"t={moment},v1={signed}"}
        return site.server.request("POST", "/webhooks/payments", headers=headers, body=body).status

    assert send(secret="another") == 400
    assert send(age=1000) == 400
    assert send(body=message.replace(b"evt_1", b"evt_2")) == 400
    assert site.all("payments") == []
    assert [send(), send()] == [200, 200]
    assert len(site.all("payments")) == 1
    path = f"/api/collections/orders/records/{order['id']}"
    assert site.server.expect("GET", path)["status"] == "paid"


def test_nightly_report(site: Site) -> None:
    site.collection("staff", "email:text", "wants_report:bool")
    site.made("staff", email="ann@example.com", wants_report=True)
    site.made("staff", email="bob@example.com")
    site.made("orders", number="N1", status="sent", price=7.5)
    site.server.expect("POST", "/api/crons/nightly_report", token=site.root)
    mail = site.mails.last(1)
    assert mail.to == ("ann@example.com",)
    assert "sent: 1, 7.50" in mail.html


def test_plan_limits(site: Site) -> None:
    site.collection("notes", "text:text")
    site.collection("members", "plan:text", type="auth")
    _, free = site.person("members", "free")
    _, pro = site.person("members", "pro", plan="pro")
    assert site.add("notes", text="x").status == 401
    assert [site.add("notes", free).status for _ in range(4)] == [200, 200, 200, 429]
    assert [site.add("notes", pro).status for _ in range(4)] == [200] * 4


def test_pdf(site: Site) -> None:
    order = site.made("orders", number="P1", price=99.5)
    _, token = site.person("users", "buyer")
    path = f"/orders/{order['id']}/invoice.pdf"
    assert site.server.send("GET", path).status == 401
    answer = site.server.send("GET", path, token=token)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body.startswith(b"%PDF-")
    assert site.server.send("GET", "/orders/nothing/invoice.pdf", token=token).status == 404


def test_audit(site: Site) -> None:
    site.collection("contracts", "text:text", "n:number")
    site.collection("audit", "action:text", "record:text", "by:text", "before:json", "after:json")
    id_, token = site.person("users", "auditor")
    made = site.add("contracts", token, text="first").json()
    path = f"/api/collections/contracts/records/{made['id']}"
    site.server.expect("PATCH", path, token=token, json_body={"text": "second"})
    site.server.expect("DELETE", path)
    entries = site.all("audit", query="sort=@rowid")
    assert [(entry["action"], entry["by"]) for entry in entries] == [
        ("create", id_),
        ("update", id_),
        ("delete", ""),
    ]
    assert [(entry["before"].get("text"), entry["after"].get("text")) for entry in entries] == [
        (None, "first"),
        ("first", "second"),
        ("second", None),
    ]
    # No change without an entry, no entry without a change.
    assert site.add("contracts", token, id="much too long for an id").status == 400
    assert len(site.all("audit")) == 3
    short = {"fields": [{"name": "action", "type": "text", "max": 1}]}
    site.server.expect("PATCH", "/api/collections/audit", token=site.root, json_body=short)
    assert site.add("contracts", token, text="never").status == 400
    assert site.all("contracts") == []


def test_soft_delete(site: Site) -> None:
    rules = {"listRule": "deleted = ''", "viewRule": "deleted = ''"}
    site.collection("documents", "title:text", "deleted:date", **rules)
    path = f"/api/collections/documents/records/{site.made('documents', title='x')['id']}"
    assert site.server.send("DELETE", path).status == 204
    assert site.all("documents") == []
    assert site.server.expect("GET", path, token=site.root)["deleted"]
    assert site.server.send("DELETE", path, token=site.root).status == 204
    assert site.server.send("GET", path, token=site.root).status == 404


def test_sign_in(site: Site) -> None:
    site.collection("workers", "badge:text", type="auth")
    id_, _ = site.person("workers", "worker", badge="B7")

    def sign_in(badge: str, pin: str) -> Answer:
        sent = {"badge": badge, "pin": pin}
        return site.server.send("POST", "/sign-in/badge", json_body=sent)

    for wrong in (sign_in("B7", "0000"), sign_in("nobody", ""), sign_in("nobody", "a-password-1")):
        assert (wrong.status, wrong.json()["message"]) == (400, "Badge or PIN is wrong.")
    signed_in = sign_in("B7", "a-password-1").json()
    assert signed_in["record"]["id"] == id_
    path = "/api/collections/workers/auth-refresh"
    assert site.server.expect("POST", path, token=signed_in["token"])["record"]["id"] == id_
    assert [sign_in("B7", "0000").status for _ in range(6)] == [400] * 5 + [429]


def test_search_sync(site: Site) -> None:
    site.collection("articles", "title:text", "text:text")
    made = site.made("articles", title="One", text="first")
    documents = site.engine.documents
    until(lambda: made["id"] in documents)
    path = f"/api/collections/articles/records/{made['id']}"
    site.server.expect("PATCH", path, json_body={"title": "Two"})
    until(lambda: documents[made["id"]]["title"] == "Two")
    site.server.expect("DELETE", path)
    until(lambda: made["id"] not in documents)
    assert site.add("articles", id="no").status == 400
    assert documents == {}
