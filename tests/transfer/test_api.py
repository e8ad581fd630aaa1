"""Import and export over HTTP, by a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.servers import Answer, Kind, Server, add_superuser

IMPORT, EXPORT = "/api/collections/posts/import", "/api/collections/posts/export"
CSV = {"Content-Type": "text/csv; charset=utf-8"}


class Site:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.superuser_token()

    def post(self, path: str, body: bytes, content_type: str = "text/csv") -> Answer:
        headers = {"Authorization": self.token, "Content-Type": content_type}
        return self.server.request("POST", path, headers=headers, body=body)

    def get(self, path: str) -> Answer:
        return self.server.request("GET", path, headers={"Authorization": self.token})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory: Path = tmp_path_factory.mktemp("site") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        site = Site(server)
        fields = [
            {"name": "title", "type": "text", "required": True},
            {"name": "n", "type": "number"},
            {"name": "secret", "type": "text", "hidden": True},
        ]
        body = {
            "name": "posts",
            "fields": fields,
            "indexes": ["CREATE UNIQUE INDEX idx_title ON posts (title)"],
        }
        server.expect("POST", "/api/collections", token=site.token, json_body=body)
        yield site


@pytest.fixture(autouse=True)
def empty(site: Site) -> None:
    site.server.expect("DELETE", "/api/collections/posts/truncate", token=site.token)


def test_there_and_back(site: Site) -> None:
    answer = site.post(f"{IMPORT}?map=Name%3Dtitle&map=x%3D", b"Name,n,x\nb,2,\na,1,\n")
    assert answer.status == 200, answer.body
    assert answer.json() == {
        "collection": "posts",
        "format": "csv",
        "dryRun": False,
        "rows": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "bad": 0,
        "imported": True,
        "ignored": ["x"],
        "badRows": [],
    }
    answer = site.get(f"{EXPORT}?fields=title,n&sort=title&filter={quote('n > 0')}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="posts.csv"'
    assert answer.body == b"title,n\r\na,1\r\nb,2\r\n"


@pytest.mark.parametrize("format_name", ["csv", "tsv", "json", "ndjson", "xlsx", "sqlite"])
def test_every_format(site: Site, format_name: str) -> None:
    site.post(IMPORT, b"title,n\na,1\nb,2\n")
    download = site.get(f"{EXPORT}?format={format_name}")
    assert download.status == 200, download.body
    site.server.expect("DELETE", "/api/collections/posts/truncate", token=site.token)
    content_type = download.headers["content-type"]
    answer = site.post(IMPORT, download.body, content_type)
    assert answer.json()["created"] == 2
    assert answer.json()["format"] == format_name
    again = site.get(f"{EXPORT}?format=json")
    assert [row["title"] for row in again.json()] == ["a", "b"]


def test_a_large_body_is_streamed(site: Site) -> None:
    lines = b"".join(b"row %d,%d\n" % (n, n) for n in range(20_000))
    answer = site.post(IMPORT, b"title,n\n" + lines + b" " * (1 << 16))
    assert answer.status == 400
    answer = site.post(IMPORT, b"title,n\n" + lines)
    assert answer.json()["created"] == 20_000
    assert site.get(EXPORT).body.count(b"\r\n") == 20_001
    head = site.server.request("HEAD", EXPORT, headers={"Authorization": site.token})
    assert (head.status, head.body) == (200, b"")


def test_bad_rows(site: Site) -> None:
    content = b"title,n\na,1\n,2\na,x\n"
    answer = site.post(IMPORT, content)
    assert (answer.status, answer.json()) == (
        400,
        {
            "status": 400,
            "message": "Nothing was imported: 2 of 3 rows are bad.",
            "data": {
                "3": {"title": {"code": "validation_required", "message": "Cannot be blank."}},
                "4": {
                    "n": {
                        "code": "import_invalid_value",
                        "message": '"x" is no number; write it like 1234.5.',
                    }
                },
            },
        },
    )
    dry = site.post(f"{IMPORT}?dryRun=true", content).json()
    assert (dry["imported"], dry["created"], [bad["row"] for bad in dry["badRows"]]) == (
        False,
        1,
        [3, 4],
    )
    assert json.loads(site.get(f"{EXPORT}?format=json").body) == []
    assert site.post(f"{IMPORT}?skipBad=true", content).json()["created"] == 1
    again = site.post(f"{IMPORT}?upsertBy=title", b"title,n\na,5\nb,6\n").json()
    assert (again["updated"], again["created"]) == (1, 1)


@pytest.mark.parametrize(
    ("path", "content_type", "status", "message"),
    [
        (IMPORT, "text/plain", 400, "The content type tells no format"),
        (f"{IMPORT}?format=doc", "", 400, 'There is no format "doc"'),
        (f"{IMPORT}?colour=red", "text/csv", 400, 'There is no option "colour"'),
        (f"{IMPORT}?dryRun=perhaps", "text/csv", 400, "The option dryRun is true or false."),
        (f"{IMPORT}?map=x", "text/csv", 400, "The option map has the form COLUMN=FIELD"),
        (IMPORT, "application/json", 400, "The file is no JSON list of objects"),
        (
            "/api/collections/nothing/import",
            "text/csv",
            404,
            "Missing collection context.",
        ),
        (f"{IMPORT}?upsertBy=n", "text/csv", 400, 'Records cannot be updated by "n"'),
    ],
)
def test_refusals(site: Site, path: str, content_type: str, status: int, message: str) -> None:
    answer = site.post(path, b"title,n\na,1\n", content_type)
    assert answer.status == status, answer.body
    assert answer.json()["message"].startswith(message)
    assert answer.json()["data"] == {}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("format=doc", 'There is no format "doc"'),
        ("filter=n%20%3E", "The filter or sort cannot be read"),
        ("fields=secret", 'The field "secret" is hidden'),
        ("fields=x", 'The collection has no field "x"'),
        ("page=1", 'There is no option "page"'),
    ],
)
def test_refusals_of_exports(site: Site, query: str, message: str) -> None:
    answer = site.get(f"{EXPORT}?{query}")
    assert answer.status == 400
    assert answer.json()["message"].startswith(message)


def test_only_superusers(site: Site) -> None:
    person = {"email": "a@example.com", "password": "12345678", "passwordConfirm": "12345678"}
    server = site.server
    server.expect("POST", "/api/collections/users/records", token=site.token, json_body=person)
    user = server.sign_in("users", "a@example.com", "12345678")
    for method, path in (("POST", IMPORT), ("GET", EXPORT)):
        for token, status in (("", 401), (user, 403)):
            headers = {"Authorization": token, **CSV}
            answer = server.request(method, path, headers=headers, body=b"title\na\n")
            assert answer.status == status
    for field in ("password", "tokenKey"):
        assert site.get(f"/api/collections/users/export?fields={field}").status == 400
    download = site.get("/api/collections/users/export?format=csv&hidden=true")
    assert b"a@example.com" in download.body
    assert b"password" not in download.body
    assert b"tokenKey" not in download.body


def test_a_collection_is_made(site: Site) -> None:
    path = "/api/collections/fruit/import?create=true"
    answer = site.post(path, b"name,price\nApple,1.5\n")
    assert answer.json()["fields"] == {"name": "text", "price": "number"}
    assert site.get("/api/collections/fruit/export?fields=name").body == b"name\r\nApple\r\n"


def test_chosen_records_only(site: Site) -> None:
    site.post(IMPORT, b"title,n\na,1\nb,2\nc,3\n")
    records = site.get("/api/collections/posts/records?sort=n").json()["items"]
    ids = [record["id"] for record in records[1:]]

    def export(body: object) -> Answer:
        path = f"{EXPORT}?format=csv&fields=title,n&sort=-n"
        return site.post(path, json.dumps(body).encode(), "application/json")

    assert export({"ids": [*ids, "nobody"]}).body == b"title,n\r\nc,3\r\nb,2\r\n"
    assert export({"ids": []}).body == b"title,n\r\n"
    for wrong in ({}, {"ids": "x"}, [], {"ids": [1]}):
        answer = export(wrong)
        assert (answer.status, answer.json()["message"]) == (
            400,
            'The body has the form {"ids": ["…"]}.',
        )


@pytest.mark.parametrize(
    ("format_", "body"),
    [
        ("csv", b"Title,N,other\na,1,x\nb,,\n"),
        ("json", b'[{"Title":"a","N":1,"other":"x"},{"Title":"b","N":null}]'),
        ("ndjson", b'{"Title":"a","N":1,"other":"x"}\n{"Title":"b"}\n'),
    ],
)
def test_a_look_at_a_file(site: Site, format_: str, body: bytes) -> None:
    seen = site.post(f"{IMPORT}?look=10&format={format_}", body).json()
    assert seen["columns"] == [
        {"name": "Title", "field": "title"},
        {"name": "N", "field": "n"},
        {"name": "other", "field": ""},
    ]
    assert [row["cells"] for row in seen["rows"]] == [["a", "1", "x"], ["b", "", ""]]
    assert site.get("/api/collections/posts/records").json()["totalItems"] == 0
    assert len(site.post(f"{IMPORT}?look=1&format={format_}", body).json()["rows"]) == 1


@pytest.mark.parametrize("count", ["0", "101", "-1", "x", ""])
def test_a_look_at_too_much(site: Site, count: str) -> None:
    answer = site.post(f"{IMPORT}?look={count}", b"title\na\n")
    assert answer.json()["message"] == "The option look is a number of rows, 1 to 100."


def test_a_look_is_for_superusers(site: Site) -> None:
    for path in (f"{IMPORT}?look=1", EXPORT):
        assert site.server.request("POST", path, headers=CSV, body=b"{}").status == 401
