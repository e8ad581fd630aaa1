"""POST /api/settings/test/s3. Where it works is in tests/upkeep/test_pocketbase.py."""

from typing import Any

from tests.parity.scenario import Row, get, patch, post, raw, urlencoded

PATH = "/api/settings/test/s3"
_BUCKET = {"enabled": True, "bucket": "files", "region": "us-east-1", "accessKey": "key", "secret": "hush", "forcePathStyle": True}
_NOT_UPLOADED = {"message": r"(?s)Failed to test the S3 filesystem\. Raw error: \nfailed to upload a test file: .+\."}


def _test(name: str, body: Any, **rest: Any) -> Row:
    return post(name, PATH, body, **{"who": "superuser", **rest})


_BODIES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "empty": {"filesystem": ""}, "null name": {"filesystem": None}, "unknown": {"filesystem": "files"}, "another case": {"filesystem": "Storage"},
    "number": {"filesystem": 5}, "list": {"filesystem": ["storage"]}, "broken JSON": raw("{"), "a list as body": [], "no body": raw(""), "text body": raw("storage", "text/plain"),
    "storage": {"filesystem": "storage"}, "backups": {"filesystem": "backups"}, "key in another case": {"FileSystem": "storage"}, "form": urlencoded("filesystem=storage"),
}

ROWS = (
    *(_test(f"by {who}", {"filesystem": "storage"}, who=who) for who in ("guest", "ann", "forged", "expired")),
    get("read", PATH, who="superuser"),
    patch("changed", PATH, {"filesystem": "storage"}, who="superuser"),
    *(_test(f"not enabled: {name}", body) for name, body in _BODIES.items()),
    *(row for name, endpoint in {"nobody listens": "http://127.0.0.1:1", "no TLS": "https://127.0.0.1:1"}.items() for row in (
        patch(f"set up: {name}", "/api/settings", {"s3": {**_BUCKET, "endpoint": endpoint}}, who="superuser"),
        _test(f"{name}: storage", {"filesystem": "storage"}, mask=_NOT_UPLOADED),
        _test(f"{name}: backups", {"filesystem": "backups"}),
    )),
    patch("set up for backups", "/api/settings", {"s3": {"enabled": False}, "backups": {"s3": {**_BUCKET, "endpoint": "http://127.0.0.1:1"}}}, who="superuser"),
    _test("only backups: backups", {"filesystem": "backups"}, mask=_NOT_UPLOADED),
    _test("only backups: storage", {"filesystem": "storage"}),
)
