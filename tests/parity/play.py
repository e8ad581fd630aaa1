"""Sends the rows of one table to a server and keeps what came back."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.parity.compare import Mismatch, Seen, mismatches
from tests.parity.normalise import Normaliser
from tests.parity.scenario import GUEST, Payload, Row
from tests.parity.seed import Seed
from tests.servers import Answer, Kind, Server

_SAVED = re.compile(r"\$\{(\w+)\}")


class Player:
    """One server under one table: its saved values and its placeholders."""

    def __init__(self, server: Server, seed: Seed) -> None:
        self._server = server
        self._tokens = seed.tokens
        self._saved: dict[str, str] = {}
        self._normaliser = Normaliser(bytearray(seed.content))

    def play(self, row: Row) -> Seen:
        path = self._filled(row.path)
        if row.query:
            query = urlencode({key: self._filled(row.query[key]) for key in row.query})
            path = f"{path}?{query}"
        headers = {name: self._filled(value) for name, value in row.headers.items()}
        if row.who != GUEST:
            headers.setdefault("Authorization", self._tokens[row.who])
        body = self._body(row.body, headers)
        self._normaliser.begin(row.name, repr(row).encode(errors="replace"))
        answer = self._server.request(row.method, path, headers=headers, body=body)
        return Seen(answer, self._read(row, answer))

    def _filled(self, text: str) -> str:
        return _SAVED.sub(lambda match: self._saved.get(match[1], f"no-{match[1]}"), text)

    def _body(self, body: Any, headers: dict[str, str]) -> bytes | None:
        if body is None:
            return None
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
        if "fields" in row.query or "fields=" in row.path:
            # The reference writes the keys of a picked answer in random order.
            body = _sorted(body)
        for name, path in row.save.items():
            self._saved[name] = str(_at(parsed, path))
        for path, pattern in row.mask.items():
            value = _at(parsed, path)
            if isinstance(value, str) and re.fullmatch(pattern, value):
                _replace(body, path, f"<{pattern}>")
        return body


def play_both(
    table: str,
    rows: Sequence[Row],
    seed: Seed,
    directory: Path,
    *,
    kind: Kind,
    workers: int | None,
) -> Iterator[tuple[Row, Seen, list[Mismatch]]]:
    """Each row with the reference's answer and with where `kind` differs from it.

    Both servers work on copies of the seed under `directory`, with parents of their own as the
    reference demands.
    """
    copies = [directory / side / "pb_data" for side in ("expected", "actual")]
    for copy in copies:
        shutil.copytree(seed.directory, copy)
    with Server(Kind.REFERENCE, copies[0]) as left, Server(kind, copies[1], workers) as right:
        expected, actual = Player(left, seed), Player(right, seed)
        for row in rows:
            wanted, got = expected.play(row), actual.play(row)
            yield row, wanted, list(mismatches(f"{table}/{row.name}", wanted, got))


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
