"""Sends the rows of one table to a server and keeps what came back."""

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.mailserver import MailServer
from tests.parity import provider, public, scenario
from tests.parity.compare import Mismatch, Seen, mismatches
from tests.parity.normalise import Normaliser
from tests.parity.scenario import GUEST, MAIL, SUPERUSER, Form, Payload, Row, encoded
from tests.parity.seed import Seed
from tests.parity.streams import Streams
from tests.servers import Answer, Kind, Server

_UNTIL_SECONDS = 10.0
_SAVED = re.compile(r"\$\{(\w+)\}")


class Player:
    """One server under one table: its saved values and its placeholders."""

    def __init__(self, server: Server, seed: Seed, mails: MailServer | None = None) -> None:
        self._server = server
        self._mails = mails
        # Mails that rows have already seen, by address.
        self._read_mails: Counter[str] = Counter()
        self._tokens = seed.tokens
        self._saved: dict[str, str] = {"provider": provider.address()}
        self._saved |= {f"token_{name}": token for name, token in seed.tokens.items()}
        self._streams = Streams(server, seed.tokens[SUPERUSER])
        self._normaliser = Normaliser(bytearray(seed.content))

    def close(self) -> None:
        """Ends the streams that rows have opened."""
        self._streams.close()

    def play(self, row: Row) -> Seen:
        if row.method == MAIL:
            return self._next_mail(row)
        self._normaliser.begin(row.name, repr(row).encode(errors="replace"))
        answer = self._stream(row) or self._request(row)
        return Seen(answer, self._read(row, answer))

    def _stream(self, row: Row) -> Answer | None:
        """The answer to a row about streams, None for a request."""
        match row.method:
            case scenario.OPENS:
                answer = self._streams.open(row.path)
                self._saved |= self._streams.ids()
                return answer
            case scenario.LISTENS:
                subscriptions = [self._filled(text) for text in row.body]
                return self._streams.subscribe(row.path, subscriptions, self._token(row))
            case scenario.HEARS:
                return self._streams.hear()
        return None

    def _token(self, row: Row) -> str | None:
        if "Authorization" in row.headers:
            return self._filled(row.headers["Authorization"])
        return None if row.who == GUEST else self._tokens[row.who]

    def _request(self, row: Row) -> Answer:
        path = self._filled(row.path)
        if row.query:
            query = urlencode({key: self._filled(row.query[key]) for key in row.query})
            path = f"{path}?{query}"
        headers = {name: self._filled(value) for name, value in row.headers.items()}
        if row.who != GUEST:
            headers.setdefault("Authorization", self._tokens[row.who])
        body = self._body(row.body, headers)
        answer = _without_boundary(
            self._server.request(row.method, path, headers=headers, body=body)
        )
        deadline = time.monotonic() + _UNTIL_SECONDS
        while not _is_so(answer, row.until):
            assert time.monotonic() < deadline, f"{row.name}: {answer.body!r}"
            time.sleep(0.02)
            answer = self._server.request(row.method, path, headers=headers, body=body)
        return answer

    def _next_mail(self, row: Row) -> Seen:
        assert self._mails is not None
        self._read_mails[row.path] += 1
        found = self._mails.last(self._read_mails[row.path], row.path)
        self._normaliser.begin(row.name, repr(row).encode())
        for name, what in row.save.items():
            self._saved[name] = getattr(found, what)
        shown = {
            "subject": self._normaliser.mail(found.subject),
            "from": str(found.parsed["From"]),
            "text": self._normaliser.mail(found.text),
            "html": self._normaliser.mail(found.body),
        }
        return Seen(Answer(200, {}, b""), shown)

    def _filled(self, text: str) -> str:
        return _SAVED.sub(lambda match: self._saved.get(match[1], f"no-{match[1]}"), text)

    def _body(self, body: Any, headers: dict[str, str]) -> bytes | None:
        if body is None:
            return None
        if isinstance(body, Form):
            body = encoded(body, self._filled)
        if isinstance(body, Payload):
            if body.content_type is not None:
                headers.setdefault("Content-Type", body.content_type)
            return body.content
        headers.setdefault("Content-Type", "application/json")
        return self._filled(json.dumps(body, ensure_ascii=False)).encode()

    def _read(self, row: Row, answer: Answer) -> Any:
        try:
            parsed = json.loads(answer.body)
            body = self._normaliser.parse(answer.body)
        except ValueError:
            return self._normaliser.text(answer.body.decode(errors="replace"))
        if "fields" in row.query or "fields=" in row.path or "fields=" in str(row.body):
            # The reference writes the keys of a picked answer in random order.
            body = _sorted(body)
        for name, path in row.save.items():
            self._saved[name] = str(_at(parsed, path))
        for path, pattern in row.mask.items():
            value = _at(parsed, path)
            if isinstance(value, str) and re.fullmatch(pattern, value):
                _replace(body, path, f"<{pattern}>")
        return body


def play_beside(
    table: str,
    rows: Sequence[Row],
    seed: Seed,
    directory: Path,
    others: Sequence[tuple[Kind, int | None]],
) -> Iterator[tuple[Row, Seen, list[list[Mismatch]]]]:
    """Each row with the reference's answer and with where each of the `others` differs from it.

    `others` are kinds of servers and their numbers of workers. All work on copies of the seed under
    `directory`, with parents of their own as the reference demands.
    """
    with ExitStack() as stack:
        expected, *actual = (
            _player(
                stack.enter_context(_server(kind, seed, table, directory / str(place), workers)),
                seed,
                rows,
                stack,
            )
            for place, (kind, workers) in enumerate([(Kind.REFERENCE, None), *others])
        )
        for row in rows:
            wanted = expected.play(row)
            found = [
                list(mismatches(f"{table}/{row.name}", wanted, player.play(row)))
                for player in actual
            ]
            yield row, wanted, found


def _server(kind: Kind, seed: Seed, table: str, place: Path, workers: int | None) -> Server:
    """A server of a copy of the seed, with what its table needs beside it."""
    copy = place / "pb_data"
    shutil.copytree(seed.directory, copy)
    return Server(kind, copy, workers, public.arguments(table, place))


def _player(server: Server, seed: Seed, rows: Sequence[Row], stack: ExitStack) -> Player:
    """A player; of a table with mails, one whose server sends them to a mail server of its own."""
    if not any(row.method == MAIL for row in rows):
        return stack.enter_context(closing(Player(server, seed)))
    mails = stack.enter_context(MailServer())
    token = seed.tokens["superuser"]
    server.expect("PATCH", "/api/settings", token=token, json_body=mails.settings)
    return stack.enter_context(closing(Player(server, seed, mails)))


def _without_boundary(answer: Answer) -> Answer:
    """An answer of several parts with a fixed boundary in the place of its random one."""
    kind, found, boundary = answer.headers.get("content-type", "").partition("boundary=")
    if not found:
        return answer
    assert re.fullmatch(r"[0-9a-f]{60}", boundary), boundary
    headers = {**answer.headers, "content-type": f"{kind}boundary=BOUNDARY"}
    return Answer(answer.status, headers, answer.body.replace(boundary.encode(), b"BOUNDARY"))


def _is_so(answer: Answer, until: Mapping[str, str]) -> bool:
    return all(
        re.fullmatch(pattern, str(_at(answer.json(), path))) for path, pattern in until.items()
    )


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _replace(value: Any, path: str, new: str) -> None:
    parent, _, key = path.rpartition(".")
    holder = _at(value, parent) if parent else value
    if isinstance(holder, list):
        holder[int(key)] = new
    else:
        holder[key] = new
