"""Many records at once: changed, deleted, exported, imported."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server

FIELDS: tuple[dict[str, object], ...] = (
    {"name": "title", "type": "text", "required": True},
    {"name": "views", "type": "number", "onlyInt": True},
    {"name": "state", "type": "select", "values": ["draft", "live"]},
    {"name": "secret", "type": "text", "hidden": True},
)


@pytest.fixture
def posts(server: Server) -> str:
    """A new collection of 120 posts."""
    token = server.superuser_token()
    if server.send("GET", "/api/collections/posts", token=token).status == 200:
        server.expect("DELETE", "/api/collections/posts", token=token)
    make_collection(server, "posts", *FIELDS)
    lines = [
        json.dumps({"title": f"Post {n:03}", "views": n, "state": "draft"}) for n in range(120)
    ]
    answer = server.request(
        "POST",
        "/api/collections/posts/import?format=ndjson",
        headers={"Authorization": token, "Content-Type": "application/x-ndjson"},
        body="\n".join(lines).encode(),
    )
    assert answer.json()["created"] == 120
    return "posts"


def stored(server: Server, filter_: str) -> int:
    query = f"/api/collections/posts/records?perPage=1&filter={filter_}"
    return int(server.expect("GET", query)["totalItems"])


def choose_two(dashboard: Dashboard) -> Locator:
    page = dashboard.page
    expect(dashboard.cell("Post 118")).to_be_visible()
    for title in ("Post 118", "Post 119"):
        row = page.get_by_role("row").filter(has=dashboard.cell(title))
        row.get_by_role("checkbox").click()
    bar = page.get_by_role("toolbar")
    expect(bar).to_contain_text("2 selected")
    return bar


def open_posts(dashboard: Dashboard, query: str = "sort=-title", count: int = 120) -> None:
    dashboard.open(f"collections/posts?{query}")
    dashboard.expect_count(f"{count} records")


def test_changing_many(posts: str, dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    open_posts(dashboard)
    bar = choose_two(dashboard)
    bar.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Field to set").select_option("views")
    dialog.get_by_role("spinbutton", name="views").fill("1.5")
    dialog.get_by_role("button", name="Change", exact=True).click()
    # One that cannot be taken stops all, and is told of.
    expect(dialog.get_by_role("row")).to_have_count(3)
    assert stored(server, "views=1.5") == 0
    dialog.get_by_role("spinbutton", name="views").fill("5000")
    dialog.get_by_label("Field to set").select_option("state")
    dialog.get_by_role("combobox", name="state").select_option("live")
    dashboard.take_picture("bulk-change")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("2 records changed.")).to_be_visible()
    assert stored(server, "views=5000%26%26state='live'") == 2

    # All that the search finds, not only what is loaded.
    open_posts(dashboard, "filter=views<110", 110)
    page.get_by_role("checkbox", name="Select all loaded records").click()
    page.get_by_role("toolbar").get_by_role("button", name="Select all 110 found").click()
    page.get_by_role("toolbar").get_by_role("button", name="Change").click()
    dialog.get_by_label("Field to set").select_option("state")
    dialog.get_by_role("combobox", name="state").select_option("live")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("This changes all 110 records")).to_be_visible()
    page.get_by_role("dialog").last.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("110 records changed.")).to_be_visible()
    assert stored(server, "state='live'") == 112


def test_deleting_all_that_is_found(posts: str, dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    open_posts(dashboard, "filter=views>=10", 110)
    page.get_by_role("checkbox", name="Select all loaded records").click()
    bar = page.get_by_role("toolbar")
    bar.get_by_role("button", name="Select all 110 found").click()
    bar.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog")
    question.get_by_role("button", name="Delete").click()
    # Its name has to be typed.
    expect(question).to_be_visible()
    question.get_by_label("Type posts to confirm").fill("posts")
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("110 records deleted.")).to_be_visible()
    assert stored(server, "") == 10


def test_export(posts: str, dashboard: Dashboard) -> None:
    page = dashboard.page

    def save(**choices: str) -> str:
        dialog = page.get_by_role("dialog")
        for label, choice in choices.items():
            dialog.get_by_label(label).select_option(label=choice)
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename.startswith("posts.")
        expect(dialog).to_have_count(0)
        return Path(download.value.path()).read_text()

    open_posts(dashboard)
    choose_two(dashboard).get_by_role("button", name="Export").click()
    expect(page.get_by_label("Records", exact=True)).to_have_text("2 selected records")
    dashboard.take_picture("export")
    assert [record["title"] for record in json.loads(save(Format="JSON"))] == [
        "Post 119",
        "Post 118",
    ]
    open_posts(dashboard, "filter=views<3&sort=views", 3)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Export…").click()
    lines = save(Format="CSV").splitlines()
    assert len(lines) == 4
    assert "secret" not in lines[0]
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Export…").click()
    page.get_by_label("Hidden fields, too").check()
    lines = save(Records="all records", Format="NDJSON").splitlines()
    assert len(lines) == 120
    assert "secret" in json.loads(lines[0])


def test_import(posts: str, dashboard: Dashboard, server: Server, tmp_path: Path) -> None:
    page = dashboard.page
    file = tmp_path / "more.csv"
    file.write_text(
        "Title,Hits,Note\nNew one,7,x\nNew two,many,y\n<img src=x onerror=alert(1)>,9,z\n"
    )
    open_posts(dashboard)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File").set_input_files(file)
    # A column of the same name is found; others are the person's to choose.
    expect(dialog.get_by_label("Field for Title")).to_have_value("title")
    expect(dialog.get_by_label("Field for Hits")).to_have_value("")
    dialog.get_by_label("Field for Hits").select_option("views")
    expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Check").click()
    report = dialog.get_by_role("region", name="Report").or_(dialog.locator("[aria-label=Report]"))
    expect(report).to_contain_text("Would create 2")
    expect(report).to_contain_text("1 row cannot be taken.")
    expect(report).to_contain_text('"many" is no number')
    dashboard.take_picture("import")
    expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    assert stored(server, "") == 120
    dialog.get_by_label("Leave out bad rows").check()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(report).to_contain_text("2 created")
    assert stored(server, "") == 122
    dialog.get_by_role("button", name="Close").last.click()
    dashboard.search("title ~ 'onerror'")
    expect(dashboard.cell("<img src=x onerror=alert(1)>")).to_be_visible()


def test_import_changes_what_is_there(
    posts: str, dashboard: Dashboard, server: Server, tmp_path: Path
) -> None:
    page = dashboard.page
    id_ = add(server, "posts", title="Known", views=1)
    file = tmp_path / "again.json"
    file.write_text(json.dumps([{"id": id_, "views": 2}, {"title": "Unknown"}]))
    open_posts(dashboard, count=121)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File").set_input_files(file)
    expect(dialog.get_by_label("Records that are there already")).to_have_value("id")
    dialog.get_by_role("button", name="Check").click()
    expect(dialog.get_by_text("Would create")).to_be_visible()
    broken = tmp_path / "broken.json"
    broken.write_text("[{")
    dialog.get_by_label("File").set_input_files(broken)
    expect(dialog.locator("footer").get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(
    posts: str, dashboard: Dashboard, axe: str, theme: str, tmp_path: Path
) -> None:
    page = dashboard.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    open_posts(dashboard)
    bar = choose_two(dashboard)
    dashboard.check_accessibility(axe)
    bar.get_by_role("button", name="Change").click()
    page.get_by_label("Field to set").select_option("views")
    dashboard.check_accessibility(axe)
    page.keyboard.press("Escape")
    bar.get_by_role("button", name="Export").click()
    dashboard.check_accessibility(axe)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Import…").click()
    file = tmp_path / "one.csv"
    file.write_text("title,views\na,b\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("1 row cannot be taken.").first).to_be_visible()
    dashboard.check_accessibility(axe)
