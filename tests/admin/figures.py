"""How much the first visit of the dashboard takes: `python -m tests.admin.figures`.

A server that has just started, a browser that has never been there. Times are those of the page,
from the click on its address until the screen can be used.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser, Request, StorageState, sync_playwright

from tests.admin.conftest import CHROMIUM
from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

ROUNDS = 3
# What a screen shows when it can be used.
SCREENS = {
    "": "main form button[type=submit]",
    "home": ".home-card-requests canvas",
    "collections/things": "[role=gridcell]",
    "logs": ".log-rows li",
}
_WATCH = """
new MutationObserver((_, watch) => {
  if (!document.querySelector(%r)) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.usableAfter = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""


class Visit(NamedTuple):
    """What one visit took."""

    milliseconds: float
    kilobytes: float
    requests: int


def visit(browser: Browser, server: Server, path: str, signed_in: StorageState | None) -> Visit:
    """The first one of a browser, signed in or not."""
    context = browser.new_context(
        storage_state=signed_in, viewport={"width": 1280, "height": 800}, locale="en-GB"
    )
    page = context.new_page()
    done: list[Request] = []

    def note(request: Request) -> None:
        done.append(request)

    page.on("requestfinished", note)
    page.add_init_script(_WATCH % SCREENS[path])
    page.goto(f"{server.url}/_/#/{path}")
    # The policy of the page forbids what Playwright would wait with.
    until(lambda: page.evaluate("window.usableAfter !== undefined"))
    took: float = page.evaluate("window.usableAfter")
    sizes = [request.sizes() for request in done]
    sent = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
    context.close()
    return Visit(took, sent / 1024, len(done))


def main() -> None:
    """Prints a line of a table for each screen: the median of some rounds."""
    print("| First visit of | can be used after | transferred | requests |\n|---|--:|--:|--:|")
    found: dict[str, list[Visit]] = {path: [] for path in SCREENS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(ROUNDS):
            for path in SCREENS:
                found[path].append(_cold(browser, path))
        browser.close()
    for path, visits in found.items():
        took, size, requests = sorted(visits)[len(visits) // 2]
        print(f"| {path or 'the sign-in'} | {took:.0f} ms | {size:.0f} KB | {requests} |")


def _cold(browser: Browser, path: str) -> Visit:
    with TemporaryDirectory() as folder:
        directory = Path(folder) / "pb_data"
        add_superuser(Kind.FASTCMS, directory)
        with Server(Kind.FASTCMS, directory) as server:
            make_collection(server, "things", {"name": "title", "type": "text"})
            for number in range(60):
                add(server, "things", title=f"Thing {number}")
            context = browser.new_context(locale="en-GB")
            Dashboard(context.new_page(), server).sign_in()
            signed_in, before = json.dumps(context.storage_state()), server.url
            context.close()
        # Anew, so that it has sent no file yet; at another port.
        with Server(Kind.FASTCMS, directory) as server:
            state = json.loads(signed_in.replace(before, server.url))
            return visit(browser, server, path, state if path else None)


if __name__ == "__main__":
    main()
