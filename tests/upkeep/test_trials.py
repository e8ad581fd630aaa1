"""Tests of text messages, webhooks and the databases over HTTP."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.inprocess import Client, served
from tests.smsserver import TWILIO_TOKEN, SMSServer

SECRET = "whsec_" + base64.b64encode(b"a key of the receiver").decode()


class Receiver:
    """Takes webhooks; answers with the status that the path says."""

    def __init__(self) -> None:
        self.taken: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taken.put(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(int(self.path[1:4]))
                if self.path.startswith("/302"):
                    self.send_header("Location", "/200")
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"inside")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


async def attempt(client: Client, what: str, body: Any) -> tuple[int, Any]:
    answer = await client("POST", f"/api/settings/test/{what}", body)
    return answer.status, answer.json() if answer.body else None


def test_a_webhook_is_signed_and_its_answer_told(tmp_path: Path, receiver: Receiver) -> None:
    async def body(client: Client) -> None:
        client.app.dev = True
        for path, ok in (("200", True), ("204", True), ("302", False), ("500", False)):
            url = f"{receiver.url}/{path}"
            status, found = await attempt(client, "webhook", {"url": url, "secret": SECRET})
            assert (status, found["ok"], found["status"]) == (200, ok, int(path))
            assert set(found) == {"ok", "status", "time"}
            assert found["time"] > 0
            headers, sent = receiver.taken.get(timeout=10)
            # Nothing is followed.
            assert receiver.taken.empty()
            assert json.loads(sent)["type"] == "test"
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + sent
            digest = hmac.digest(b"a key of the receiver", signed, hashlib.sha256)
            assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
        await attempt(client, "webhook", {"url": receiver.url + "/200"})
        assert "webhook-signature" not in receiver.taken.get(timeout=10)[0]

    served(tmp_path / "pb_data", body)


def test_a_webhook_leads_nowhere_inside(tmp_path: Path, receiver: Receiver) -> None:
    port = receiver.server.server_port

    async def body(client: Client) -> None:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433",
                     "169.254.169.254", "10.0.0.1", "0.0.0.0"):  # fmt: skip
            url = f"http://{host}:{port}/200"
            status, found = await attempt(client, "webhook", {"url": url})
            assert status == 400, host
            assert "url" in found["data"] or "is not public" in found["message"], host
        assert receiver.taken.empty()

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("webhook", {}, {"url": "validation_required"}),
        ("webhook", {"url": "ftp://example.com"}, {"url": "validation_is_url"}),
        ("webhook", {"url": "example.com"}, {"url": "validation_is_url"}),
        ("webhook", {"url": "file:///etc/passwd"}, {"url": "validation_is_url"}),
        ("webhook", {"url": 5}, {}),
        ("webhook", {"url": "https://example.com", "secret": "whsec_!"}, {}),
        ("sms", {}, {"phone": "validation_required"}),
        ("sms", {"phone": "call me"}, {"phone": "validation_is_phone"}),
        ("sms", {"phone": "+4915112345678"}, {}),
    ],
)
def test_what_is_refused(tmp_path: Path, what: str, body: Any, code: dict[str, str]) -> None:
    async def run(client: Client) -> None:
        status, found = await attempt(client, what, body)
        assert status == 400
        assert {key: problem["code"] for key, problem in found["data"].items()} == code
        assert code or found["message"]

    served(tmp_path / "pb_data", run)


def test_a_text_message(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        with SMSServer() as sms:
            await client("PATCH", "/api/settings/sms", sms.twilio)
            assert await attempt(client, "sms", {"phone": "+49 151 123 456 78"}) == (204, None)
            sent = sms.take()
            assert (sent.to, sent.text) == ("+4915112345678", "Acme: text messages work.")
            sms.answer = (401, '{"code": 20003}')
            status, found = await attempt(client, "sms", {"phone": "+4915112345678"})
            assert (status, TWILIO_TOKEN in str(found)) == (400, False)
            assert "Twilio answered 401 (error 20003)" in found["message"]

    served(tmp_path / "pb_data", body)


def test_the_databases(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        status, found = await attempt(client, "database", {})
        assert status == 200
        assert found["data"]["size"] > 0
        assert min(found["data"]["read"], found["data"]["write"], found["logs"]["write"]) > 0

    served(tmp_path / "pb_data", body)


def test_who_may(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        root = (await client("GET", "/api/collections/_superusers/records")).json()["items"][0]
        path = f"/api/collections/_superusers/impersonate/{root['id']}"
        borrowed = (await client("POST", path, {"duration": 60})).json()["token"]
        for what, status in (("webhook", 403), ("sms", 403)):
            path = f"/api/settings/test/{what}"
            answer = await client("POST", path, {"url": "https://example.com"}, token=borrowed)
            assert answer.status == status
        for what in ("webhook", "sms", "database"):
            assert (await client("POST", f"/api/settings/test/{what}", {}, token="")).status == 401

    served(tmp_path / "pb_data", body)
