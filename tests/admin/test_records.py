"""The records of a collection: seen, searched, changed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server
from tests.uploads.tus import PNG
from tests.waiting import until

FIELDS = (
    {"name": "title", "type": "text", "required": True, "help": "What it is about."},
    {"name": "views", "type": "number", "onlyInt": True},
    {"name": "live", "type": "bool"},
    {"name": "at", "type": "date"},
    {"name": "color", "type": "select", "values": ["red", "green"]},
    {"name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
    {"name": "data", "type": "json"},
    {"name": "place", "type": "geoPoint"},
    {"name": "site", "type": "url"},
    {"name": "body", "type": "editor"},
    {"name": "images", "type": "file", "maxSelect": 3, "thumbs": ["100x100"]},
)


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    make_collection(server, "topics", {"name": "title", "type": "text", "presentable": True})
    topics = server.expect("GET", "/api/collections/topics", token=server.superuser_token())
    related = {"name": "topics", "type": "relation", "collectionId": topics["id"], "maxSelect": 3}
    make_collection(server, "posts", *FIELDS, related)
    for name in ("Sea", "Land", "Air"):
        add(server, "topics", title=name)
    make_collection(server, "notes", {"name": "title", "type": "text"}, FIELDS[1])
    make_collection(server, "many", {"name": "n", "type": "number"})
    query = (
        "INSERT INTO many (id, n) WITH RECURSIVE up(n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM up LIMIT 100000) "
        "SELECT printf('r%014d', n), n FROM up"
    )
    server.expect("POST", "/api/sql", token=server.superuser_token(), json_body={"query": query})


def test_a_record_of_every_type(dashboard: Dashboard, server: Server, tmp_path: Path) -> None:
    page = dashboard.page
    dashboard.see_collection("posts")
    dashboard.expect_count("0 records")
    page.keyboard.press("n")
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Save", exact=True).click()
    # What is missing is said where it is missing.
    expect(panel.get_by_label("title")).to_have_attribute("aria-invalid", "true")
    panel.get_by_label("title").fill("Whales")
    panel.get_by_label("views").fill("7")
    panel.get_by_label("live", exact=True).check()
    panel.get_by_label("at", exact=True).fill("2026-05-04T10:30")
    panel.get_by_label("color").select_option("green")
    panel.get_by_label("a", exact=True).check()
    panel.get_by_label("c", exact=True).check()
    panel.get_by_label("data", exact=True).fill("{nonsense")
    panel.get_by_label("Latitude").fill("52.5")
    panel.get_by_label("Longitude").fill("13.4")
    panel.get_by_label("site").fill("https://example.com")
    panel.get_by_role("textbox", name="body").fill("Big animals")
    image = tmp_path / "whale.png"
    image.write_bytes(PNG)
    panel.get_by_label("images").set_input_files([image])
    expect(panel.get_by_text("whale.png")).to_be_visible()
    panel.get_by_role("button", name="Choose", exact=True).click()
    picker = page.get_by_role("dialog", name="Choose from topics")
    picker.get_by_role("searchbox").fill("sea")
    expect(picker.get_by_role("checkbox")).to_have_count(1)
    picker.get_by_role("checkbox").check()
    picker.get_by_role("button", name="Choose", exact=True).click()
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel.get_by_text("This is no valid JSON.")).to_be_visible()
    panel.get_by_label("data", exact=True).fill('{"legs": 0}')
    dashboard.take_picture("record")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel).to_have_count(0)
    expect(dashboard.cell("Whales")).to_be_visible()
    expect(page.get_by_role("gridcell").filter(has_text="Big animals")).to_be_visible()
    expect(page.get_by_role("gridcell").filter(has_text="Sea")).to_be_visible()
    dashboard.take_picture("records")

    stored = server.expect("GET", "/api/collections/posts/records")["items"][0]
    shown = {name: stored[name] for name in ("views", "live", "color", "tags", "data", "place")}
    assert shown == {
        "views": 7,
        "live": True,
        "color": "green",
        "tags": ["a", "c"],
        "data": {"legs": 0},
        "place": {"lon": 13.4, "lat": 52.5},
    }
    assert (len(stored["topics"]), len(stored["images"])) == (1, 1)
    assert stored["at"].startswith("2026-05-04")

    # Nothing changes but what was changed.
    dashboard.cell("Whales").click()
    panel.get_by_label("title").fill("Blue whales")
    panel.get_by_role("button", name="Remove whale").click()
    panel.get_by_label("title").press("Control+s")
    expect(dashboard.cell("Blue whales")).to_be_visible()
    again = server.expect("GET", f"/api/collections/posts/records/{stored['id']}")
    assert again == {**stored, "title": "Blue whales", "images": []}


def test_what_is_typed_is_kept(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.see_collection("notes")
    page.get_by_role("button", name="New record").first.click()
    page.get_by_role("dialog").get_by_label("title").fill("Half a thought")
    page.reload()
    page.get_by_role("button", name="New record").first.click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("dialog").get_by_label("title")).to_have_value("Half a thought")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="New record").first.click()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="New record").first.click()
    expect(page.get_by_role("dialog").get_by_label("title")).to_have_value("")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


def test_searching_sorting_and_columns(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    for title, views in (("Ann's apple", 3), ("Pear", 20), ("Plum", 1)):
        add(server, "notes", title=title, views=views)
    dashboard.see_collection("notes")
    dashboard.expect_count("3 records")
    dashboard.search("n's app")
    dashboard.expect_count("1 record")
    dashboard.search("title ~ 'p' && views < 5")
    dashboard.expect_count("2 records")
    page.reload()
    dashboard.expect_count("2 records")
    dashboard.search("title ~~ 5")
    expect(page.get_by_role("alert")).to_contain_text("This filter cannot be read")
    dashboard.search("nowhere")
    page.get_by_role("grid").locator("..").get_by_role("button", name="Clear the search").click()
    dashboard.expect_count("3 records")
    page.get_by_role("button", name="views", exact=True).click()
    page.get_by_role("button", name="views", exact=True).click()
    header = page.get_by_role("columnheader").filter(has_text="views")
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Pear")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("views", exact=True).uncheck()
    page.get_by_role("button", name="Move title to the left").click()
    page.keyboard.press("Escape")
    expect(header).to_have_count(0)
    handle = page.get_by_role("separator", name="Width of title")
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "220")
    page.reload()
    expect(page.get_by_role("columnheader").nth(1)).to_contain_text("title")
    expect(handle).to_have_attribute("aria-valuenow", "220")
    expect(header).to_have_count(0)


def test_deleting_can_be_taken_back(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "bin", {"name": "title", "type": "text"})
    ids = [add(server, "bin", title=f"Thing {number}") for number in range(4)]
    page.reload()
    dashboard.see_collection("bin")
    boxes = page.get_by_role("row").get_by_role("checkbox")
    boxes.nth(1).check()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.get_by_role("toolbar")).to_contain_text("3 selected")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("gridcell").filter(has_text="Thing")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("gridcell").filter(has_text="Thing")).to_have_count(4)
    assert server.expect("GET", "/api/collections/bin/records")["totalItems"] == 4
    dashboard.cell("Thing 0").click()
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="More").click()
    panel.get_by_role("button", name="Delete").click()
    expect(dashboard.cell("Thing 0")).to_have_count(0)
    # Whoever leaves the page has decided.
    page.goto("about:blank")
    path = f"/api/collections/bin/records/{ids[0]}"
    until(lambda: server.request("GET", path).status == 404)


def test_a_hundred_thousand_rows(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.see_collection("many")
    dashboard.expect_count("100,000 records")
    assert page.get_by_role("row").count() < 60
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("End")
    expect(dashboard.cell("100,000")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("n", exact=True)).to_have_value("99999")
    page.keyboard.press("Escape")
    grid.focus()
    page.keyboard.press("Home")
    expect(dashboard.cell("1")).to_be_visible()
    assert page.get_by_role("row").count() < 60


def test_changes_come_by_themselves(dashboard: Dashboard, server: Server) -> None:
    make_collection(server, "live", {"name": "title", "type": "text"})
    dashboard.page.reload()
    dashboard.see_collection("live")
    expect(dashboard.page.get_by_text("Live", exact=True)).to_be_visible()
    id_ = add(server, "live", title="Here it is")
    expect(dashboard.cell("Here it is")).to_be_visible()
    path = f"/api/collections/live/records/{id_}"
    server.expect("PATCH", path, json_body={"title": "Changed"})
    expect(dashboard.cell("Changed")).to_be_visible()
    server.expect("DELETE", path)
    expect(dashboard.page.get_by_text("There are no records yet.")).to_be_visible()


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>'\"{{7*7}}javascript:alert(3)"


def test_hostile_data_is_only_data(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    types = ("text", "editor", "json", "url")
    fields = [{"name": kind, "type": kind} for kind in types]
    make_collection(
        server, "hostile", *fields, {"name": "pick", "type": "select", "values": [HOSTILE]}
    )
    add(
        server,
        "hostile",
        text=HOSTILE,
        editor=f"{HOSTILE}<svg onload=alert(4)>",
        json={HOSTILE: HOSTILE},
        pick=HOSTILE,
    )
    page.reload()
    dashboard.see_collection("hostile")
    expect(page.get_by_role("gridcell").filter(has_text="{{7*7}}").first).to_be_visible()
    page.get_by_role("row").nth(1).click()
    expect(page.get_by_role("dialog").get_by_label("text")).to_have_value(HOSTILE)
    assert page.locator("[onerror], [onload], a[href^='javascript:']").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(dashboard: Dashboard, axe: str, theme: str) -> None:
    page = dashboard.page
    page.get_by_role("button", name="Account").click()
    page.get_by_label(theme.title()).check()
    dashboard.check_accessibility(axe)
    dashboard.see_collection("posts")
    expect(page.get_by_role("grid")).to_be_visible()
    dashboard.check_accessibility(axe)
    dashboard.take_picture(f"records-{theme}")
    page.get_by_role("button", name="New record").first.click()
    expect(page.get_by_role("dialog").get_by_label("title")).to_be_visible()
    dashboard.check_accessibility(axe)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Add collections").click()
    expect(page.get_by_role("heading", name="Blog")).to_be_visible()
    dashboard.check_accessibility(axe)
    dashboard.take_picture(f"add-{theme}")


def test_on_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    page.get_by_role("button", name="Collections").click()
    dashboard.see_collection("many")
    expect(dashboard.cell("1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    dashboard.take_picture("phone")
