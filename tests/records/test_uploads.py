"""Files of records on a real server: what is kept, what goes, and when."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastcms.errors import ApiError
from fastcms.files.upload import received
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import save
from tests.inprocess import Client, served
from tests.parity.scenario import File, encoded, form
from tests.servers import Answer, Kind, Server, add_superuser
from tests.waiting import until

AT = "/api/collections/papers/records"
LONG = b"long " * 50_000


class Place:
    """A server with a collection of files."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.superuser_token()
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "deleteRule"), "")
        self.id: str = self.send(
            "POST",
            "/api/collections",
            {
                "name": "papers",
                "type": "base",
                **rules,
                "updateRule": "title != 'locked'",
                "fields": [
                    {"type": "text", "name": "title", "max": 10},
                    {"type": "file", "name": "one", "maxSize": 1 << 20},
                    {"type": "file", "name": "many", "maxSelect": 5, "maxSize": 1 << 20},
                ],
                "indexes": ["CREATE UNIQUE INDEX idx_title ON papers (title) WHERE title != ''"],
            },
        ).json()["id"]

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        return self.server.send(method, path, token=self.token, json_body=body)

    def upload(self, method: str, path: str, *parts: tuple[str, str | File]) -> Answer:
        payload = encoded(form(*parts))
        headers = {"Content-Type": str(payload.content_type)}
        return self.server.request(method, path, headers=headers, body=payload.content)

    def create(self, *parts: tuple[str, str | File]) -> dict[str, Any]:
        answer = self.upload("POST", AT, *parts)
        assert answer.status == 200, answer.body
        record: dict[str, Any] = answer.json()
        return record

    @property
    def storage(self) -> Path:
        return self.server.directory / "storage"

    def stored(self, record_id: str = "") -> set[str]:
        """The names of files of a record, or of all."""
        folder = self.storage / self.id / record_id
        return {path.name for path in folder.rglob("*") if path.is_file()} - {
            path.name for path in folder.rglob("*.attrs")
        }

    def scratch(self) -> list[Path]:
        """What lies in the scratch folders, but for their locks."""
        found = (self.server.directory / ".pb_temp_to_delete").rglob("*")
        return [path for path in found if path.is_file() and path.name != "lock"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    directory = tmp_path_factory.mktemp("uploads") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        yield Place(server)


@pytest.mark.parametrize("content", [b"", b"short", LONG])
def test_a_file_and_its_attributes(place: Place, content: bytes) -> None:
    record = place.create(("one", File("Some text.txt", content)))
    path = place.storage / place.id / record["id"] / record["one"]
    assert path.read_bytes() == content
    attributes = json.loads(path.with_name(path.name + ".attrs").read_bytes())
    assert attributes["user.metadata"] == {"original-filename": "Some text.txt"}
    assert attributes["user.content_type"].startswith("text/plain")
    assert place.scratch() == []


def test_what_is_replaced_or_removed_goes(place: Place) -> None:
    record = place.create(("one", File("aaa.txt")), ("many", File("bbb.txt")))
    at, first = f"{AT}/{record['id']}", {record["one"], *record["many"]}
    assert place.stored(record["id"]) == first
    changed = place.upload("PATCH", at, ("one", File("ccc.txt", LONG)), ("many+", File("d")))
    after = {changed.json()["one"], *changed.json()["many"]}
    until(lambda: place.stored(record["id"]) == after)
    assert len(after & first) == 1
    place.send("PATCH", at, {"many-": record["many"], "one": ""})
    until(lambda: len(place.stored(record["id"])) == 1)
    assert place.send("DELETE", at).status == 204
    until(lambda: not (place.storage / place.id / record["id"]).exists())


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("title", "x" * 11)], 400),
        ([("title", "taken")], 400),
        ([("many", File("n", LONG))] * 6, 400),
        ([("one", File("n", b"x" * (1 << 20) + b"x"))], 400),
        ([("many", "unknown.txt")], 400),
        ([("id", "taken0000000000")], 400),
    ],
)
def test_a_create_that_fails_leaves_nothing(place: Place, parts: Any, status: int) -> None:
    place.upload("POST", AT, ("title", "taken"), ("id", "taken0000000000"))
    before = place.stored()
    files = (("one", File("bbb.txt", LONG)), ("many", File("ccc.txt")))
    assert place.upload("POST", AT, *files, *parts).status == status
    assert place.stored() == before
    assert place.scratch() == []


def test_nothing_is_replaced_unless_the_rule_and_the_values_hold(place: Place) -> None:
    """Attack row 27: a file replaced by a request that was refused."""
    record = place.create(("one", File("mine.txt", "mine")), ("title", "locked"))
    at, folder = f"{AT}/{record['id']}", place.storage / place.id / record["id"]
    assert place.upload("PATCH", at, ("one", File("theirs.txt", LONG))).status == 404
    place.send("PATCH", at, {"title": "free"})
    too_long = ("title", "x" * 11)
    assert place.upload("PATCH", at, ("one", File("theirs.txt", LONG)), too_long).status == 400
    place.create(("title", "other"))
    taken = ("title", "other")
    assert place.upload("PATCH", at, ("one", File("theirs.txt", LONG)), taken).status == 400
    assert (folder / record["one"]).read_text() == "mine"
    assert place.stored(record["id"]) == {record["one"]}


@pytest.mark.parametrize(
    ("rule", "created", "updated"),
    [(None, 403, 403), ('@request.auth.id != "" && title = ""', 400, 404)],
)
def test_who_may_write_nothing_takes_no_space(
    place: Place, rule: str | None, created: int, updated: int
) -> None:
    """The answer comes before the body, of which only the first bytes are ever sent."""
    name = f"closed{created}"
    fields = [{"type": "text", "name": "title"}, {"type": "file", "name": "f"}]
    body = {"name": name, "type": "base", "createRule": rule, "updateRule": rule, "fields": fields}
    assert place.send("POST", "/api/collections", body).status == 200
    at = f"/api/collections/{name}/records"
    record = place.send("POST", at, {}).json()
    for method, path, status in (("POST", at, created), ("PATCH", f"{at}/{record['id']}", updated)):
        connection = http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=30)
        connection.putrequest(method, path)
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(5 << 20))
        connection.endheaders(b"--b\r\n")
        assert connection.getresponse().status == status
        connection.close()


def test_the_files_of_a_collection_go_with_it(place: Place) -> None:
    made = place.send(
        "POST",
        "/api/collections",
        {
            "name": "brief",
            "type": "base",
            "createRule": "",
            "fields": [{"type": "file", "name": "f"}],
        },
    ).json()
    for _ in range(3):
        place.upload("POST", "/api/collections/brief/records", ("f", File("aaa.txt")))
    folder = place.storage / made["id"]
    assert len(list(folder.iterdir())) == 3
    assert place.send("DELETE", "/api/collections/brief/truncate").status == 204
    until(lambda: not folder.exists() or not list(folder.iterdir()))
    place.upload("POST", "/api/collections/brief/records", ("f", File("aaa.txt")))
    assert place.send("DELETE", "/api/collections/brief").status == 204
    until(lambda: not folder.exists())


@pytest.mark.parametrize(
    "name",
    [
        "../../../escaped.txt",
        "..\\..\\escaped.txt",
        "/etc/escaped.txt",
        "..",
        "a/../../escaped",
        "%2e%2e%2fescaped",
    ],
)
def test_no_name_leads_out_of_the_record(place: Place, name: str) -> None:
    """Attack row 29: path traversal by file names."""
    record = place.create(("one", File(name)))
    assert "/" not in record["one"]
    assert place.stored(record["id"]) == {record["one"]}
    assert not list(place.server.directory.parent.rglob("*escaped.txt.attrs.*"))
    outside = {p.parent for p in place.server.directory.parent.rglob("*escaped*") if p.is_file()}
    assert all(folder.parent == place.storage / place.id for folder in outside)


@pytest.mark.parametrize("id_", ["../../../escaped", "..", "a/b", "a\\b", "x" * 15 + "/.."])
def test_no_id_leads_out_of_the_collection(place: Place, id_: str) -> None:
    """Attack row 29: path traversal by ids."""
    before = place.stored()
    answer = place.upload("POST", AT, ("id", id_), ("one", File("aaa.txt")))
    assert answer.status == 400
    assert place.stored() == before


def test_other_spellings_of_names_count_for_nothing(place: Place) -> None:
    """Attack row 30: a name or field that only a second spelling tells."""
    spellings = "; filename*=utf-8''evil.html; name*=utf-8''many"
    record = place.create(("one", File("good.txt", "x", spellings)))
    assert record["one"].startswith("good_")
    assert record["many"] == []
    twice = place.create(("one", File("good.txt", "x", '; filename="evil.html"')))
    assert twice["one"] == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"--b\r\n" + b"X: y\r\n" * 100_000, 400),
        (b"--b\r\nX: " + b"y" * 1_000_000, 400),
        (b"x" * 30_000_000, 400),
        (b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n1\r\n' * 5_000, 400),
        (b'--b\r\nContent-Disposition: form-data; name=""\r\n\r\n' + b"x" * 60_000_000, 413),
        (
            b'--b\r\nContent-Disposition: form-data; name="one"; filename="a"\r\n\r\n'
            + b"x" * 60_000_000,
            413,
        ),
    ],
)
def test_bodies_that_cost_too_much_are_refused(place: Place, body: bytes, status: int) -> None:
    """Attack row 31: parts, headers, preambles and nameless data without end."""
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = place.server.request("POST", AT, headers=headers, body=body + b"\r\n--b--")
    assert answer.status == status
    until(lambda: place.scratch() == [])


def test_two_updates_at_once_leave_no_name_without_its_file(tmp_path: Path) -> None:
    """What one removes while the other is on its way cannot be kept by the other any more."""

    async def main(client: Client) -> None:
        app = client.app
        fields = [{"type": "file", "name": "many", "maxSelect": 5}]
        body = {"name": "papers", "type": "base", "fields": fields}
        made = (await client("POST", "/api/collections", body)).json()
        plan = compiled(app.schema, app.schema.by_id[made["id"]])
        new = [received(f"{name}.txt", b"x", 1) for name in ("aaa", "bbb", "ccc", "ddd")]
        first, second, third, fourth = (upload.name for upload in new)

        async def change(record: Record, names: list[str]) -> None:
            record.values["many"] = list(names)
            record.uploads = {upload.name: upload for upload in new}
            await save(app, plan, record)

        record = Record.blank(plan.collection)
        await change(record, [first, second])
        one, other, third_one = (
            Record.of_stored(plan.collection, dict(record.values)) for _ in range(3)
        )
        await change(one, [second, third])
        other.values["many"] = [first]
        with pytest.raises(ApiError) as refused:
            await save(app, plan, other)
        assert set(refused.value.data) == {"many"}
        # A change of what is there no more, too, removes what is there now.
        await change(third_one, [fourth])
        await app.removals.remove_due()
        keys = {key async for key, _ in app.files.walk(made["id"])}
        assert keys == {f"{made['id']}/{record.id}/{fourth}"}

    served(tmp_path / "pb_data", main)
