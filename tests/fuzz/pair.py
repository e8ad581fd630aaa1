"""Both servers on equal directories, asked the same."""

import json
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tests.parity.compare import Seen, mismatches
from tests.parity.normalise import Number
from tests.parity.play import Player
from tests.parity.scenario import GUEST, Row
from tests.parity.seed import Seed
from tests.servers import Answer, Kind, Server


class Pair:
    """The reference and FastCMS on copies of the seed below `directory`."""

    def __init__(self, seed: Seed, directory: Path) -> None:
        self.seed = seed
        self.directory = directory

    def __enter__(self) -> Self:
        self.servers = [
            Server(Kind.REFERENCE, self._copy("expected")),
            Server(Kind.FASTCMS, self._copy("actual"), workers=1),
        ]
        for server in self.servers:
            server.start()
        self.players = [Player(server, self.seed) for server in self.servers]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self.servers:
            server.kill()

    def _copy(self, side: str) -> Path:
        copy = self.directory / side / "pb_data"
        shutil.copytree(self.seed.directory, copy)
        return copy

    def difference(self, row: Row) -> str:
        """What differs between the two answers to this row, or nothing."""
        expected, actual = (player.play(row) for player in self.players)
        return "\n".join(map(str, mismatches(row.name, expected, actual)))

    def list_difference(self, row: Row, *, ordered: bool) -> str:
        """The same, quicker, for rows that read: nothing in their answers is random.

        Unordered, the records of a list count as a set. With `fields` the reference sends the keys
        in random order.
        """
        path = f"{row.path}?{urlencode(row.query)}"
        headers = dict(row.headers)
        if row.who != GUEST:
            headers["Authorization"] = self.seed.tokens[row.who]
        answers = [server.request(row.method, path, headers=headers) for server in self.servers]
        expected, actual = (
            Seen(answer, _parsed(answer, ordered=ordered, sort_keys="fields" in row.query))
            for answer in answers
        )
        return "\n".join(map(str, mismatches(row.name, expected, actual)))


def _parsed(answer: Answer, *, ordered: bool, sort_keys: bool) -> Any:
    body = json.loads(answer.body, parse_int=Number, parse_float=Number)
    if sort_keys:
        body = _with_sorted_keys(body)
    if not ordered and "items" in body:
        # By repr: `5` and `"5"` are two places of the order, whichever comes first.
        body["items"].sort(key=repr)
    return body


def _with_sorted_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_sorted_keys(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_sorted_keys(value[key]) for key in sorted(value)}
    return value
