"""Coming back from a provider without anybody who waits: tests/sdk has the flow as a whole."""

from tests.parity.scenario import Row, get, multipart, post, raw, urlencoded

_AT = "/api/oauth2-redirect"

ROWS = (
    get("nothing", _AT),
    get("unknown state", _AT, query={"state": "unknown", "code": "abc"}),
    get("no code", _AT, query={"state": "unknown"}),
    get("an error", _AT, query={"state": "unknown", "error": "access_denied"}),
    *(get(f"led elsewhere by {key}", _AT, query={"state": "unknown", "code": "x", key: "https://evil.example.com"})
      for key in ("redirect", "redirect_uri", "redirectURL", "next", "url", "state", "RelayState")),
    get("led elsewhere by a header", _AT, headers={"X-Forwarded-Host": "evil.example.com", "Referer": "https://evil.example.com"}),
    get("while signed in", _AT, who="ann"),
    post("form", _AT, urlencoded("state=unknown&code=abc")),
    post("form with a user", _AT, urlencoded("state=unknown&code=abc&user=%7B%7D")),
    post("multipart", _AT, multipart(("state", "unknown"), ("code", "abc"))),
    post("JSON", _AT, {"state": "unknown", "code": "abc"}),
    post("no body", _AT),
    post("broken", _AT, raw("{")),
    post("text", _AT, raw("x", "text/plain")),
    post("number", _AT, {"state": 5}),
    post("query of a POST", f"{_AT}?state=unknown&code=abc"),
    Row("put", "PUT", _AT),
    Row("head", "HEAD", _AT),
    get("another path", f"{_AT}/", query={"state": "x"}),
)
