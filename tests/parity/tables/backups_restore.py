"""Restoring a backup: who may, and what there is to restore. What it brings is in tests/backups."""

from urllib.parse import quote

from tests.parity.scenario import SUPERUSER, Row, delete, get, patch, post, put

_KEYS = (
    "missing.zip", "..", ".", " ", "../data.db", "/etc/passwd", "%2e%2e%2fdata.db", "a\0b.zip", "..\\data.db", "a//b", "seeded.zip.attrs", "SEEDED.ZIP", "x" * 300, "@auto_pb_backup_x.zip", "upload",
)


def _path(key: str) -> str:
    return f"/api/backups/{quote(key, safe='')}/restore"


def _restore(name: str, key: str, who: str = SUPERUSER) -> Row:
    return post(name, _path(key), who=who)


ROWS = (
    *(_restore(f"by {who}", "missing.zip", who) for who in ("guest", "ann", "forged", "expired")),
    *(_restore(f"key {key[:30]!r}", key) for key in _KEYS),
    *(method(f"by {method.__name__}", _path("missing.zip"), {}, who=SUPERUSER) for method in (put, patch)),
    get("by get", _path("missing.zip"), who=SUPERUSER),
    delete("by delete", _path("missing.zip"), who=SUPERUSER),
    Row("by head", "HEAD", _path("missing.zip"), who=SUPERUSER),
    post("slash", f"{_path('missing.zip')}/", who=SUPERUSER),
    post("no key", "/api/backups//restore", who=SUPERUSER),
    post("in pieces", "/api/backups/sub/missing.zip/restore", who=SUPERUSER),
    post("with a body", _path("missing.zip"), {"name": "x"}, who=SUPERUSER),
    post("picked", _path("missing.zip"), who=SUPERUSER, query={"fields": "message"}),
    # Found to be no directory only after the answer.
    get("health before", "/api/health", who=SUPERUSER, query={"fields": "data.canBackup"}),
    _restore("what is no directory", "seeded.zip"),
    get("settings after", "/api/settings", who=SUPERUSER, query={"fields": "meta"}),
)
