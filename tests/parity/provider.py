"""An OAuth2 provider without a memory: what it shall answer is written in the code it is given.

Both servers can so use the same code, and a row says in one place what the provider tells of whom.
"""

import base64
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.oauth2 import issuer

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cf500f00030101009d2fe5d10000000049454e44ae426082"
)


def code(user: Any = None, **more: Any) -> str:
    """A code for a sign-in of this user.

    token: what the token's address answers beside the usual; token_status: with which status.
    token_type: of its content; a form instead of JSON, or whatever it says.
    status: of the profile. emails, emails_status: of the list of addresses beside it.
    secret_in: "header" or "body" for a provider that takes the client's secret only there.
    """
    plan = {"user": user, **more}
    return base64.urlsafe_b64encode(json.dumps(plan).encode()).decode().rstrip("=")


@cache
def address() -> str:
    """Where the provider of this process listens; starts it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def settings() -> dict[str, Any]:
    """It as one of the providers of a collection."""
    at = address()
    return {
        "name": "oidc",
        "clientId": "client",
        "clientSecret": "the-client-secret",
        "authURL": f"{at}/auth",
        "tokenURL": f"{at}/token",
        "userInfoURL": f"{at}/user",
    }


class _Provider(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/token":
            self._token({key: values[0] for key, values in parse_qs(body.decode()).items()})
        else:
            self._profile(body.decode())

    def do_GET(self) -> None:
        if self.path.startswith("/keys"):
            self._keys(self.path.removeprefix("/keys"))
        elif self.path.endswith(".png"):
            self._send_bytes(200, PICTURE, "image/png")
        elif self.path.endswith("/emails"):
            plan = self._plan()
            self._send(plan.get("emails_status", 200), plan.get("emails", []))
        else:
            self._profile("")

    def _keys(self, which: str) -> None:
        sets: dict[str, Any] = {
            "": {"keys": [issuer.public("rsa-2"), issuer.public("rsa"), issuer.public("okp")]},
            "/none": {"keys": []},
            "/broken": "no keys",
            "/without-algorithm": {"keys": [issuer.public("rsa", alg=None)]},
            "/elliptic": {"keys": [issuer.public("ec")]},
        }
        self._send(200 if which in sets else 404, sets.get(which, {}))

    def _token(self, form: dict[str, str]) -> None:
        plan = _read(form.get("code", ""))
        has_header = "Authorization" in self.headers
        if plan.get("secret_in", "header") != ("header" if has_header else "body"):
            self._send(401, {"error": "invalid_client"})
            return
        answer: dict[str, Any] = {
            "access_token": form.get("code"),
            "token_type": "bearer",
            "refresh_token": "refresh-1",
            **plan.get("token", {}),
        }
        if plan.get("tell_request"):
            # What the token's address was asked shows in the profile.
            asked = {
                "form": dict(sorted(form.items())),
                "authorization": self.headers.get("Authorization"),
            }
            answer["access_token"] = code({**plan["user"], "asked": asked})
        self._send(plan.get("token_status", 200), answer, plan.get("token_type"))

    def _profile(self, body: str) -> None:
        plan = self._plan()
        user = plan.get("user")
        if plan.get("tell_headers"):
            names = ("Client-Id", "Notion-Version", "trakt-api-key", "trakt-api-version")
            sent = {name: self.headers[name] for name in names if name in self.headers}
            user = {**user, "sent": [self.command, json.loads(body or "null"), sent]}
        self._send(plan.get("status", 200), user)

    def _plan(self) -> dict[str, Any]:
        return _read(self.headers.get("Authorization", "").removeprefix("Bearer "))

    def _send(self, status: int, value: Any, content_type: str | None = None) -> None:
        if content_type and not content_type.endswith("json"):
            body = urlencode(value).encode()
        else:
            body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self._send_bytes(status, body, content_type or "application/json")

    def _send_bytes(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return {"token_status": 400, "status": 401}
    return found if isinstance(found, dict) else {}
