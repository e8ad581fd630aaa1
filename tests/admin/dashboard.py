"""What a person does in the dashboard, in the words of the screen."""

import json
import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Server

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Where pictures of the screens go, for people to look at.
PICTURES = Path(os.environ.get("FASTCMS_SCREENSHOTS", Path(__file__).parents[2] / ".cache/screens"))


class Dashboard:
    """One page of one server."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.server.url}/_/#/{path}")

    def sign_in(self, email: str = ROOT_EMAIL, password: str = ROOT_PASSWORD) -> None:
        self.open()
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Account")).to_be_visible()

    def see_collection(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()

    def search(self, text: str) -> None:
        box = self.page.get_by_role("search").get_by_label("Search, or filter")
        box.fill(text)
        box.press("Enter")

    def cell(self, text: str) -> Locator:
        return self.page.get_by_role("gridcell", name=text, exact=True)

    def expect_count(self, text: str) -> None:
        expect(self.page.locator(".grid-foot")).to_contain_text(text)

    def take_picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def check_accessibility(self, axe: str) -> None:
        """Fails for what axe finds serious or critical. `axe` is its script."""
        # The policy of the page forbids scripts, but not the debugger's.
        self.page.evaluate(axe)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        bad = [
            (violation["id"], [node["html"][:160] for node in violation["nodes"][:3]])
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert bad == [], json.dumps(bad, indent=1)

    def check_everywhere(self, axe: str) -> None:
        """The same in both themes, on a screen and on a phone, whose width is enough."""
        for width, height in ((360, 740), (1280, 800)):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                self.check_accessibility(axe)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        self.page.emulate_media(color_scheme="light")


def make_collection(server: Server, name: str, *fields: dict[str, object]) -> None:
    """A collection that is open to all."""
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
    server.expect(
        "POST",
        "/api/collections",
        token=server.superuser_token(),
        json_body={"name": name, "type": "base", "fields": list(fields), **rules},
    )


def add(server: Server, collection: str, **values: object) -> str:
    """A record; its id."""
    path = f"/api/collections/{collection}/records"
    return str(server.expect("POST", path, json_body=values)["id"])


def add_file(server: Server, collection: str, id_: str, field: str, data: bytes) -> None:
    """Gives a record a file, called `photo.png`."""
    head = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="photo.png"\r\n\r\n'
    answer = server.request(
        "PATCH",
        f"/api/collections/{collection}/records/{id_}",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        body=head.encode() + data + b"\r\n--b--\r\n",
    )
    assert answer.status == 200, answer.body
