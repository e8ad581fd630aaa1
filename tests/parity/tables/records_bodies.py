"""What a request body may be: JSON right and wrong, forms, multipart, sizes, content types."""

from tests.parity.scenario import Row, multipart, patch, post, raw, urlencoded
from tests.parity.seed import rid

ITEMS = "/api/collections/items/records"
ONE = f"{ITEMS}/{rid('one')}"
MIB = 1024 * 1024

_JSON = {
    "null": "null", "empty": "", "blank": "  \n ", "open object": "{", "list": "[]", "list of objects": '[{"title":"x"}]',
    "text": '"x"', "number": "5", "true": "true", "words": "title=x", "trailing comma": '{"title":"x",}',
    "single quotes": "{'title':'x'}", "comment": '{"title":"x"} // more', "tail": '{"id":"tail00000000000"} {"title":"y"}',
    "no key quotes": '{title:"x"}', "duplicate keys": '{"title":"a","title":"b"}', "NaN": '{"num":NaN}',
    "infinity": '{"num":Infinity}', "leading zero": '{"num":01}', "bare plus": '{"num":+1}', "hex": '{"num":0x1}',
    "control character": '{"title":"a\tb"}', "bad escape": r'{"title":"\x41"}', "keys in another case": '{"id":"case00000000000","TITLE":"x"}',
    "deep": '{"id":"deep00000000000","data":' + "[" * 200 + "]" * 200 + "}", "byte order mark": '\ufeff{"title":"x"}',
    "very deep": '{"data":' + "[" * 20000 + "]" * 20000 + "}", "only a bracket": "]", "key without value": '{"title"}',
    "duplicate inner keys": '{"data":{"a":1,"a":2}}',
}
_TYPES = (
    None, "text/plain", "text/html", "application/octet-stream", "application/jsonp", "json",
    "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;", "application/vnd.api+json",
    "text/xml", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
    "application/json-patch+json", "", ";",
)


def _form(name: str, text: str) -> Row:
    return post(f"form: {name}", ITEMS, urlencoded(text))


def _parts(name: str, *parts: tuple[str, str]) -> Row:
    return post(f"multipart: {name}", ITEMS, multipart(*parts))


ROWS = (
    *(post(f"json: {name}", ITEMS, raw(text)) for name, text in _JSON.items()),
    *(patch(f"json, update: {name}", ONE, raw(text)) for name, text in _JSON.items()
      if name in ("null", "empty", "open object", "list", "text", "duplicate keys", "tail")),
    post("json: invalid utf-8", ITEMS, raw(b'{"title":"\xff\xfe"}')),
    post("json: nul bytes", ITEMS, raw(b"\x00\x00")),
    post("json: utf-16", ITEMS, raw('{"title":"x"}'.encode("utf-16"))),
    *(post(f"content type {type_!r}", ITEMS, raw(f'{{"id":"type0000000{number:04}"}}', type_))
      for number, type_ in enumerate(_TYPES)),
    *(post(f"content type {type_!r} without a body", ITEMS, raw("", type_))
      for type_ in ("text/plain", "multipart/form-data; boundary=x", "application/xml")),
    _form("texts", "id=form00000000001&title=a+b%20c&mail=a%40b.co"),
    _form("numbers and bools", "id=form00000000002&title=5&num=-1.5&flag=true&data=false"),
    _form("not quite numbers", "id=form00000000003&title=001&num=1e3&data=001&text=1.50"),
    _form("repeated", "id=form00000000004&kinds=a&kinds=b&title=x&title=y"),
    _form("brackets", "id=form00000000005&kinds[]=a&kinds[]=b"),
    _form("json text", "id=form00000000006&data=%7B%22a%22%3A1%7D&kinds=%5B%22a%22%2C%22b%22%5D"),
    _form("payload", "id=form00000000007&title=low&@jsonPayload=%7B%22title%22%3A%22high%22%2C%22num%22%3A1%7D"),
    _form("broken payload", "title=low&@jsonPayload=%7B"),
    _form("list payload", "title=low&@jsonPayload=%5B%5D"),
    _form("two payloads", "@jsonPayload=%7B%22id%22%3A%22form00000000008%22%7D&@jsonPayload=%7B%22num%22%3A2%7D"),
    _form("modifiers", "id=form00000000009&num%2B=5&kinds%2B=a&kinds%2B=b"),
    _form("empty values", "id=form00000000010&title=&num=&flag=&kinds=&data="),
    _form("no equals sign", "title"),
    _form("broken escape", "title=%zz"),
    _form("semicolon", "title=a;num=5"),
    _form("null word", "id=form00000000011&title=null&data=null"),
    _form("invalid utf-8", "id=form00000000012&title=%ff%fe"),
    post("form: values in the query", f"{ITEMS}?title=query&num=3", urlencoded("id=form00000000013&flag=1")),
    patch("form: update", ONE, urlencoded("num=11&title=formed")),
    _parts("texts", ("id", rid("mult1")), ("title", "a b"), ("mail", "a@b.co")),
    _parts("numbers and bools", ("id", rid("mult2")), ("title", "5"), ("num", "-1.5"), ("flag", "true"),
           ("data", "5")),
    _parts("repeated", ("id", rid("mult3")), ("kinds", "a"), ("kinds", "b"), ("title", "x"), ("title", "y")),
    _parts("one of many", ("id", rid("mult4")), ("kinds", "a"), ("tags", rid("red"))),
    _parts("json text", ("id", rid("mult5")), ("data", '{"a":[1,2.0]}'), ("place", '{"lon":1,"lat":2}')),
    _parts("payload", ("id", rid("mult6")), ("title", "low"),
           ("@jsonPayload", '{"title":"high","kinds":["a","c"],"data":null}')),
    _parts("broken payload", ("title", "low"), ("@jsonPayload", "{")),
    _parts("modifiers", ("id", rid("mult7")), ("num+", "5"), ("tags+", rid("red")), ("tags+", rid("blue"))),
    _parts("empty values", ("id", rid("mult8")), ("title", ""), ("num", ""), ("kinds", "")),
    _parts("unknown names", ("id", rid("mult9")), ("nothing", "x"), ("", "y")),
    _parts("invalid", ("mail", "x"), ("num", "NaN")),
    _parts("nothing"),
    post("multipart: values in the query", f"{ITEMS}?title=query", multipart(("id", rid("multq")))),
    post("multipart: never closed", ITEMS,
         raw('--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na', "multipart/form-data; boundary=x")),
    post("multipart: other boundary", ITEMS,
         raw('--y\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--y--\r\n',
             "multipart/form-data; boundary=x")),
    post("multipart: no disposition", ITEMS, raw("--x\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x")),
    post("multipart: garbage", ITEMS, raw("garbage", "multipart/form-data; boundary=x")),
    patch("multipart: update", ONE, multipart(("num", "12"), ("title", "parted"))),
    post("body in an unknown collection", "/api/collections/nothing/records", raw("{")),
    post("broken body where only superusers may", "/api/collections/vault/records", raw("{")),
    patch("broken body for a missing record", f"{ITEMS}/{rid('none')}", raw("{")),
    patch("text body for a missing record", f"{ITEMS}/{rid('none')}", raw("x", "text/plain")),
    post("just within the limit", "/api/collections/tags/records",
         raw(b'{"title":"' + b"a" * (32 * MIB - 12) + b'"}')),
    post("one byte over the limit", "/api/collections/tags/records",
         raw(b'{"title":"' + b"a" * (32 * MIB - 11) + b'"}')),
    post("sign-in over the limit", "/api/collections/users/auth-with-password",
         raw(b'{"identity":"' + b"a" * (32 * MIB) + b'"}')),
    post("unknown collection over the limit", "/api/collections/nothing/records",
         raw(b'{"title":"' + b"a" * (32 * MIB) + b'"}')),
)
