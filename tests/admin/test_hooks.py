"""The functions of users: what runs, what is broken, the test bench, and a first one."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from playwright.sync_api import Locator, Page, expect

from fastcms.plugins import state
from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Kind, Server, add_superuser

HOSTILE = "<img src=x onerror=alert(1)>"

HOOKS = f"""
    from fastcms import app, command, cron, errors, on, route, startup, use

    @on.record_create("posts", priority=3)
    async def shout(event):
        event.record["title"] = event.record["title"].upper()
        await app.send_mail("ann@example.com", "News", "<p>hi</p>")
        await event.next()
        await app.create("notes", {{"title": "of " + event.record["title"]}})

    @on.record_create_request.before("posts")
    def check(event):
        if event.record["title"] == "no":
            raise errors.forbidden("not today")
        if event.record["title"] == "odd":
            raise ValueError("{HOSTILE}")

    @route.get("/hello")
    def hello():
        return "hello"

    @use("/hello")
    async def around(event):
        await event.next()

    @cron("0 3 * * *")
    def nightly():
        pass

    @startup
    def begin():
        pass

    @command
    def tidy():
        pass
"""


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of hooks, empty yet."""
    folder: Path = tmp_path_factory.mktemp("hooks") / "pb_hooks"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def server(hooks: Path) -> Iterator[Server]:
    place = hooks.parent
    plugin = place / "pb_plugins" / "stars"
    plugin.mkdir(parents=True)
    (plugin / "plugin.toml").write_text('name = "stars"\nversion = "1.2.0"\n')
    (plugin / "__init__.py").touch()
    add_superuser(Kind.FASTCMS, place / "pb_data")
    state.enable(place / "pb_data", ["stars", "gone"])
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        for name in ("posts", "notes"):
            make_collection(running, name, {"name": "title", "type": "text"})
        yield running


def rows(page: Page, kind: str) -> Locator:
    return page.get_by_role("region", name=kind, exact=True).get_by_role("row")


def write(code: Locator, text: str) -> None:
    """Types in the place of all that is there."""
    code.press("Control+a")
    code.page.keyboard.insert_text(text)


def test_hooks(dashboard: Dashboard, hooks: Path, server: Server, axe: str) -> None:
    page = dashboard.page
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Hooks").click()
    expect(page).to_have_title("Hooks – Acme")
    # Where there is nothing yet, one is led to a first one.
    expect(page.get_by_text("No function is in place yet.")).to_be_visible()
    page.get_by_label("Collection").select_option("posts")
    code = page.get_by_role("textbox", name="Code")
    expect(code).to_contain_text('@on.record_create("posts")')
    page.get_by_label("What it does").select_option(label="Refuse")
    expect(code).to_contain_text("raise errors.forbidden")
    expect(page.get_by_text("pb_hooks/first.py")).to_be_visible()
    dashboard.check_everywhere(axe)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    # What was copied is a hook that works.
    (hooks / "first.py").write_text(page.evaluate("navigator.clipboard.readText()"))
    expect(rows(page, "Events").filter(has_text="first.py:4")).to_contain_text("my_first_hook")
    assert server.request("POST", "/api/collections/posts/records").status == 403
    (hooks / "first.py").unlink()

    (hooks / "posts.py").write_text(dedent(HOOKS))
    shout = rows(page, "Events").filter(has_text="shout")
    expect(shout).to_contain_text("posts.py:4")
    for kind, name in {
        "Routes": "hello", "Middlewares": "around", "By the clock": "nightly",
        "At the start": "begin", "Commands": "tidy",
    }.items():  # fmt: skip
        expect(rows(page, kind).last).to_contain_text(name)
    answer = server.send("POST", "/api/collections/posts/records", json_body={"title": "odd"})
    assert answer.status == 400
    page.get_by_role("button", name="Refresh").click()
    check = rows(page, "Events").filter(has_text="check")
    expect(check).to_contain_text(f"ValueError: {HOSTILE}")
    expect(check).to_contain_text("ms")

    # A file that breaks says so, here and at home, and what ran before still runs.
    (hooks / f"{HOSTILE.replace('/', '')}.py").write_text("def (")
    (hooks / "posts.py").write_text("this is <b>no</b> Python")
    broken = page.get_by_role("alert")
    expect(broken.filter(has_text="posts.py was not loaded")).to_contain_text("runs since")
    expect(broken.filter(has_text=HOSTILE)).to_contain_text("Nothing of it runs.")
    expect(shout).to_be_visible()
    dashboard.take_picture("hooks")
    dashboard.check_everywhere(axe)
    dashboard.open("home")
    warnings = page.get_by_role("listitem").filter(has_text="A file of hooks was not loaded")
    expect(warnings.filter(has_text="posts.py")).to_contain_text("last good version runs since")
    warnings.filter(has_text="posts.py").get_by_role("link").click()
    expect(broken.first).to_be_visible()
    for file in hooks.glob("*.py"):
        file.unlink()
    (hooks / "posts.py").write_text(dedent(HOOKS))
    expect(broken).to_have_count(0)

    page.get_by_role("tab", name="Plugins").click()
    expect(rows(page, "Plugins").filter(has_text="stars")).to_contain_text("1.2.0")
    expect(rows(page, "Plugins").filter(has_text="gone")).to_contain_text("it is not there")
    dashboard.check_everywhere(axe)
    page.get_by_role("tab", name="Write a hook").click()
    expect(code).to_be_visible()
    dashboard.check_everywhere(axe)


def test_the_bench(dashboard: Dashboard, hooks: Path, server: Server, axe: str) -> None:
    (hooks / "posts.py").write_text(dedent(HOOKS))
    id_ = add(server, "notes", title=HOSTILE)
    page = dashboard.page
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("Hooks")
    page.get_by_role("option", name="Hooks").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Functions").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Test bench")).to_be_focused()
    page.get_by_label("Collection").select_option("posts")
    draft = page.get_by_role("textbox", name="Draft")
    expect(draft).to_contain_text('"title": ""')
    write(draft, '{"title": "hello"}')
    draft.press("Control+Enter")
    outcome = page.get_by_role("region", name="What happened")
    expect(outcome).to_contain_text("Answered with 200.")
    steps = outcome.get_by_role("listitem")
    shout = steps.filter(has_text="shout")
    expect(shout).to_contain_text("posts.py:4")
    expect(shout.locator("del")).to_contain_text('"hello"')
    expect(shout.locator("ins")).to_contain_text('"HELLO"')
    expect(shout).to_contain_text("Would mail ann@example.com: News")
    expect(shout).to_contain_text("went on")
    expect(outcome).to_contain_text("2 records would be written")
    outcome.get_by_text("in notes").click()
    expect(outcome.get_by_text("of HELLO")).to_be_visible()
    dashboard.take_picture("hooks-bench")
    dashboard.check_everywhere(axe)

    # Errors come with their line; whatever they say is only text.
    page.get_by_label("Who asks").select_option(label="A guest")
    write(draft, '{"title": "odd"}')
    page.get_by_role("button", name="Try it").click()
    expect(outcome).to_contain_text("Refused with 400.")
    failed = steps.filter(has_text="check")
    expect(failed).to_contain_text(f"ValueError: {HOSTILE} posts.py:16")
    failed.get_by_text("Traceback").click()
    expect(failed.locator("pre")).to_contain_text("raise ValueError")
    write(draft, "{")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert")).to_be_visible()

    # A record that is there, on a phone.
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Collection").select_option("notes")
    page.get_by_label("Request").select_option(label="Delete a record")
    page.get_by_label("Record").fill(id_)
    page.get_by_role("button", name="Try it").click()
    expect(outcome).to_contain_text("No function was called.")
    expect(outcome).to_contain_text(f"Delete {id_} in notes")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = server.expect("GET", "/api/collections/notes/records")
    assert [one["title"] for one in found["items"]] == [HOSTILE]
    assert server.expect("GET", "/api/collections/posts/records")["totalItems"] == 0
