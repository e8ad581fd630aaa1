"""What a table row is: one request that both servers get, in the order of its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

GUEST = "guest"
SUPERUSER = "superuser"

# In the place of a method, for rows about realtime streams.
OPENS = "OPENS"
LISTENS = "LISTENS"
HEARS = "HEARS"


@dataclass(frozen=True, slots=True)
class Payload:
    """A body that is not JSON made by us: another content type, or broken on purpose."""

    content: bytes
    content_type: str | None = "application/json"


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario.

    path: as sent; `${NAME}` stands for what an earlier row of the table saved, here as well as
      in texts of the body and in headers.
    query: parameters, encoded when sent.
    body: a JSON value, a `Payload`, or None for no body at all.
    who: GUEST, or the name of a token of the seed (`seed.Seed.tokens`).
    save: names for values of the answer, by dotted path.
    until: dotted paths of the answer, each with a pattern; the request is repeated until they
      match, for what a server does in the background.
    mask: dotted paths of random values in the answer, each with the pattern that it has to match
      on both sides.
    """

    name: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    who: str = GUEST
    save: Mapping[str, str] = field(default_factory=dict)
    mask: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, str] = field(default_factory=dict)


def get(name: str, path: str, **rest: Any) -> Row:
    return Row(name, "GET", path, **rest)


def post(name: str, path: str, body: Any = None, **rest: Any) -> Row:
    return Row(name, "POST", path, body=body, **rest)


def put(name: str, path: str, body: Any = None, **rest: Any) -> Row:
    return Row(name, "PUT", path, body=body, **rest)


def patch(name: str, path: str, body: Any = None, **rest: Any) -> Row:
    return Row(name, "PATCH", path, body=body, **rest)


def delete(name: str, path: str, **rest: Any) -> Row:
    return Row(name, "DELETE", path, **rest)


def opens(name: str, stream: str) -> Row:
    """Opens a realtime stream of that name; its id is `${id_NAME}` in later rows."""
    return Row(name, OPENS, stream)


def listens(name: str, stream: str, *subscriptions: str, who: str = GUEST) -> Row:
    """Subscribes an open stream to this, and to the records of `markers`."""
    return Row(name, LISTENS, stream, body=list(subscriptions), who=who)


def hears(name: str) -> Row:
    """What all open streams have got since the last such row; creates a record in `markers`."""
    return Row(name, HEARS, "")


def raw(text: str | bytes, content_type: str | None = "application/json") -> Payload:
    """The text as it stands, right or wrong."""
    return Payload(text.encode() if isinstance(text, str) else text, content_type)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a multipart form."""

    name: str
    content: bytes | str = b"content"
    # More of its headers.
    headers: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body; its values are filled with what earlier rows saved."""

    parts: tuple[tuple[str, str | File], ...]


def form(*parts: tuple[str, str | File]) -> Form:
    """Values and files of a multipart form, repeated names allowed."""
    return Form(parts)


def urlencoded(text: str) -> Payload:
    return Payload(text.encode(), "application/x-www-form-urlencoded")


def multipart(*parts: tuple[str, str]) -> Payload:
    """Form values, repeated names allowed."""
    boundary = "parity-boundary"
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts
    ]
    content = "".join(lines) + f"--{boundary}--\r\n"
    return Payload(content.encode(), f"multipart/form-data; boundary={boundary}")


def encoded(parts: Form, filled: Callable[[str], str] = str) -> Payload:
    """The bytes of a form."""
    boundary = "parity-boundary"
    content = b""
    for name, value in parts.parts:
        disposition = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, File):
            headers = f'{disposition}; filename="{value.name}"{value.headers}'
            data = value.content if isinstance(value.content, bytes) else value.content.encode()
        else:
            headers, data = disposition, filled(value).encode()
        content += f"--{boundary}\r\n{headers}\r\n\r\n".encode() + data + b"\r\n"
    content += f"--{boundary}--\r\n".encode()
    return Payload(content, f"multipart/form-data; boundary={boundary}")


MAIL = "MAIL"


def mail(name: str, to: str, **rest: Any) -> Row:
    """No request: the next mail that comes to this address. `token` and `code` can be saved."""
    return Row(name, MAIL, to, **rest)
