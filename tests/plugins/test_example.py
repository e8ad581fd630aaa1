"""The plugin of the docs in a running server: all that it adds is there."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastcms import App
from tests.plugins import example
from tests.servers import Kind, Server, add_superuser, command
from tests.waiting import until


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("plugins")
    add_superuser(Kind.FASTCMS, folder / "pb_data")
    example.write(folder)
    line = command(Kind.FASTCMS, "plugins", "enable", "stars", directory=folder / "pb_data")
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.stdout == "stars is enabled, once the server is started anew.\n"
    return folder


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Server]:
    with Server(Kind.FASTCMS, place / "pb_data", workers=2) as running:
        body = {
            "name": "films",
            "listRule": "",
            "createRule": "",
            "fields": [
                {"name": "title", "type": "text"},
                {"name": "stars", "type": "stars", "most": 3},
                {"name": "poster", "type": "file"},
            ],
        }
        token = running.superuser_token()
        made = running.expect("POST", "/api/collections", token=token, json_body=body)
        stars = next(field for field in made["fields"] if field["name"] == "stars")
        assert (stars["type"], stars["most"], stars["required"]) == ("stars", 3, False)
        yield running


def test_its_field_type_and_its_hook(server: Server) -> None:
    path = "/api/collections/films/records"
    for given, kept in ((2, 2), ("3", 3), (0, 1)):
        made = server.expect("POST", path, json_body={"stars": given})
        assert made["stars"] == kept
    refused = server.send("POST", path, json_body={"stars": 4})
    assert refused.status == 400
    assert refused.json()["data"] == {
        "stars": {"code": "stars_invalid", "message": "Give 0 to 3 stars."}
    }
    found = server.expect("GET", f"{path}?filter=stars%3E1&sort=-stars")
    assert [item["stars"] for item in found["items"]] == [3, 2]
    document = server.expect("GET", "/api/openapi.json", token=server.superuser_token())
    assert '"integer"' in str(document).replace("'", '"')


def test_its_cron_and_provider(server: Server) -> None:
    token = server.superuser_token()
    shown = server.expect("GET", "/api/hooks", token=token)["functions"]
    assert {(one["plugin"], one["file"]) for one in shown} == {("stars", "__init__.py")}
    assert {"event", "cron", "command"} <= {one["kind"] for one in shown}
    jobs = server.expect("GET", "/api/crons", token=token)
    assert {"id": "stars", "expression": "0 0 * * *"} in jobs
    offered = server.expect("GET", "/api/collections/meta/oauth2-providers", token=token)
    assert [one["displayName"] for one in offered if one["name"] == "observatory"] == [
        "Observatory"
    ]
    provider = {"name": "observatory", "clientId": "id", "clientSecret": "secret"}
    body = {"oauth2": {"enabled": True, "providers": [provider]}}
    server.expect("PATCH", "/api/collections/users", token=token, json_body=body)
    methods = server.expect("GET", "/api/collections/users/auth-methods")
    (shown,) = methods["oauth2"]["providers"]
    assert shown["authURL"].startswith("https://observatory.example/authorize?client_id=id&")


def test_its_route_middleware_start_and_command(server: Server, place: Path) -> None:
    path = "/api/collections/films/records"
    server.expect("POST", path, json_body={"title": "Three", "stars": 3})
    answer = server.send("GET", "/stars/3")
    assert answer.headers["x-stars"] == "shining"
    assert {each["stars"] for each in answer.json()} == {3}
    assert server.send("GET", "/stars/many").status == 400
    with App(place / "pb_data") as app:
        # Once in each process.
        until(lambda: app.kv.get("stars") == 2)
        n = app.count("films", "stars = 3")
    line = command(Kind.FASTCMS, "stars", directory=place / "pb_data")
    done = subprocess.run(line, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"3 {n}" in done.stdout.splitlines()


def test_its_storage(server: Server) -> None:
    disposition = b'Content-Disposition: form-data; name="poster"; filename="a.txt"'
    content = b"--b\r\n" + disposition + b"\r\n\r\nhi\r\n--b--"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    path = "/api/collections/films/records"
    made = server.request("POST", path, headers=headers, body=content).json()
    answer = server.request("GET", f"/api/files/films/{made['id']}/{made['poster']}")
    assert answer.body == b"hi"
    until(lambda: f"kept {made['collectionId']}/{made['id']}/{made['poster']}\n" in server.output)


def test_its_screen(server: Server) -> None:
    answer = server.send("GET", "/_/plugins/stars/stars.js")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.body.decode() == example.FILES["stars/static/stars.js"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    shown = server.expect("GET", "/api/plugins", token=server.superuser_token())
    assert shown == {
        "items": [
            {
                "name": "stars",
                "version": "1.2.0",
                "description": "Records with stars",
                "functions": 6,
                "fieldTypes": ["stars"],
                "providers": ["observatory"],
                "screens": [{"title": "Stars", "module": "/_/plugins/stars/stars.js"}],
            }
        ],
        "broken": [],
    }


@pytest.mark.parametrize(
    "path",
    [
        "stars/..%2f__init__.py",
        "stars/%2e%2e/plugin.toml",
        "stars/%2fetc%2fpasswd",
        "stars/%00",
        "stars/.%2f..%2fplugin.toml",
        "stars/",
        "stars",
        "moons/stars.js",
        "",
    ],
)
def test_nothing_else_is_read(server: Server, path: str) -> None:
    assert server.send("GET", f"/_/plugins/{path}").status == 404


def test_only_superusers_see_them(server: Server) -> None:
    assert server.send("GET", "/api/plugins").status == 401


def test_without_it_its_fields_are_unknown(place: Path, server: Server) -> None:
    server.stop()
    line = command(Kind.FASTCMS, "plugins", "disable", "stars", directory=place / "pb_data")
    assert subprocess.run(line, capture_output=True).returncode == 0
    line = [sys.executable, "-m", "fastcms_cli", "jobs", "list", "--dir", str(place / "pb_data")]
    done = subprocess.run(line, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Invalid value 'stars'" in done.stderr
    assert "enable the plugin that brings it" in done.stderr
