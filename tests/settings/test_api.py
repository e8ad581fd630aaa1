"""The settings over HTTP with several processes; parity/tables/settings.py has every answer."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.http.request import Request
from fastcms.settings import api
from fastcms.settings.events import SettingsListRequest, SettingsUpdateRequest
from fastcms.settings.model import AppMeta, Settings
from tests.servers import Kind, Server, add_superuser

PATH = "/api/settings"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("settings") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


def test_a_change_is_seen_by_every_process(server: Server) -> None:
    token = server.superuser_token()
    for number in range(20):
        name = f"Shop {number}"
        server.expect("PATCH", PATH, token=token, json_body={"meta": {"appName": name}})
        # Each request has a connection of its own, which the kernel gives to either process.
        seen = {server.expect("GET", PATH, token=token)["meta"]["appName"] for _ in range(6)}
        assert seen == {name}


def test_changes_at_the_same_time_lose_nothing(server: Server) -> None:
    token = server.superuser_token()
    changes: list[dict[str, Any]] = [
        {"meta": {"senderName": "Together"}},
        {"smtp": {"port": 2525}},
        {"batch": {"timeout": 7}},
        {"logs": {"maxDays": 9}},
        {"superuserIPs": ["127.0.0.1"]},
        {"trustedProxy": {"headers": ["X-Real-IP"]}},
    ]
    with ThreadPoolExecutor(len(changes)) as pool:
        sent = [
            pool.submit(server.send, "PATCH", PATH, token=token, json_body=change)
            for change in changes
        ]
        assert {answer.result().status for answer in sent} == {200}
    found = server.expect("GET", PATH, token=token)
    for change in changes:
        for key, value in change.items():
            if isinstance(value, dict):
                assert found[key] == found[key] | value
            else:
                assert found[key] == value


def test_secrets_stay_and_are_never_sent(server: Server) -> None:
    token = server.superuser_token()
    answer = server.expect("PATCH", PATH, token=token, json_body={"smtp": {"password": "hush"}})
    assert "password" not in answer["smtp"]
    server.expect("PATCH", PATH, token=token, json_body={"smtp": {"username": "me"}})
    assert b"hush" not in server.send("GET", PATH, token=token).body


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    opened = open_directory(tmp_path / "pb_data")
    yield opened
    opened.close()


def superuser_request(app: App, body: object = None) -> Request:
    """A request of a superuser, without a server."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode()}

    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    request = Request(app, scope, receive)
    request.require_superuser = lambda: None  # type: ignore[method-assign]
    return request


def test_the_hook_of_a_list_may_replace_what_is_sent(app: App) -> None:
    async def rename(event: SettingsListRequest) -> None:
        event.settings = Settings(meta=AppMeta(app_name="Seen"))
        await event.next()

    app.hooks.settings_list_request.add(rename)
    reply = asyncio.run(api.show(superuser_request(app)))
    assert json.loads(reply.body)["meta"]["appName"] == "Seen"
    assert app.settings.meta.app_name == "Acme"


def test_the_hook_of_a_change_sees_both_and_may_replace_the_new(app: App) -> None:
    async def shout(event: SettingsUpdateRequest) -> None:
        assert event.old.meta.app_name == "Acme"
        name = event.new.meta.app_name.upper()
        event.new = replace(event.new, meta=replace(event.new.meta, app_name=name))
        await event.next()

    app.hooks.settings_update_request.add(shout)
    reply = asyncio.run(api.change(superuser_request(app, {"meta": {"appName": "shop"}})))
    assert json.loads(reply.body)["meta"]["appName"] == "SHOP"
    assert app.settings.meta.app_name == "SHOP"


def test_a_hook_that_does_not_go_on_keeps_the_settings(app: App) -> None:
    async def refuse(_: SettingsUpdateRequest) -> None:
        return None

    app.hooks.settings_update_request.add(refuse)
    asyncio.run(api.change(superuser_request(app, {"meta": {"appName": "shop"}})))
    assert app.settings.meta.app_name == "Acme"
