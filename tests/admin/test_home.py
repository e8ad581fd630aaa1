"""The first screen: what there is, what was done, and what wants to be done."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server
from tests.waiting import until

HOSTILE = "<img src=x onerror=alert(1)>"


def test_a_new_server(dashboard: Dashboard) -> None:
    page = dashboard.page
    expect(page.get_by_role("heading", name="Add collections")).to_be_visible()
    card = page.locator("section.card", has=page.get_by_role("heading", name="Blog"))
    expect(card.get_by_role("button", name="Use this template")).to_be_visible()
    expect(page.get_by_role("heading", name="Import collections")).to_be_visible()


def test_what_goes_on(page: Page, server: Server, sdk: Path) -> None:
    dashboard = Dashboard(page, server)
    make_collection(
        server, "things", {"name": "title", "type": "text"}, {"name": "file", "type": "file"}
    )
    for number in range(20):
        server.request("GET", f"/api/health?n={number}")
    server.request("GET", f"/api/nothing?{HOSTILE}".replace(" ", "%20"))
    # Once: sign-ins are recent changes as well.
    token = server.superuser_token()
    missed = "/api/logs?filter=data.status=404"
    until(lambda: server.expect("GET", missed, token=token)["items"])
    first = add(server, "things", title=HOSTILE)
    dashboard.sign_in()
    expect(page).to_have_title("Home – Acme")

    def card(name: str) -> Locator:
        return page.get_by_role("region", name=name)

    requests = card("Requests and errors")
    expect(requests).to_contain_text("1 error")
    expect(requests.locator("canvas")).to_be_visible()
    # What the charts show is also said.
    expect(requests.locator(".chart .hidden-text").first).to_contain_text("Requests: 0 to")
    expect(card("Latencies")).to_contain_text("p95")
    expect(card("Records").get_by_role("listitem").filter(has_text="things")).to_contain_text("1")
    expect(card("Health")).to_contain_text("SQLite")
    storage = card("Storage")
    storage.get_by_role("button", name="Count").click()
    expect(storage).to_contain_text("0 files")
    expect(storage.get_by_role("meter")).to_be_visible()
    dashboard.take_picture("home")
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        dashboard.check_accessibility(axe)

    # What needs a look leads to where it is mended.
    warnings = card("What needs a look")
    for name in ("Mend: things", "Mend: _superusers", "Mend: smtp"):
        expect(warnings.get_by_role("link", name=name)).to_be_visible()
    expect(warnings.get_by_text("There is no backup.")).to_be_visible()
    warnings.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("is made.")).to_be_visible()
    expect(warnings.get_by_text("There is no backup.")).to_have_count(0)

    # What was changed leads to it.
    page.get_by_role("button", name="1 hour").click()
    changes = card("Recent changes")
    changes.get_by_role("link", name="things").first.click()
    expect(page.get_by_role("dialog", name="Entry of the log")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    change = {"title": "Other"}
    server.expect("PATCH", f"/api/collections/things/records/{first}", json_body=change)
    path = "/api/logs?filter=data.method='PATCH'"
    until(lambda: server.expect("GET", path, token=token)["items"])
    page.get_by_role("link", name="Home").click()
    expect(changes.get_by_role("link", name=f"things {first}", exact=True)).to_be_visible()

    # Actions, and cards that one does not want to see.
    page.get_by_role("button", name="New record").click()
    card("Quick actions").get_by_role("link", name="things").click()
    expect(page.get_by_role("dialog").get_by_label("title")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    page.get_by_role("button", name="Cards").click()
    page.get_by_role("checkbox", name="Health").uncheck()
    expect(card("Health")).to_have_count(0)
    page.reload()
    expect(card("Storage")).to_be_visible()
    expect(card("Health")).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard.take_picture("home-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
