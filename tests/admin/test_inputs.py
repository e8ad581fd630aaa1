"""The inputs of a record, one after the other, as a person uses them."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server
from tests.uploads.tus import PNG

FIELDS = (
    {"name": "title", "type": "text", "required": True, "help": "What it is about."},
    {"name": "slug", "type": "text", "autogeneratePattern": "post-[a-z]{6}"},
    {"name": "views", "type": "number", "onlyInt": True},
    {"name": "at", "type": "date"},
    {"name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 2},
    {"name": "data", "type": "json"},
    {"name": "place", "type": "geoPoint"},
    {"name": "body", "type": "editor", "convertURLs": True},
    {"name": "images", "type": "file", "maxSelect": 4, "maxSize": 100_000},
    {"name": "secret", "type": "file", "protected": True},
    {"name": "key", "type": "password"},
)


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    make_collection(server, "topics", {"name": "title", "type": "text", "presentable": True})
    make_collection(server, "places", {"name": "title", "type": "text", "presentable": True})
    root = server.superuser_token()
    ids = {
        name: server.expect("GET", f"/api/collections/{name}", token=root)["id"]
        for name in ("topics", "places")
    }
    make_collection(
        server,
        "posts",
        *FIELDS,
        {"name": "topics", "type": "relation", "collectionId": ids["topics"], "maxSelect": 3},
        {"name": "about", "type": "polymorphic", "collectionIds": list(ids.values())},
    )
    for name in ("Sea", "Land", "Air"):
        add(server, "topics", title=name)
    add(server, "places", title="Harbour")


class Form:
    """The panel of one post."""

    def __init__(self, dashboard: Dashboard, record: str) -> None:
        self.dashboard, self.page, self.record = dashboard, dashboard.page, record
        self.panel = dashboard.page.get_by_role("dialog").first

    def field(self, name: str) -> Locator:
        return self.panel.get_by_role("group", name=name, exact=True)

    def stored(self) -> Any:
        server = self.dashboard.server
        return server.expect("GET", f"/api/collections/posts/records/{self.record}")


@pytest.fixture
def form(dashboard: Dashboard, server: Server) -> Form:
    record = add(server, "posts", title="Whales")
    dashboard.open(f"collections/posts?record={record}")
    form = Form(dashboard, record)
    expect(form.panel.get_by_label("title")).to_have_value("Whales")
    return form


@contextmanager
def saved(form: Form) -> Iterator[None]:
    """What is done inside is saved by keys, and what the server got is there afterwards."""
    yield
    with form.page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        form.page.keyboard.press("Control+s")
    assert answer.value.ok, answer.value.text()


def test_plain_inputs(form: Form) -> None:
    panel, page = form.panel, form.page
    title = panel.get_by_label("title")
    expect(title).to_have_accessible_description("What it is about.")
    height = title.evaluate("area => area.clientHeight")
    title.fill("one\ntwo\nthree\nfour")
    assert title.evaluate("area => area.clientHeight") > height
    assert form.stored()["slug"].startswith("post-")
    panel.get_by_label("views").fill("7")
    panel.get_by_role("button", name="Now in at").click()
    expect(panel.get_by_text("in UTC.")).to_be_visible()
    tags = form.field("tags")
    tags.get_by_label("a").check()
    tags.get_by_label("c").check()
    expect(tags.get_by_label("b")).to_be_disabled()
    expect(tags).to_contain_text("2 of 2 chosen.")
    panel.get_by_role("button", name="Generate").click()
    assert len(panel.get_by_label("key").input_value()) == 20
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert (
        page.evaluate("navigator.clipboard.readText()") == panel.get_by_label("key").input_value()
    )
    with saved(form):
        title.focus()
    stored = form.stored()
    moment = datetime.fromisoformat(stored["at"])
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    wanted = {"title": "one\ntwo\nthree\nfour", "views": 7, "tags": ["a", "c"]}
    assert {name: stored[name] for name in wanted} == wanted


def test_code_and_rich_text(form: Form) -> None:
    panel, page = form.panel, form.page
    data = panel.get_by_role("textbox", name="data")
    expect(data).to_have_attribute("contenteditable", "true")
    data.click()
    page.keyboard.type('{"legs": 0')
    expect(panel.get_by_text("Valid JSON", exact=True)).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.type("]")
    expect(panel.get_by_text("This is no valid JSON.")).to_be_visible()
    page.keyboard.press("Backspace")
    panel.get_by_role("button", name="Tidy up").click()
    # Tab leaves it; the page is no trap.
    data.press("Tab")
    expect(data).not_to_be_focused()
    body = panel.get_by_role("textbox", name="body")
    body.click()
    page.keyboard.press("Control+b")
    page.keyboard.type("Big")
    page.keyboard.press("Control+b")
    page.keyboard.type(" animals")
    form.dashboard.take_picture("inputs")
    # From inside the editor, too.
    with saved(form):
        pass
    stored = form.stored()
    assert (stored["data"], stored["body"]) == ({"legs": 0}, "<p><strong>Big</strong> animals</p>")


def test_a_place(form: Form) -> None:
    field = form.field("place")
    field.get_by_label("Latitude").fill("52.5")
    field.get_by_label("Longitude").fill("13.4")
    field.get_by_role("button", name="On the map").click()
    expect(field.get_by_role("button", name="52.5, 13.4")).to_be_visible()
    form.dashboard.take_picture("place")
    area = field.get_by_role("application", name="Map of place")
    with saved(form):
        moved = area.locator(".leaflet-map-pane")
        before = str(moved.get_attribute("style"))
        area.press("ArrowRight")
        expect(moved).not_to_have_attribute("style", before)
        area.press("Enter")
        expect(field.get_by_label("Longitude")).not_to_have_value("13.4")
    lon = float(field.get_by_label("Longitude").input_value())
    assert (lon > 13.4, form.stored()["place"]["lon"]) == (True, lon)


def test_files(form: Form, tmp_path: Path) -> None:
    panel, page = form.panel, form.page
    images = panel.get_by_label("images")
    paths = [tmp_path / f"{name}.png" for name in ("one", "two")]
    for path in paths:
        path.write_bytes(PNG)
    with saved(form):
        images.set_input_files(paths)
    rows = panel.locator(".order-list").first.get_by_role("listitem")
    expect(rows.get_by_role("link")).to_have_count(2)

    # One more is dropped, and what is too large is said before it is sent.
    _drop(panel.locator(".drop").first, "three.txt", b"3")
    _drop(panel.locator(".drop").first, "huge.bin", bytes(100_001))
    expect(rows).to_have_count(4)
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel.get_by_text("huge.bin is larger than 98 KB.")).to_be_visible()
    panel.get_by_role("button", name="Remove huge.bin").click()

    # In order by keys; and taken away, and back.
    panel.get_by_role("button", name=re.compile("^Move one")).press("ArrowDown")
    expect(panel.get_by_role("button", name=re.compile("^Move one"))).to_be_focused()
    expect(rows.nth(1)).to_contain_text("one")
    panel.get_by_role("button", name="Remove two").click()
    panel.get_by_role("button", name="Restore two").click()
    panel.get_by_role("button", name="Remove two").click()
    form.dashboard.take_picture("files")
    with saved(form):
        images.focus()
    assert [name.split("_")[0] for name in form.stored()["images"]] == ["one", "three"]

    # How far an upload is, is shown.
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/records/*", hold)
    panel.get_by_label("secret").set_input_files(paths[:1])
    with page.expect_request(lambda request: request.method == "PATCH"):
        panel.get_by_role("button", name="Save and continue").click()
    progress = panel.get_by_role("progressbar", name="Uploading")
    expect(progress).to_be_visible()
    waiting[0].continue_()
    expect(progress).to_have_count(0)

    # A protected one opens with a token of its own.
    with page.context.expect_page() as opened:
        panel.locator(".order-list").nth(1).get_by_role("link").click()
    assert "token=" in opened.value.url


def _drop(place: Locator, name: str, content: bytes) -> None:
    """Lets go of a file over a place."""
    place.evaluate(
        """(place, [name, content]) => {
          const dataTransfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], name));
          for (const type of ["dragover", "drop"]) {
            const options = { dataTransfer, bubbles: true, cancelable: true };
            place.dispatchEvent(new DragEvent(type, options));
          }
        }""",
        [name, base64.b64encode(content).decode()],
    )


def test_relations(form: Form) -> None:
    page, field = form.page, form.field("topics")
    field.get_by_role("button", name="Choose").click()
    picker = page.get_by_role("dialog", name="Choose from topics")
    picker.get_by_role("searchbox").fill("a")
    expect(picker.get_by_role("checkbox")).to_have_count(3)
    for name in ("Sea", "Land"):
        picker.get_by_role("checkbox", name=name).check()
    picker.get_by_role("button", name="New record").click()
    inner = page.get_by_role("dialog", name="New in topics")
    inner.get_by_label("title").fill("Fire")
    inner.get_by_label("title").press("Control+s")
    page.get_by_role("dialog", name="Fire").get_by_role("button", name="Close").click()
    expect(picker.get_by_role("checkbox", name="Fire")).to_be_checked()
    expect(picker.get_by_role("checkbox", name="Air")).to_be_disabled()
    form.dashboard.take_picture("picker")
    picker.get_by_role("button", name="Choose", exact=True).click()
    rows = field.get_by_role("listitem")
    expect(rows).to_have_text(["Sea", "Land", "Fire"])

    # In order by the pointer and by keys, and one of them changed on the way.
    field.get_by_role("button", name="Move Fire", exact=True).hover()
    # Not before: it may have been scrolled to.
    box = rows.nth(2).bounding_box()
    first = rows.nth(0).bounding_box()
    assert box
    assert first
    page.mouse.down()
    page.mouse.move(box["x"] + 10, first["y"] + 2, steps=5)
    page.mouse.up()
    expect(rows).to_have_text(["Fire", "Sea", "Land"])
    field.get_by_role("button", name="Move Fire", exact=True).press("End")
    expect(rows).to_have_text(["Sea", "Land", "Fire"])
    field.get_by_role("button", name="Edit Sea").click()
    inner = page.get_by_role("dialog", name="Sea")
    inner.get_by_label("title").fill("Ocean")
    inner.get_by_role("button", name="Save", exact=True).click()
    expect(rows).to_have_text(["Ocean", "Land", "Fire"])
    field.get_by_role("button", name="Remove Land").click()

    # Of several collections.
    about = form.field("about")
    about.get_by_role("button", name="Choose").click()
    page.get_by_role("combobox", name="Collection").select_option("places")
    picker = page.get_by_role("dialog", name="Choose from places")
    picker.get_by_role("radio", name="Harbour").check()
    picker.get_by_role("button", name="Choose", exact=True).click()
    expect(about.get_by_role("listitem")).to_contain_text("Harbour")
    with saved(form):
        form.panel.get_by_label("title").focus()
    stored = form.stored()
    assert len(stored["topics"]) == 2
    assert stored["about"]["id"]


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>'\"{{7*7}}"


def test_hostile_values(form: Form, server: Server) -> None:
    page = form.page
    topic = add(server, "topics", title=HOSTILE)
    values = {"title": HOSTILE, "body": HOSTILE, "data": {HOSTILE: HOSTILE}, "topics": [topic]}
    record = add(server, "posts", **values)
    form.dashboard.open(f"collections/posts?record={record}")
    expect(form.panel.get_by_label("title")).to_have_value(HOSTILE)
    expect(form.panel.get_by_role("textbox", name="body")).to_have_text(HOSTILE)
    expect(form.field("topics")).to_contain_text(HOSTILE)
    form.panel.get_by_role("button", name="Edit without them").click()
    expect(form.panel.get_by_role("textbox", name="body")).to_be_visible()
    form.field("topics").get_by_role("button", name="Choose").click()
    picker = page.get_by_role("dialog", name="Choose from topics")
    expect(picker.get_by_text(HOSTILE)).to_be_visible()
    assert page.locator("[onerror], [onload]").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_them(form: Form, sdk: Path, theme: Any) -> None:
    form.page.emulate_media(color_scheme=theme)
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    expect(form.panel.get_by_role("toolbar")).to_be_visible()
    form.field("place").get_by_role("button", name="On the map").click()
    expect(form.panel.locator(".land").first).to_be_attached()
    form.dashboard.check_accessibility(axe)
    form.dashboard.take_picture(f"inputs-{theme}")
    form.page.set_viewport_size({"width": 360, "height": 740})
    assert form.panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
