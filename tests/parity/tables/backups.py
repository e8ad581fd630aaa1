"""Backups: making, listing, taking, giving and removing them. What is in them, and restoring them, is in tests/backups."""

from typing import Any
from urllib.parse import quote

from tests.parity.media import BACKUP, ZIP
from tests.parity.scenario import (
    SUPERUSER,
    File,
    Row,
    delete,
    form,
    get,
    patch,
    post,
    put,
    raw,
    urlencoded,
)

PATH = "/api/backups"
_UPLOAD = f"{PATH}/upload"
_WHO = ("guest", "ann", "forged", "expired")
_EMPTY = b"PK\x05\x06" + bytes(18)
_SIZES = {f"{place}.size": r"\d+" for place in range(25)}
# Nobody listens there, and FastCMS does not try with such a key: that would take a while each time.
_BUCKET = {"enabled": True, "bucket": "backups", "region": "us-east-1", "accessKey": "ké", "secret": "hush", "forcePathStyle": True, "endpoint": "http://127.0.0.1:1"}
_GONE = {"message": r"(?s)Invalid or already deleted backup file\. Raw error: \n.+\."}


def _path(key: str) -> str:
    return f"{PATH}/{quote(key, safe='')}"


def _create(name: str, body: Any = None, **rest: Any) -> Row:
    return post(f"create: {name}", PATH, body, **{"who": SUPERUSER, **rest})


def _upload(name: str, content: bytes | str = ZIP, field: str = "file", as_: str = "", **rest: Any) -> Row:
    return post(f"upload: {as_ or repr(name[:30])}", _UPLOAD, form((field, File(name, content))), **{"who": SUPERUSER, **rest})


def _get(name: str, key: str, token: str = "file", **rest: Any) -> Row:
    query = {"token": f"${{{token}}}"} if token else {}
    return get(f"download: {name}", _path(key), query=query, **rest)


def _delete(name: str, key: str, **rest: Any) -> Row:
    return delete(f"delete: {name}", _path(key), **{"who": SUPERUSER, **rest})


_BODIES: dict[str, Any] = {
    "named": {"name": "one.zip"}, "named again": {"name": "one.zip"}, "more keys": {"name": "two.zip", "x": 1},
    "upper case": {"name": "A.zip"}, "a space": {"name": "a b.zip"}, "no extension": {"name": "abc"}, "another extension": {"name": "abc.tar"}, "only the extension": {"name": ".zip"},
    "two dots": {"name": "a.b.zip"}, "a path": {"name": "../x.zip"}, "an absolute path": {"name": "/x.zip"}, "a line end": {"name": "x.zip\n"}, "as automatic ones": {"name": "@auto_pb_backup_x.zip"},
    "umlaut": {"name": "ä.zip"}, "150 long": {"name": "a" * 146 + ".zip"}, "151 long": {"name": "a" * 147 + ".zip"}, "long and wrong": {"name": "A" * 151}, "a number": {"name": 5}, "a list as name": {"name": ["x.zip"]},
    "true": {"name": True}, "a list": [], "text": raw('"x.zip"'), "broken": raw("{"), "of an unknown type": raw("name=x.zip", "text/plain"),
    "form": urlencoded("name=form.zip"), "form with a number": urlencoded("name=5"), "multipart": form(("name", "multi.zip")), "key in another case": {"NAME": "case.zip"}, "the name of an upload": {"name": "seeded.zip"},
}
# Called by the second in which they are made: those of one second replace each other in the reference.
_UNNAMED: dict[str, Any] = {"null name": {"name": None}, "an empty name": {"name": ""}, "null": raw("null"), "no body but its type": raw(""), "no body": None}
_NAMES = ("a.zip", "a.zip", "My Backup (1).zip", "b.txt", "noext", "../up.zip", "/etc/x.zip", "c:\\x\\y.zip", "dir/x2.zip", "é.zip", ".zip", "..", ".", "@auto_pb_backup_z.zip",
          "%2e%2e%2fw.zip", "Upper.ZIP", "a.zip.attrs", "x" * 300 + ".zip", "upload", "one.zip", "trailing/", "a'b.zip", "a;b.zip", "a&b=c.zip", "#.zip", "?.zip", "+ +.zip")
_OTHER_METHODS = (put, patch)

ROWS = (
    *(get(f"list by {who}", PATH, who=who) for who in _WHO),
    *(post(f"create by {who}", PATH, {"name": "no.zip"}, who=who) for who in _WHO),
    *(_upload("no.zip", who=who, as_=f"by {who}") for who in _WHO),
    *(_delete(f"by {who}", BACKUP, who=who) for who in _WHO),
    post("a file token", "/api/files/token", who=SUPERUSER, save={"file": "token"}),
    post("a file token of ann", "/api/files/token", who="ann", save={"file_ann": "token"}),
    get("list", PATH, who=SUPERUSER, mask=_SIZES),
    get("list: picked", PATH, who=SUPERUSER, query={"fields": "key"}),
    get("list: paged", PATH, who=SUPERUSER, query={"page": "2", "perPage": "1"}, mask=_SIZES),
    get("list: filtered", PATH, who=SUPERUSER, query={"filter": "nonsense ("}, mask=_SIZES),
    get("list: slash", f"{PATH}/", who=SUPERUSER),
    Row("list: head", "HEAD", PATH, who=SUPERUSER),
    *(method(f"list by {method.__name__}", PATH, {}, who=SUPERUSER) for method in _OTHER_METHODS),
    delete("delete all", PATH, who=SUPERUSER),
    _get("by its token", BACKUP),
    _get("no token", BACKUP, token=""),
    _get("the header alone", BACKUP, token="", who=SUPERUSER),
    _get("a token of ann", BACKUP, token="file_ann"),
    _get("a sign-in token", BACKUP, token="token_superuser"),
    get("download: nonsense token", _path(BACKUP), query={"token": "nonsense"}),
    get("download: empty token", _path(BACKUP), query={"token": ""}),
    _get("token and header", BACKUP, who="ann"),
    _get("missing", "missing.zip"),
    _get("missing without a token", "missing.zip", token=""),
    _get("of its attributes", f"{BACKUP}.attrs"),
    get("download: picked", _path(BACKUP), query={"token": "${file}", "fields": "x"}),
    get("download: as download", _path(BACKUP), query={"token": "${file}", "download": "1"}),
    Row("download: head", "HEAD", _path(BACKUP), query={"token": "${file}"}),
    Row("download: head without a token", "HEAD", _path(BACKUP)),
    *(_get(f"range {value}", BACKUP, headers={"Range": value}) for value in ("bytes=0-3", "bytes=4-", "bytes=-5", "bytes=0-0,4-5", "bytes=9999-", "bytes=x", "lines=1")),
    *(_get(f"{name} {value}", BACKUP, headers={name: value}) for name in ("If-Modified-Since", "If-Unmodified-Since") for value in ("Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:19 GMT")),
    # No token: it would be in the address that they lead on to.
    *(_get(f"path {key}", key, token="") for key in ("..", ".")),
    get("download: path unencoded", f"{PATH}/../data.db"),
    *(_get(f"path {key}", key) for key in ("../data.db", "/etc/passwd", "../backups/seeded.zip", "sub/../seeded.zip", "a\0b.zip", "..\\data.db", "%2e%2e%2fdata.db", "a//b")),
    get("download: path in pieces", f"{PATH}/sub/seeded.zip", query={"token": "${file}"}),
    *(method(f"download by {method.__name__}", _path(BACKUP), {}, who=SUPERUSER) for method in _OTHER_METHODS),
    *(_create(name, body) for name, body in _BODIES.items()),
    get("list: made", PATH, who=SUPERUSER, query={"fields": "key"}),
    *(_upload(name, as_=f"{place} {name[:30]!r}") for place, name in enumerate(_NAMES)),
    _upload("empty.zip", _EMPTY),
    _upload("text.zip", "text", mask={"data.file.message": r'"text_\w{10}\.zip" mime type must be one of: application/zip\.'}),
    _upload("nothing.zip", b"", mask={"data.file.message": r'"nothing_\w{10}\.zip" mime type must be one of: application/zip\.'}),
    _upload("prefixed.zip", b"#!/bin/sh\n" + ZIP, mask={"data.file.message": r'"prefixed_\w{10}\.zip" mime type must be one of: application/zip\.'}),
    _upload("gzip.zip", b"\x1f\x8b\x08" + bytes(20), mask={"data.file.message": r'"gzip_\w{10}\.zip" mime type must be one of: application/zip\.'}),
    _upload("w.zip", field="files", as_="another field"),
    _upload("w.zip", field="File", as_="field in another case"),
    post("upload: a value", _UPLOAD, form(("file", "text")), who=SUPERUSER),
    post("upload: two", _UPLOAD, form(("file", File("first.zip", ZIP)), ("file", File("second.zip", ZIP))), who=SUPERUSER),
    post("upload: JSON", _UPLOAD, {"file": "x"}, who=SUPERUSER),
    post("upload: no body", _UPLOAD, who=SUPERUSER),
    post("upload: the bare zip", _UPLOAD, raw(ZIP, "application/zip"), who=SUPERUSER),
    post("upload: broken", _UPLOAD, raw("--x\r\nbroken", "multipart/form-data; boundary=x"), who=SUPERUSER),
    post("upload: no boundary", _UPLOAD, raw("x", "multipart/form-data"), who=SUPERUSER),
    get("list: uploads", PATH, who=SUPERUSER, query={"fields": "key"}),
    _delete("one", "one.zip"),
    _delete("with a space", "My Backup (1).zip"),
    _delete("of no such key", "one.zip", mask=_GONE),
    _delete("its attributes", "a.zip.attrs", mask=_GONE),
    *(_delete(f"path {key}", key, mask=_GONE) for key in ("../data.db", "/etc/passwd", "..", "../backups/a.zip", "%2e%2e%2fdata.db", "a\0b.zip")),
    delete("delete: path unencoded", f"{PATH}/../data.db", who=SUPERUSER),
    _get("of what was deleted", "one.zip"),
    *(_create(name, body) for name, body in _UNNAMED.items()),
    patch("from elsewhere", "/api/settings", {"trustedProxy": {"headers": ["X-Real-IP"]}, "superuserIPs": ["10.0.0.0/8"]}, who=SUPERUSER, query={"fields": "superuserIPs"}),
    *(row for address in ("10.1.1.1", "11.1.1.1") for row in (
        _get(f"from {address}", BACKUP, headers={"X-Real-IP": address}),
        get(f"crons from {address}", "/api/crons", who=SUPERUSER, headers={"X-Real-IP": address}),
        _create(f"from {address}", {"name": "elsewhere.zip"}, headers={"X-Real-IP": address}),
    )),
)

# Names that the server gives; a place for backups that does not answer; what runs by the clock.
ELSEWHERE = (
    _create("on the disk"),
    get("list one", PATH, who=SUPERUSER, query={"fields": "key"}, mask={"0.key": r"pb_backup_acme_\d{14}\.zip"}),
    patch("another name", "/api/settings", {"meta": {"appName": "My App! (2) äöü " + "long" * 20}}, who=SUPERUSER, query={"fields": "meta.appName"}),
    _create("unnamed by another application"),
    get("list both", PATH, who=SUPERUSER, query={"fields": "key"}, mask={"0.key": r"pb_backup_acme_\d{14}\.zip", "1.key": r"pb_backup_my_app_2_(long){10}l_\d{14}\.zip"}),
    patch("set up", "/api/settings", {"backups": {"s3": _BUCKET}}, who=SUPERUSER, query={"fields": "backups"}),
    post("a file token", "/api/files/token", who=SUPERUSER, save={"file": "token"}),
    get("list", PATH, who=SUPERUSER, mask={"message": r"(?s)Failed to retrieve backup items\. Raw error: \n.+\."}),
    _create("unnamed"),
    _create("named", {"name": "x.zip"}),
    _upload("x.zip"),
    _get("", "x.zip"),
    _delete("", "x.zip", mask=_GONE),
    get("crons before", "/api/crons", who=SUPERUSER),
    *(row for name, backups in {
        "daily": {"cron": "0 0 * * *"}, "none kept": {"cronMaxKeep": 0}, "hourly": {"cron": "@hourly", "cronMaxKeep": 1}, "never": {"cron": ""}, "never and none kept": {"cronMaxKeep": 0}, "negative": {"cronMaxKeep": -1},
    }.items() for row in (
        patch(f"set: {name}", "/api/settings", {"backups": backups}, who=SUPERUSER, query={"fields": "backups"}),
        get(f"crons: {name}", "/api/crons", who=SUPERUSER),
        post(f"run: {name}", "/api/crons/__pbAutoBackup__", who="ann"),
    )),
    post("run: not set", "/api/crons/__pbAutoBackup__", who=SUPERUSER),
)
