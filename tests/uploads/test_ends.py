"""When uploads end by themselves, and how many there may be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fastcms.errors import ApiError
from fastcms.files.storage import Attributes
from fastcms.http.request import Request
from fastcms.uploads import begin, disk, receive, sweep
from fastcms.uploads.arrivals import COLUMNS, Arrival, of_row
from fastcms.uploads.tables import TABLE
from tests.inprocess import Answer, Client, served
from tests.s3server import s3_server
from tests.uploads.tus import metadata

PATCH = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
USER = {"email": "ada@example.com", "password": "password123", "passwordConfirm": "password123"}


async def start(client: Client, size: int = 16, *, token: str = "") -> Answer:
    told = metadata(collection="docs", field="file", filename="a.txt")
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": told}
    return await client("POST", "/api/uploads", token=token, extra=headers)


async def started(client: Client, size: int = 16, *, token: str = "") -> Arrival:
    """A new upload of which half has come."""
    begun = await start(client, size, token=token)
    assert begun.status == 201, begun.body
    id_ = begun.headers["location"].rpartition("/")[2]
    rows = await client.app.store.read(f"SELECT {COLUMNS} FROM {TABLE} WHERE id = ?", (id_,))
    arrival = of_row(rows[0])
    path = arrival.path(client.app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size // 2))
    return arrival


async def ask(client: Client, arrival: Arrival, method: str = "GET", *, token: str = "") -> Answer:
    headers = {"Tus-Resumable": "1.0.0"}
    return await client(method, f"/api/uploads/{arrival.id}", token=token, extra=headers)


async def expire(client: Client, arrival: Arrival) -> None:
    await client.app.store.write_one(f"UPDATE {TABLE} SET expires = 1 WHERE id = ?", (arrival.id,))


async def rows(client: Client) -> int:
    (count,) = (await client.app.store.read(f"SELECT count(*) FROM {TABLE}"))[0]
    return int(count)


async def docs(client: Client) -> None:
    fields = [{"type": "file", "name": "file", "maxSize": 1 << 40}]
    body = {"name": "docs", "type": "base", "createRule": "", "fields": fields}
    assert (await client("POST", "/api/collections", body)).status == 200


async def user(client: Client) -> tuple[str, str]:
    """The id and the token of a new user."""
    made = await client("POST", "/api/collections/users/records", USER)
    identity = {"identity": USER["email"], "password": USER["password"]}
    signed_in = await client(
        "POST", "/api/collections/users/auth-with-password", identity, token=""
    )
    return made.json()["id"], signed_in.json()["token"]


def test_expired_uploads_are_refused_and_swept(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await docs(client)
        old, new = await started(client), await started(client)
        await expire(client, old)
        for method in ("GET", "HEAD", "DELETE", "PATCH"):
            answer = await client(
                method,
                f"/api/uploads/{old.id}",
                token="",
                extra={"Tus-Resumable": "1.0.0", **PATCH},
            )
            assert answer.status == 410
        stray = disk.folder(client.app.data_dir) / "stray"
        stray.write_bytes(b"of no row")
        await sweep.sweep(client.app)
        assert await rows(client) == 1
        assert (await ask(client, old)).status == 404
        assert (await ask(client, new)).json()["offset"] == 8
        assert list(stray.parent.iterdir()) == [new.path(client.app)]

    served(tmp_path / "pb_data", scenario)


def test_an_upload_that_still_comes_in_is_not_swept(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await docs(client)
        old = await started(client)
        await expire(client, old)
        with disk.held(old.path(client.app)):
            await sweep.sweep(client.app)
            assert old.path(client.app).exists()
        await sweep.sweep(client.app)
        assert not old.path(client.app).exists()

    served(tmp_path / "pb_data", scenario)


@pytest.mark.parametrize("what", ["record", "users", "docs", "field"])
def test_it_ends_with_its_owner_and_with_what_it_is_for(what: str, tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await docs(client)
        id_, token = await user(client)
        arrival = await started(client, token=token)
        assert (await ask(client, arrival, token=token)).status == 200
        match what:
            case "record":
                gone = await client("DELETE", f"/api/collections/users/records/{id_}")
            case "field":
                gone = await client("PATCH", "/api/collections/docs", {"fields": []})
            case collection:
                gone = await client("DELETE", f"/api/collections/{collection}")
        assert gone.status in (200, 204)
        assert (await ask(client, arrival, token=token)).status == 404
        if what != "field":
            await sweep.sweep(client.app)
            assert await rows(client) == 0
            assert not arrival.path(client.app).exists()

    served(tmp_path / "pb_data", scenario)


def test_unfinished_uploads_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begin, "MOST_OF_ONE", 2)
    monkeypatch.setattr(begin, "MOST", 4)
    monkeypatch.setattr(begin, "MOST_BYTES_OF_ONE", 100)

    async def scenario(client: Client) -> None:
        await docs(client)
        _, token = await user(client)
        first = await started(client)
        await started(client)
        assert (await start(client)).status == 429
        # Another one's are counted apart.
        assert (await start(client, 101, token=token)).status == 429
        assert (await start(client, 100, token=token)).status == 201
        assert (await start(client, 1, token=token)).status == 429
        assert (await start(client, 1, token=client.token)).status == 201
        assert (await start(client, 1, token=client.token)).status == 429
        await ask(client, first, "DELETE")
        assert (await start(client)).status == 201

    served(tmp_path / "pb_data", scenario)


def test_guests_leave_room_for_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begin, "MOST_OF_GUESTS", 2)
    monkeypatch.setattr(begin, "MOST_BYTES_OF_GUESTS", 20)

    async def scenario(client: Client) -> None:
        await docs(client)
        _, token = await user(client)
        assert (await start(client, 20, token=token)).status == 201
        assert (await start(client, 21)).status == 429
        assert [(await start(client, 1)).status for _ in range(3)] == [201, 201, 429]
        assert (await start(client, 20, token=token)).status == 201

    served(tmp_path / "pb_data", scenario)


def test_what_is_sent_to_the_bucket_after_all_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives up an upload keeps its address for a while: it must not be free of limits."""
    monkeypatch.setattr(begin, "MOST_OF_ONE", 1)

    async def scenario(client: Client) -> None:
        await docs(client)
        settings = {"s3": bucket.settings(bucket.new_bucket())}
        assert (await client("PATCH", "/api/settings", settings)).status == 200
        body = {"collection": "docs", "field": "file", "filename": "a", "size": 3}
        assert (await client("POST", "/api/uploads/presigned", body, token="")).status == 200
        (row,) = await client.app.store.read(f"SELECT {COLUMNS} FROM {TABLE}")
        arrival = of_row(row)
        assert (await ask(client, arrival, "DELETE")).status == 204
        assert (await ask(client, arrival)).status == 404
        files = client.app.files
        await files.put(arrival.bucket_key, b"abc", Attributes("text/plain"))
        assert (await client("POST", "/api/uploads/presigned", body, token="")).status == 429
        await sweep.sweep(client.app)
        assert await rows(client) == 1
        await expire(client, arrival)
        await sweep.sweep(client.app)
        assert await rows(client) == 0
        assert await files.find(arrival.bucket_key) is None

    with s3_server() as bucket:
        served(tmp_path / "pb_data", scenario)


def test_no_more_than_the_disk_has_space_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(begin, "_free", lambda _: 15)

    async def scenario(client: Client) -> None:
        await docs(client)
        assert (await start(client, 16)).status == 507
        assert (await start(client, 15)).status == 201

    served(tmp_path / "pb_data", scenario)


def test_a_line_that_says_nothing_lets_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "STALL_SECONDS", 0.01)

    async def scenario(client: Client) -> None:
        await docs(client)
        arrival = await started(client)
        pieces = [b"abc"]

        async def receive_some() -> dict[str, Any]:
            if pieces:
                return {"type": "http.request", "body": pieces.pop(), "more_body": True}
            await asyncio.Event().wait()
            raise AssertionError

        scope: dict[str, Any] = {"method": "PATCH", "query_string": b"", "headers": []}
        request = Request(client.app, scope, receive_some)
        path = arrival.path(client.app)
        with disk.held(path) as file, pytest.raises(ApiError) as refused:
            await receive.receive(request, arrival, file, 8, None)
        assert refused.value.status == 503
        assert path.read_bytes() == bytes(8) + b"abc"
        assert (await ask(client, arrival)).json()["offset"] == 11

    served(tmp_path / "pb_data", scenario)
