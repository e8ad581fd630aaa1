"""Finding records and working in their table: searches, filters, orders, columns, cells, keys."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.admin.dashboard import SCHEMES, Dashboard, add, add_file, make_collection
from tests.servers import Server
from tests.waiting import until

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
    whales = add(server, "books", title="Whales", pages=300, kind="novel", author=ann, tags=["old"])
    add(server, "books", title="Seas", pages=20, lent=True, author=bob, readers=[ann, bob])
    add(server, "books", title=EVIL, pages=20, due="2020-05-05 10:00:00.000Z", data={"x": 1})

    # Ann reviews the whales, through a junction.
    books = server.expect("GET", "/api/collections/books", token=token)
    ends = [
        {
            "name": name,
            "type": "relation",
            "collectionId": of,
            "required": True,
            "cascadeDelete": True,
        }
        for name, of in (("book", books["id"]), ("author", authors))
    ]
    index = "CREATE UNIQUE INDEX idx_reviews ON reviews (book, author)"
    body = {"name": "reviews", "type": "base", "fields": ends, "indexes": [index], "createRule": ""}
    junction = server.expect("POST", "/api/collections", token=token, json_body=body)["id"]
    many = {"name": "reviewers", "type": "manyToMany", "collectionId": authors}
    fields = [*books["fields"], {**many, "junctionId": junction}]
    server.expect("PATCH", "/api/collections/books", token=token, json_body={"fields": fields})
    add(server, "reviews", book=whales, author=ann)


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
        ("reviewers.name", "is", "Ann", "reviewers.name ?= 'Ann'", 1),
        ("reviewers", "is empty", None, "reviewers:length = 0", 2),
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
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        dashboard.take_picture(f"filter-builder-{scheme}")
        dashboard.check_accessibility(axe)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    dashboard.take_picture("filter-builder-phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    dashboard.expect_count("3 records")

    # Through a junction, too.
    dashboard.search("reviewers.name ?= 'Ann' && reviewers:length > 0")
    dashboard.expect_count("1 record")
    page.get_by_role("button", name="Filter builder").click()
    expect(rows.first.get_by_label("Field")).to_have_value("reviewers.name")
    expect(rows.first.get_by_label("Value")).to_have_value("Ann")
    expect(rows.nth(1).get_by_label("Comparison").locator(":checked")).to_have_text("is not empty")
    page.get_by_role("button", name="Filter builder").click()

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


FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "title", "type": "text", "required": True, "max": 12},
    {"name": "pages", "type": "number", "onlyInt": True},
    {"name": "lent", "type": "bool"},
    {"name": "kind", "type": "select", "values": ["novel", "poems"]},
    {"name": "data", "type": "json"},
    {"name": "added", "type": "autodate", "onCreate": True},
)


def test_a_cell_is_changed_in_its_place(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "cells", *FIELDS)
    id_ = add(server, "cells", title="One", pages=1)
    add(server, "cells", title="Two", pages=2)
    path = f"/api/collections/cells/records/{id_}"
    dashboard.open("collections/cells?sort=-added")
    page.reload()
    grid = page.get_by_role("grid")
    dashboard.cell("One").dblclick()
    box = grid.get_by_role("textbox", name="title")
    expect(box).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.type("Uno")
    page.keyboard.press("Enter")
    expect(dashboard.cell("Uno")).to_be_visible()
    expect(grid).to_be_focused()
    assert server.expect("GET", path)["title"] == "Uno"

    # From cell to cell.
    page.keyboard.press("F2")
    page.keyboard.press("Tab")
    expect(grid.get_by_label("pages", exact=True)).to_be_focused()
    page.keyboard.type("77")
    page.keyboard.press("Tab")
    grid.get_by_role("combobox", name="lent").select_option(label="Yes")
    page.keyboard.press("Tab")
    grid.get_by_role("combobox", name="kind").select_option("poems")
    page.keyboard.press("Tab")
    expect(grid.get_by_role("textbox", name="data")).to_be_focused()
    page.keyboard.type('{"a": 1}')
    page.keyboard.press("Enter")
    expect(dashboard.cell('{"a":1}')).to_be_visible()
    stored = server.expect("GET", path)
    shown = {name: stored[name] for name in ("title", "pages", "lent", "kind", "data")}
    assert shown == {"title": "Uno", "pages": 77, "lent": True, "kind": "poems", "data": {"a": 1}}

    # What is wrong is said at the cell, and Escape gives up.
    page.keyboard.press("Enter")
    expect(grid.get_by_role("textbox", name="data")).to_be_focused()
    page.keyboard.type("{nonsense")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is no valid JSON.")
    page.keyboard.press("Escape")
    expect(dashboard.cell('{"a":1}')).to_be_visible()
    dashboard.cell("Uno").dblclick()
    box.fill("Longer than it may be")
    page.get_by_role("heading", name="cells").click()
    expect(box).to_have_accessible_description("Must be no more than 12 character(s).")
    dashboard.take_picture("cell-problem")

    # Others change the same record, and the order of rows: what is typed stays.
    box.fill("Mine")
    server.expect("PATCH", path, json_body={"title": "Theirs"})
    add(server, "cells", title="Three")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Three")
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this meanwhile")
    expect(box).to_have_value("Mine")
    expect(box).to_be_focused()
    # Leaving the cell saves it.
    page.get_by_role("heading", name="cells").click()
    until(lambda: server.expect("GET", path)["title"] == "Mine")
    expect(dashboard.cell("Mine")).to_be_visible()


def test_keys_go_through_the_table(dashboard: Dashboard, server: Server, axe: str) -> None:
    page = dashboard.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    make_collection(server, "keys", *FIELDS)
    for number in range(6):
        add(server, "keys", title=f"Row {number}", pages=number)
    dashboard.open("collections/keys?sort=pages")
    page.reload()
    expect(dashboard.cell("Row 5")).to_be_visible()
    grid = page.get_by_role("grid")
    grid.focus()
    for pressed, place in (
        ("ArrowRight", "cell-0-1"),
        ("ArrowDown", "cell-1-1"),
        ("End", "cell-5-1"),
        ("ArrowDown", "cell-5-1"),
        ("PageUp", "cell-0-1"),
        ("PageDown", "cell-5-1"),
        ("Home", "cell-0-1"),
        ("ArrowLeft", "cell-0-0"),
        ("ArrowLeft", "cell-0-0"),
    ):
        page.keyboard.press(pressed)
        expect(grid).to_have_attribute("aria-activedescendant", place)
    toolbar = page.get_by_role("toolbar")
    page.keyboard.press("Space")
    expect(toolbar).to_contain_text("1 selected")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(toolbar).to_contain_text("3 selected")
    page.keyboard.press("Control+a")
    expect(toolbar).to_contain_text("6 selected")
    dashboard.cell("Row 1").click(modifiers=["Control"])
    expect(toolbar).to_contain_text("5 selected")
    dashboard.cell("Row 3").click(modifiers=["Shift"])
    expect(toolbar).to_contain_text("6 selected")
    page.keyboard.press("Control+c")
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Row 3"
    page.keyboard.press("e")
    expect(page.get_by_role("dialog").get_by_label("title")).to_have_value("Row 3")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("F2")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        dashboard.take_picture(f"keys-{scheme}")
        dashboard.check_accessibility(axe)
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_label("Search, or filter")).to_be_focused()


def test_columns_are_moved_sized_and_pinned(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "wide", *FIELDS, *({"name": f"f{n}", "type": "text"} for n in range(6)))
    add(server, "wide", title="Wide")
    dashboard.open("collections/wide")
    page.reload()
    heads = page.get_by_role("columnheader")
    head = heads.filter(has_text="pages")
    page.get_by_role("button", name="pages", exact=True).drag_to(
        page.get_by_role("button", name="id", exact=True), target_position={"x": 4, "y": 10}
    )
    expect(heads.nth(1)).to_contain_text("pages")
    expect(head).not_to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="pages", exact=True).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(heads.nth(2)).to_contain_text("pages")
    handle = page.get_by_role("separator", name="Width of pages")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 64, box["y"] + 10)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "180")

    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Keep title in sight").click()
    grips = page.locator(".column-choice .grip")
    grips.nth(4).drag_to(grips.nth(1), target_position={"x": 5, "y": 2})
    dashboard.take_picture("columns")
    page.keyboard.press("Escape")
    for _ in range(2):
        expect(heads.nth(1)).to_contain_text("title")
        expect(heads.nth(2)).to_contain_text("kind")
        page.get_by_role("grid").focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        expect(heads.filter(has_text="f5")).to_be_in_viewport()
        expect(heads.filter(has_text="kind")).not_to_be_in_viewport()
        expect(heads.filter(has_text="title")).to_be_in_viewport(ratio=1)
        expect(dashboard.cell("Wide")).to_be_in_viewport(ratio=1)
        page.reload()

    # Several keys of an order, by the heads.
    page.get_by_role("button", name="title", exact=True).click()
    page.get_by_role("button", name="kind", exact=True).click(modifiers=["Shift"])
    page.wait_for_url("**sort=title%2Ckind")


def test_cells_show_what_they_hold(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    token = server.superuser_token()

    def relation(name: str, target: str, **options: object) -> dict[str, Any]:
        id_ = server.expect("GET", f"/api/collections/{target}", token=token)["id"]
        return {"name": name, "type": "relation", "collectionId": id_, **options}

    make_collection(server, "lands", {"name": "name", "type": "text", "presentable": True})
    make_collection(
        server,
        "towns",
        {"name": "name", "type": "text", "presentable": True},
        relation("land", "lands", presentable=True),
    )
    image = {"name": "images", "type": "file", "maxSelect": 3, "protected": True}
    make_collection(
        server,
        "trips",
        relation("towns", "towns", maxSelect=30),
        relation("land", "lands"),
        image,
        {"name": "site", "type": "url"},
        {"name": "secret", "type": "text", "hidden": True},
    )
    peru = add(server, "lands", name="Peru")
    chile = add(server, "lands", name="Chile")
    lima = add(server, "towns", name="Lima", land=peru)
    trip = add(server, "trips", towns=[lima], land=peru, site="https://example.com/a")
    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    add_file(server, "trips", trip, "images", picture.getvalue())
    add(server, "trips", land=chile)
    dashboard.open("collections/trips")
    page.reload()
    row = page.get_by_role("row").filter(has_text=trip)
    expect(row).to_contain_text("Lima Peru")
    expect(row.get_by_role("link")).to_have_attribute("href", "https://example.com/a")
    expect(page.get_by_role("gridcell", name="N/A").first).to_be_visible()
    expect(page.get_by_role("columnheader").filter(has_text="secret")).to_contain_text("hidden")
    # A protected file needs a token, for the small image and for the large one.
    image_of = "image => image.complete && image.naturalWidth > 0"
    until(lambda: bool(row.locator("img").evaluate(image_of)))
    row.get_by_role("button", name="Look at photo").click()
    preview = page.get_by_role("dialog")
    until(lambda: bool(preview.get_by_role("img").evaluate(image_of)))
    expect(preview.get_by_role("link", name="Open in a new tab")).to_be_visible()
    page.keyboard.press("Escape")
    row.hover()
    row.get_by_role("gridcell").nth(1).hover()
    row.get_by_role("button", name=f"Copy {trip}").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == trip
    expect(page.get_by_role("dialog")).to_have_count(0)
    # Relations are in the order of what one sees.
    page.get_by_role("button", name="land", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Chile")
    assert "sort=land.name" in page.url


# When a painted page holds more than fifty rows, below the head.
_WATCH = """new MutationObserver((_, observer) => {
  if (document.querySelectorAll("[role=row]").length <= 51) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
}).observe(document, { childList: true, subtree: true });"""
_TOOK = """() => {
  const resources = performance.getEntriesByType("resource");
  const asked = resources.find(({ name }) => name.includes("perPage=100"));
  return performance.getEntriesByName("painted")[0].startTime - asked.responseEnd;
}"""


def test_rows_are_shown_soon_after_the_answer(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    make_collection(server, "soon", *FIELDS)
    for number in range(60):
        add(server, "soon", title=f"Row {number}", pages=number, kind="novel", data={"a": number})
    page.set_viewport_size({"width": 1280, "height": 2300})
    dashboard.open("collections/soon")
    page.add_init_script(_WATCH)
    page.reload()
    # To look for a cell by its role meanwhile would itself take a third of the time.
    until(lambda: bool(page.evaluate("performance.getEntriesByName('painted').length")))
    expect(dashboard.cell("Row 50")).to_be_visible()
    print(f"more than 50 rows painted {page.evaluate(_TOOK):.0f} ms after the answer")
