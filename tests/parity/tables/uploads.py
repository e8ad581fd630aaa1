"""Files in record bodies: fields of one and of several, modifiers, limits, rules, forms."""

from typing import Any

from tests.parity.scenario import File, Row, delete, form, get, patch, post, raw
from tests.parity.seed import rid

PATH = "/api/collections"
AT = f"{PATH}/papers/records"
ONE = f"{AT}/{rid('one')}"
ROOT: dict[str, Any] = {"who": "superuser"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00030101009d2fe5d10000000049454e44ae426082")
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _file(name: str, **options: Any) -> dict[str, Any]:
    return _field("file", name, **options)


_RULES = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
_FIELDS = [
    _field("text", "title"), _field("number", "n"), _file("one"), _file("many", maxSelect=3), _file("tiny", maxSize=10), _file("tinies", maxSize=10, maxSelect=2),
    _file("image", mimeTypes=["image/png", "image/jpeg"]), _file("text", mimeTypes=["text/plain"]), _file("exact", mimeTypes=["text/plain; charset=utf-8", "IMAGE/PNG"]), _file("hush", hidden=True), _file("hushes", hidden=True, maxSelect=2),
]  # fmt: skip
_REQUIRED = [_file("must", required=True), _file("musts", required=True, maxSelect=2)]

_A, _B, _C, _D = File("aaa.txt", "a"), File("bbb.txt", "b"), File("ccc.txt", "c"), File("ddd.txt", "d")

_CREATES = {
    "one": form(("one", _A)), "two into one": form(("one", _A), ("one", _B)), "many": form(("many", _A), ("many", _B)), "one into many": form(("many", _A)), "too many": form(("many", _A), ("many", _B), ("many", _C), ("many", _D)), "append": form(("many+", _A)), "prepend": form(("+many", _A)), "append to one": form(("one+", _A)), "prepend to one": form(("+one", _A)),
    "all ways": form(("+many", _A), ("many+", _B), ("many", _C)), "append two, prepend one": form(("many+", _A), ("many+", _B), ("+many", _C)), "remove a file": form(("many-", _A)), "same name twice": form(("many", _A), ("many", _A)), "both fields": form(("one", _A), ("many", _B), ("many", _C)),
    "no such field": form(("nothing", _A)), "case of the field": form(("ONE", _A)), "text field": form(("title", _A)), "number field": form(("n", _A)), "text field with text": form(("title", "hello"), ("title", _A)), "id": form(("id", _A)), "without a name": form(("", _A)), "blank": form((" one", _A)), "indexed": form(("many[0]", _A)), "dotted": form(("many.0", _A)),
    "a name": form(("one", "aaa.txt")), "a name and a file": form(("one", "aaa.txt"), ("one", _A)), "names and a file": form(("many", "x.txt"), ("many", "y.txt"), ("many", _A)), "names as JSON and a file": form(("many", '["x.txt"]'), ("many", _A)), "blank name and a file": form(("many", ""), ("many", _A)), "name appended and a file": form(("many+", "x.txt"), ("many", _A)), "name and a file appended": form(("many", "x.txt"), ("many+", _A)), "name and a file under the same modifier": form(("many+", "x.txt"), ("many+", _A)),
    "payload and a file": form(("@jsonPayload", '{"title":"t","n":5}'), ("one", _A)), "null of a payload and a file": form(("@jsonPayload", '{"many":null}'), ("many", _A)), "names of a payload and a file": form(("@jsonPayload", '{"many":["x.txt"]}'), ("many", _A)), "values and a file": form(("title", "t"), ("n", "5"), ("one", _A)), "payload as a file": form(("@jsonPayload", File("p.json", '{"title":"t"}'))),
    "empty": form(("one", File("eee.txt", ""))), "without a client name": form(("one", File("", "abc"))), "without a client name, empty": form(("one", File("", ""))),
    "too big": form(("tiny", File("my big.txt", "12345678901"))), "just not too big": form(("tiny", File("big.txt", "1234567890"))), "second too big": form(("tinies", _A), ("tinies", File("big.txt", "12345678901"))), "both too big": form(("tinies", File("big1.txt", "x" * 11)), ("tinies", File("big2.txt", "x" * 12))), "too many and too big": form(("tinies", File("big1.txt", "x" * 11)), ("tinies", _A), ("tinies", _B)),
    "too big with odd name": form(("tiny", File("a/b<i>ß\u4e2d.txt", "12345678901"))), "default limit": form(("one", File("big.bin", b"\0" * (5 << 20)))), "over the default limit": form(("one", File("big.bin", b"\0" * ((5 << 20) + 1)))),
    "image": form(("image", File("pic.png", PNG))), "image with another name": form(("image", File("pic.txt", PNG))), "no image": form(("image", File("pic.png", "text"))), "no image by header": form(("image", File("pic.png", "text", "\r\nContent-Type: image/png"))), "pdf": form(("image", File("doc.pdf", PDF))), "text": form(("text", _A)), "text that is an image": form(("text", File("ttt.txt", PNG))), "with parameters": form(("exact", _A)), "upper case": form(("exact", File("pic.png", PNG))), "neither": form(("exact", File("doc.pdf", PDF))),
    "wrong in two fields": form(("image", _A), ("tiny", File("big.txt", "x" * 11))), "wrong beside right": form(("image", _A), ("one", _B)), "hidden": form(("hush", _A), ("one", _B)), "hidden, appended": form(("hushes+", _A), ("+hushes", _B)),
    "query names": form(("many", _A)),
}  # fmt: skip
_JSON = {
    "name": {"one": "aaa.txt"}, "names": {"many": ["a.txt", "b.txt"]}, "appended": {"many+": "a.txt"}, "removed": {"many-": "a.txt"}, "object": {"one": {"name": "a.txt"}}, "number": {"one": 5}, "null": {"one": None, "many": None}, "blank": {"one": "", "many": ""}, "blanks": {"many": ["", ""]}, "data": {"one": "data:text/plain;base64,YQ=="}, "address": {"one": "https://example.com/a.png"}, "too many": {"many": ["a", "b", "c", "d"]}, "long": {"one": "x" * 300}, "two": {"one": ["a", "b"]}, "text": {"many": '["a.txt"]'},
}  # fmt: skip
# In this order, each on what the one before left.
_UPDATES = {
    "append one": form(("many+", _C)), "append too many": form(("many+", _D)), "keep one and add": form(("many", "${b}"), ("many", _D)), "keep in another order": None, "replace": form(("many", _A), ("many", _B)), "prepend": form(("+many", _C)), "prepend too many": form(("+many", _D)), "replace all by one": form(("many", _D)), "unknown name beside a file": form(("many", "nope.txt"), ("many", _A)),
    "append two": form(("many+", _A), ("many+", _B)), "remove what is not there": form(("many-", "nope.txt")), "single: replace": form(("one", _B)), "single: replace by two": form(("one", _C), ("one", _D)), "single: append": form(("one+", _A)), "single: prepend": form(("+one", _B)), "single: prepend and append": form(("+one", _C), ("one+", _D)), "single: too big": form(("tiny", File("big.txt", "x" * 11))), "single: wrong type": form(("image", _A)),
    "title alone": form(("title", "other")), "no parts": form(), "clear and upload": form(("many", ""), ("many", _A)), "remove and upload": form(("many-", "x"), ("many", _B), ("many", _C)),
}  # fmt: skip
_RULED = {
    "isset": "@request.body.one:isset = true", "not set": "@request.body.many:isset = false", "length": "@request.body.many:length = 2", "client name": "@request.body.one.originalName = 'aaa.txt'", "stored name": "@request.body.one.name ~ 'aaa_%.txt'", "size": "@request.body.one.size = 1", "first of many": "@request.body.many.0.originalName = 'bbb.txt'", "second of many": "@request.body.many.1.size > 0", "whole": "@request.body.one ~ 'originalName'", "whole list": "@request.body.many ~ 'bbb'", "equal": "@request.body.one = 'aaa.txt'", "each": "@request.body.many:each ~ '%originalName%'", "draft": "one ~ 'aaa_%'", "draft of many": "many:length = 2", "each of the draft": "many:each ~ '%.txt'", "empty": "@request.body.one != ''", "draft is body": "one = @request.body.one.name", "changed": "one:changed = true", "body changed": "@request.body.one:changed = true", "content": "@request.body.one.content = ''", "reader": "@request.body.one.Reader:isset = true", "source": "@request.body.one.source != ''",
}  # fmt: skip


def _create(name: str, body: Any, **rest: Any) -> Row:
    return post(f"create: {name}", AT, body, **rest)


def _ruled(index: int, name: str, rule: str) -> list[Row]:
    at = f"{PATH}/ruled_files_{index}/records"
    sample = form(("one", _A), ("many", _B), ("many", _C))
    return [
        post(f"rule: {name}", PATH, {"name": f"ruled_files_{index}", "type": "base", "createRule": rule, "updateRule": rule, "viewRule": "", "fields": [_file("one"), _file("many", maxSelect=3)]}, **ROOT),
        post(f"create under {name}", at, sample),
        post(f"create under {name}, empty", at, form()),
        post(f"record under {name}", at, {"id": rid("there")}, **ROOT),
        patch(f"update under {name}", f"{at}/{rid('there')}", sample),
        patch(f"update under {name} with names", f"{at}/{rid('there')}", {"one": "", "many-": "x.txt"}),
    ]


ROWS = (
    post("make papers", PATH, {"name": "papers", "type": "base", "fields": _FIELDS, **_RULES}, **ROOT),
    post("make required", PATH, {"name": "required", "type": "base", "fields": _REQUIRED, **_RULES}, **ROOT),
    *(_create(name, body) for name, body in _CREATES.items()),
    *(_create(f"by a superuser: {name}", _CREATES[name], **ROOT) for name in ("hidden", "hidden, appended", "id", "no image")),
    post("create: names in the query", f"{AT}?many=x.txt", form(("many", _A))),
    post("create: number as content", AT, form(("one", File("1", "1")))),
    *(_create(f"json: {name}", body) for name, body in _JSON.items()),
    post("required: both", f"{PATH}/required/records", form(("must", _A), ("musts", _B))),
    post("required: none", f"{PATH}/required/records", form()),
    post("required: one", f"{PATH}/required/records", form(("must", _A)), save={"required": "id"}),
    post("required: kept", f"{PATH}/required/records", form(("id", rid("kept")), ("must", _A), ("musts", _B))),
    patch("required: cleared", f"{PATH}/required/records/{rid('kept')}", {"must": "", "musts": []}),
    patch("required: replaced", f"{PATH}/required/records/{rid('kept')}", form(("must", _B))),
    post("one", AT, form(("id", rid("one")), ("one", _A), ("many", _A), ("many", _B)), save={"a": "many.0", "b": "many.1"}),
    *(patch(f"update: {name}", ONE, body or {"many": ["${b}", "${a}"]}, save={"a": "many.0", "b": "many.1"}) for name, body in _UPDATES.items()),
    patch("update: other order", ONE, {"many": ["${b}", "${a}"]}, save={"a": "many.0", "b": "many.1"}),
    patch("update: remove one", ONE, {"many-": "${a}"}, save={"b": "many.0"}),
    patch("update: remove one and append one", ONE, form(("many-", "${b}"), ("many+", _D)), save={"a": "many.0"}),
    patch("update: twice the same name", ONE, {"many": ["${a}", "${a}"]}),
    patch("update: the name of another field", ONE, {"one": "${a}"}),
    patch("update: null", ONE, {"many": None, "one": None}),
    patch("update: a removed name", ONE, {"many+": "${a}"}),
    patch("update: missing record", f"{AT}/{rid('none')}", form(("one", _A))),
    get("after all", ONE),
    delete("delete", ONE),
    post("create: no such collection", f"{PATH}/nowhere/records", form(("one", _A))),
    post("create: superusers only", f"{PATH}/vault/records", form(("one", _A))),
    post("create: rule", f"{PATH}/ruled_auth/records", form(("one", _A))),
    post("sign up with a picture", f"{PATH}/users/records", form(("email", "pic@example.com"), ("password", "12345678"), ("passwordConfirm", "12345678"), ("avatar", File("me1.png", PNG)))),
    post("sign up with a wrong picture", f"{PATH}/users/records", form(("email", "pic2@example.com"), ("password", "12345678"), ("passwordConfirm", "12345678"), ("avatar", _A))),
    *(row for index, (name, rule) in enumerate(_RULED.items()) for row in _ruled(index, name, rule)),
    post("files where none belong", f"{PATH}/users/auth-with-password", form(("identity", "x"), ("password", _A))),
    post("make closed", PATH, {"name": "closed_papers", "type": "base", "fields": [_file("one")]}, **ROOT),
    post("closed to guests", f"{PATH}/closed_papers/records", form(("one", _A))),
    post("closed to guests, broken", f"{PATH}/closed_papers/records", raw("--x", "multipart/form-data; boundary=x")),
    get("list with a body", AT, body=form(("one", _A)), query={"filter": "id = ''"}),
)  # fmt: skip


def _part(headers: str, data: str = "hello") -> str:
    return f"--b\r\n{headers}\r\n\r\n{data}\r\n"


_FILE = 'Content-Disposition: form-data; name="one"; filename="aaa.txt"'
_BODIES = {
    "plain": _part(_FILE) + "--b--\r\n", "without the last line break": _part(_FILE) + "--b--", "not closed": _part(_FILE), "not closed, no line break": _part(_FILE).rstrip(), "cut in the headers": "--b\r\nContent-Dispo", "cut in the content": "--b\r\n" + _FILE + "\r\n\r\nhel", "nothing": "--b--\r\n", "other boundary": _part(_FILE).replace("--b", "--c") + "--c--\r\n",
    "preamble": "This is MIME.\r\n" + _part(_FILE) + "--b--\r\n", "line breaks first": "\r\n\r\n" + _part(_FILE) + "--b--\r\n", "epilogue": _part(_FILE) + "--b--\r\nmore", "single line feeds": (_part(_FILE) + "--b--\r\n").replace("\r\n", "\n"),
    "unquoted": _part("Content-Disposition: form-data; name=one; filename=aaa.txt") + "--b--", "other letter case": _part('CONTENT-DISPOSITION: FORM-DATA; NAME="one"; FILENAME="aaa.txt"') + "--b--", "no disposition": _part("Content-Type: text/plain") + "--b--", "attachment": _part('Content-Disposition: attachment; name="one"; filename="aaa.txt"') + "--b--", "no headers": "--b\r\n\r\nhello\r\n--b--", "no colon": _part(_FILE + "\r\nnothing") + "--b--",
    "name twice": _part('Content-Disposition: form-data; name="one"; name="many"; filename="aaa.txt"') + "--b--", "client name twice": _part('Content-Disposition: form-data; name="one"; filename="aaa.txt"; filename="bbb.txt"') + "--b--", "quotes inside": _part(r'Content-Disposition: form-data; name="one"; filename="aa\"a.txt"') + "--b--", "semicolon inside": _part('Content-Disposition: form-data; name="one"; filename="aa;a.txt"') + "--b--", "disposition twice": _part(_FILE + '\r\nContent-Disposition: form-data; name="many"; filename="bbb.txt"') + "--b--",
    "base64 is not decoded": _part(_FILE + "\r\nContent-Transfer-Encoding: base64", "aGVsbG8=") + "--b--", "nested": _part('Content-Disposition: form-data; name="one"\r\nContent-Type: multipart/mixed; boundary=c', '--c\r\nContent-Disposition: file; filename="aaa.txt"\r\n\r\nx\r\n--c--') + "--b--", "extended name only": _part("Content-Disposition: form-data; name=\"one\"; filename*=UTF-8''aaa.txt") + "--b--", "extended name too": _part("Content-Disposition: form-data; name=\"one\"; filename=\"aaa.txt\"; filename*=UTF-8''bbb.txt") + "--b--", "name in pieces": _part('Content-Disposition: form-data; name="one"; filename*0="aaa"; filename*1=".txt"') + "--b--",
    "boundary in the content": _part(_FILE, "--b is no end\r\n--bc") + "--b--", "folded header": _part('Content-Disposition: form-data;\r\n name="one"; filename="aaa.txt"') + "--b--", "many parts": _part('Content-Disposition: form-data; name="n"', "1") * 300 + "--b--", "too many parts": _part('Content-Disposition: form-data; name="n"', "1") * 1001 + "--b--", "long header": _part(_FILE + "\r\nX-Long: " + "x" * 9000) + "--b--",
}  # fmt: skip

BODIES = (
    post("make papers", PATH, {"name": "papers", "type": "base", "fields": _FIELDS, **_RULES}, **ROOT),
    *(post(f"body: {name}", AT, raw(body, "multipart/form-data; boundary=b")) for name, body in _BODIES.items()),
    post("boundary in quotes", AT, raw(_BODIES["plain"], 'multipart/form-data; boundary="b"')),
    post("boundary with a charset", AT, raw(_BODIES["plain"], "multipart/form-data; charset=utf-8; boundary=b")),
    post("boundary in upper case", AT, raw(_BODIES["plain"], "multipart/form-data; BOUNDARY=b")),
    post("type in upper case", AT, raw(_BODIES["plain"], "Multipart/Form-Data; boundary=b")),
    post("no boundary", AT, raw(_BODIES["plain"], "multipart/form-data")),
    post("empty", AT, raw("", "multipart/form-data; boundary=b")),
)  # fmt: skip

_NAMES = (
    "a.png", "Hello World.TXT", "a/b\\c.txt", "MyFileNameDB 2.final v2.TXT", "noext", ".hidden", "üñí.txt", "abc.GEXTENSIONTHATISLONGER",
    "..", ".", "/", "a..", "a...b", "..b", "a. .", "abc.x.tar.gz", "abc.e.", "abc.<>", "a.%20", "1.2.3", "aBc1D.txt", "HTTPServer2Go.txt", "snake__case--x.txt", "_.txt", "__a__.txt", "日本語", "x.ÄÖ", "x.a-b+c=d#e*f_g", "İstanbul.txt", "aǅb.txt", "ÀB.txt", "aÀB.txt", "a;b.txt", "a'b.txt", "CON", "con.txt", "a\tb.txt", "a:b.txt", "~.txt", "../../etc/passwd", "..\\\\..\\\\etc\\\\passwd.txt", "/etc/passwd", "C:\\\\Users\\\\me\\\\pic.png", "a//b.txt", "abc.txt/", "%2e%2e%2fabc.txt",
    "n" * 99 + ".txt", "n" * 100 + ".txt", "n" * 101 + ".txt", "Aa" * 60 + ".txt", "START" + "n" * 300 + ".txt", "abc." + "e" * 19, "abc." + "e" * 20, "abc." + "e" * 21, "abc." + "e" * 400, "abc." + "e" * 30 + "." + "f" * 10,
)  # fmt: skip

NAMES = (
    post("make papers", PATH, {"name": "papers", "type": "base", "fields": _FIELDS, **_RULES}, **ROOT),
    *(post(f"name: {name[:60]} ({len(name)})", AT, form(("one", File(name, "hello")))) for name in _NAMES),
)  # fmt: skip
