"""What an empty function at an event costs: `python -m tests.benchmarks.hooks`.

First in this process, by the clock: all events of a create, beside the same without a function.
Then as CPU of whole servers that create records, FastCMS and PocketBase, each with and without one.
Rounds alternate, and the least of them counts: what is more is the machine's.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from fastcms.extend.calls import Calls, Runner
from fastcms.extend.handlers import HandlerAt, handler
from fastcms.hooks import Event, Hooks
from fastcms.hooks.chain import Bound
from fastcms.hooks.changes import Changes, ChangeType, StoredEvent, nothing
from fastcms.store.errors import SchemaChanged
from tests.benchmarks.process_tree import cpu_seconds
from tests.servers import Kind, Server, add_superuser

CALLS, ROUNDS, CREATES = 20_000, 7, 6_000
POSTS = {
    "name": "posts",
    "createRule": "",
    "fields": [{"name": "title", "type": "text"}],
}
PLAIN = (
    "from fastcms import on\n\n@on.record_create('posts')\ndef empty(event):\n    event.next()\n"
)
FILES = {
    (Kind.FASTCMS, "no function"): {},
    (Kind.FASTCMS, "plain"): {"a.py": PLAIN},
    (Kind.FASTCMS, "async"): {
        "a.py": PLAIN.replace("def", "async def").replace("event.next", "await event.next")
    },
    (Kind.REFERENCE, "no function"): {},
    (Kind.REFERENCE, "JavaScript"): {"a.pb.js": 'onRecordCreate((e) => { e.next() }, "posts")\n'},
}


def main() -> None:
    print("in the process, µs for each create but for what it writes:")
    for name, microseconds in asyncio.run(_chains()).items():
        print(f"  {name:12}{microseconds:8.2f}")
    print("CPU of the server, µs for each create:")
    costs = dict.fromkeys(FILES, float("inf"))
    for _ in range(ROUNDS):
        for which, files in FILES.items():
            costs[which] = min(costs[which], _create(which[0], files))
    for (kind, name), cost in costs.items():
        more = cost - costs[kind, "no function"]
        print(f"  {kind:10} {name:12}{cost:8.1f}  {more:+6.1f}")


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


def _create(kind: Kind, files: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as place:
        data, hooks = Path(place, "pb_data"), Path(place, "pb_hooks")
        hooks.mkdir()
        for name, source in files.items():
            (hooks / name).write_text(source)
        add_superuser(kind, data)
        with Server(kind, data, workers=1, extra=("--hooksDir", str(hooks))) as server:
            token = server.superuser_token()
            server.expect("POST", "/api/collections", token=token, json_body=POSTS)
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            _send(connection, CREATES // 4)
            before = cpu_seconds(server.pid)
            _send(connection, CREATES)
            connection.close()
            return (cpu_seconds(server.pid) - before) / CREATES * 1e6


def _send(connection: http.client.HTTPConnection, count: int) -> None:
    headers = {"content-type": "application/json"}
    for number in range(count):
        body = json.dumps({"title": str(number)})
        connection.request("POST", "/api/collections/posts/records", body, headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()


if __name__ == "__main__":
    main()
