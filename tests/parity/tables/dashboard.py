"""Where the dashboard is, whichever it is."""

from tests.parity.scenario import Row, delete, get, post

ROWS = (
    Row("HEAD", "HEAD", "/_/"),
    Row("HEAD without a slash", "HEAD", "/_"),
    get("without a slash", "/_"),
    get("without a slash, with a query", "/_?x=1"),
    get("its index", "/_/index.html"),
    get("nothing", "/_/nope"),
    get("nothing, with a slash", "/_/nope/"),
    get("nothing, deeper", "/_/nope/more.js"),
    get("nothing, escaped", "/_/%2e%2e/api.py"),
    get("nothing, by a superuser", "/_/nope", who="superuser"),
    get("nothing, with an origin", "/_/nope", headers={"Origin": "https://app.example.com"}),
    get("nothing, compressed", "/_/nope", headers={"Accept-Encoding": "gzip"}),
    get("out of it", "/_/../api/health"),
    get("extensions", "/_/extensions.js"),
    Row("HEAD of extensions", "HEAD", "/_/extensions.js"),
    get("an unknown extension", "/_/extensions/x/main.js"),
    get("no extension", "/_/extensions/"),
    post("post", "/_/", {}),
    post("post without a slash", "/_", {}),
    post("post to nothing", "/_/nope", {}),
    delete("delete", "/_/"),
    Row("preflight", "OPTIONS", "/_/", headers={
        "Origin": "https://app.example.com", "Access-Control-Request-Method": "GET",
    }),
)
