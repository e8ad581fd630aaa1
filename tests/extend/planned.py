"""A server whose functions at events do what a file beside the data says."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import Answer, Kind, Server, add_superuser

SOURCE = """
import json
from pathlib import Path
from textwrap import indent
from msgspec.structs import replace
from fastcms import app, errors, on

PLACE = Path({place!r})


async def change(code, event):
    found = {{}}
    exec("async def change(event):\\n" + indent(code or "pass", " "), globals(), found)
    await found["change"](event)


def put(name):
    async def function(event):
        plan = json.loads((PLACE / "plan").read_text())
        if plan["event"] != name:
            await event.next()
            return
        with (PLACE / "seen").open("a") as file:
            file.write(f"{{name}} {{getattr(event, 'error', '')}}\\n")
        if plan["do"] == "stop":
            raise errors.forbidden("Stopped.")
        await change(plan["before"], event)
        if plan["do"] != "leave":
            await event.next()
        await change(plan["after"], event)

    getattr(on, name)()(function)


for name in {names!r}:
    put(name)
"""


class Site:
    """The server, and what its functions are to do."""

    def __init__(self, server: Server, place: Path) -> None:
        self.server = server
        self.place = place
        self.token = server.superuser_token()
        self.do = ""

    def plan(self, event: str, do: str, before: str = "", after: str = "") -> None:
        """What the function at an event does: `see`, `change` by the code before or after its
        `next()`, `stop` by an error, or `leave` without `next()`.
        """
        (self.place / "seen").unlink(missing_ok=True)
        self.do = do
        _write(self.place, event=event, do=do, before=before, after=after)

    def go_on(self) -> None:
        """Lets all functions do nothing."""
        _write(self.place, event="", do="", before="", after="")

    def seen(self) -> list[str]:
        """The event, and its error, of each call since the plan."""
        file = self.place / "seen"
        return file.read_text().splitlines() if file.exists() else []

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        """A request of the superuser."""
        return self.server.send(method, path, token=self.token, json_body=body)

    def made(self, path: str, body: Any) -> Any:
        """What a POST of the superuser makes."""
        return self.server.expect("POST", path, token=self.token, json_body=body)


@contextmanager
def planned(place: Path, names: Sequence[str], kind: type[Site] = Site) -> Iterator[Site]:
    """A server with a function at each of these events."""
    (place / "pb_hooks").mkdir()
    source = SOURCE.format(place=str(place), names=list(names))
    (place / "pb_hooks" / "all.py").write_text(source)
    _write(place, event="", do="", before="", after="")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as server:
        yield kind(server, place)


def _write(place: Path, **plan: str) -> None:
    (place / "plan.new").write_text(json.dumps(plan))
    (place / "plan.new").replace(place / "plan")
