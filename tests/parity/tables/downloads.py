"""Files as clients get them: names and types, parts, conditions, protected ones, and views."""

from typing import Any
from urllib.parse import quote

from tests.parity.media import (
    FILES,
    GUARDED,
    HUSH,
    LONG,
    MANY_SECRETS,
    OTHER,
    OTHERS,
    RECORD,
    SECRET,
    SINGLE,
)
from tests.parity.scenario import SUPERUSER, Row, delete, get, patch, post, put, raw

FILES_PATH = "/api/files"
_TOKEN = f"{FILES_PATH}/token"
_MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT"
_BEFORE, _AFTER = "Tue, 14 Nov 2023 22:13:19 GMT", "Tue, 14 Nov 2023 22:13:21 GMT"


def _path(name: str, collection: str = "media", record: str = RECORD) -> str:
    return f"{FILES_PATH}/{collection}/{record}/{quote(name, safe='')}"


def _head(name: str, path: str, **rest: Any) -> Row:
    return Row(name, "HEAD", path, **rest)


def _range(value: str, file: str = "digits.txt", **headers: str) -> Row:
    return get(f"range {file}: {value!r} {headers or ''}", _path(file), headers={"Range": value, **headers})


def _if(file: str = "digits.txt", **headers: str) -> Row:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return get(f"if {file}: {sent}", _path(file), headers=sent)


PLAIN: list[Row] = [
    *(get(f"file: {name!r}", _path(name)) for name in FILES),
    *(_head(f"head: {name}", _path(name)) for name in ("digits.txt", "long.bin", "empty.txt", "gone.txt", "picture.png")),
    get("single", _path(SINGLE)),
    get("hidden field", _path(HUSH)),
    get("by id of nothing", _path(SINGLE, "pbc_1")),
    get("collection in another case", _path(SINGLE, "MEDIA")),
    get("rules count for nothing: null", _path(SINGLE, "guarded_nobody")),
    get("rules count for nothing: owner", _path(SINGLE, "guarded_owner"), who="bob"),
    get("wrong sign-in token", _path(SINGLE), headers={"Authorization": "garbage"}),
    get("unknown collection", _path(SINGLE, "nope")),
    get("collection without files", _path(SINGLE, "media_none")),
    get("auth collection", _path(SINGLE, "users")),
    get("unknown record", _path(SINGLE, record="nope")),
    get("file of another record", _path(OTHERS)),
    get("file of that record", _path(OTHERS, record=OTHER)),
    get("there but not named", _path("not_named.txt")),
    get("its attributes", _path("digits.txt.attrs")),
    get("name in another case", _path("DIGITS.txt")),
    get("escaped name", f"{FILES_PATH}/media/{RECORD}/%64igits.txt"),
    get("escaped collection", f"{FILES_PATH}/%6dedia/{RECORD}/digits.txt"),
    get("twice escaped name", f"{FILES_PATH}/media/{RECORD}/%2564igits.txt"),
    get("escaped slash in the record", f"{FILES_PATH}/media/{OTHER}%2F..%2F{RECORD}/digits.txt"),
    get("escaped slash in the collection", f"{FILES_PATH}/media%2F{RECORD}/{RECORD}/digits.txt"),
    get("escaped dots as name", f"{FILES_PATH}/media/{RECORD}/%2e%2e"),
    get("escaped climb as name", f"{FILES_PATH}/media/{RECORD}/..%2F{OTHER}%2F{OTHERS}"),
    get("escaped climb as record", f"{FILES_PATH}/media/..%2F..%2Fdata.db/x"),
    get("escaped backslashes", f"{FILES_PATH}/media/{RECORD}/..%5C..%5Cdata.db"),
    get("escaped NUL", f"{FILES_PATH}/media/{RECORD}/digits.txt%00.png"),
    get("no name", f"{FILES_PATH}/media/{RECORD}/"),
    get("no record", f"{FILES_PATH}/media/{RECORD}"),
    get("more than a name", f"{FILES_PATH}/media/{RECORD}/digits.txt/more"),
    post("post", _path(SINGLE)),
    put("put", _path(SINGLE)),
    patch("patch", _path(SINGLE)),
    delete("delete", _path(SINGLE), who=SUPERUSER),
    *(
        get(f"download={value} of {name}", _path(name), query={"download": value})
        for name, values in {
            "picture.png": ("1", "t", "T", "true", "TRUE", "True", "0", "false", "yes", "2", "", "tRuE"),
            "page.html": ("1", "0"),
        }.items()
        for value in values
    ),
    get("download without a value", f"{_path('picture.png')}?download"),
    get("download twice", f"{_path('picture.png')}?download=0&download=1"),
    get("fields", _path("data.json"), query={"fields": "a"}),
    get("thumb of no image", _path("digits.txt"), query={"thumb": "100x100"}),
    *(get(f"thumb of a broken {name}", _path(name), query={"thumb": "100x100"}) for name in ("picture.png", "picture.jpg", "picture.gif", "picture.webp", "image_as.js", "gone.txt")),
    *(get(f"no size: {size!r}", _path("picture.png"), query={"thumb": size}) for size in ("", "abc", "0x0", "100x100t", "100x100/..")),
    get("unknown thumb", _path("picture.png"), query={"thumb": "7x7"}),
    get("origin", _path(SINGLE), headers={"Origin": "https://example.com"}),
]

RANGES: list[Row] = [
    *(
        _range(value)
        for value in (
            "bytes=0-0", "bytes=0-", "bytes=3-5", "bytes=9-", "bytes=9-9", "bytes=9-100", "bytes=0-9", "bytes=0-10",
            "bytes=10-", "bytes=10-11", "bytes=-1", "bytes=-10", "bytes=-11", "bytes=-0", "bytes=--1", "bytes=-",
            "bytes=5-4", "bytes=a-b", "bytes=1-b", "bytes=1", "bytes=", "bytes= ", "bytes=,", "bytes", "Bytes=0-1",
            "bytes =0-1", "bytes= 1 - 2 ", "bytes=1-2,", "bytes=,1-2", "bytes=+1-+2", "bytes=1--2", "bytes=0x1-2",
            "bytes=1_0-", "bytes=00000000000000000001-2", "bytes=0-9223372036854775807", "bytes=0-9223372036854775808",
            "bytes=9223372036854775808-", "bytes=-9223372036854775807", "bytes=-9223372036854775808", "items=0-1", "none",
            "bytes=0-1;2-3", "bytes=1.0-2",
            # Several.
            "bytes=0-0,2-2", "bytes=0-0, 2-2", "bytes=2-2,0-0", "bytes=0-0,0-0", "bytes=0-4,5-9", "bytes=0-5,5-9",
            "bytes=0-4,-5", "bytes=0-,0-", "bytes=0-0,10-", "bytes=10-,11-", "bytes=10-,0-0", "bytes=0-0,5-4",
            "bytes=0-0,x", "bytes=-1,-1", "bytes=-0,-0", "bytes=0-1,3-4,6-7",
        )
    ),
    *(_range(value, "empty.txt") for value in ("bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=5-", "x", "bytes=-1,-1")),
    *(_range(value, "long.bin") for value in ("bytes=1000-1999", f"bytes={len(LONG) - 5}-", "bytes=0-65536,70000-")),
    get("range long.bin: many", _path("long.bin"), headers={"Range": f"bytes={','.join(f'{n}-{n}' for n in range(101))}"}),
    get("range long.bin: as many as may be", _path("long.bin"), headers={"Range": f"bytes={','.join(f'{n}-{n}' for n in range(100))}"}),
    _range("bytes=0-1,3-4", "picture.png"),
    _range("bytes=0-1", "gone.txt"),
    _range("bytes=0-0", "script.js"),
    _range("bytes=0-0,1-1", "sheet.xlsx"),
    _head("head: one part", _path("digits.txt"), headers={"Range": "bytes=1-2"}),
    _head("head: two parts", _path("digits.txt"), headers={"Range": "bytes=1-2,4-5"}),
    _head("head: no part", _path("digits.txt"), headers={"Range": "bytes=10-"}),
    get("range and download", _path("picture.png"), query={"download": "1"}, headers={"Range": "bytes=1-"}),
    *(
        _range("bytes=1-2", **{"If-Range": value})
        for value in (
            _MODIFIED, _BEFORE, _AFTER, '"other"', 'W/"other"', "other", "", '"', "*", f" {_MODIFIED}",
            "Tuesday, 14-Nov-23 22:13:20 GMT", "Tue Nov 14 22:13:20 2023", "Tue, 14 Nov 2023 22:13:20 UTC",
        )
    ),
    _range("bytes=20-", **{"If-Range": '"other"'}),
    _range("bytes=20-", **{"If-Modified-Since": _MODIFIED}),
]

CONDITIONS: list[Row] = [
    *(
        _if(If_Modified_Since=value)
        for value in (
            _MODIFIED, _BEFORE, _AFTER, "Tuesday, 14-Nov-23 22:13:20 GMT", "Tue Nov 14 22:13:20 2023",
            "Tue Nov 14 22:13:21 2023", "Tue, 14 Nov 2023 22:13:20 UTC", "Tue, 14 Nov 2023 22:13:20 +0000",
            "Mon, 14 Nov 2023 22:13:20 GMT", "tue, 14 nov 2023 22:13:20 GMT", "Tue, 4 Nov 2024 22:13:20 GMT",
            "Tue, 31 Feb 2024 22:13:20 GMT", "1700000000", "never", "Thu, 01 Jan 1970 00:00:00 GMT",
        )
    ),
    *(_if(If_Unmodified_Since=value) for value in (_MODIFIED, _BEFORE, _AFTER, "never")),
    *(_if(If_None_Match=value) for value in ("*", '"other"', 'W/"other"', '"a", *', ", *", "other", "other, *", '"', '"a" "b" *')),
    *(_if(If_Match=value) for value in ("*", '"other"', 'W/"other"', '"a", *', "other", '"a b", *')),
    _if(If_None_Match='"other"', If_Modified_Since=_AFTER),
    _if(If_None_Match="*", If_Modified_Since=_BEFORE),
    _if(If_Match="*", If_Unmodified_Since=_BEFORE),
    _if(If_Match='"other"', If_None_Match="*"),
    _if(If_Unmodified_Since=_BEFORE, If_Modified_Since=_AFTER),
    _if("empty.txt", If_Modified_Since=_MODIFIED, Range="bytes=0-"),
    _if("gone.txt", If_None_Match="*"),
    _head("head: not modified", _path("digits.txt"), headers={"If-Modified-Since": _MODIFIED}),
    _head("head: failed", _path("digits.txt"), headers={"If-Match": '"other"'}),
]

_ASKED = tuple(
    post(f"token: {who}", _TOKEN, who=who, save={f"{who}_file": "token"})
    for who in ("ann", "bob", "mia", "superuser")
)


def _secret(collection: str, whose: str, **rest: Any) -> Row:
    token = {"token": f"${{{whose}_file}}"} if whose != "guest" else {}
    query = {**token, **rest.pop("query", {})}
    note = "".join(f" {key}" for key in rest.get("headers", {}))
    note += "".join(f" {key}" for key in query if key != "token")
    return get(f"{collection} by {whose}{note}", _path(SECRET, collection), query=query, **rest)


PROTECTED: list[Row] = [
    *_ASKED,
    post("token: guest", _TOKEN),
    post("token: wrong", _TOKEN, who="expired"),
    post("token: file token", _TOKEN, headers={"Authorization": "${ann_file}"}),
    post("token: bearer", _TOKEN, headers={"Authorization": "Bearer ${token_ann}"}),
    post("token: broken body", _TOKEN, raw("{"), who="ann"),
    post("token: fields", f"{_TOKEN}?fields=token", who="ann"),
    get("token: get", _TOKEN, who="ann"),
    *(_secret(collection, whose) for collection in GUARDED for whose in ("guest", "ann", "bob", "mia", "superuser")),
    _secret("guarded_query", "guest", query={"key": "open"}),
    _secret("guarded_query", "ann", query={"key": "open"}),
    _secret("guarded_header", "guest", headers={"X-Key": "open"}),
    _head("head of protected", f"{_path(SECRET, 'guarded_method')}"),
    get("sign-in token in the address", _path(SECRET, "guarded_owner"), query={"token": "${token_ann}"}),
    get("file token in the header", _path(SECRET, "guarded_owner"), headers={"Authorization": "${ann_file}"}),
    get("signed in without a file token", _path(SECRET, "guarded_owner"), who="ann"),
    get("superuser without a file token", _path(SECRET, "guarded_owner"), who=SUPERUSER),
    get("superuser's header, bob's token", _path(SECRET, "guarded_owner"), query={"token": "${bob_file}"}, who=SUPERUSER),
    *(
        get(f"{name} in the address", _path(SECRET, "guarded_owner"), query={"token": f"${{token_{name}}}"})
        for name in ("file_type", "type_with_auth_key", "auth_with_file_key", "garbage", "superuser")
    ),
    get("two tokens, right first", f"{_path(SECRET, 'guarded_owner')}?token=${{ann_file}}&token=x"),
    get("two tokens, wrong first", f"{_path(SECRET, 'guarded_owner')}?token=x&token=${{ann_file}}"),
    get("several, guest", _path(MANY_SECRETS)),
    get("several, superuser", _path(MANY_SECRETS), query={"token": "${superuser_file}"}),
    get("a part, guest", _path(SECRET), headers={"Range": "bytes=0-1"}),
    get("a part, superuser", _path(SECRET), query={"token": "${superuser_file}"}, headers={"Range": "bytes=0-1"}),
    get("not modified, guest", _path(SECRET), headers={"If-None-Match": "*"}),
    get("unprotected with a token", _path(SINGLE), query={"token": "x"}),
    patch("a new password ends tokens", "/api/collections/users/records/bob000000000000", {"password": "another-password", "passwordConfirm": "another-password"}, who=SUPERUSER),
    get("bob's token is over", _path(SECRET, "guarded_editors"), query={"token": "${bob_file}"}),
    post("bob asks with his old one", _TOKEN, who="bob"),
    delete("ann goes", "/api/collections/users/records/ann000000000000", who=SUPERUSER),
    get("ann's token is over", _path(SECRET, "guarded_owner"), query={"token": "${ann_file}"}),
]

VIEWS: list[Row] = [
    *_ASKED,
    *(get(f"view {level}: {name}", _path(name, f"media_view{level}")) for level in range(1, 8) for name in (SINGLE, "digits.txt")),
    *(
        get(f"view {level}: protected, {whose}", _path(SECRET, f"media_view{level}"), query={"token": f"${{{whose}_file}}"})
        for level in (1, 5, 6)
        for whose in ("ann", "superuser", "nobody")
    ),
    get("view: gone", _path("gone.txt", "media_view1")),
    get("view: another record's", _path(OTHERS, "media_view1")),
    get("view: field that is not shown", _path(HUSH, "media_view1")),
    get("view: part", _path("digits.txt", "media_view2"), headers={"Range": "bytes=1-3"}),
    get("renamed: one", _path(SINGLE, "media_renamed")),
    get("renamed: many", _path("digits.txt", "media_renamed")),
    get("numbered: 1", _path(SINGLE, "media_numbered", "1")),
    get("numbered: 2", _path(OTHERS, "media_numbered", "2")),
    get("numbered: the record's id", _path(SINGLE, "media_numbered")),
    get("computed", _path(SINGLE, "media_computed")),
    get("joined: own", _path(SINGLE, "media_joined")),
    get("joined: the other's, protected", _path(SECRET, "media_joined")),
]
