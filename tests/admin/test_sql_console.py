"""The SQL console: reads, writes when told to, and keeps what was typed."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module", autouse=True)
def books(server: Server) -> None:
    make_collection(server, "books", {"name": "title", "type": "text"})
    for title in (HOSTILE, '=1+1, "quoted"', "Plain"):
        add(server, "books", title=title)


def write(page: Page, sql: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(sql)
    page.keyboard.press("Escape")


def test_a_query_is_written_run_and_exported(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.open("settings/sql")
    write(page, "select title from ")
    page.keyboard.type("boo")
    page.get_by_role("option", name="books").click()
    page.keyboard.type(" where tit")
    page.get_by_role("option", name="title").first.click()
    page.keyboard.type(" <> '' order by title")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    rows = page.get_by_role("region", name="Rows").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text(HOSTILE)
    expect(page.get_by_text("3 rows in")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    dashboard.take_picture("sql")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    cells = list(csv.reader(Path(download.value.path()).read_text().splitlines()))
    assert cells == [["title"], [HOSTILE], ['\'=1+1, "quoted"'], ["Plain"]]
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    items = json.loads(Path(download.value.path()).read_text())
    assert items[1] == {"title": '=1+1, "quoted"'}

    # Only what is selected runs.
    write(page, "select 1 as one;\nselect 2 as two")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("columnheader", name="one")).to_be_visible()
    write(page, "with recursive n(x) as (select 1 union all select x + 1 from n) select x from n")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("the server sends no more")).to_be_visible()
    page.get_by_role("button", name="Show all 1,000").click()
    expect(rows).to_have_count(1001)

    write(page, "select nobody from books")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cm-lintRange-error")).to_have_text("nobody")
    expect(page.get_by_role("alert")).to_contain_text("no such column: nobody")


def test_writing_is_asked_for(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    dashboard.open("settings/sql")
    write(page, "/* select */ update books set title = 'New' where title = 'Plain'")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The query writes.")
    page.get_by_label("Read only").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog", name="Write to the database?")
    expect(dialog).to_contain_text("update books set title")
    dialog.get_by_role("button", name="Cancel").click()
    where = "/api/collections/books/records?filter=title='New'"
    assert server.expect("GET", where)["totalItems"] == 0
    page.get_by_role("button", name="Run", exact=True).click()
    dialog.get_by_role("button", name="Run and write").click()
    expect(page.get_by_text("1 row was changed.")).to_be_visible()
    assert server.expect("GET", where)["totalItems"] == 1


def test_queries_are_kept(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.open("settings/sql")
    for sql in ("select 'first'", "select 'second'"):
        write(page, sql)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("region", name="Rows")).to_contain_text(sql[8:-1])
    page.get_by_label("Name of the query").fill("My query")
    page.get_by_role("button", name="Save the query").click()
    page.reload()
    editor = page.get_by_role("textbox", name="Query", exact=True)
    expect(editor).to_contain_text("select 'second'")
    page.get_by_label("Search the history").fill("first")
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("listitem")).to_have_count(1)
    history.get_by_role("button", name="select 'first'").click()
    expect(editor).to_contain_text("select 'first'")
    page.get_by_role("button", name="My query", exact=True).click()
    expect(editor).to_contain_text("select 'second'")
    page.get_by_role("button", name="Forget My query").click()
    page.get_by_role("button", name="Clear the history").click()
    expect(page.get_by_role("listitem").filter(has_text="select")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(dashboard: Dashboard, sdk: Path, theme: str) -> None:
    page = dashboard.page
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    page.get_by_role("button", name="Account").click()
    page.get_by_label(theme.title()).check()
    page.keyboard.press("Escape")
    dashboard.open("settings/sql")
    write(page, "select 'x' as x, null as y from books")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Rows")).to_be_visible()
    dashboard.check_accessibility(axe)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
