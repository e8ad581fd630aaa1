"""Requests of tus 1.0.0 by hand, and the collections that they are for."""

import base64
from collections.abc import Mapping
from typing import Any

from tests.servers import Answer, Server

PASSWORD = "reader-password-1"
MIB = 1 << 20
OCTETS = {"Content-Type": "application/offset+octet-stream"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def _file(name: str, **options: Any) -> dict[str, Any]:
    return {"type": "file", "name": name, "maxSelect": 1, "maxSize": 512 * MIB, **options}


def make_collections(server: Server) -> str:
    """The collections and two users; the superuser's token."""
    root = server.superuser_token()
    for name in ("ada", "ben"):
        body = {"email": f"{name}@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
        server.expect("POST", "/api/collections/users/records", token=root, json_body=body)
    fields = [
        {"type": "text", "name": "title"},
        {"type": "text", "name": "owner"},
        _file("file"),
        _file("small", maxSize=10),
        _file("images", maxSelect=3, mimeTypes=["image/png"]),
        _file("secret", hidden=True),
    ]
    rules: dict[str, str | None] = dict.fromkeys(("listRule", "viewRule", "createRule"), "")
    rules["updateRule"] = "owner = @request.auth.id"
    docs = {"name": "docs", "type": "base", **rules, "fields": fields}
    locked = {"name": "locked", "type": "base", "fields": [_file("file")]}
    members = {
        **locked,
        "name": "members",
        "createRule": '@request.auth.id != "" && (title = "" || title != "") && file != ""',
        "fields": fields,
    }
    view = {"name": "seen", "type": "view", "viewQuery": "SELECT id, file FROM docs"}
    for collection in (docs, locked, members, view):
        server.expect("POST", "/api/collections", token=root, json_body=collection)
    return root


def sign_in(server: Server, name: str) -> str:
    return server.sign_in("users", f"{name}@example.com", PASSWORD)


def metadata(**values: str) -> str:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return ",".join(f"{key} {value}" for key, value in encoded.items())


def call(
    server: Server,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    *,
    token: str | None = None,
) -> Answer:
    """A request with the protocol's version, which an empty value in `headers` leaves out."""
    sent = {"Tus-Resumable": "1.0.0", **(headers or {})}
    if token:
        sent["Authorization"] = token
    sent = {name: value for name, value in sent.items() if value}
    return server.request(method, path, headers=sent, body=body)


def begin(
    server: Server, size: int, *, token: str | None = None, body: bytes | None = None, **values: str
) -> Answer:
    """Begins an upload, by default for the field `file` of `docs`."""
    values = {"collection": "docs", "field": "file", "filename": "a b.txt", **values}
    headers = {"Upload-Length": str(size), "Upload-Metadata": metadata(**values)}
    if body is not None:
        headers |= OCTETS
    return call(server, "POST", "/api/uploads", headers, body, token=token)


def place(begun: Answer) -> str:
    """The path of an upload that was begun."""
    assert begun.status == 201, begun.body
    return f"/api/{begun.headers['location']}"


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def patch(
    server: Server,
    path: str,
    offset: int,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    token: str | None = None,
) -> Answer:
    sent = {**OCTETS, "Upload-Offset": str(offset), **(headers or {})}
    return call(server, "PATCH", path, sent, body, token=token)


def offset(server: Server, path: str, *, token: str | None = None) -> int:
    """What the server says to go on from."""
    answer = call(server, "HEAD", path, token=token)
    assert answer.status == 200
    return int(answer.headers["upload-offset"])


def uploaded(server: Server, content: bytes, *, token: str | None = None, **values: str) -> str:
    """The id of a finished upload of that content."""
    return id_of(place(begin(server, len(content), token=token, body=content, **values)))
