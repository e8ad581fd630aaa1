"""What is around the screens: commands, leaving, coming back, a server that is away."""

import re
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser
from tests.waiting import until

HOSTILE = '"><img src=x onerror="document.title=1">'


@pytest.fixture(scope="module", autouse=True)
def books(server: Server) -> str:
    title = {"name": "title", "type": "text", "presentable": True}
    make_collection(server, "books", title, {"name": "pages", "type": "number"})
    add(server, "books", title=f"Moby Dick {HOSTILE}")
    return add(server, "books", title="Walden")


def ask_for(page: Page, text: str) -> None:
    """Opens the commands and types."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(text)


def test_going_and_doing(dashboard: Dashboard, server: Server, books: str, axe: str) -> None:
    page = dashboard.page
    box = page.get_by_role("combobox", name="Go to a screen")
    chosen = page.get_by_role("option", selected=True)
    ask_for(page, "books")
    expect(chosen).to_contain_text("Collection")
    for key, expected in (("ArrowDown", "New record in books"), ("ArrowUp", "Collection")):
        page.keyboard.press(key)
        expect(chosen).to_contain_text(expected)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="books", exact=True)).to_be_visible()
    expect(page).to_have_title("books – Acme")

    # Records by what they are called, whatever that is, and by their ids.
    ask_for(page, "moby")
    expect(chosen).to_contain_text(HOSTILE)
    dashboard.take_picture("palette")
    dashboard.check_everywhere(axe)
    box.fill(books)
    expect(chosen).to_contain_text("Walden")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_label("title")).to_have_value("Walden")
    page.keyboard.press("Control+k")
    expect(box).to_have_count(0)
    page.keyboard.press("Escape")

    # Actions.
    page.get_by_role("button", name="Commands").click()
    box.fill("record books")
    action = page.get_by_role("option", name="New record in books")
    expect(action).to_be_visible()
    dashboard.check_everywhere(axe)
    action.click()
    expect(panel.get_by_label("title")).to_have_value("")
    page.keyboard.press("Escape")
    for typed, key, value in (("dark", "theme", "dark"), ("deutsch", "lang", "de")):
        ask_for(page, typed)
        page.keyboard.press("Enter")
        at = "data-theme" if key == "theme" else "lang"
        expect(page.locator("html")).to_have_attribute(at, value)
    ask_for(page, "jetzt sichern")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ist gemacht")).to_be_visible()
    assert len(server.expect("GET", "/api/backups", token=server.superuser_token())) == 1
    page.get_by_role("button", name="Konto").click()
    expect(page.get_by_text(re.compile(r"FastCMS \d"))).to_be_visible()
    page.keyboard.press("Escape")
    ask_for(page, "abmelden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()


def test_the_apps_name_and_colour(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    token = server.superuser_token()
    meta = {"appName": "Whales & Co", "accentColor": "#ffee00"}
    server.expect("PATCH", "/api/settings", token=token, json_body={"meta": meta})
    page.reload()
    expect(page.locator(".top .brand")).to_have_text("Whales & Co")
    expect(page).to_have_title(re.compile(r" – Whales & Co$"))
    link = page.get_by_role("link", name="Skip")
    # Yellow cannot be read on white, so that it is made darker there, and stays in the dark.
    expect(link).not_to_have_css("color", "rgb(255, 238, 0)")
    page.emulate_media(color_scheme="dark")
    expect(link).to_have_css("color", "rgb(255, 238, 0)")
    meta = {"appName": "Acme", "accentColor": "#1055c9"}
    server.expect("PATCH", "/api/settings", token=token, json_body={"meta": meta})


_TYPE = """async () => {
  const { html, render } = await import(new URL("vendor/preact.js", document.baseURI));
  const { useUnsaved } = await import(new URL("core/unsaved.js", document.baseURI));
  function Form() {
    useUnsaved(true);
    return html`<p>half a thought</p>`;
  }
  const place = document.createElement("div");
  document.body.append(place);
  render(html`<${Form} />`, place);
  window.save = () => render(null, place);
}"""


def test_leaving_what_is_not_saved(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.see_collection("books")
    page.evaluate(_TYPE)
    users = page.get_by_role("navigation").get_by_role("link", name="users", exact=True)
    users.click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="books", exact=True)).to_be_visible()
    assert page.url.endswith("#/collections/books")
    users.click()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="users", exact=True)).to_be_visible()
    page.evaluate("window.save()")
    dashboard.see_collection("books")


def test_a_session_that_has_ended(page: Page, server: Server) -> None:
    dashboard = Dashboard(page, server)
    dashboard.open("?demoEmail=root@example.com&demoPassword=nothing")
    expect(page.get_by_label("Email")).to_have_value("root@example.com")
    expect(page.get_by_label("Password", exact=True)).to_have_value("nothing")
    dashboard.sign_in()
    dashboard.see_collection("books")
    root = server.expect(
        "POST",
        "/api/collections/_superusers/auth-with-password",
        json_body={"identity": ROOT_EMAIL, "password": ROOT_PASSWORD},
    )
    change = {"password": ROOT_PASSWORD, "passwordConfirm": ROOT_PASSWORD}
    path = f"/api/collections/_superusers/records/{root['record']['id']}"
    server.expect("PATCH", path, token=root["token"], json_body=change)
    ask_for(page, "back up now")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Back up now")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your session is over.")).to_be_visible()
    page.get_by_label("Email").fill(ROOT_EMAIL)
    page.get_by_label("Password", exact=True).fill(ROOT_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="books", exact=True)).to_be_visible()


def test_a_server_that_is_away(page: Page, tmp_path: Path) -> None:
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with Server(Kind.FASTCMS, tmp_path / "pb_data") as server:
        dashboard = Dashboard(page, server)
        dashboard.sign_in()
        with Proxy(server) as proxy:
            # Below a path of a proxy, all the same.
            away = Dashboard(page, server)
            page.goto(f"{proxy.url}/cms/_/")
            page.get_by_label("Email").fill(ROOT_EMAIL)
            page.get_by_label("Password", exact=True).fill(ROOT_PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            away.see_collection("users")
            away.expect_count("0 records")
            assert proxy.strays == []
            proxy.is_down = True
            page.get_by_role("button", name="Refresh").click()
            notice = page.get_by_text("The server cannot be reached.")
            expect(notice).to_be_visible()
            proxy.is_down = False
            expect(notice).to_have_count(0)


def test_the_first_superuser_comes_from_a_backup(
    page: Page, server: Server, tmp_path: Path
) -> None:
    token = server.superuser_token()
    server.expect("POST", "/api/backups", token=token, json_body={"name": "whole.zip"})
    backup = server.directory / "backups" / "whole.zip"
    with Server(Kind.FASTCMS, tmp_path / "pb_data") as empty:
        until(lambda: "/_/#/pbinstall/" in empty.output)
        (link,) = re.findall(r"http\S+/_/#/pbinstall/\S+", empty.output)
        page.goto(link)
        page.get_by_text("Or restore from a backup").first.click()
        page.get_by_label("Or restore from a backup").set_input_files(backup)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        until(lambda: (tmp_path / "pb_data" / "data.db").exists() and _knows(empty, "books"))


def _knows(server: Server, collection: str) -> bool:
    try:
        return server.request("GET", f"/api/collections/{collection}/records").status == 200
    except OSError:
        return False


class Proxy:
    """A server before another one, which shows it below `/cms`."""

    def __init__(self, server: Server) -> None:
        self.is_down = False
        # What was asked for outside of that path.
        self.strays: list[str] = []
        proxy, behind = self, urlsplit(server.url).netloc

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.close_connection = True
                # Who stops reading, as a page that is left, is none of our business.
                if not proxy.is_down:
                    with suppress(OSError):
                        self._pass_on()

            def _pass_on(self) -> None:
                if not self.path.startswith("/cms/"):
                    proxy.strays.append(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                kept = {k: v for k, v in self.headers.items() if k != "Accept-Encoding"}
                path = self.path.removeprefix("/cms")
                with closing(HTTPConnection(behind)) as there:
                    there.request(self.command, path, self.rfile.read(length), kept)
                    with there.getresponse() as answer:
                        self._give(answer)

            def _give(self, answer: HTTPResponse) -> None:
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.end_headers()
                while piece := answer.read1():
                    self.wfile.write(piece)
                    self.wfile.flush()

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Proxy":
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
