"""The realtime streams of one server under one table: opened, subscribed and read by rows."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from tests.listeners import Frame, Listener
from tests.servers import Answer, Server

MARKERS = "markers"
MARKS = 3


class Streams:
    """Listeners by the names that rows give them."""

    def __init__(self, server: Server, root: str) -> None:
        self._server = server
        self._root = root
        self._open: dict[str, Listener] = {}

    def ids(self) -> dict[str, str]:
        """What rows write `${id_NAME}` for."""
        return {f"id_{name}": listener.id for name, listener in self._open.items()}

    def open(self, name: str) -> Answer:
        """A new stream: its status, its headers and its first frame."""
        listener = self._open[name] = Listener(self._server)
        headers = {key.lower(): value for key, value in listener.response.getheaders()}
        body = [_shown(listener, listener.first)]
        return Answer(listener.response.status, headers, json.dumps(body).encode())

    def subscribe(self, name: str, subscriptions: Sequence[str], token: str | None) -> Answer:
        return self._open[name].subscribe(*subscriptions, MARKERS, token=token)

    def hear(self) -> Answer:
        """What each stream has got since the last time, by event.

        The order of what one change sends is random in the reference, which also may overtake
        itself: a marker that follows at once can come first.
        """
        for _ in range(MARKS):
            self._server.expect(
                "POST", f"/api/collections/{MARKERS}/records", token=self._root, json_body={}
            )
        heard: dict[str, dict[str, list[Any]]] = {}
        for name, listener in self._open.items():
            its = heard[name] = {}
            for frame in itertools.chain(*(listener.until(MARKERS) for _ in range(MARKS))):
                head, data = _shown(listener, frame)
                its.setdefault(head, []).append(data)
            for messages in its.values():
                messages.sort(key=json.dumps)
        return Answer(200, {}, json.dumps(heard, sort_keys=True).encode())

    def close(self) -> None:
        for listener in self._open.values():
            listener.close()


def _shown(listener: Listener, frame: Frame) -> tuple[str, Any]:
    """The whole frame, its client's id left out; the data parsed, if there is nothing else."""
    text = frame.raw.decode().replace(listener.id, "<client>")
    head, found, data = text.partition("\ndata:")
    parsed = json.loads(data) if found and "\n" not in data else data
    # The reference writes the keys of a picked record in random order.
    return head, _sorted(parsed) if "fields" in head else parsed


def _sorted(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))
