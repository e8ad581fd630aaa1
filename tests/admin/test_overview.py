"""All collections at once: the diagram, the relations, the rules."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.admin.dashboard import Dashboard, make_collection
from tests.servers import Server


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    def points_to(name: str, target: str, many: int = 1) -> dict[str, object]:
        found = server.expect("GET", f"/api/collections/{target}", token=server.superuser_token())
        return {
            "name": name,
            "type": "relation",
            "collectionId": found["id"],
            "maxSelect": many,
        }

    title: dict[str, object] = {"name": "title", "type": "text"}
    make_collection(server, "tags", title)
    tags, author = points_to("tags", "tags", 9), points_to("author", "users")
    make_collection(server, "articles", title, tags, author)
    rules = {"listRule": "author = @request.auth.id", "deleteRule": None}
    path = "/api/collections/articles"
    server.expect("PATCH", path, token=server.superuser_token(), json_body=rules)
    make_collection(server, "comments", points_to("article", "articles"))


def box(page: Page, name: str) -> Locator:
    plane = page.get_by_role("group", name="Diagram")
    return plane.get_by_role("link", name=re.compile(f"^{name}(,|$)"))


def place(page: Page, name: str) -> tuple[float, float]:
    found = box(page, name).locator("rect").bounding_box()
    assert found is not None
    return found["x"], found["y"]


def drag(page: Page, start: tuple[float, float], by: tuple[int, int]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2)
    page.mouse.move(start[0] + by[0], start[1] + by[1])
    page.mouse.up()


def test_the_diagram(dashboard: Dashboard, axe: str, tmp_path: Path) -> None:
    page = dashboard.page
    page.get_by_role("link", name="Overview").click()
    expect(box(page, "articles")).to_have_accessible_name("articles, tags → tags, author → users")
    expect(page.locator(".plane .lines path")).to_have_count(3)
    # Each stands to the right of what it names.
    xs = [place(page, name)[0] for name in ("tags", "articles", "comments")]
    assert xs == sorted(set(xs))
    dashboard.take_picture("overview")
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)

    x, y = place(page, "tags")
    drag(page, (x + 20, y + 10), (60, 40))
    moved = place(page, "tags")
    assert abs(moved[0] - x - 60) < 2
    assert abs(moved[1] - y - 40) < 2
    box(page, "tags").focus()
    page.keyboard.press("Shift+ArrowDown")
    assert place(page, "tags")[1] > moved[1]
    plane = page.get_by_role("group", name="Diagram")
    plane.press("0")
    kept = place(page, "tags")
    page.reload()
    expect(box(page, "tags")).to_be_visible()
    assert place(page, "tags") == pytest.approx(kept, abs=2)
    page.get_by_role("button", name="Arrange anew").click()
    assert place(page, "tags") == pytest.approx((x, y), abs=2)

    corner = plane.bounding_box()
    assert corner is not None
    drag(page, (corner["x"] + 5, corner["y"] + 5), (80, 30))
    assert place(page, "tags") == pytest.approx((x + 80, y + 30), abs=2)
    plane.press("ArrowRight")
    assert place(page, "tags")[0] < x + 80
    plane.press("0")
    width = box(page, "tags").locator("rect").bounding_box()
    page.mouse.wheel(0, 400)
    page.get_by_role("button", name="Smaller").click()
    smaller = box(page, "tags").locator("rect").bounding_box()
    assert width is not None
    assert smaller is not None
    assert smaller["width"] < 0.8 * width["width"]
    page.get_by_role("button", name="Show all").click()

    page.get_by_label("Also system collections").check()
    expect(box(page, "_superusers")).to_be_visible()
    page.get_by_label("Also system collections").uncheck()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    picture = tmp_path / "collections.svg"
    download.value.save_as(picture)
    texts = [element.text for element in ET.parse(picture).iter()]
    assert {"articles", "author", "comments"} <= set(texts)
    assert 'fill="rgb(' in picture.read_text()

    x, y = place(page, "articles")
    page.mouse.click(x + 20, y + 10)
    expect(page.get_by_role("heading", name="articles", exact=True)).to_be_visible()
    page.go_back()
    box(page, "tags").press("Enter")
    expect(page.get_by_role("heading", name="tags", exact=True)).to_be_visible()


def test_relations_and_rules(dashboard: Dashboard, axe: str) -> None:
    page = dashboard.page
    dashboard.open("overview")
    page.get_by_role("tab", name="Relations").click()

    def cells(name: str) -> list[Any]:
        rows = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
        return [row.get_by_role("cell").all_inner_texts() for row in rows.all()]

    expect(page.get_by_role("region", name="Relations")).to_be_visible()
    assert cells("articles") == [
        ["articles", "tags", "tags", "several"],
        ["articles", "author", "users", "one"],
        ["comments", "article", "articles", "one"],
    ]
    page.get_by_role("tab", name="Rules").click()
    expect(page.get_by_role("region", name="Rules")).to_be_visible()
    [rules] = cells("articles")
    assert rules[1].split() == ["By", "a", "condition", "author", "=", "@request.auth.id"]
    assert rules[2].strip() == "Open to everybody"
    assert rules[5].strip() == "Superusers only"
    dashboard.take_picture("all-rules")
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        dashboard.check_accessibility(axe)
    page.get_by_label("Rule", exact=True).select_option(label="Delete rule")
    page.get_by_label("Only what is open to everybody").check()
    assert (len(cells("comments")), len(cells("articles"))) == (1, 0)
    region = page.get_by_role("region", name="Rules")
    region.get_by_role("link", name="comments").click()
    expect(page.get_by_role("heading", name="Rules of comments")).to_be_visible()
