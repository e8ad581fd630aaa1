"""Finding records: the search, the builders of filters and orders, searches that are kept."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server

EVIL = 'it\'s "50%" \\ || 1=1 //'


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    make_collection(server, "authors", {"name": "name", "type": "text", "presentable": True})
    token = server.superuser_token()
    authors = server.expect("GET", "/api/collections/authors", token=token)["id"]
    related = {"type": "relation", "collectionId": authors}
    make_collection(
        server,
        "books",
        {"name": "title", "type": "text"},
        {"name": "pages", "type": "number"},
        {"name": "lent", "type": "bool"},
        {"name": "due", "type": "date"},
        {"name": "kind", "type": "select", "values": ["novel", "poems"]},
        {"name": "tags", "type": "select", "values": ["old", "rare"], "maxSelect": 2},
        {"name": "author", **related},
        {"name": "readers", **related, "maxSelect": 9},
        {"name": "data", "type": "json"},
        {"name": "note", "type": "text", "hidden": True},
        {"name": "added", "type": "autodate", "onCreate": True},
    )
    ann = add(server, "authors", name="Ann")
    bob = add(server, "authors", name="Bob")
    add(server, "books", title="Whales", pages=300, kind="novel", author=ann, tags=["old"])
    add(server, "books", title="Seas", pages=20, lent=True, author=bob, readers=[ann, bob])
    add(server, "books", title=EVIL, pages=20, due="2020-05-05 10:00:00.000Z", data={"x": 1})


# What is read and, where it is not the same, written; and whether the builder has inputs for it.
EXPRESSIONS: tuple[tuple[str, str | None, bool], ...] = (
    ("title = 'a'", "title = 'a'", True),
    (
        'title="it\'s"||pages>1&&lent=TRUE',
        "title = 'it\\'s' || (pages > 1 && lent = true)",
        True,
    ),
    ("(pages=1||pages=2)&&kind!=''", "(pages = 1 || pages = 2) && kind != ''", True),
    ("due>@now&&tags:length=0", "due > @now && tags:length = 0", True),
    ("tags:each?='old'&&data=null", "tags:each ?= 'old' && data = null", True),
    ("author.name~'x%'&&author.name~'%x'", "author.name ~ 'x%' && author.name ~ '%x'", True),
    ("readers.name?~'x'&&readers.name!~'y'", "readers.name ?~ 'x' && readers.name !~ 'y'", True),
    ("title~'a%b'", "title ~ 'a%b'", True),
    ("title~'50\\\\%%'", "title ~ '50\\\\%%'", True),
    ("readers.name~'x'", "readers.name ~ 'x'", False),
    ("pages in (1,2)&&length(title)>2", "pages in (1,2) && length(title)>2", False),
    ("title=note", "title = note", False),
    ("nothing=1", "nothing = 1", False),
    ("title = 'a' // why", None, False),
    ("title =", None, False),
    ("title = 'a", None, False),
    ("()", None, False),
)

_READ = """async ([texts, name]) => {
  const load = (path) => import(new URL(path, document.baseURI));
  const finding = "screens/records/finding";
  const { readFilter, writeFilter } = await load(`${finding}/expression.js`);
  const { toComparison, toSaid } = await load(`${finding}/operators.js`);
  const { placeAt } = await load(`${finding}/paths.js`);
  const { byName } = await load("core/collections.js");
  const place = (path) => placeAt(byName.value.get(name), path);
  const conditions = (item) => "items" in item ? item.items.flatMap(conditions) : [item];
  const isSame = (one) => {
    const said = toSaid(one, place);
    return said !== null && writeFilter(toComparison(said, place(said.path))) === writeFilter(one);
  };
  return texts.map((text) => {
    const group = readFilter(text);
    if (!group) return [text, null, false];
    return [text, writeFilter(group), conditions(group).every(isSame)];
  });
}"""


def test_filters_are_read_and_written(dashboard: Dashboard) -> None:
    dashboard.see_collection("books")
    texts = [text for text, _, _ in EXPRESSIONS]
    found: Any = dashboard.page.evaluate(_READ, [texts, "books"])
    assert [tuple(one) for one in found] == list(EXPRESSIONS)


def choose(row: Locator, field: str, operator: str, value: str | None = None) -> None:
    row.get_by_label("Field").select_option(field)
    row.get_by_label("Comparison").select_option(label=operator)
    if value is not None:
        box = row.get_by_label("Value")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)


def test_a_filter_is_built(dashboard: Dashboard, axe: str) -> None:
    page = dashboard.page
    dashboard.see_collection("books")
    dashboard.expect_count("3 records")
    page.get_by_role("button", name="Filter builder").click()
    builder = page.get_by_role("region", name="Filter builder")
    builder.get_by_role("button", name="Add condition").click()
    rows = builder.get_by_role("group", name="Condition", exact=True)
    search = builder.get_by_role("button", name="Search")
    box = page.get_by_role("search").get_by_label("Search, or filter")
    for field, operator, value, written, count in (
        ("title", "is", EVIL, "title = 'it\\'s \"50%\" \\\\ || 1=1 //'", 1),
        ("title", "contains", EVIL, "title ~ '%it\\'s \"50\\\\%\" \\\\\\\\ || 1=1 //%'", 1),
        ("title", "begins with", "Wh", "title ~ 'Wh%'", 1),
        ("title", "does not contain", "%", "title !~ '%\\\\%%'", 2),
        ("pages", "is at most", "20", "pages <= 20", 2),
        ("lent", "is", "No", "lent = false", 2),
        ("kind", "is", "novel", "kind = 'novel'", 1),
        ("kind", "is empty", None, "kind = ''", 2),
        ("tags", "has", "old", "tags:each ?= 'old'", 1),
        ("tags", "is empty", None, "tags:length = 0", 2),
        ("author.name", "is", "Ann", "author.name = 'Ann'", 1),
        ("readers.name", "contains", "ann", "readers.name ?~ 'ann'", 1),
        ("data", "is not empty", None, "data != null", 1),
    ):
        choose(rows.first, field, operator, value)
        expect(box).to_have_text(written)
        search.click()
        dashboard.expect_count(f"{count} record")
    choose(rows.first, "due", "is before")
    rows.first.get_by_label("Which moment").select_option("@now")
    builder.get_by_role("button", name="Add group").click()
    choose(rows.nth(1), "pages", "is", "20")
    builder.get_by_role("button", name="Add condition").first.click()
    choose(rows.nth(2), "title", "is not empty")
    expect(box).to_have_text("due < @now && (pages = 20 || title != '')")
    builder.get_by_label("How many have to hold").first.select_option(label="Any of these holds")
    rows.nth(1).get_by_label("Value").press("Enter")
    dashboard.expect_count("3 records")
    dashboard.take_picture("filter-builder")
    dashboard.check_accessibility(axe)
    page.reload()
    dashboard.expect_count("3 records")

    # It reads what is typed, keeps what it has no inputs for, and says what it cannot read.
    dashboard.search("pages in (20, 30) && title ~ 'Sea'")
    dashboard.expect_count("1 record")
    page.get_by_role("button", name="Filter builder").click()
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("pages in (20, 30)")
    expect(rows.nth(1).get_by_label("Value")).to_have_value("Sea")
    rows.nth(1).get_by_role("button", name="Remove the condition").click()
    expect(box).to_have_text("pages in (20, 30)")
    box.fill("title ~ 'x' // mine")
    expect(builder).to_contain_text("The builder cannot read this filter")
    box.fill("wha")
    expect(rows.first.get_by_label("Value")).to_have_value("wha")


def test_the_search_helps_and_remembers(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    dashboard.see_collection("books")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    page.keyboard.press("/")
    box = page.get_by_role("search").get_by_label("Search, or filter")
    expect(page.locator(".cm-content")).to_be_focused()
    for typed, offered in (
        ("no", "note"),
        ("author.na", "author.name"),
        ("author.books_via_au", "author.books_via_author"),
        ("tags:", "tags:length"),
        ("due < @ye", "@yesterday"),
    ):
        box.fill("")
        page.keyboard.type(typed)
        expect(page.get_by_role("option", name=offered).first).to_be_visible()
    dashboard.take_picture("search-completions")
    # What is offered is not taken unless it was chosen.
    box.fill("")
    page.keyboard.type("whale")
    page.keyboard.press("Enter")
    dashboard.expect_count("1 record")
    box.fill("pag")
    page.keyboard.press("Control+Space")
    page.get_by_role("option", name="pages").first.click()
    page.keyboard.type(" > 100")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    dashboard.expect_count("1 record")
    dashboard.search("pages = 20 && nope = 1")
    expect(page.get_by_role("alert")).to_contain_text('unknown field "nope"')
    expect(page.locator(".cm-lintRange-error")).to_have_text("nope = 1")
    dashboard.search("pages = 20")
    dashboard.expect_count("2 records")

    searches = page.get_by_role("button", name="Searches")
    searches.click()
    page.get_by_role("button", name="Save this search").click()
    page.get_by_label("Name of the search").fill("Thin")
    page.keyboard.press("Enter")
    searches.click()
    dashboard.take_picture("searches")
    page.get_by_role("button", name="author is empty").click()
    dashboard.expect_count("1 record")
    for preset, count in (("added: today", 3), ("added: last 7 days", 3), ("lent: yes", 1)):
        searches.click()
        page.get_by_role("button", name=preset).click()
        dashboard.expect_count(f"{count} record")
    page.get_by_role("button", name="Clear the search").click()
    dashboard.expect_count("3 records")
    searches.click()
    page.get_by_role("button", name="whale").click()
    dashboard.expect_count("1 record")
    page.reload()
    searches.click()
    page.get_by_role("button", name="Thin", exact=True).click()
    dashboard.expect_count("2 records")
    searches.click()
    page.get_by_role("button", name="Copy the address").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    dashboard.expect_count("2 records")
    searches.click()
    page.get_by_role("button", name="Forget Thin").click()
    expect(page.get_by_role("button", name="Thin", exact=True)).to_have_count(0)


def test_an_order_of_several_fields(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.see_collection("books")
    titles = page.get_by_role("row").locator('[data-type="text"]:nth-child(3)')
    page.get_by_role("button", name="Order", exact=True).click()
    order = page.get_by_role("region", name="Order")
    order.get_by_role("button", name="Add a field").click()
    order.get_by_label("Field at place 1").select_option("pages")
    order.get_by_role("button", name="Add a field").click()
    order.get_by_label("Field at place 2").select_option("title")
    order.get_by_label("Direction of place 2").select_option("Descending")
    expect(titles).to_have_text([EVIL, "Seas", "Whales"])
    assert "sort=pages%2C-title" in page.url
    order.get_by_role("button", name="Sort by title earlier").click()
    expect(titles).to_have_text([EVIL, "Whales", "Seas"])
    grips = order.locator(".grip")
    grips.nth(1).drag_to(grips.nth(0), target_position={"x": 5, "y": 2})
    expect(titles).to_have_text([EVIL, "Seas", "Whales"])
    dashboard.take_picture("order")
    order.get_by_role("button", name="Do not sort by pages").click()
    expect(titles).to_have_text([EVIL, "Whales", "Seas"])
    page.reload()
    expect(titles).to_have_text([EVIL, "Whales", "Seas"])
