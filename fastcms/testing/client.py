"""A client of a server under test: somebody who sends requests."""

from __future__ import annotations

import json as text_of_json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urlencode

import msgspec

from fastcms.testing.stream import Stream

if TYPE_CHECKING:
    from fastcms.testing.app import App

SHOWN = 2_000  # characters of an answer, where it is not as it was wanted
# What stands in a path as it is.
_PATH = "/%:@!$&'()*+,;=~[]"

# What a file of a form is: its content, its name and content, or where it is.
File = bytes | tuple[str, bytes] | Path


class Answer(NamedTuple):
    """What came back. Names of headers are lower case; repeated ones are joined by a comma."""

    # "POST /api/… as users/ann@example.com"
    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    # Those that were set, by name.
    cookies: Mapping[str, str] = {}

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON. Raises ValueError where it is none."""
        return msgspec.json.decode(self.body)

    def expect(self, status: int) -> Answer:
        """Itself; raises AssertionError, with all of it, for another status."""
        __tracebackhide__ = True
        if self.status != status:
            raise AssertionError(f"{self.asked}: {self.status} instead of {status}\n{self.shown}")
        return self

    @property
    def shown(self) -> str:
        """The body for people."""
        try:
            text = text_of_json.dumps(self.json(), indent=2, ensure_ascii=False)
        except ValueError:
            text = self.text
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


class Client:
    """Sends requests as one of those who may: `client.post("/api/…", {"title": "x"})`.

    With `status` a request raises AssertionError for an answer of another one. What a function of
    the server raises in the meantime is raised here, unless the test says `with app.raises(…):`.
    It keeps cookies as a browser does.
    """

    def __init__(self, app: App, token: str = "", name: str = "a guest") -> None:
        self.app = app
        # What it shows as `Authorization`, "" for nothing.
        self.token = token
        self.name = name
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **options: Any) -> Answer:
        """See :meth:`request`."""
        __tracebackhide__ = True
        return self.request("GET", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """See :meth:`request`."""
        __tracebackhide__ = True
        return self.request("DELETE", path, **options)

    def post(self, path: str, json: Any = msgspec.UNSET, **options: Any) -> Answer:
        """See :meth:`request`."""
        __tracebackhide__ = True
        return self.request("POST", path, json, **options)

    def patch(self, path: str, json: Any = msgspec.UNSET, **options: Any) -> Answer:
        """See :meth:`request`."""
        __tracebackhide__ = True
        return self.request("PATCH", path, json, **options)

    def put(self, path: str, json: Any = msgspec.UNSET, **options: Any) -> Answer:
        """See :meth:`request`."""
        __tracebackhide__ = True
        return self.request("PUT", path, json, **options)

    def request(
        self,
        method: str,
        path: str,
        json: Any = msgspec.UNSET,
        *,
        query: Mapping[str, object] | None = None,
        form: Mapping[str, object] | None = None,
        files: Mapping[str, File | Sequence[File]] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> Answer:
        """Sends a request and gives the answer to it: with a body of JSON, with a form and files
        as a browser sends them, or with a body as it is.
        """
        __tracebackhide__ = True
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not msgspec.UNSET:
            body = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        elif form is not None or files is not None:
            body, kind = _multipart(form or {}, files or {})
            sent.setdefault("content-type", kind)
        if body:
            sent["content-length"] = str(len(body))
        answer = self.app.answer(self._scope(method, path, query, sent), body, self.name)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        self.app.faults.tell(f"{answer.asked}: {answer.status}", beside=False)
        return answer if status is None else answer.expect(status)

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Stream]:
        """Listens to realtime messages: `with client.listen("posts/*") as stream:`."""
        __tracebackhide__ = True
        scope = self._scope("GET", "/api/realtime", None, {})
        with self.app.streamed(scope, self._subscriber(topics)) as stream:
            yield stream

    def _subscriber(self, topics: Sequence[str]) -> Callable[[str, str], None]:
        def subscribe(client_id: str, own: str) -> None:
            wanted = {"clientId": client_id, "subscriptions": [*topics, own]}
            self.post("/api/realtime", wanted, status=204)

        return subscribe

    def _scope(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        headers: Mapping[str, str],
    ) -> dict[str, Any]:
        raw, _, text = path.partition("?")
        raw = quote(raw, safe=_PATH)
        if query:
            text = f"{text}&{urlencode(query)}".removeprefix("&")
        all_headers = {"host": "testserver", "user-agent": "fastcms.testing", **headers}
        if self.token:
            all_headers.setdefault("authorization", self.token)
        if self.cookies:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            all_headers.setdefault("cookie", cookies)
        return {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": quote(text, safe=_PATH + "?").encode(),
            "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("testserver", 80),
        }


def answered(asked: str, messages: Sequence[Mapping[str, Any]]) -> Answer:
    """The answer that the messages of ASGI are."""
    headers: dict[str, str] = {}
    cookies: SimpleCookie = SimpleCookie()
    start, *rest = messages
    for raw_name, raw_value in start["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if name == "set-cookie":
            cookies.load(value)
    body = b"".join(message.get("body", b"") for message in rest)
    set_ = {name: morsel.value for name, morsel in cookies.items()}
    return Answer(asked, start["status"], headers, body, set_)


def _multipart(
    form: Mapping[str, object], files: Mapping[str, File | Sequence[File]]
) -> tuple[bytes, str]:
    """A form as browsers send it, and its content type."""
    boundary = token_hex(16)
    parts: list[bytes] = []

    def add(name: str, content: bytes, more: str = "") -> None:
        head = f'Content-Disposition: form-data; name="{name}"{more}'
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")

    for name, value in form.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            add(name, one.encode() if isinstance(one, str) else msgspec.json.encode(one))
    for name, given in files.items():
        for file in given if isinstance(given, list) else [given]:
            called, content = _file(name, file)
            add(name, content, f'; filename="{called}"\r\nContent-Type: application/octet-stream')
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _file(name: str, file: Any) -> tuple[str, bytes]:
    if isinstance(file, Path):
        return file.name, file.read_bytes()
    if isinstance(file, bytes):
        return name, file
    called, content = file
    return called, content
