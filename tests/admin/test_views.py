"""Records as a chart, along time, on a map, as images."""

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard, add, add_file, make_collection
from tests.images.samples import png_of
from tests.servers import Server
from tests.waiting import until

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module", autouse=True)
def trips(server: Server) -> None:
    fields = (
        {"name": "title", "type": "text"},
        {"name": "at", "type": "date"},
        {"name": "cost", "type": "number"},
        {"name": "kind", "type": "select", "values": ["walk", "ride"]},
        {"name": "tags", "type": "select", "values": ["a", "b"], "maxSelect": 2},
        {"name": "place", "type": "geoPoint"},
        {"name": "photos", "type": "file", "maxSelect": 2, "protected": True},
    )
    make_collection(server, "trips", *fields)
    make_collection(server, "plain", {"name": "title", "type": "text"})
    rows = [
        ("Berlin", "2026-03-02 10:00:00.000Z", 10, "walk", ["a"], (13.4, 52.5)),
        ("Lisbon", "2026-03-02 18:00:00.000Z", 20, "ride", ["a", "b"], (-9.1, 38.7)),
        ("Cairo", "2026-03-05 12:00:00.000Z", 60, "ride", [], (31.2, 30.0)),
        (HOSTILE, "", 0, "", [], (0, 0)),
    ]
    for title, at, cost, kind, tags, (lon, lat) in rows:
        values = {"title": title, "at": at, "cost": cost, "kind": kind, "tags": tags}
        id_ = add(server, "trips", **values, place={"lon": lon, "lat": lat})
        if title in ("Berlin", HOSTILE):
            add_file(server, "trips", id_, "photos", png_of(300, 200))


def open_view(dashboard: Dashboard, name: str, query: str = "") -> None:
    dashboard.open(f"collections/trips?{query}")
    dashboard.page.get_by_role("button", name=name, exact=True).click()


def test_chart_over_time(dashboard: Dashboard) -> None:
    page = dashboard.page
    open_view(dashboard, "Chart")
    view = page.get_by_role("region", name="Chart")
    view.get_by_label("Over").select_option("at")
    view.get_by_label("For each").select_option("day")
    # What one sees is also said: 2, 0, 0 and 1 records.
    chart = view.get_by_role("figure", name="Records – at")
    expect(chart).to_contain_text("0")
    expect(chart.locator("canvas")).to_be_visible()
    view.get_by_label("Number").select_option("cost")
    view.get_by_label("Together").select_option("sum")
    chart = view.get_by_role("figure", name="Sum of cost – at")
    expect(chart).to_contain_text("60")
    dashboard.take_picture("chart")
    # The span of the first day, by keys.
    plot = chart.get_by_role("application")
    plot.focus()
    plot.press("Home")
    plot.press("Shift+Home")
    plot.press("Enter")
    dashboard.expect_count("2 records")
    expect(dashboard.cell("Berlin")).to_be_visible()


def test_chart_by_value(dashboard: Dashboard) -> None:
    page = dashboard.page
    open_view(dashboard, "Chart")
    view = page.get_by_role("region", name="Chart")
    view.get_by_label("Over").select_option("tags")
    rows = view.get_by_role("row")
    expect(rows.filter(has=page.get_by_role("button", name="a", exact=True))).to_contain_text("2")
    view.get_by_label("Number").select_option("cost")
    view.get_by_label("Together").select_option("most")
    expect(rows.filter(has=page.get_by_role("button", name="b", exact=True))).to_contain_text("20")
    dashboard.take_picture("chart-by-value")
    view.get_by_role("button", name="b", exact=True).click()
    dashboard.expect_count("1 record")
    open_view(dashboard, "Chart")
    view.get_by_role("button", name="(empty)").click()
    dashboard.expect_count("2 records")


def test_timeline(dashboard: Dashboard) -> None:
    page = dashboard.page
    open_view(dashboard, "Timeline", "filter=cost<50")
    view = page.get_by_role("region", name="Timeline")
    expect(view.get_by_role("heading")).to_have_text(["Monday, 2 March 2026"])
    view.get_by_label("Order").select_option(label="Earliest first")
    expect(view.get_by_role("listitem").locator("button")).to_have_text(["Berlin", "Lisbon"])
    dashboard.take_picture("timeline")
    view.get_by_role("button", name="Lisbon").click()
    expect(page.get_by_role("dialog")).to_contain_text("Lisbon")


def test_map(dashboard: Dashboard) -> None:
    page = dashboard.page
    open_view(dashboard, "Map")
    markers = page.get_by_role("region", name="Map").locator(".leaflet-marker-icon")
    expect(markers).to_have_count(3)
    dashboard.take_picture("view-map")
    page.get_by_alt_text("Cairo").or_(page.get_by_title("Cairo")).first.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Cairo")


def test_gallery(dashboard: Dashboard) -> None:
    page = dashboard.page
    open_view(dashboard, "Gallery")
    view = page.get_by_role("region", name="Gallery")
    expect(view.get_by_role("listitem")).to_have_count(2)
    # Protected ones are seen as well.
    images = "[...document.querySelectorAll('.gallery img')].map((one) => one.naturalWidth > 0)"
    until(lambda: page.evaluate(images) == [True, True])
    dashboard.take_picture("gallery")
    view.get_by_role("button", name="Berlin").click()
    expect(page.get_by_role("dialog")).to_contain_text("Berlin")


def test_what_has_no_view(dashboard: Dashboard) -> None:
    dashboard.see_collection("plain")
    expect(dashboard.page.get_by_role("group", name="Views")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(dashboard: Dashboard, axe: str, theme: str) -> None:
    page: Page = dashboard.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for name in ("Chart", "Timeline", "Map", "Gallery"):
        open_view(dashboard, name)
        region = page.get_by_role("region", name=name, exact=True)
        expect(region.locator("canvas, .bars, h2, .leaflet-marker-icon, img").first).to_be_visible()
        dashboard.check_accessibility(axe)
