"""Sign-in by cookie: off unless set, out of reach for scripts, and no use to foreign pages."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import browser as browser_of
from tests.inprocess import Client, served
from tests.servers import Answer, Kind, Server, add_superuser

SHOP = "/api/collections/shoppers"
TEAM = "/api/collections/team"
PASSWORD = "password123"
TRUSTED = "https://app.example.com"
FOREIGN = "https://evil.example.net"
TOKEN_COOKIE = "__Host-fastcms"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With two collections whose accounts may sign in by cookie, and `users`, where none may."""
    directory = tmp_path_factory.mktemp("cookies") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as running:
        root = running.superuser_token()
        own = "id = @request.auth.id"
        for name, options in (
            ("shoppers", {"origins": [TRUSTED]}),
            ("team", {"sameSite": "strict", "domain": "example.com"}),
        ):
            body = {
                "name": name,
                "type": "auth",
                "createRule": "",
                "viewRule": own,
                "updateRule": own,
                "cookieAuth": {"enabled": True, **options},
                "fields": [{"type": "text", "name": "nick"}],
            }
            running.expect("POST", "/api/collections", token=root, json_body=body)
            add_account(running, name)
        add_account(running, "users")
        yield running


def add_account(server: Server, collection: str) -> None:
    body = {"email": "ann@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
    server.expect("POST", f"/api/collections/{collection}/records", json_body=body)


class Browser:
    """Keeps cookies and sends them along, whoever asks: what a browser does for any page."""

    def __init__(self, server: Server, **headers: str) -> None:
        self.server = server
        self.headers = headers
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={self.cookies[name]}" for name in self.cookies)
        raw = None if body is None else json.dumps(body).encode()
        if raw:
            sent["Content-Type"] = "application/json"
        answer = self.server.request(method, path, headers=sent, body=raw)
        for line in answer.headers.get("set-cookie", "").split(", "):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0;" in line:
                self.cookies.pop(name, None)
            elif name:
                self.cookies[name] = value
        return answer

    def sign_in(self, collection: str = "shoppers", **headers: str) -> Answer:
        path = f"/api/collections/{collection}/auth-with-password"
        body = {"identity": "ann@example.com", "password": PASSWORD}
        answer = self("POST", path, body, **{"X_Auth_Cookie": "1", **headers})
        self.csrf = answer.json().get("csrfToken", "")
        return answer


@pytest.fixture
def browser(server: Server) -> Browser:
    """Signed in to `shoppers`."""
    found = Browser(server)
    assert found.sign_in().status == 200
    return found


def own(browser: Browser) -> str:
    """The path of the record that is signed in."""
    record = browser("POST", f"{SHOP}/auth-refresh", X_CSRF_Token=browser.csrf).json()["record"]
    return f"{SHOP}/records/{record['id']}"


def test_the_token_is_in_a_cookie_that_scripts_cannot_read_and_nowhere_else(server: Server) -> None:
    answer = Browser(server).sign_in()
    # The token's end is a whole second.
    lines = re.sub(r"Max-Age=43(1999|2000)", "Max-Age=432000", answer.headers["set-cookie"])
    token, csrf = lines.split(", ")
    rest = "Path=/; Max-Age=432000; Secure; SameSite=Lax"
    name, _, value = token.partition(";")[0].partition("=")
    assert (name, token) == (TOKEN_COOKIE, f"{TOKEN_COOKIE}={value}; {rest}; HttpOnly")
    body = answer.json()
    assert csrf == f"{TOKEN_COOKIE}-csrf={body['csrfToken']}; {rest}"
    assert (body["token"], value in answer.body.decode()) == ("", False)


def test_a_subdomain_cannot_put_another_cookie_in_the_place_of_ours(
    server: Server, browser: Browser
) -> None:
    """It can set `__Secure-…` for the whole domain, which comes first where its path is longer."""
    path = own(browser)
    other = Browser(server)
    other.sign_in("team")
    (evil,) = (value for name, value in other.cookies.items() if not name.endswith("-csrf"))
    browser.cookies = {"__Secure-fastcms": evil, **browser.cookies}
    assert browser("GET", path).status == 200


def test_a_domain_and_same_site_are_the_collections(server: Server) -> None:
    token, _ = Browser(server).sign_in("team").headers["set-cookie"].split(", ")
    assert token.startswith("__Secure-fastcms=")
    assert token.endswith("; Secure; SameSite=Strict; Domain=example.com; HttpOnly")


@pytest.mark.parametrize("collection", ["users", "_superusers"])
def test_where_it_is_off_nobody_gets_a_cookie(server: Server, collection: str) -> None:
    client = Browser(server)
    path = f"/api/collections/{collection}/auth-with-password"
    identity = "ann@example.com" if collection == "users" else "root@example.com"
    password = PASSWORD if collection == "users" else "root-password-1"
    body = {"identity": identity, "password": password}
    answer = client("POST", path, body, X_Auth_Cookie="1")
    assert (answer.status, "cookie authentication" in answer.json()["message"]) == (403, True)
    plain = client("POST", path, body)
    assert plain.json()["token"]
    assert client.cookies == {}
    # A token of theirs counts for nothing in a cookie.
    client.cookies[TOKEN_COOKIE] = plain.json()["token"]
    assert client("POST", f"/api/collections/{collection}/auth-refresh").status == 401


def test_who_does_not_ask_for_a_cookie_gets_a_token(server: Server) -> None:
    body = {"identity": "ann@example.com", "password": PASSWORD}
    answer = server.send("POST", f"{SHOP}/auth-with-password", json_body=body)
    assert sorted(answer.json()) == ["record", "token"]
    assert "set-cookie" not in answer.headers
    # And needs no CSRF token, from wherever it comes.
    headers = {"Authorization": answer.json()["token"], "Origin": FOREIGN}
    headers |= {"Sec-Fetch-Site": "cross-site", "Cookie": f"{TOKEN_COOKIE}=whatever"}
    assert server.request("POST", f"{SHOP}/auth-refresh", headers=headers).status == 200


def test_reading_needs_the_cookie_alone(browser: Browser) -> None:
    path = own(browser)
    answer = browser("GET", path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "Cookie" in answer.headers["vary"]
    browser.cookies.clear()
    assert browser("GET", path).status == 404


# Header values of an unsafe request, and whether it is let through with the right CSRF token.
PAGES = [
    ({}, True),
    ({"Sec_Fetch_Site": "same-origin"}, True),
    ({"Sec_Fetch_Site": "same-origin", "Origin": "HERE"}, True),
    ({"Sec_Fetch_Site": "none"}, True),
    ({"Origin": "HERE"}, True),
    ({"Sec_Fetch_Site": "same-site", "Origin": TRUSTED}, True),
    ({"Sec_Fetch_Site": "cross-site", "Origin": TRUSTED}, True),
    ({"Origin": TRUSTED}, True),
    ({"Sec_Fetch_Site": "same-site"}, False),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": "cross-site", "Origin": FOREIGN}, False),
    ({"Sec_Fetch_Site": "cross-site", "Origin": f"{TRUSTED}.evil.net"}, False),
    ({"Sec_Fetch_Site": "cross-site", "Origin": "null"}, False),
    ({"Origin": FOREIGN}, False),
    ({"Origin": "null"}, False),
]


def test_unsafe_requests_are_taken_from_this_origin_and_trusted_ones(browser: Browser) -> None:
    path = own(browser)
    for page, allowed in PAGES:
        headers = {name: value.replace("HERE", browser.server.url) for name, value in page.items()}
        for method in ("PATCH", "POST", "DELETE"):
            target = path if method == "PATCH" else f"{SHOP}/sessions"
            target = f"{SHOP}/auth-refresh" if method == "POST" else target
            body = {"nick": "x"} if method == "PATCH" else None
            answer = browser(method, target, body, X_CSRF_Token=browser.csrf, **headers)
            assert (answer.status < 300) is allowed, (method, page, answer.body)
            if not allowed:
                assert (answer.status, "origin" in answer.json()["message"]) == (403, True)


@pytest.mark.parametrize("csrf", ["", "wrong", "cut", "of another session", "the token"])
def test_unsafe_requests_need_the_csrf_token_of_their_session(browser: Browser, csrf: str) -> None:
    other = Browser(browser.server)
    other.sign_in()
    sent = {
        "": "",
        "wrong": "A" * 43,
        "cut": browser.csrf[:-1],
        "of another session": other.csrf,
        "the token": browser.cookies[TOKEN_COOKIE],
    }[csrf]
    path = own(browser)
    answer = browser("PATCH", path, {"nick": csrf}, X_CSRF_Token=sent)
    assert (answer.status, "CSRF" in answer.json()["message"]) == (403, True)
    assert browser("GET", path).json()["nick"] != csrf or not csrf
    assert browser("PATCH", path, {"nick": "right"}, X_CSRF_Token=browser.csrf).status == 200


@pytest.mark.parametrize("headers", [{"Origin": FOREIGN}, {"Sec_Fetch_Site": "cross-site"}])
def test_a_foreign_page_signs_nobody_in(server: Server, headers: dict[str, str]) -> None:
    client = Browser(server)
    assert client.sign_in(**headers).status == 403
    assert client.cookies == {}


def test_a_refresh_renews_the_cookie_and_keeps_the_session(browser: Browser) -> None:
    before = dict(browser.cookies)
    answer = browser("POST", f"{SHOP}/auth-refresh", X_CSRF_Token=browser.csrf)
    assert (answer.json()["token"], answer.json()["csrfToken"]) == ("", browser.csrf)
    assert browser.cookies.keys() == before.keys()
    assert len(browser("GET", f"{SHOP}/sessions").json()["items"]) >= 1


def test_signing_out_takes_the_cookies_and_the_session(browser: Browser) -> None:
    stolen = dict(browser.cookies)
    path = own(browser)
    assert browser("POST", f"{SHOP}/auth-logout", X_CSRF_Token=browser.csrf).status == 204
    assert browser.cookies == {}
    browser.cookies = stolen
    assert {browser("GET", path).status for _ in range(12)} == {404}


CORS = [
    (TRUSTED, (TRUSTED, "true")),
    (FOREIGN, ("*", None)),
    (f"{TRUSTED}.evil.net", ("*", None)),
    (f"{TRUSTED}:8443", ("*", None)),
    ("http://app.example.com", ("*", None)),
    ("null", ("*", None)),
]


@pytest.mark.parametrize(("origin", "expected"), CORS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_cors_opens_to_cookies_for_trusted_origins_alone(
    server: Server, method: str, origin: str, expected: tuple[str, str | None]
) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Headers": "X-CSRF-Token"}
    for path in ("/api/health", "/api/nowhere", f"{SHOP}/auth-methods"):
        found = server.request(method, path, headers=headers).headers
        names = ("access-control-allow-origin", "access-control-allow-credentials")
        assert tuple(found.get(name) for name in names) == expected
        assert "Origin" in found["vary"]


SIGN_IN = """
    const [path, identity, password, done] = arguments;
    const csrf = () => document.cookie.match(/__Host-fastcms-csrf=([^;]+)/)?.[1] ?? "";
    const send = async (method, path, headers, body) => {
      const answer = await fetch(path, { method, headers, body, credentials: "include" });
      return [answer.status, await answer.text()];
    };
    const json = { "Content-Type": "application/json", "X-Auth-Cookie": "1" };
    (async () => {
      const body = JSON.stringify({ identity, password });
      const before = await send("POST", `${path}/auth-with-password`, json, body);
      const { id } = JSON.parse(before[1]).record;
      const view = `${path}/records/${id}`;
      return {
        token: JSON.parse(before[1]).token,
        seen: document.cookie,
        read: (await send("GET", view))[0],
        bare: (await send("PATCH", view, json, '{"nick": "bare"}'))[0],
        proven: (await send("PATCH", view, { "X-CSRF-Token": csrf(), ...json }, "{}"))[0],
        out: (await send("POST", `${path}/auth-logout`, { "X-CSRF-Token": csrf() }))[0],
        left: document.cookie,
        after: (await send("GET", view))[0],
      };
    })().then(done, (error) => done(`${error}`));
"""


def test_in_a_real_browser(server: Server, tmp_path) -> None:
    with browser_of(tmp_path) as chrome:
        chrome.get(f"http://localhost:{server.port}/api/health")
        arguments = (SHOP, "ann@example.com", PASSWORD)
        done = chrome.execute_async_script(SIGN_IN, *arguments)
    csrf = done.pop("seen")
    assert re.fullmatch(r"__Host-fastcms-csrf=[\w-]{43}", csrf)
    assert done == {
        "token": "",
        "read": 200,
        "bare": 403,
        "proven": 200,
        "out": 204,
        "left": "",
        "after": 404,
    }


def test_an_impersonation_never_takes_the_place_of_a_cookie(tmp_path) -> None:
    async def body(client: Client) -> None:
        options = {"cookieAuth": {"enabled": True}}
        assert (await client("PATCH", "/api/collections/_superusers", options)).status == 200
        account = {"email": "a@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
        made = await client("POST", "/api/collections/users/records", account)
        path = f"/api/collections/users/impersonate/{made.json()['id']}"
        answer = await client("POST", path, {}, extra={"X-Auth-Cookie": "1"})
        assert answer.json()["token"]
        assert "set-cookie" not in answer.headers

    served(tmp_path, body)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"sameSite": "whatever"}, "sameSite"),
        ({"sameSite": "lax; Secure"}, "sameSite"),
        ({"domain": "example.com; HttpOnly"}, "domain"),
        ({"domain": "com"}, "domain"),
        ({"origins": ["*"]}, "origins"),
        ({"origins": ["https://*.example.com"]}, "origins"),
        ({"origins": ["null"]}, "origins"),
        ({"origins": ["android:apk-key-hash:abc"]}, "origins"),
        ({"origins": ["https://example.com/"]}, "origins"),
    ],
)
def test_options_that_would_open_too_much(tmp_path, options, key) -> None:
    async def body(client: Client) -> None:
        answer = await client("PATCH", "/api/collections/users", {"cookieAuth": options})
        assert answer.status == 400
        assert list(answer.json()["data"]["cookieAuth"]) == [key]

    served(tmp_path, body)
