"""Files of batches: new ones stay only with their batch, old ones go only with it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastcms.errors import bad_request
from fastcms.files.upload import received
from tests.batch.test_batch import NEW, ONE, TWO, Scenario, allow, item, sent
from tests.inprocess import Client, served
from tests.records.test_hooks import OPEN, TITLE

PAPERS = "/api/collections/papers/records"
FILES = [{"type": "file", "name": "one"}, {"type": "file", "name": "many", "maxSelect": 9}]


@pytest.fixture
def with_papers(tmp_path: Path) -> Callable[[Scenario], None]:
    """Runs a scenario on a server whose batches bring a file for the field that items name."""

    def run(body: Scenario) -> None:
        async def scenario(client: Client) -> None:
            made = {"name": "papers", "fields": [TITLE, *FILES], **OPEN}
            await client("POST", "/api/collections", made)
            await allow(client)
            client.app.removals.wake()

            async def bring(event: Any) -> None:
                for number, one in enumerate(event.items):
                    if field := one.headers.pop("file", ""):
                        # In the scratch folder, as a long one that came over the wire.
                        path = client.app.scratch.fresh()
                        path.write_text(f"file {number}")
                        one.uploads[field] = [received(f"file{number}.txt", path, 6)]
                await event.next()

            client.app.hooks.batch_request.add(bring)
            await body(client)

        served(tmp_path / "pb_data", scenario)

    return run


def filed(field: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "headers": {"file": field}}


def stored(client: Client) -> list[str]:
    """What is in the place of files, without what is random in the names."""
    folder = client.app.data_dir / "storage"
    return sorted(
        f"{path.parent.name[0]}/{path.name[:5]}" for path in folder.rglob("*.txt") if path.is_file()
    )


async def until(client: Client, expected: list[str]) -> None:
    """Returns when removals, which go on in the background, have left just this."""
    async with asyncio.timeout(10):
        while stored(client) != expected:
            await asyncio.sleep(0.005)


CREATE = filed("one", item("POST", PAPERS, id=NEW, title="new"))
BROKEN = item("POST", PAPERS, id="too short")


def test_new_files_stay_with_their_batch(with_papers):
    async def body(client: Client) -> None:
        more = filed("many+", item("PATCH", f"{PAPERS}/{NEW}"))
        answer = await sent(client, CREATE, more, more)
        assert [one["status"] for one in answer.json()] == [200] * 3
        assert stored(client) == ["9/file0", "9/file1", "9/file2"]
        assert await asyncio.to_thread(lambda: list(client.app.scratch.path.glob("**/*.txt"))) == []

    with_papers(body)


def test_a_failed_batch_leaves_no_file(with_papers):
    async def body(client: Client) -> None:
        first = filed("one", item("POST", PAPERS, id=ONE))
        assert (await sent(client, first)).status == 200
        second = filed("many", item("PATCH", f"{PAPERS}/{ONE}"))
        assert (await sent(client, CREATE, second, BROKEN)).status == 400
        await until(client, ["1/file0"])
        # Nor do those go that it would have replaced.
        gone = item("DELETE", f"{PAPERS}/{ONE}")
        replaced = filed("one", item("PATCH", f"{PAPERS}/{ONE}"))
        for items in ((replaced, BROKEN), (gone, BROKEN)):
            assert (await sent(client, *items)).status == 400
            await until(client, ["1/file0"])

    with_papers(body)


def test_an_item_that_fails_when_its_files_are_there(with_papers):
    async def body(client: Client) -> None:
        unique = {"indexes": ["CREATE UNIQUE INDEX idx_papers ON papers (title)"]}
        assert (await client("PATCH", "/api/collections/papers", unique)).status == 200
        same = filed("one", item("POST", PAPERS, id=TWO, title="new"))
        answer = await sent(client, CREATE, same)
        assert list(answer.json()["data"]["requests"]) == ["1"]
        await until(client, [])

    with_papers(body)


def test_a_batch_that_takes_too_long_leaves_no_file(with_papers):
    async def body(client: Client) -> None:
        await allow(client, timeout=1)

        async def wait(event: Any) -> None:
            # The files of the second are in their place when its write is waited for.
            await event.next()
            if event.record["title"] == "slow":
                await asyncio.Event().wait()

        client.app.hooks.record_create_request.add(wait)
        slow = filed("one", item("POST", PAPERS, id=TWO, title="slow"))
        assert (await sent(client, CREATE, slow)).status == 400
        await until(client, [])

    with_papers(body)


def test_what_is_replaced_goes_after_the_commit(with_papers):
    async def body(client: Client) -> None:
        assert (
            await sent(client, CREATE, filed("one", item("POST", PAPERS, id=ONE)))
        ).status == 200
        assert stored(client) == ["1/file1", "9/file0"]
        seen: list[list[str]] = []

        async def look(event: Any) -> None:
            seen.append(stored(client))
            await event.next()

        client.app.hooks.record_delete_request.add(look)
        replaced = filed("one", item("PATCH", f"{PAPERS}/{NEW}"))
        answer = await sent(client, replaced, replaced, replaced, item("DELETE", f"{PAPERS}/{ONE}"))
        assert answer.status == 200
        # When the last item began, all were still there.
        assert seen == [["1/file1", "9/file0", "9/file0", "9/file1", "9/file2"]]
        await until(client, ["9/file2"])

    with_papers(body)


def test_files_stay_when_a_handler_fails_after_the_commit(with_papers):
    async def body(client: Client) -> None:
        async def fail(_: object) -> None:
            raise bad_request("Too late.")

        client.app.hooks.record_after_create_success.add(fail)
        assert (await sent(client, CREATE)).status == 400
        record = (await client("GET", f"{PAPERS}/{NEW}")).json()
        assert record["one"].startswith("file0_")
        assert stored(client) == ["9/file0"]

    with_papers(body)
