"""The log: seen over time, searched, followed, taken along, and emptied."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server

HOSTILE = "<img src=x onerror=alert(1)>"
LATER = 250  # more than two pages of entries


@pytest.fixture(scope="module", autouse=True)
def requests(server: Server) -> str:
    """What there is in the log; the id of a record."""
    make_collection(server, "things", {"name": "title", "type": "text"})
    for number in range(LATER):
        server.request("GET", f"/api/health?n={number}")
    agent = {"User-Agent": HOSTILE, "Referer": f"http://x/{HOSTILE}"}
    for _ in range(3):
        server.request("GET", "/api/nothing?q=%3Cimg%20src=x%20onerror=alert(1)%3E", headers=agent)
    return add(server, "things", title="One")


@pytest.fixture
def logs(dashboard: Dashboard) -> Locator:
    """The screen, with the rows of the log on it."""
    page = dashboard.page
    page.get_by_role("navigation").get_by_role("link", name="Logs").click()
    rows = page.get_by_role("list", name="Entries").get_by_role("listitem")
    expect(rows.filter(has_text="POST /api/collections/things/records").first).to_be_visible()
    return rows


def test_searching(dashboard: Dashboard, logs: Locator, sdk: Path, requests: str) -> None:
    page = dashboard.page
    expect(page).to_have_title("Logs – Acme")
    # Superusers are left out unless one wants them.
    own = logs.filter(has=page.get_by_text("_superusers", exact=True))
    expect(own).to_have_count(0)
    page.get_by_label("Include requests by superusers").check()
    expect(own.first).to_be_visible()
    page.get_by_label("Include requests by superusers").uncheck()

    # Older ones come when one gets there.
    page.get_by_label("Follow live").uncheck()
    page.get_by_role("button", name="Refresh").click()
    expect(logs).to_have_count(100)
    expect(page.get_by_role("button", name="Load older")).to_have_count(1)
    logs.last.scroll_into_view_if_needed()
    expect(logs).to_have_count(200)
    logs.last.scroll_into_view_if_needed()
    expect(page.get_by_text("There is nothing older in this time.")).to_be_visible()

    page.get_by_role("button", name="Errors", exact=True).click()
    expect(logs.filter(has_text="Info")).to_have_count(0)
    expect(logs.filter(has_text=HOSTILE)).to_have_count(3)
    expect(logs.filter(has_text=HOSTILE).first).to_contain_text("status 404")
    dashboard.take_picture("logs")
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    page.get_by_role("button", name="Routes and errors").click()
    expect(page.get_by_role("cell", name="GET /api/nothing")).to_be_visible()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        dashboard.check_accessibility(axe)
    page.get_by_role("button", name="404 File not found.").click()
    expect(logs).to_have_count(3)
    page.get_by_role("group", name="Level").get_by_role("button", name="All").click()

    dashboard.search("=")
    expect(page.get_by_role("alert").first).to_contain_text("cannot be read")
    dashboard.search("data.method = 'POST' && data.url ~ 'things'")
    expect(logs).to_have_count(1)
    page.get_by_role("button", name="Queries").click()
    page.get_by_role("button", name="Save this query").click()
    dashboard.search("nothing")
    expect(logs).to_have_count(3)
    page.reload()
    page.get_by_role("button", name="Queries").click()
    page.get_by_role("button", name="data.method = 'POST'").click()
    expect(logs).to_have_count(1)
    page.get_by_role("button", name="How to search").click()
    page.get_by_role("button", name="data.status >= 400").click()
    expect(logs).to_have_count(3)
    page.get_by_role("group", name="Time").get_by_role("button", name="1 hour").click()
    expect(logs).to_have_count(3)


def test_what_an_entry_says(dashboard: Dashboard, logs: Locator, axe: str, requests: str) -> None:
    page = dashboard.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="GET /api/nothing").first.click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text(HOSTILE, exact=True).first).to_be_visible()
    expect(panel.get_by_text("File not found.")).to_be_visible()
    dashboard.take_picture("log-entry")
    dashboard.check_everywhere(axe)
    panel.get_by_role("button", name="Copy JSON").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    entry = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert (entry["level"], entry["data"]["userAgent"]) == (8, HOSTILE)
    panel.get_by_role("button", name="Same address").click()
    expect(logs).to_have_count(3)

    # Several are taken along.
    for index in (0, 2):
        logs.nth(index).get_by_role("checkbox").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert [one["data"]["status"] for one in saved] == [404, 404]
    page.get_by_role("button", name="Clear", exact=True).click()

    # Where it happened.
    server = dashboard.server
    change = {"title": "Two"}
    path = f"/api/collections/things/records/{requests}"
    server.expect("PATCH", path, json_body=change)
    dashboard.search("")
    page.get_by_role("button", name=f"PATCH {path}").click()
    panel.get_by_role("link", name="Open the record").click()
    expect(panel.get_by_label("title")).to_have_value("Two")


def test_time_and_what_comes(dashboard: Dashboard, logs: Locator) -> None:
    page = dashboard.page
    dashboard.server.request("GET", "/api/health?late=1")
    expect(logs.first).to_contain_text("late=1")
    page.get_by_label("Follow live").uncheck()
    expect(page.locator(".live")).to_have_count(0)

    # By keys, and by the pointer, a part of the time is chosen.
    page.get_by_role("group", name="Time").get_by_role("button", name="7 days").click()
    chart = page.get_by_role("application", name="Entries over time")
    expect(chart.locator("canvas")).to_be_visible()
    chart.focus()
    for key in ("End", "Shift+ArrowLeft", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    reset = page.get_by_role("button", name="Reset the zoom")
    expect(reset).to_be_visible()
    expect(page.get_by_label("Follow live")).to_be_disabled()
    zoomed = page.url
    page.get_by_role("button", name="Earlier").click()
    assert page.url != zoomed
    page.get_by_role("button", name="Later").click()
    reset.click()
    expect(reset).to_have_count(0)
    expect(logs.first).to_be_visible()
    box = chart.locator(".u-over").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=4)
    page.mouse.up()
    expect(reset).to_be_visible()
    expect(page.get_by_text("Nothing found.").first).to_be_visible()


def test_what_is_logged(dashboard: Dashboard, logs: Locator, server: Server, axe: str) -> None:
    page = dashboard.page
    page.get_by_role("button", name="Log settings").click()
    panel = page.get_by_role("dialog")
    days = panel.get_by_label("Days that entries are kept")
    days.fill("-1")
    panel.get_by_role("button", name="Save").click()
    expect(days).to_be_visible()  # the browser refuses it
    days.fill("9")
    panel.get_by_label("Least level").select_option("Info (0)")
    panel.get_by_label("Log the id of who asks").check()
    dashboard.take_picture("log-settings")
    dashboard.check_everywhere(axe)
    panel.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings of the log were saved.")).to_be_visible()
    kept = server.expect("GET", "/api/settings", token=server.superuser_token())["logs"]
    assert (kept["maxDays"], kept["minLevel"], kept["logAuthId"]) == (9, 0, True)

    page.get_by_role("button", name="Log settings").click()
    page.get_by_role("button", name="Delete all logs").click()
    question = page.get_by_role("dialog", name="Delete all logs")
    question.get_by_role("textbox").fill("Logs")
    question.get_by_role("button", name="Delete all logs").click()
    expect(page.get_by_text("The log is empty.")).to_be_visible()
    expect(logs).to_have_count(0)


def test_on_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    server.request("GET", "/api/health?phone=1")
    dashboard.open("logs")
    expect(page.get_by_role("button", name="GET /api/health?phone=1")).to_be_visible()
    dashboard.take_picture("logs-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
