"""Code, charts and maps, each alone on a page: what people type, draw and point at comes out."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.admin.dashboard import Dashboard
from tests.servers import Server

# Puts a component over the page; functions in its props put what they get into `window.said`.
_MOUNT = """async ([module, name, props, listens]) => {
  const { html, render, useState } = await import(new URL("vendor/preact.js", document.baseURI));
  const component = (await import(new URL(module, document.baseURI)))[name];
  window.said = [];
  const { completions } = props;
  if (completions) props.completions = async () => completions;
  for (const listener of listens) props[listener] = (...values) => window.said.push(values);
  function Stage() {
    const [value, setValue] = useState(props.value);
    const live = "value" in props ? { value, onInput: (text) => {
      window.said.push([text]);
      setValue(text);
    } } : {};
    return html`<${component} ...${props} ...${live} />`;
  }
  const place = document.createElement("form");
  place.className = "content";
  document.getElementById("app").replaceChildren(place);
  render(html`<${Stage} />`, place);
}"""


class Stage:
    """A page with one component on it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.take_picture = Dashboard(page, server).take_picture
        page.goto(f"{server.url}/_/")

    def mount(self, module: str, name: str, listens: tuple[str, ...] = (), **props: Any) -> None:
        self.page.evaluate(_MOUNT, [module, name, props, list(listens)])

    def said(self) -> Any:
        return self.page.evaluate("window.said")


@pytest.fixture
def stage(page: Page, server: Server) -> Stage:
    return Stage(page, server)


def test_code(stage: Stage) -> None:
    page = stage.page
    for language in ("json", "html", "python", "javascript", "sql", "filter"):
        stage.mount("ui/code.js", "Code", language=language, label="Rule", value="one\r\ntwo")
        box = page.get_by_role("textbox", name="Rule")
        expect(page.locator(".cm-content")).to_have_text("onetwo")
        assert stage.said() == []  # looking changes nothing
    stage.mount(
        "ui/code.js",
        "Code",
        ("onEnter",),
        language="filter",
        label="Rule",
        value="",
        help="Who may.",
        problems=[{"from": 0, "to": 3, "message": "No such field."}],
        completions=[{"label": "title", "detail": "text"}, {"label": "titles.id"}],
    )
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description("Who may. No such field.")
    box.click()
    page.keyboard.type("tit")
    expect(page.get_by_role("option")).to_have_count(2)
    stage.take_picture("code")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Control+Space")
    page.get_by_role("option", selected=True).click()
    page.keyboard.type(" = 'x' && ?! @request")
    expect(box).to_have_text("title = 'x' && ?! @request")
    page.keyboard.press("Control+Enter")
    assert stage.said()[-2:] == [["title = 'x' && ?! @request"], []]
    page.keyboard.press("Tab")
    expect(box).not_to_be_focused()


def test_typing_before_the_editor_is_there(stage: Stage) -> None:
    page = stage.page
    waiting: list[Route] = []

    def wait(route: Route) -> None:
        waiting.append(route)

    page.route("**/vendor/codemirror.js", wait)
    stage.mount("ui/code.js", "Code", language="sql", label="Query", value="SELECT", oneLine=True)
    plain = page.get_by_role("textbox", name="Query")
    plain.press("End")
    page.keyboard.type(" 1")
    waiting[0].continue_()
    expect(page.locator(".cm-content")).to_have_text("SELECT 1")
    page.keyboard.type("23\n")
    expect(page.locator(".cm-content")).to_have_text("SELECT 123")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart(stage: Stage, scheme: Any) -> None:
    page = stage.page
    page.emulate_media(color_scheme=scheme)
    stage.mount(
        "ui/chart.js",
        "Chart",
        ("onRange",),
        label="Requests",
        times=[1_750_000_000 + 3600 * hour for hour in range(48)],
        series=[
            {"label": "good", "values": [hour % 24 for hour in range(48)], "kind": "bars"},
            {"label": "bad", "values": [None, *[2] * 47]},
        ],
    )
    expect(page.locator("canvas")).to_be_visible()
    expect(page.get_by_role("figure")).to_contain_text("good: 0 to 23, 23 at last.")
    chart = page.get_by_role("application", name="Requests")
    chart.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("status").filter(has_text="good 1, bad 2")).to_have_count(1)
    stage.take_picture(f"chart-{scheme}")
    page.keyboard.press("Enter")
    assert stage.said() == [[1_750_000_000, 1_750_003_600]]
    over = page.locator(".u-over").bounding_box()
    assert over
    page.mouse.move(over["x"] + 20, over["y"] + 50)
    page.mouse.down()
    page.mouse.move(over["x"] + over["width"] / 2, over["y"] + 60, steps=4)
    page.mouse.up()
    [_, [start, end]] = stage.said()
    assert 1_750_000_000 <= start < end < 1_750_100_000
    page.set_viewport_size({"width": 360, "height": 700})
    width = page.locator(".chart").evaluate("chart => chart.clientWidth")
    expect(page.locator(".u-wrap")).to_have_css("width", f"{width}px")


def test_map(stage: Stage) -> None:
    page = stage.page
    stage.mount(
        "ui/map.js",
        "WorldMap",
        ("onChoose", "onOpen"),
        label="Where",
        markers=[{"id": "a", "lat": 52.5, "lon": 13.4, "title": "Berlin <b>"}],
    )
    land = page.locator(".land:not([d='M0 0'])").first
    expect(land).to_be_visible()
    pin = page.get_by_role("button", name="Berlin <b>")
    pin.press("Enter")
    assert stage.said() == [["a"]]
    area = page.get_by_role("application", name="Where")
    area.press("Enter")
    [_, [centre]] = stage.said()
    assert abs(centre["lat"] - 52.5) < 2
    assert abs(centre["lon"] - 13.4) < 2
    box = area.bounding_box()
    assert box
    page.mouse.click(box["x"] + 100, box["y"] + 100)
    assert stage.said()[-1][0]["lon"] < 13.4
    stage.take_picture("map")
    pin.drag_to(area, target_position={"x": box["width"] - 60, "y": 200})
    assert stage.said()[-1][0]["lon"] > 13.4


KEPT = (
    '<h2 style="text-align: center;">Whales</h2><p>Are <strong>big</strong> &amp; <a href="https://a'
    '.example/?b=1">far</a>.</p><ul><li><p>blue</p></li></ul><table><tbody><tr><td>'
    '<p>1</p></td></tr></tbody></table><p><img src="/x.png" alt="A whale"></p>'
)


def test_rich_text(stage: Stage) -> None:
    page = stage.page
    page.route("**/x.png", lambda route: route.fulfill(body=b""))
    stage.mount("ui/rich_text.js", "RichText", label="Body", value=KEPT, help="All of it.")
    box = page.get_by_role("textbox", name="Body")
    expect(box.get_by_role("heading", name="Whales")).to_be_visible()
    expect(box).to_have_accessible_description("All of it.")
    assert stage.said() == []
    box.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    assert stage.said()[-1] == [KEPT.replace('whale"></p>', 'whale">!</p>')]
    stage.take_picture("rich-text")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.get_by_role("button", name="HTML").click()
    source = page.get_by_role("textbox", name="Body")
    source.fill("<p>Text</p>")
    page.get_by_role("button", name="HTML").click()
    box.get_by_text("Text").select_text()
    page.get_by_role("button", name="Bold").click()
    page.get_by_role("button", name="Link", exact=True).click()
    page.keyboard.type("javascript:alert(1)\n")
    expect(page.get_by_role("alert")).to_contain_text("Addresses begin with https://")
    page.get_by_role("textbox", name="Address").fill("https://a.example")
    page.get_by_role("button", name="Insert", exact=True).click()
    page.get_by_role("combobox", name="Kind of paragraph").select_option("Heading 2")
    page.get_by_role("button", name="Centre").click()
    wanted = (
        '<h2 style="text-align: center;"><a href="https://a.example"><strong>Text</strong></a></h2>'
    )
    assert stage.said()[-1] == [wanted]
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Without formats").click()
    assert stage.said()[-1] == [""]
    page.get_by_role("button", name="Table").click()
    page.get_by_role("button", name="Insert a table").click()
    expect(box.get_by_role("columnheader")).to_have_count(3)


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><iframe src=javascri"
    'pt:alert(4)></iframe><a href="javascript:alert(5)">go</a><p style="position:fixed">here</p>'
    "<style>body{display:none}</style><form><input name=children></form><math><mtext><style><img "
    "src onerror=alert(6)>"
)


def test_rich_text_loses_nothing_and_runs_nothing(stage: Stage) -> None:
    page = stage.page
    stage.mount("ui/rich_text.js", "RichText", label="Body", value=HOSTILE)
    expect(page.get_by_text("holds what the editor does not know")).to_be_visible()
    source = page.get_by_role("textbox", name="Body")
    expect(source).to_have_text(HOSTILE)
    page.get_by_role("button", name="Edit without them").click()
    expect(page.locator(".prose")).to_have_text("here")
    bad = page.locator(".prose").locator("script, iframe, svg, style, form, [onerror], [href]")
    expect(bad).to_have_count(0)
    assert stage.said() == []
    page.locator(".prose").click()
    page.keyboard.type("x")
    [[text]] = stage.said()
    assert not [word for word in ("script", "onerror", "onload", "style") if word in text]
    # An image of another server is named, not asked for.
    stage.mount(
        "ui/rich_text.js", "RichText", label="Body", value='<img src="https://spy.example/1.png">'
    )
    expect(page.locator(".prose")).to_have_text("https://spy.example/1.png")
