"""Uploads straight to the bucket, on a server that speaks S3."""

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.s3server import S3Server, s3_server
from tests.servers import Answer, Kind, Server, add_superuser
from tests.uploads.tus import PNG, begin, make_collections, place, sign_in, uploaded
from tests.waiting import until

RECORDS = "/api/collections/docs/records"
CONTENT = b"<html><script>alert(1)</script></html>"


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(bucket: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("presigned") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        root = make_collections(server)
        refused = start(server)
        assert refused.status == 400
        assert refused.json()["message"].startswith("Files are kept on this server's disk")
        s3 = {"s3": bucket.settings(bucket.new_bucket())}
        server.expect("PATCH", "/api/settings", token=root, json_body=s3)
        yield server


def start(
    server: Server, size: object = len(CONTENT), *, token: str | None = None, **values: Any
) -> Answer:
    body = {"collection": "docs", "field": "file", "filename": "page.html", "size": size, **values}
    return server.send("POST", "/api/uploads/presigned", token=token, json_body=body)


def put(begun: Any, content: bytes, content_type: str = "image/png") -> int:
    """What a client does with the answer; the status of the bucket."""
    address = urlsplit(begun["url"])
    assert address.port is not None
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)
    headers = {**begun["headers"], "Content-Type": content_type}
    connection.request(begun["method"], f"{address.path}?{address.query}", content, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def complete(server: Server, begun: Any, *, token: str | None = None) -> Answer:
    return server.send("POST", f"/api/uploads/{begun['id']}/complete", token=token)


def sent(server: Server, content: bytes = CONTENT, **values: Any) -> Any:
    begun = start(server, len(content), **values).json()
    assert put(begun, content) == 200
    return begun


def test_from_the_client_to_the_bucket_to_a_record(server: Server, bucket: S3Server) -> None:
    begun = sent(server)
    assert set(begun) == {"id", "method", "url", "headers", "expires"}
    assert urlsplit(begun["url"]).port == bucket.port
    state = f"/api/uploads/{begun['id']}"
    assert server.expect("GET", state)["state"] == "receiving"
    done = complete(server, begun)
    assert (done.status, done.json()["state"]) == (200, "complete")
    assert complete(server, begun).json() == server.expect("GET", state)
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": begun["id"]}})
    file = server.request("GET", f"/api/files/docs/{record['id']}/{record['file']}")
    assert file.body == CONTENT
    # What it is, its content says, not who sent it.
    assert file.headers["content-type"].startswith("text/")
    assert file.headers["content-disposition"].startswith("attachment")
    assert server.expect("GET", state)["state"] == "used"
    again = server.send("POST", RECORDS, json_body={"@uploads": {"file": begun["id"]}})
    assert again.status == 400
    assert complete(server, begun).json()["state"] == "used"


def test_what_was_sent_for_it_goes_from_the_bucket(server: Server, bucket: S3Server) -> None:
    begun = sent(server)
    complete(server, begun)
    path = urlsplit(begun["url"]).path
    assert bucket.request("HEAD", path)[0] == 200
    server.expect("POST", RECORDS, json_body={"@uploads": {"file": begun["id"]}})
    until(lambda: bucket.request("HEAD", path)[0] == 404)
    other = sent(server)
    path = urlsplit(other["url"]).path
    headers = {"Tus-Resumable": "1.0.0"}
    gone = server.request("DELETE", f"/api/uploads/{other['id']}", headers=headers)
    assert gone.status == 204
    assert bucket.request("HEAD", path)[0] == 404


def test_it_is_judged_by_what_is_in_the_bucket(server: Server) -> None:
    begun = start(server, len(PNG), field="images").json()
    assert complete(server, begun).status == 400
    put(begun, PNG[:-1])
    assert complete(server, begun).status == 400
    put(begun, b"x" * len(PNG))
    refused = complete(server, begun)
    assert refused.status == 400
    assert refused.json()["data"]["images"]["code"] == "validation_invalid_mime_type"
    assert server.expect("GET", f"/api/uploads/{begun['id']}")["state"] == "receiving"
    put(begun, PNG)
    assert complete(server, begun).status == 200
    # The address is still good for a while: another content is judged again.
    put(begun, b"x" * len(PNG))
    named = {"@uploads": {"images": begun["id"]}}
    refused = server.send("POST", RECORDS, json_body=named)
    assert refused.status == 400
    for content in (PNG[:-1], PNG + b"x"):
        put(begun, content)
        assert server.send("POST", RECORDS, json_body=named).status == 400
    put(begun, PNG)
    assert server.send("POST", RECORDS, json_body=named).status == 200


def test_a_waiting_record_gets_it(server: Server) -> None:
    ada = sign_in(server, "ada")
    auth = server.expect("POST", "/api/collections/users/auth-refresh", token=ada)
    owner = {"owner": auth["record"]["id"]}
    record = server.expect("POST", RECORDS, token=ada, json_body=owner)
    begun = sent(server, token=ada, record=record["id"])
    assert complete(server, begun, token=sign_in(server, "ben")).status == 404
    done = complete(server, begun, token=ada).json()
    assert (done["state"], done["record"]) == ("used", record["id"])
    assert server.expect("GET", f"{RECORDS}/{record['id']}")["file"].startswith("page_")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"collection": "nowhere"}, 404),
        ({"collection": 1}, 404),
        ({"collection": "locked"}, 403),
        ({"field": "title"}, 400),
        ({"field": "small"}, 413),
        ({"filename": ""}, 400),
        ({"record": "aaaaaaaaaaaaaaa"}, 404),
        ({"size": -1}, 400),
        ({"size": "12"}, 400),
        ({"size": True}, 400),
        ({"size": 1 << 50}, 400),
    ],
)
def test_what_is_not_signed_for(server: Server, values: dict[str, Any], status: int) -> None:
    assert start(server, **values).status == status


def test_the_two_ways_do_not_mix(server: Server) -> None:
    begun = start(server).json()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    headers["Content-Type"] = "application/offset+octet-stream"
    path = f"/api/uploads/{begun['id']}"
    assert server.request("PATCH", path, headers=headers, body=CONTENT).status == 400
    by_tus = place(begin(server, 16))
    assert server.send("POST", f"{by_tus}/complete").status == 400
    # To a bucket, too, files may come by this server.
    id_ = uploaded(server, CONTENT)
    record = server.expect("POST", RECORDS, json_body={"@uploads": {"file": id_}})
    path = f"/api/files/docs/{record['id']}/{record['file']}"
    assert server.request("GET", path).body == CONTENT
