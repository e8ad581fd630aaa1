"""tus 1.0.0 by raw HTTP: what each request answers, and what is there afterwards."""

import base64
import hashlib
import http.client
import json
import re
import resource
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.servers import Answer, Kind, Server, add_superuser
from tests.uploads.tus import (
    MIB,
    OCTETS,
    PNG,
    begin,
    call,
    id_of,
    make_collections,
    metadata,
    offset,
    patch,
    place,
    sign_in,
    uploaded,
)
from tests.waiting import until

RECORDS = "/api/collections/docs/records"
CONTENT = b"0123456789abcdef"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("uploads") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        make_collections(server)
        yield server


@pytest.fixture(scope="module")
def ada(server: Server) -> str:
    return sign_in(server, "ada")


@pytest.fixture(scope="module")
def ben(server: Server) -> str:
    return sign_in(server, "ben")


def shown(server: Server, path: str, *, token: str | None = None) -> Any:
    return server.expect("GET", path, token=token)


def download(server: Server, record: dict[str, Any], name: str) -> bytes:
    """The bytes of a record's file, as they lie in the directory."""
    folder = server.directory / "storage" / record["collectionId"] / record["id"]
    return (folder / name).read_bytes()


# -- the protocol --------------------------------------------------------------------------------


def test_options_tell_what_the_server_can(server: Server) -> None:
    answer = server.request("OPTIONS", "/api/uploads")
    assert answer.status == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == (
        "creation,creation-with-upload,expiration,termination,checksum"
    )
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5"


def test_browsers_of_other_origins_may_speak_it(server: Server) -> None:
    preflight = server.request(
        "OPTIONS",
        "/api/uploads",
        headers={
            "Origin": "https://example.com",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "tus-resumable, upload-length",
        },
    )
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-headers"] == "tus-resumable, upload-length"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    for headers, status in (({}, 400), ({"Tus-Resumable": "0.2.2"}, 412)):
        answer = call(server, "POST", "/api/uploads", {"Origin": "https://example.com", **headers})
        assert answer.status == status
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"Location", "Upload-Offset", "Tus-Resumable", "Upload-Expires"} <= set(exposed)


def test_an_upload_piece_by_piece(server: Server) -> None:
    begun = begin(server, 16)
    assert begun.headers["tus-resumable"] == "1.0.0"
    assert parsedate_to_datetime(begun.headers["upload-expires"]).tzinfo is not None
    path = place(begun)
    assert offset(server, path) == 0
    assert patch(server, path, 0, CONTENT[:6]).headers["upload-offset"] == "6"
    assert shown(server, path) == {
        "id": id_of(path),
        "collection": "docs",
        "field": "file",
        "record": "",
        "filename": "a b.txt",
        "size": 16,
        "offset": 6,
        "state": "receiving",
        "expires": shown(server, path)["expires"],
    }
    asked = call(server, "HEAD", path)
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["cache-control"] == "no-store"
    assert asked.headers["upload-length"] == "16"
    assert asked.headers["upload-offset"] == "6"
    assert asked.headers["upload-metadata"] == metadata(
        collection="docs", field="file", filename="a b.txt"
    )
    last = patch(server, path, 6, CONTENT[6:])
    assert (last.status, last.headers["upload-offset"]) == (204, "16")
    assert shown(server, path)["state"] == "complete"


def test_the_first_bytes_may_come_with_the_creation(server: Server) -> None:
    begun = begin(server, 16, body=CONTENT[:10])
    assert (begun.status, begun.headers["upload-offset"]) == (201, "10")
    assert offset(server, place(begun)) == 10


def test_an_empty_file_is_complete_at_once(server: Server) -> None:
    begun = begin(server, 0)
    assert begun.headers["upload-offset"] == "0"
    assert shown(server, place(begun))["state"] == "complete"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": ""}, 412),
        ({"Tus-Resumable": "1.0.1"}, 412),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "1e3"}, 400),
        ({"Upload-Offset": "9" * 30}, 400),
        ({"Upload-Offset": "0"}, 409),
        ({"Upload-Offset": "7"}, 409),
        ({"Upload-Offset": "16"}, 409),
        ({"Upload-Checksum": "crc32 AAAA"}, 400),
        ({"Upload-Checksum": "sha1 !"}, 400),
        ({"Upload-Checksum": "sha1"}, 400),
        ({"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}, 460),
    ],
)
def test_what_is_refused_changes_nothing(
    server: Server, headers: dict[str, str], status: int
) -> None:
    path = place(begin(server, 16, body=CONTENT[:6]))
    refused = patch(server, path, 6, CONTENT[6:], headers)
    assert refused.status == status
    assert refused.json()["status"] == status
    assert refused.headers["tus-resumable"] == "1.0.0"
    assert offset(server, path) == 6
    assert patch(server, path, 6, CONTENT[6:]).status == 204


def test_too_many_bytes(server: Server) -> None:
    path = place(begin(server, 8))
    assert patch(server, path, 0, CONTENT).status == 413
    assert offset(server, path) == 0
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", **OCTETS}
    connection.request("PATCH", path, iter([CONTENT]), headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert shown(server, path)["state"] == "receiving"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_bytes_with_their_checksum(server: Server, algorithm: str) -> None:
    path = place(begin(server, 16))
    for start, piece in ((0, CONTENT[:6]), (6, CONTENT[6:])):
        digest = base64.b64encode(hashlib.new(algorithm, piece).digest()).decode()
        checksum = {"Upload-Checksum": f"{algorithm} {digest}"}
        assert patch(server, path, start, bytes(len(piece)), checksum).status == 460
        right = patch(server, path, start, piece, checksum)
        assert right.headers["upload-offset"] == str(start + len(piece))
    assert shown(server, path)["state"] == "complete"


def test_methods_by_a_header(server: Server) -> None:
    path = place(begin(server, 16))
    by_header = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", **OCTETS}
    assert call(server, "POST", path, by_header, CONTENT).headers["upload-offset"] == "16"
    assert call(server, "POST", path, {"X-HTTP-Method-Override": "HEAD"}).status == 200
    assert call(server, "POST", path, {"X-HTTP-Method-Override": "DELETE"}).status == 204
    assert call(server, "HEAD", path).status == 404
    for unknown in ({}, {"X-HTTP-Method-Override": "PUT"}):
        assert call(server, "POST", path, unknown).status == 404
    # A request that counts as safe does nothing unsafe.
    other = place(begin(server, 16))
    assert call(server, "HEAD", other, {"X-HTTP-Method-Override": "DELETE"}).status == 200
    assert offset(server, other) == 0


def test_an_upload_that_is_given_up(server: Server) -> None:
    path = place(begin(server, 16, body=CONTENT[:4]))
    file = server.directory / ".notify" / "uploads" / id_of(path)
    assert file.read_bytes() == CONTENT[:4]
    assert call(server, "DELETE", path).status == 204
    assert not file.exists()
    for method in ("HEAD", "DELETE", "GET"):
        assert call(server, method, path).status == 404
    assert patch(server, path, 4, CONTENT[4:]).status == 404


# -- who may, and how much -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "status", "problem"),
    [
        ({"collection": "nowhere"}, 404, None),
        ({"collection": ""}, 404, None),
        ({"collection": "seen"}, 400, None),
        ({"collection": "locked"}, 403, None),
        ({"collection": "members"}, 403, None),
        ({"field": "nothing"}, 400, "field"),
        ({"field": "title"}, 400, "field"),
        ({"field": "secret"}, 400, "field"),
        ({"filename": ""}, 400, "filename"),
        ({"filename": "x" * 301}, 400, "filename"),
        ({"field": "small"}, 413, "small"),
        ({"record": "aaaaaaaaaaaaaaa"}, 404, None),
    ],
)
def test_uploads_that_are_not_begun(
    server: Server, values: dict[str, str], status: int, problem: str | None
) -> None:
    answer = begin(server, 16, **values)
    assert answer.status == status
    assert list(answer.json()["data"]) == ([problem] if problem else [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "x"},
        {"Upload-Length": ""},
        {"Upload-Length": "", "Upload-Defer-Length": "1"},
        {"Upload-Metadata": "collection docs"},
        {"Upload-Metadata": "collection ZG9jcw==,collection ZG9jcw=="},
        {"Upload-Metadata": "coll\u00e9 ZG9jcw=="},
        {"Upload-Metadata": "collection " + base64.b64encode(b"\xff").decode()},
        {"Upload-Metadata": "collection " + "A" * 5000},
    ],
)
def test_headers_that_say_nothing(server: Server, headers: dict[str, str]) -> None:
    sent = {"Upload-Length": "16", "Upload-Metadata": metadata(collection="docs"), **headers}
    assert call(server, "POST", "/api/uploads", sent).status == 400


def test_only_superusers_send_what_only_they_may_set(server: Server) -> None:
    root = server.superuser_token()
    for values in ({"collection": "locked"}, {"field": "secret"}):
        assert begin(server, 16, token=root, **values).status == 201


def test_rules_about_values_wait_for_them(server: Server, ada: str) -> None:
    id_ = uploaded(server, CONTENT, token=ada, collection="members")
    named = {"@uploads": {"file": id_}}
    path = "/api/collections/members/records"
    assert server.send("POST", path, token=ada, json_body=named).status == 200


def test_an_upload_is_its_makers_alone(server: Server, ada: str, ben: str) -> None:
    path = place(begin(server, 16, token=ada, body=CONTENT[:4]))
    for stranger in (ben, None, server.superuser_token()):
        for method in ("HEAD", "GET", "DELETE"):
            assert call(server, method, path, token=stranger).status == 404
        assert patch(server, path, 4, CONTENT[4:], token=stranger).status == 404
    assert patch(server, path, 4, CONTENT[4:], token=ada).status == 204
    for stranger in (ben, None, server.superuser_token()):
        named = {"@uploads": {"file": id_of(path)}}
        refused = server.send("POST", RECORDS, token=stranger, json_body=named)
        assert refused.status == 400
        assert refused.json()["data"]["file"]["code"] == "validation_invalid_upload"
    assert shown(server, path, token=ada)["state"] == "complete"


def test_what_a_guest_began_is_theirs_after_signing_in(server: Server, ada: str) -> None:
    path = place(begin(server, 16, body=CONTENT[:4]))
    assert patch(server, path, 4, CONTENT[4:], token=ada).status == 204
    record = server.expect(
        "POST", RECORDS, token=ada, json_body={"@uploads": {"file": id_of(path)}}
    )
    assert download(server, record, record["file"]) == CONTENT


# -- records that take them ----------------------------------------------------------------------


def test_a_record_takes_an_upload(server: Server) -> None:
    id_ = uploaded(server, CONTENT)
    record = server.expect("POST", RECORDS, json_body={"title": "one", "@uploads": {"file": id_}})
    assert record["title"] == "one"
    assert record["file"].startswith("a_b_")
    assert "@uploads" not in record
    assert download(server, record, record["file"]) == CONTENT
    assert not (server.directory / ".notify" / "uploads" / id_).exists()
    # Asked once more, because an answer was lost, it says what became of it.
    used = shown(server, f"/api/uploads/{id_}")
    assert (used["state"], used["record"], used["offset"]) == ("used", record["id"], 16)
    assert offset(server, f"/api/uploads/{id_}") == 16
    assert patch(server, f"/api/uploads/{id_}", 16, b"").status == 204
    again = server.send("POST", RECORDS, json_body={"@uploads": {"file": id_}})
    assert again.status == 400


def test_modifiers_and_several(server: Server, ada: str) -> None:
    auth = server.expect("POST", "/api/collections/users/auth-refresh", token=ada)
    owner = {"owner": auth["record"]["id"]}
    first, second, third, fourth = (
        uploaded(server, PNG, token=ada, field="images", filename=f"{name}.png")
        for name in ("one", "two", "three", "four")
    )
    record = server.expect(
        "POST",
        RECORDS,
        token=ada,
        json_body={**owner, "@uploads": {"images": [first, second]}},
    )
    assert [name[:3] for name in record["images"]] == ["one", "two"]
    path = f"{RECORDS}/{record['id']}"
    record = server.expect("PATCH", path, token=ada, json_body={"@uploads": {"+images": third}})
    assert [name[:3] for name in record["images"]] == ["thr", "one", "two"]
    full = server.send("PATCH", path, token=ada, json_body={"@uploads": {"images+": fourth}})
    assert full.status == 400
    assert full.json()["data"]["images"]["code"] == "validation_too_many_files"
    record = server.expect("PATCH", path, token=ada, json_body={"@uploads": {"images": fourth}})
    assert [name[:4] for name in record["images"]] == ["four"]


def test_an_upload_beside_a_file_of_the_same_body(server: Server) -> None:
    id_ = uploaded(server, PNG, field="images", filename="sent.png")
    payload = json.dumps({"@uploads": {"images": [id_]}}).encode()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="@jsonPayload"\r\n\r\n' + payload + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="images"; filename="part.png"\r\n\r\n'
        + PNG
        + b"\r\n--x--\r\n"
    )
    answer = server.request(
        "POST", RECORDS, headers={"Content-Type": "multipart/form-data; boundary=x"}, body=body
    )
    assert [name[:4] for name in answer.json()["images"]] == ["part", "sent"]


def test_what_a_record_refuses_stays_an_upload(server: Server) -> None:
    wrong_type = uploaded(server, CONTENT, field="images")
    answer = server.send("POST", RECORDS, json_body={"@uploads": {"images": wrong_type}})
    assert answer.status == 400
    assert answer.json()["data"]["images"]["code"] == "validation_invalid_mime_type"
    id_ = uploaded(server, CONTENT)
    broken = {"id": "no", "@uploads": {"file": id_}}
    assert server.send("POST", RECORDS, json_body=broken).status == 400
    root = server.superuser_token()
    taken = server.expect("POST", RECORDS, token=root, json_body={"title": "taken"})["id"]
    clash = {"id": taken, "@uploads": {"file": id_}}
    assert server.send("POST", RECORDS, json_body=clash).status == 400
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_}})
    assert download(server, record, record["file"]) == CONTENT


@pytest.mark.parametrize(
    "named",
    [
        "x",
        None,
        ["x"],
        {"file": "x"},
        {"file": None},
        {"file": {}},
        {"title": "ID"},
        {"nothing": "ID"},
        {"small": "ID"},
        {"file-": "ID"},
        {"file": ["ID", "ID"]},
        {"file": "UNFINISHED"},
        {"file": "../uploads/ID"},
    ],
)
def test_uploads_that_are_not_taken(server: Server, named: Any) -> None:
    ids = {"ID": uploaded(server, CONTENT), "UNFINISHED": id_of(place(begin(server, 16)))}
    text = json.dumps({"@uploads": named})
    for word in sorted(ids, key=len, reverse=True):
        text = text.replace(f'"{word}"', f'"{ids[word]}"').replace(f"/{word}", f"/{ids[word]}")
    answer = server.request(
        "POST", RECORDS, headers={"Content-Type": "application/json"}, body=text.encode()
    )
    assert answer.status == 400, answer.body
    assert shown(server, f"/api/uploads/{ids['ID']}")["state"] == "complete"


def test_two_records_do_not_get_one_upload(server: Server) -> None:
    id_ = uploaded(server, bytes(MIB))
    answers: list[Answer] = []

    def create() -> None:
        answers.append(server.send("POST", RECORDS, json_body={"@uploads": {"file": id_}}))

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400, 400]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\data.db",
        "/",
        "..",
        "nul\0l",
        'a"; filename="b.html',
        "line\r\nSet-Cookie: x",
    ],
)
def test_names_lead_nowhere(server: Server, name: str) -> None:
    id_ = uploaded(server, CONTENT, filename=name)
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_}})
    assert re.fullmatch(r"\w+_\w{10}\.[\w.]+", record["file"], re.ASCII)
    assert download(server, record, record["file"]) == CONTENT


@pytest.mark.parametrize(
    "id_", ["..%2f..%2fdata.db", "%2e%2e", "..%5cdata.db", "a%00b", "x" * 3000, "%", "é"]
)
def test_ids_lead_nowhere(server: Server, id_: str) -> None:
    path = f"/api/uploads/{id_}"
    for method in ("HEAD", "GET", "DELETE"):
        assert call(server, method, quote(path, safe="/%")).status in (307, 400, 404)


def test_a_batch_takes_uploads_all_or_none(server: Server) -> None:
    first, second = uploaded(server, b"first"), uploaded(server, b"second")

    def batch(*ids: str) -> Answer:
        requests = [
            {
                "method": "POST",
                "url": "/api/collections/docs/records",
                "body": {"@uploads": {"file": id_}},
            }
            for id_ in ids
        ]
        return server.send("POST", "/api/batch", json_body={"requests": requests})

    root = server.superuser_token()
    enabled = {"batch": {"enabled": True, "maxRequests": 10, "timeout": 10}}
    server.expect("PATCH", "/api/settings", token=root, json_body=enabled)
    assert batch(first, second, first).status == 400
    for id_ in (first, second):
        assert shown(server, f"/api/uploads/{id_}")["state"] == "complete"
    taken = batch(first, second)
    assert taken.status == 200, taken.body
    records = [item["body"] for item in taken.json()]
    assert [download(server, record, record["file"]) for record in records] == [b"first", b"second"]
    for id_ in (first, second):
        assert not (server.directory / ".notify" / "uploads" / id_).exists()


# -- records that wait for one -------------------------------------------------------------------


@pytest.fixture(scope="module")
def adas(server: Server, ada: str) -> dict[str, str]:
    """A record of hers, as the answer to its creation; nobody else may update it."""
    auth = server.expect("POST", "/api/collections/users/auth-refresh", token=ada)
    body = {"title": "hers", "owner": auth["record"]["id"]}
    record: dict[str, str] = server.expect("POST", RECORDS, token=ada, json_body=body)
    return record


def test_a_waiting_record_gets_it_with_the_last_byte(
    server: Server, ada: str, adas: dict[str, str]
) -> None:
    path = place(begin(server, 16, token=ada, record=adas["id"], body=CONTENT[:6]))
    last = patch(server, path, 6, CONTENT[6:], token=ada)
    assert (last.status, last.headers["upload-record"]) == (204, adas["id"])
    assert last.headers["upload-offset"] == "16"
    record = server.expect("GET", f"{RECORDS}/{adas['id']}")
    assert download(server, record, record["file"]) == CONTENT
    assert shown(server, path, token=ada)["state"] == "used"
    # In one request, and into a field that has files already.
    for count in (1, 2):
        values = {"record": adas["id"], "field": "images", "filename": "a.png"}
        begun = begin(server, len(PNG), token=ada, body=PNG, **values)
        assert begun.headers["upload-record"] == adas["id"]
        assert len(server.expect("GET", f"{RECORDS}/{adas['id']}")["images"]) == count


def test_the_last_byte_counts_when_the_record_has_it(
    server: Server, ada: str, adas: dict[str, str]
) -> None:
    wrong = {"field": "images", "record": adas["id"]}
    path = place(begin(server, 16, token=ada, body=CONTENT[:6], **wrong))
    refused = patch(server, path, 6, CONTENT[6:], token=ada)
    assert refused.status == 400
    assert refused.json()["data"]["images"]["code"] == "validation_invalid_mime_type"
    # A client that comes back does not take it for done.
    assert offset(server, path, token=ada) == 15
    assert patch(server, path, 15, CONTENT[15:], token=ada).status == 400
    named = {"@uploads": {"images": id_of(path)}}
    assert server.send("POST", RECORDS, token=ada, json_body=named).status == 400


def test_the_update_rule_is_asked_at_both_ends(
    server: Server, ada: str, ben: str, adas: dict[str, str]
) -> None:
    before = server.expect("GET", f"{RECORDS}/{adas['id']}")
    for stranger in (ben, None):
        assert begin(server, 16, token=stranger, record=adas["id"], body=CONTENT).status == 404
    path = place(begin(server, 16, token=ada, record=adas["id"], body=CONTENT[:6]))
    root = server.superuser_token()
    given = {"owner": "somebody else"}
    server.expect("PATCH", f"{RECORDS}/{adas['id']}", token=root, json_body=given)
    assert patch(server, path, 6, CONTENT[6:], token=ada).status == 404
    back = {"owner": before["owner"]}
    after = server.expect("PATCH", f"{RECORDS}/{adas['id']}", token=root, json_body=back)
    assert after["file"] == before["file"]
    assert patch(server, path, 15, CONTENT[15:], token=ada).status == 204


# -- several at once, and ends -------------------------------------------------------------------


class Open:
    """A PATCH whose body is sent bit by bit."""

    def __init__(self, server: Server, path: str, offset: int, length: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.connection.putrequest("PATCH", path)
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **OCTETS}
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()

    def send(self, piece: bytes) -> None:
        self.connection.send(piece)

    def close(self) -> None:
        self.connection.close()


def until_written(server: Server, path: str, before: int = 0) -> None:
    """Returns when more bytes are on disk. To ask with a PATCH would be to hold the upload."""
    file = server.directory / ".notify" / "uploads" / id_of(path)
    until(lambda: file.exists() and file.stat().st_size > before)


def until_let_go(server: Server, path: str) -> None:
    """Returns when no request writes to the upload any more; asks with what is refused."""
    until(lambda: patch(server, path, 4 * MIB, b"").status != 423)


def test_two_at_once_on_one_upload(server: Server) -> None:
    path = place(begin(server, 2 * MIB))
    first = Open(server, path, 0, 2 * MIB)
    first.send(b"a" * MIB)
    until_written(server, path)
    # Whichever process they come to.
    for _ in range(8):
        assert patch(server, path, 0, b"b").status == 423
        assert call(server, "DELETE", path).status == 423
    first.send(b"a" * MIB)
    assert first.connection.getresponse().status == 204
    first.close()
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_of(path)}})
    assert download(server, record, record["file"]) == b"a" * 2 * MIB


def test_what_came_before_the_line_broke_counts(server: Server) -> None:
    path = place(begin(server, 4 * MIB))
    broken = Open(server, path, 0, 4 * MIB)
    broken.send(b"a" * (MIB + 5))
    until_written(server, path)
    broken.close()
    until_let_go(server, path)
    there = offset(server, path)
    assert 0 < there <= MIB + 5
    assert patch(server, path, there, b"a" * (4 * MIB - there)).status == 204


def test_bytes_without_their_checksum_do_not_count(server: Server) -> None:
    path = place(begin(server, 4 * MIB, body=b"a" * MIB))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("PATCH", path)
    digest = base64.b64encode(hashlib.sha1(b"a" * 3 * MIB).digest()).decode()
    for name, value in {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(MIB),
        "Upload-Checksum": f"sha1 {digest}",
        "Content-Length": str(3 * MIB),
        **OCTETS,
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(b"b" * 2 * MIB)
    until_written(server, path, MIB)
    assert offset(server, path) == MIB
    connection.close()
    until_let_go(server, path)
    assert offset(server, path) == MIB
    right = patch(server, path, MIB, b"a" * 3 * MIB, {"Upload-Checksum": f"sha1 {digest}"})
    assert right.status == 204


def test_a_full_disk_ends_a_request_and_not_the_upload(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        make_collections(server)
        path = place(begin(server, 12 * MIB))
        # No file of the process may become longer: what a full disk says, it says.
        assert server._process is not None
        resource.prlimit(server._process.pid, resource.RLIMIT_FSIZE, (8 * MIB, 8 * MIB))
        full = patch(server, path, 0, b"a" * 12 * MIB)
        assert full.status == 507
        assert full.json()["message"] == (
            "There is no space left for the upload; what has come of it is kept."
        )
        assert offset(server, path) == 8 * MIB
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        assert offset(server, path) == 8 * MIB
        assert patch(server, path, 8 * MIB, b"b" * 4 * MIB).status == 204
        record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_of(path)}})
        assert download(server, record, record["file"]) == b"a" * 8 * MIB + b"b" * 4 * MIB
        root = server.superuser_token()
        too_large = begin(server, 1 << 50, token=root)
        assert too_large.status == 413


def test_offsets_are_true_after_sigkill(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    server = Server(Kind.FASTCMS, directory, workers=2)
    server.start()
    make_collections(server)
    path = place(begin(server, 8 * MIB, body=b"a" * MIB))
    under_way = Open(server, path, MIB, 7 * MIB)
    under_way.send(b"a" * 3 * MIB)
    file = directory / ".notify" / "uploads" / id_of(path)
    until_written(server, path, MIB)
    server.kill()
    under_way.close()
    with server:
        there = offset(server, path)
        assert there == file.stat().st_size
        assert MIB < there <= 4 * MIB
        assert patch(server, path, there, b"a" * (8 * MIB - there)).status == 204
        record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_of(path)}})
        assert download(server, record, record["file"]) == b"a" * 8 * MIB


def test_memory_stays_constant(server: Server) -> None:
    size = 300 * MIB
    path = place(begin(server, size))
    assert server._process is not None
    before = peak(server._process.pid)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    piece = bytes(MIB)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", **OCTETS}
    headers["Content-Length"] = str(size)
    connection.request("PATCH", path, (piece for _ in range(size // MIB)), headers)
    assert connection.getresponse().status == 204
    connection.close()
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_of(path)}})
    assert peak(server._process.pid) - before < 40 * MIB
    folder = server.directory / "storage" / record["collectionId"] / record["id"]
    assert (folder / record["file"]).stat().st_size == size


def peak(pid: int) -> int:
    """The most memory that a process or one of its children ever had, in bytes."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    texts = [Path(f"/proc/{child}/status").read_text() for child in [str(pid), *children]]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("VmHWM")]
    return max(int(line.split()[1]) << 10 for line in lines)
