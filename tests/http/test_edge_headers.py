"""Headers that guard browsers, whose origins may call, and which proxies are believed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.servers import Kind, Server, add_superuser

HTTPS = {"X-Forwarded-Proto": "https"}
PATTERN = "https://*.example.com"
NAMED = "https://cookies.example.org"
PLAIN = {
    "cross-origin-opener-policy",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "content-type",
    "content-length",
    "date",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it comes."""
    place: Path = tmp_path_factory.mktemp("plain")
    (place / "pb_public").mkdir()
    (place / "pb_public" / "index.html").write_text("<p>")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with everything set, behind a proxy that is not where the tests are."""
    place: Path = tmp_path_factory.mktemp("guarded")
    (place / "pb_public").mkdir()
    (place / "pb_public" / "index.html").write_text("<p>")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    flags = {
        "--hsts": "31536000",
        "--referrer-policy": "same-origin",
        "--permissions-policy": "camera=()",
        "--content-security-policy": "default-src 'self'; frame-ancestors 'none'",
        "--trusted-proxies": "10.0.0.0/8, 192.168.0.1",
        "--origins": f"{PATTERN},https://exact.example.net",
    }
    extra = [part for pair in flags.items() for part in pair]
    with Server(Kind.FASTCMS, place / "pb_data", workers=1, extra=extra) as running:
        token = running.superuser_token()
        settings = {"trustedProxy": {"headers": ["X-Forwarded-For"]}}
        running.expect("PATCH", "/api/settings", token=token, json_body=settings)
        cookies = {"cookieAuth": {"enabled": True, "origins": [NAMED]}}
        running.expect("PATCH", "/api/collections/users", token=token, json_body=cookies)
        yield running


@pytest.mark.parametrize("path", ["/api/health", "/api/nope2/", "/"])
def test_nothing_is_added_by_itself(plain: Server, path: str) -> None:
    answer = plain.request("GET", path, headers=HTTPS)
    assert set(answer.headers) - {"last-modified", "accept-ranges"} == PLAIN


@pytest.mark.parametrize("path", ["/api/health", "/api/settings", "/nope/", "/"])
def test_what_is_asked_for_is_on_all_answers(guarded: Server, path: str) -> None:
    headers = guarded.request("GET", path).headers
    assert headers["referrer-policy"] == "same-origin"
    assert headers["permissions-policy"] == "camera=()"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "strict-transport-security" not in headers


def test_the_policy_of_static_files_is_theirs_alone(guarded: Server) -> None:
    policy = "default-src 'self'; frame-ancestors 'none'"
    assert guarded.request("GET", "/").headers["content-security-policy"] == policy
    assert "content-security-policy" not in guarded.request("GET", "/api/health").headers
    dashboard = guarded.request("GET", "/_/").headers["content-security-policy"]
    assert "'unsafe-inline'" not in dashboard
    assert "frame-ancestors 'none'" in dashboard


def test_only_a_trusted_proxy_says_who_asks_and_how(guarded: Server) -> None:
    """Attack row 20: the test is not in the trusted networks."""
    token = guarded.superuser_token()
    forged = {"Authorization": token, "X-Forwarded-For": "10.1.2.3", **HTTPS}
    answer = guarded.request("GET", "/api/health", headers=forged)
    assert answer.json()["data"]["realIP"] == "127.0.0.1"
    assert "strict-transport-security" not in answer.headers


def test_a_trusted_proxy_is_believed(guarded: Server) -> None:
    place = guarded.directory
    extra = ["--hsts", "60", "--trusted-proxies", "127.0.0.0/8"]
    with Server(Kind.FASTCMS, place, workers=1, extra=extra) as server:
        headers = {
            "Authorization": server.superuser_token(),
            "X-Forwarded-For": "1.1.1.1, 10.1.2.3",
        }
        answer = server.request("GET", "/api/health", headers=headers | HTTPS)
        assert answer.json()["data"]["realIP"] == "10.1.2.3"
        assert answer.headers["strict-transport-security"] == "max-age=60"
        over_http = server.request("GET", "/api/health", headers={"X-Forwarded-Proto": "http"})
        assert "strict-transport-security" not in over_http.headers


# Which origin, what it is allowed, and whether with cookies.
ORIGINS = [
    ("https://app.example.com", "https://app.example.com", None),
    ("https://exact.example.net", "https://exact.example.net", None),
    ("https://EXACT.example.net", "https://EXACT.example.net", None),
    ("https://exact.example.net.evil.com", None, None),
    ("https://exactXexample.net", None, None),
    ("https://evil.com/.example.com", "https://evil.com/.example.com", None),
    ("https://example.com", None, None),
    ("http://app.example.com", None, None),
    ("null", None, None),
    ("", None, None),
    ("*", None, None),
    (NAMED, NAMED, "true"),
    (NAMED.upper(), None, None),
    (f"{NAMED}.evil.com", None, None),
    (f"{NAMED}:8080", None, None),
    ("http://cookies.example.org", None, None),
]


@pytest.mark.parametrize(("origin", "allowed", "credentials"), ORIGINS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_origins(
    guarded: Server, *, method: str, origin: str, allowed: str | None, credentials: str | None
) -> None:
    """Attack row 39."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    headers = guarded.request(method, "/api/health", headers=asked).headers
    assert headers.get("access-control-allow-origin") == allowed
    assert headers.get("access-control-allow-credentials") == credentials
    assert "Origin" in headers["vary"]


@pytest.mark.parametrize("origin", ["https://app.example.com", "null", "*", NAMED])
def test_open_to_all_is_never_with_credentials(plain: Server, origin: str) -> None:
    """Attack row 39: also where a collection wants cookies of some origin."""
    token = plain.superuser_token()
    cookies = {"cookieAuth": {"enabled": True, "origins": [NAMED]}}
    plain.expect("PATCH", "/api/collections/users", token=token, json_body=cookies)
    headers = plain.request("GET", "/api/health", headers={"Origin": origin}).headers
    pair = (
        headers["access-control-allow-origin"],
        headers.get("access-control-allow-credentials"),
    )
    assert pair == ((NAMED, "true") if origin == NAMED else ("*", None))


@pytest.mark.parametrize("origin", ["*", "https://*.example.com", "null", ""])
def test_cookies_take_no_patterns(plain: Server, origin: str) -> None:
    body = {"cookieAuth": {"enabled": True, "origins": [origin]}}
    token = plain.superuser_token()
    answer = plain.send("PATCH", "/api/collections/users", token=token, json_body=body)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("flag", "value", "complaint"),
    [
        ("--trusted-proxies", "10.0.0.0/8,nowhere", "nowhere: write addresses or networks"),
        ("--referrer-policy", "a\r\nX-Evil: 1", "plain ASCII in one line"),
        ("--content-security-policy", "é", "plain ASCII in one line"),
        ("--hsts", "-1", "not in the range"),
        ("--queryTimeout", "0", "not in the range"),
    ],
)
def test_bad_flags(tmp_path: Path, flag: str, value: str, complaint: str) -> None:
    done = run(Kind.FASTCMS, "serve", f"{flag}={value}", directory=tmp_path / "pb_data")
    assert done.code == 1
    assert complaint in done.err
