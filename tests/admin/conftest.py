from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.admin.dashboard import Dashboard

# The official client's installation is the one of the tests of the SDK.
from tests.sdk.conftest import sdk  # noqa: F401
from tests.servers import Kind, Server, add_superuser

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("admin") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as running:
        yield running


# Not longer: while it is open, an event loop runs in this thread, where other tests want theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages of a file share: the cache, without which each would load all modules anew."""
    # What slides in is half transparent on its way, and would be judged as that.
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    expect.set_options(timeout=10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A page that remembers nothing of those before; what it complains of fails the test."""
    page = context.new_page()
    everything = {"origin": server.url, "storageTypes": "all"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    yield page
    for opened in context.pages:
        opened.close()
    context.clear_permissions()
    assert complaints == []


@pytest.fixture(scope="session")
def axe(sdk: Path) -> str:  # noqa: F811
    """The script that judges accessibility."""
    return (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def dashboard(page: Page, server: Server) -> Dashboard:
    """The dashboard with its superuser signed in."""
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    return dashboard
