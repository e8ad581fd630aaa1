"""Collections as a file: chosen, taken along, and brought in after a look at the plan."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server

# Names of fields are words; what people write stands elsewhere.
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    title: dict[str, object] = {"name": "title", "type": "text", "help": HOSTILE}
    make_collection(server, "books", title, {"name": "pages", "type": "number"})
    make_collection(server, "shelves", {"name": "name", "type": "text"})
    add(server, "books", title="Whales", pages=7)


def stored(server: Server) -> dict[str, dict[str, Any]]:
    token = server.superuser_token()
    found = server.expect("GET", "/api/collections?perPage=100", token=token)["items"]
    return {one["name"]: one for one in found}


def test_export(dashboard: Dashboard, tmp_path: Path, axe: str) -> None:
    page = dashboard.page
    dashboard.open("settings/export-collections")
    page.get_by_label("All", exact=True).uncheck()
    expect(page.get_by_text("Choose a collection.")).to_be_visible()
    page.get_by_label("books").check()
    expect(page.get_by_role("region", name="The file")).to_contain_text('"books"')
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)
    dashboard.take_picture("export-collections")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / "collections.json"
    download.value.save_as(file)
    assert [one["name"] for one in json.loads(file.read_text())["collections"]] == ["books"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == file.read_text()


def test_import(dashboard: Dashboard, server: Server, tmp_path: Path, axe: str) -> None:
    page = dashboard.page
    before = stored(server)
    books = before["books"]
    fields = [field for field in books["fields"] if field["name"] != "pages"]
    changed = {
        **books,
        "id": "pbc_elsewhere",
        "listRule": "title != ''",
        "fields": [*fields, {"name": "isbn", "type": "text", "help": HOSTILE}],
    }
    file = tmp_path / "collections.json"
    new = {"name": "loans", "type": "base", "fields": [{"name": "who", "type": "text"}]}
    file.write_text(json.dumps([changed, new]))

    dashboard.open("settings/import-collections")
    paste = page.get_by_role("textbox", name="Or paste it here")
    expect(page.locator(".cm-content")).to_be_visible()
    paste.fill("{nonsense")
    expect(page.get_by_role("alert")).to_contain_text("This is no valid JSON")
    held = page.evaluate_handle(
        """(text) => {
          const held = new DataTransfer();
          held.items.add(new File([text], "collections.json", {type: "application/json"}));
          return held;
        }""",
        json.dumps([new]),
    )
    paste.dispatch_event("drop", {"dataTransfer": held})
    expect(page.locator(".cm-content")).to_have_text(json.dumps([new]))
    page.get_by_label("Load a file").set_input_files([file])
    plan = page.get_by_role("region", name="The plan")
    # Two collections cannot have one name.
    expect(page.get_by_text("1 id differs from that of here")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Failed to import collections.")
    page.get_by_role("button", name="Take the ids of here").click()
    expect(page.get_by_text("1 id differs")).to_have_count(0)
    expect(plan).to_contain_text("loans")
    # A merge keeps what the file does not name.
    expect(plan).to_contain_text("field isbn")
    expect(plan).to_contain_text("listRule")
    expect(plan).not_to_contain_text("field pages")
    plan.get_by_text("Side by side").click()
    compared = page.get_by_role("region", name="Side by side")
    expect(compared.locator(".come").filter(has_text="isbn")).to_be_visible()
    expect(compared.locator(".gone").filter(has_text='"listRule": ""')).to_be_visible()
    dashboard.take_picture("import-plan")
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)

    # To replace is to lose something, which one has to agree to by name.
    page.get_by_label("Replace").check()
    expect(plan.get_by_role("alert")).to_contain_text("books.pages: 1 record")
    expect(plan.locator("li.delete").filter(has_text="shelves")).to_be_visible()
    assert stored(server).keys() == before.keys()
    page.get_by_role("button", name="Import").click()
    question = page.get_by_role("dialog", name="Data will be lost")
    question.get_by_role("button", name="Import").click()
    expect(question).to_be_visible()
    question.get_by_role("textbox").fill("books.pages")
    question.get_by_role("button", name="Import").click()
    expect(page.get_by_text("The collections were imported.")).to_be_visible()
    after = stored(server)
    assert ("loans" in after, "shelves" in after) == (True, False)
    assert after["books"]["id"] == books["id"]
    assert [field["name"] for field in after["books"]["fields"]] == ["id", "title", "isbn"]
    kept = server.expect("GET", "/api/collections/books/records")["items"]
    assert [one["title"] for one in kept] == ["Whales"]


def test_collections_are_added_from_a_file(
    dashboard: Dashboard, server: Server, tmp_path: Path
) -> None:
    page = dashboard.page
    before = stored(server)

    def load(text: str) -> None:
        file = tmp_path / "rooms.json"
        file.write_text(text)
        page.get_by_label("Load a file").set_input_files([file])

    page.get_by_role("link", name="Collections", exact=True).click()
    page.get_by_role("link", name="Add collections").click()
    card = page.locator("section.card", has=page.get_by_role("heading", name="Import collections"))
    card.get_by_role("link", name="Choose a file").click()
    content, problem = page.locator(".cm-content"), page.get_by_role("alert")
    plan = page.get_by_role("region", name="The plan")

    # What is wrong is said where it is, and what was loaded stays, to be mended.
    load("{nonsense")
    expect(problem).to_contain_text("This is no valid JSON")
    expect(content).to_have_text("{nonsense")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    beds = {"name": "beds", "type": "nonsense"}
    rooms = {"name": "rooms", "type": "base", "fields": [beds]}
    load(json.dumps([rooms]))
    expect(problem).to_contain_text("Failed to import collections.")
    expect(content).to_have_text(json.dumps([rooms]))
    expect(plan).to_have_count(0)
    beds["type"] = "number"
    content.press("Control+a")
    content.press("Delete")
    content.fill(json.dumps([rooms]))
    expect(problem).to_have_count(0)

    # The plan stands there before anything happens.
    expect(plan).to_contain_text("rooms")
    assert stored(server) == before
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("The collections were imported.")).to_be_visible()
    after = stored(server)
    assert {name: after[name] for name in before} == before
    page.get_by_role("link", name="Collections", exact=True).click()
    dashboard.see_collection("rooms")
    expect(page.get_by_role("columnheader", name="beds")).to_be_visible()
