"""Requests and what is to come of them, as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fastcms.testing.app import App
from fastcms.testing.client import Answer, Client, File

SUPERUSER = "superuser"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A request, and what is to come of it.

    `contains` is what the answer holds: pieces of its text, or keys and values of its JSON, in
    which other keys may stand beside them. `events` says how often events are fired, and with
    `"*": 0` that no others are. `raises` is what a function of the server is to raise.
    """

    name: str
    method: str = "GET"
    url: str
    json: Any = msgspec.UNSET
    form: Mapping[str, object] | None = None
    files: Mapping[str, File] | None = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Who asks: "" is a guest, otherwise "superuser" or "users/ann@example.com".
    who: str = ""
    status: int = 200
    contains: Sequence[str] | Mapping[str, Any] = ()
    lacks: Sequence[str] = ()
    events: Mapping[str, int] | None = None
    # How many leave the server.
    mails: int | None = None
    raises: type[BaseException] | None = None
    # Called before the request, and after it with the answer.
    before: Callable[[App], object] | None = None
    after: Callable[[App, Answer], object] | None = None

    def run(self, app: App) -> Answer:
        """Sends the request. Raises AssertionError with all that is not as it is to be."""
        __tracebackhide__ = True
        if self.before is not None:
            self.before(app)
        client = self._client(app)
        # What making an account has fired and sent is not of the request.
        app.wait()
        mails = len(app.mailbox)
        with app.events() as seen:
            if self.raises is None:
                answer = self._send(client)
                app.wait()
            else:
                with app.raises(self.raises):
                    answer = self._send(client)
        wrong = [*self._wrong(answer)]
        if self.events is not None:
            wrong += seen.against(self.events)
        sent = len(app.mailbox) - mails
        if self.mails is not None and sent != self.mails:
            wrong.append(f"{sent} mails were sent, not {self.mails}")
        if wrong:
            lines = "".join(f"\n  - {line}" for line in wrong)
            raise AssertionError(f"{self.name}\n  {answer.asked}{lines}\n\n{answer.shown}")
        if self.after is not None:
            self.after(app, answer)
        return answer

    def _client(self, app: App) -> Client:
        if not self.who:
            return app.client
        if self.who == SUPERUSER:
            return app.as_superuser()
        return app.as_user(*self.who.split("/", 1))

    def _send(self, client: Client) -> Answer:
        __tracebackhide__ = True
        return client.request(
            self.method,
            self.url,
            self.json,
            form=self.form,
            files=self.files,
            body=self.body,
            headers=self.headers,
        )

    def _wrong(self, answer: Answer) -> Sequence[str]:
        wrong = []
        if answer.status != self.status:
            wrong.append(f"the status is {answer.status}, not {self.status}")
        if isinstance(self.contains, Mapping):
            wrong += _lacking(self.contains, _json_of(answer), "")
        else:
            wrong += [
                f"{piece!r} is missing" for piece in self.contains if piece not in answer.text
            ]
        wrong += [f"{piece!r} is there" for piece in self.lacks if piece in answer.text]
        return wrong


def scenarios(table: Sequence[Scenario]) -> Callable[[Callable[..., Any]], Any]:
    """`@scenarios(TABLE)` runs a test for each row, with it as `scenario`."""
    import pytest

    return pytest.mark.parametrize("scenario", table, ids=[row.name for row in table])


def _json_of(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _lacking(wanted: Any, found: Any, place: str) -> list[str]:
    """Where what was found is not what was wanted; keys of objects may stand beside those."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return [
            line
            for key, value in wanted.items()
            for line in _lacking(value, found.get(key, "(missing)"), f"{place}.{key}".lstrip("."))
        ]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [
            line
            for number, (one, another) in enumerate(zip(wanted, found, strict=True))
            for line in _lacking(one, another, f"{place}[{number}]")
        ]
    return [] if wanted == found else [f"{place or 'the answer'} is {found!r}, not {wanted!r}"]
