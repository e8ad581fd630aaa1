"""Static files: the folder of --publicDir, its redirects, and what stands in for missing files."""

from tests.parity.public import FILES
from tests.parity.scenario import Row, delete, get, patch, post, put

_OLD, _SAME, _NEW = "Mon, 13 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:20 GMT", "Wed, 15 Nov 2023 22:13:20 GMT"

# Files, folders, what is neither, and ways out of the folder.
_PATHS = (
    "/", "/index.html", "/sub", "/sub/", "/sub/index.html", "/sub/noindex.html", "/sub?x=1", "/sub/?x=1", "/sub/index.html?x=1", "/sub/deeper", "/sub/deeper/", "/sub/deeper/page.html",
    "/bare", "/bare/", "/bare/a.txt", "/bare/a.txt/", "/a.txt", "/a.txt/", "/a.txt/more", "/a.txt?x=1", "/a.txt?fields=x", "/A.TXT", "/empty.txt", "/empty", "/README", "/big.bin",
    "/a%20b.txt", "/a%20b.txt/", "/%C3%A9.txt", "/%C3%A9.txt/", "/b%5Cc.txt", "/100%25.txt", "/q%3F.txt", "/%3Cb%3E.txt", "/%3Cb%3E.txt/", "/%61.txt",
    "/.well-known/security.txt", "/.hidden", "/~x/a..b", "/~x", "/link.txt", "/nope", "/nope/", "/nope/deeper.js", "/index.html/", "/sub/nope",
    "/sub%2Findex.html", "/sub%2F", "/sub%2Fdeeper", "/%2F%2Fsub", "/%2Fsub", "/sub%2F%2F", "/..", "/../secret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2Fsecret.txt",
    "/sub/..%2F..%2Fsecret.txt", "/sub/%2e%2e/%2e%2e/secret.txt", "/..%5Csecret.txt", "/%5C..%5Csecret.txt", "/....//secret.txt", "/%00", "/a.txt%00", "/a.txt%00.html", "/%252e%252e/secret.txt",
    "/%2Fetc/passwd", "/%5Cexample.com", "/%5Cexample.com/..%2Fsub", "/%2F%2Fexample.com%2F..%2Fsub", "/%ff", "/%C0%AE%C0%AE/secret.txt", "/" + "x" * 300, "/./a.txt", "/sub/../a.txt", "//a.txt", "/sub//index.html", "/%zz",
    "/api", "/api/", "/api/nope", "/api/health", "/api/health/", "/api/collections/items/records/", "/api/collections/items/more/and/more", "/api/files/nope", "/api/index.html", "/API/health",
)

ROWS = (
    *(get(f"get {path[:60]}", path) for path in _PATHS),
    *(Row(f"HEAD {path}", "HEAD", path) for path in ("/", "/a.txt", "/empty.txt", "/big.bin", "/sub", "/nope", "/api/nope", "/a.txt/")),
    post("post to a file", "/a.txt", {}),
    post("post to a folder", "/sub", {}),
    post("post to the root", "/", {}),
    put("put of a file", "/a.txt", {}),
    patch("patch of a file", "/a.txt", {}),
    delete("delete of a file", "/a.txt"),
    post("post to nothing", "/nope", {}),
    Row("unknown method", "PROPFIND", "/a.txt"),
    *(get(f"range {text}", "/a.txt", headers={"Range": text}) for text in ("bytes=0-3", "bytes=4-", "bytes=-3", "bytes=9-20", "bytes=10-", "bytes=0-1,4-5", "bytes=x", "lines=1", "bytes=5-2", "bytes=0-0,-1")),
    get("range of an empty file", "/empty.txt", headers={"Range": "bytes=0-"}),
    get("range of what stands in", "/nope", headers={"Range": "bytes=0-3"}),
    Row("HEAD with a range", "HEAD", "/a.txt", headers={"Range": "bytes=0-3"}),
    *(get(f"{name} {when}", "/a.txt", headers={name: date}) for name in ("If-Modified-Since", "If-Unmodified-Since")
      for when, date in (("before", _OLD), ("then", _SAME), ("after", _NEW), ("never", "never"))),
    *(get(f"{name} {tag}", "/a.txt", headers={name: tag}) for name in ("If-Match", "If-None-Match") for tag in ("*", '"x"')),
    *(get(f"If-Range {value}", "/a.txt", headers={"Range": "bytes=0-3", "If-Range": value}) for value in (_SAME, _OLD, '"x"')),
    get("not modified, what stands in", "/nope", headers={"If-Modified-Since": _NEW}),
    get("with an origin", "/a.txt", headers={"Origin": "https://app.example.com"}),
    get("redirect with an origin", "/sub", headers={"Origin": "https://app.example.com"}),
    get("compression is not used", "/kind.js", headers={"Accept-Encoding": "gzip, br"}),
    get("by a superuser", "/a.txt", who="superuser"),
    get("by a user", "/a.txt", who="ann"),
    get("with a forged token", "/a.txt", who="forged"),
    get("with a body", "/a.txt", body={"x": 1}),
    Row("preflight", "OPTIONS", "/a.txt", headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}),
    get("the dashboard's address", "/_"),
    get("nothing below the dashboard", "/_/nope"),
    get("a folder that begins like the dashboard's", "/_nope"),
)  # fmt: skip

KINDS = tuple(get(f"kind of {name}", f"/{name}") for name in FILES if name.startswith("kind.") or name in ("README", "page", "data", "UPPER.HTML", "two.dots.css", "empty", "empty.txt"))

WITHOUT_FALLBACK = (
    *(get(f"get {path[:60]}", path) for path in (
        "/", "/index.html", "/sub", "/sub/", "/bare", "/bare/", "/a.txt", "/nope", "/nope/", "/a.txt/more", "/%2e%2e%2fsecret.txt", "/%00", "/api/nope", "/api/health/", "/.well-known/", "/_/nope",
    )),
    Row("HEAD of nothing", "HEAD", "/nope"),
    post("post to nothing", "/nope", {}),
)  # fmt: skip
