"""Rules: written with help, explained, tried; and the queries of views."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.admin.dashboard import Dashboard
from tests.admin.test_widgets import Stage
from tests.servers import Server

HOSTILE = "<img src=x onerror=alert(1)>"
PASSWORD = "password1234"


@pytest.fixture(scope="module", autouse=True)
def people(server: Server) -> dict[str, str]:
    """Ann, whose post there is, and Bob."""
    token = server.superuser_token()
    ids = {}
    for name in ("ann", "bob"):
        account = {"email": f"{name}@example.com", "password": PASSWORD, "name": HOSTILE}
        body = {**account, "passwordConfirm": PASSWORD}
        path = "/api/collections/users/records"
        ids[name] = server.expect("POST", path, token=token, json_body=body)["id"]
    users = server.expect("GET", "/api/collections/users", token=token)
    fields: list[dict[str, Any]] = [
        {"name": "title", "type": "text", "presentable": True},
        {"name": "author", "type": "relation", "collectionId": users["id"], "maxSelect": 1},
    ]
    body = {"name": "posts", "type": "base", "fields": fields, "viewRule": ""}
    server.expect("POST", "/api/collections", token=token, json_body=body)
    post = {"title": HOSTILE, "author": ids["ann"]}
    path = "/api/collections/posts/records"
    ids["post"] = server.expect("POST", path, token=token, json_body=post)["id"]
    return ids


def test_a_rule_is_written(dashboard: Dashboard, server: Server, axe: str) -> None:
    page = dashboard.page
    dashboard.open("rules/posts?tab=edit")
    lists = page.get_by_role("group", name="List rule")
    # What is closed and what is open is said in words.
    expect(lists.locator(".rule-state")).to_have_text("Superusers only")
    views = page.get_by_role("group", name="View rule")
    expect(views.locator(".rule-state")).to_have_text("Open to everybody")
    lists.get_by_role("button", name="Unlock List rule").click()
    box = lists.get_by_role("textbox")
    expect(lists.locator(".cm-content")).to_be_visible()
    box.click()

    def offers(typed: str, option: str) -> None:
        box.press_sequentially(typed)
        offered = page.get_by_role("option").filter(has_text=option)
        expect(offered.first).to_be_visible()
        expect(offered.first).to_have_attribute("aria-selected", "true")
        # While it looks for what the last key has left, the list does not listen.
        expect(page.locator(".cm-tooltip-autocomplete-disabled")).to_have_count(0)
        offered.first.click()

    offers("auth", "author")
    box.press_sequentially(" = ")
    offers("@request.auth.i", "@request.auth.id")
    box.press_sequentially(" && author.")
    offers("na", "author.name")
    box.press_sequentially(" != nothing")
    alert = lists.get_by_role("alert")
    expect(alert).to_contain_text("This cannot be a rule")
    expect(alert).to_contain_text("nothing")
    expect(lists.locator(".cm-lintRange-error")).to_have_text("nothing")
    dashboard.take_picture("rule-editor")
    for _ in "nothing":
        box.press("Backspace")
    box.press_sequentially("''")
    expect(lists.get_by_text("Valid", exact=True)).to_be_visible()
    # Half a rule is not lost with the page.
    page.reload()
    written = "author = @request.auth.id && author.name != ''"
    expect(lists.get_by_role("textbox")).to_have_text(written)
    creates = page.get_by_role("group", name="Create rule")
    creates.get_by_role("button", name="Presets for Create rule").click()
    creates.get_by_role("button", name="Only who is in “author”").click()
    updates = page.get_by_role("group", name="Update rule")
    updates.get_by_role("button", name="Unlock Update rule").click()
    updates.get_by_text("Fields and values that can be used").click()
    updates.get_by_role("button", name="@request.auth.id", exact=True).click()
    expect(updates.get_by_role("alert")).to_be_visible()
    updates.get_by_role("button", name="Lock Update rule").click()
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rules were saved.")).to_be_visible()
    saved = server.expect("GET", "/api/collections/posts", token=server.superuser_token())
    shown = {key: value for key, value in saved.items() if key.endswith("Rule")}
    assert shown == {
        "listRule": written,
        "viewRule": "",
        "createRule": "author = @request.auth.id",
        "updateRule": None,
        "deleteRule": None,
    }


def test_who_can_do_what(
    dashboard: Dashboard, server: Server, people: dict[str, str], axe: str
) -> None:
    page = dashboard.page
    rules = {"viewRule": "", "updateRule": "author = @request.auth.id && title != ''"}
    path = "/api/collections/posts"
    server.expect("PATCH", path, token=server.superuser_token(), json_body=rules)
    dashboard.open("rules/posts")

    def row(action: str) -> list[str]:
        found = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=action))
        expect(found).to_have_count(1)
        return found.get_by_role("cell").all_inner_texts()

    assert row("View") == ["yes", "yes", "yes", "yes"]
    assert row("Update") == ["no", "no", "yes", "yes"]
    assert row("Delete") == ["no", "no", "no", "yes"]
    updates = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Update"))
    updates.get_by_role("button").nth(1).click()
    answer = page.get_by_role("status", name="Answer")
    expect(answer).to_contain_text("The rule does not hold.")
    parts = answer.get_by_role("listitem")
    expect(parts.nth(1)).to_contain_text("false")
    expect(parts.nth(1)).to_contain_text("author = @request.auth.id")
    expect(parts.nth(2)).to_contain_text("true")
    dashboard.take_picture("who-can")
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)

    page.get_by_role("tab", name="Try as somebody").click()
    page.get_by_label("Action").select_option(label="Update")
    page.get_by_label("Who asks").select_option(label="A record of users")
    page.get_by_label("Who (id)").fill(people["ann"])
    page.get_by_label("Record (id)").fill(people["post"])
    page.get_by_role("button", name="Ask").click()
    expect(answer).to_contain_text("Allowed. The rule holds.")
    page.get_by_label("Who asks").select_option(label="A guest, who is not signed in")
    expect(answer).to_have_count(0)
    page.get_by_role("button", name="Ask").click()
    expect(answer).to_contain_text("Denied. The rule does not hold.")
    page.get_by_label("Record (id)").fill("nothing")
    page.get_by_role("button", name="Ask").click()
    expect(answer).to_contain_text("There is no such record.")

    # What is not saved yet can be tried, too.
    dashboard.open("rules/posts?tab=edit")
    page.get_by_role("group", name="Delete rule").get_by_role("button", name="Unlock").click()
    page.get_by_role("button", name="Try Delete rule").click()
    panel = page.get_by_role("dialog", name="Try: Delete rule")
    panel.get_by_label("Record (id)").fill(people["post"])
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_role("status", name="Answer")).to_contain_text("everybody may")


def test_a_query_of_a_view(dashboard: Dashboard, server: Server, axe: str) -> None:
    page = dashboard.page
    stage = Stage(page, server)
    # The names of collections are known when the frame has asked for them.
    dashboard.open("overview")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="posts")).to_be_visible()
    stage.mount("screens/queries/query_editor.js", "QueryEditor", value="")
    box = page.get_by_role("textbox", name="Query")
    expect(page.locator(".cm-content")).to_be_visible()
    box.press_sequentially("SELECT p.id, p.title FROM pos")
    option = page.get_by_role("option").filter(has_text="posts")
    expect(option.first).to_be_visible()
    page.keyboard.press("Escape")
    box.press_sequentially("ts p WHERE p.au")
    expect(page.get_by_role("option").filter(has_text="p.author").first).to_be_visible()
    page.keyboard.press("Escape")
    box.press_sequentially("thor != ''")
    sample = page.get_by_role("region", name="First records")
    expect(sample.get_by_role("cell", name=HOSTILE)).to_be_visible()
    expect(page.get_by_text("The query works; here is the first record.")).to_be_visible()
    dashboard.take_picture("query-editor")
    dashboard.check_accessibility(axe)
    box.press_sequentially(" AND nope = 1")
    expect(page.get_by_role("alert")).to_contain_text("nope")
