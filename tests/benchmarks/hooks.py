"""What an empty function at an event costs: `python -m tests.benchmarks.hooks`.

First in this process, by the clock: all events of a create, beside the same without a function.
Then as CPU of whole servers that create records, FastCMS and PocketBase, each in collections with
and without functions that take turns: the median of what a turn costs more than the one without.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from fastcms.extend.calls import Calls, Runner
from fastcms.extend.handlers import HandlerAt, handler
from fastcms.hooks import Event, Hooks
from fastcms.hooks.chain import Bound
from fastcms.hooks.changes import Changes, ChangeType, StoredEvent, nothing
from fastcms.store.errors import SchemaChanged
from tests.benchmarks.process_tree import thread_microseconds
from tests.servers import Kind, Server, add_superuser

CALLS, ROUNDS, CREATES = 20_000, 7, 480
TURNS = 15
CONNECTIONS = (1, 16)
HEADERS = {"content-type": "application/json"}
PLAIN = """
@on.record_create("{name}")
def {name}_{number}(event):
    event.next()
"""
ASYNC = PLAIN.replace("def", "async def").replace("event.next", "await event.next")
JAVASCRIPT = """
onRecordCreate((e) => {{ e.next() }}, "{name}")
"""


class Subject(NamedTuple):
    """A server whose collections have functions: so many of a kind, by the collection's name."""

    kind: Kind
    file: str
    head: str
    functions: dict[str, tuple[int, str]]


NOTHING = "none"
SUBJECTS = (
    Subject(
        Kind.FASTCMS,
        "a.py",
        "from fastcms import on\n",
        {"plain": (1, PLAIN), "async": (1, ASYNC), "plain5": (5, PLAIN), "async5": (5, ASYNC)},
    ),
    Subject(
        Kind.REFERENCE,
        "a.pb.js",
        "",
        {"javascript": (1, JAVASCRIPT), "javascript5": (5, JAVASCRIPT)},
    ),
)


def main() -> None:
    print("in the process, µs for each create but for what it writes:")
    for name, microseconds in asyncio.run(_chains()).items():
        print(f"  {name:12}{microseconds:8.2f}")
    print("CPU of the server, µs for each create, and what it is more with functions:")
    for subject in SUBJECTS:
        for connections, costs in _served(subject).items():
            print(
                f"  {subject.kind}, {connections} at once: {median(costs.pop(NOTHING)):.1f}", end=""
            )
            for name, more in costs.items():
                print(f", {name} {median(more):+.1f}", end="")
            print()


class _Written(StoredEvent):
    """What a create fires, of nothing."""

    type: ChangeType = "create"
    tags = model_tags = ("posts",)


class _Committed:
    """A store whose writes are committed."""

    async def afterwards(self, call: Callable[[], Awaitable[None]], _: object = None) -> None:
        await call()


async def _change(changes: Changes) -> None:
    """A create without what it writes, as `fastcms.records.write.save` runs it."""
    if not changes.hears(_Written.tags):
        await nothing()
        await nothing()
        return
    event = _Written()

    async def act() -> None:
        await changes.check(event, nothing)
        await changes.execute.run(event, nothing)

    await changes.run(event, act, _Committed(), ignored=SchemaChanged)


async def _chains() -> dict[str, float]:
    async def asynchronous(event: Event) -> None:
        await event.next()

    def plain(event: Event) -> None:
        event.next()

    def changes(function: Callable[[Event], Any] | None) -> Changes:
        hooks = Hooks()
        if function is not None:
            at = HandlerAt("record_create", function, (), 0, "", None, 0.0, "")
            hooks.record_create.invite([Bound(handler(runner, at, "empty", Calls()))])
        return hooks.of_records.create

    runner = Runner()
    calls = {"no function": changes(None), "plain": changes(plain), "async": changes(asynchronous)}
    found: dict[str, float] = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = perf_counter()
            for _ in range(CALLS):
                await _change(call)
            found[name] = min(found[name], (perf_counter() - began) / CALLS * 1e6)
    runner.close()
    return found


def _served(subject: Subject) -> dict[int, dict[str, list[float]]]:
    """By the number of connections: of each turn what a create costs without a function, and what
    it costs more with those of each collection.
    """
    names = (NOTHING, *subject.functions)
    with tempfile.TemporaryDirectory() as place:
        data, hooks = Path(place, "pb_data"), Path(place, "pb_hooks")
        hooks.mkdir()
        source = subject.head + "".join(
            function.format(name=name, number=number)
            for name, (count, function) in subject.functions.items()
            for number in range(count)
        )
        (hooks / subject.file).write_text(source)
        add_superuser(subject.kind, data)
        with Server(subject.kind, data, workers=1, extra=("--hooksDir", str(hooks))) as server:
            token = server.superuser_token()
            for name in names:
                fields = [{"name": "title", "type": "text"}]
                body = {"name": name, "createRule": "", "fields": fields}
                server.expect("POST", "/api/collections", token=token, json_body=body)
            return {count: _in_turns(server, names, count) for count in CONNECTIONS}


def _in_turns(server: Server, names: Sequence[str], count: int) -> dict[str, list[float]]:
    connections = [http.client.HTTPConnection("127.0.0.1", server.port) for _ in range(count)]
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, TURNS):
        costs = {}
        for name in names:
            before = thread_microseconds(server.pid)
            _create(connections, name)
            costs[name] = (thread_microseconds(server.pid) - before) / CREATES
        if turn >= 0:  # the first one warms up
            for name, cost in costs.items():
                found[name].append(cost if name == NOTHING else cost - costs[NOTHING])
    for connection in connections:
        connection.close()
    return found


def _create(connections: Sequence[http.client.HTTPConnection], collection: str) -> None:
    """One create on each connection at once, until there are enough."""
    path = f"/api/collections/{collection}/records"
    for number in range(CREATES // len(connections)):
        body = json.dumps({"title": str(number)})
        for connection in connections:
            connection.request("POST", path, body, HEADERS)
        for connection in connections:
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()


if __name__ == "__main__":
    main()
