"""How much a browser fetches that has never been here, until a screen can be used."""

import pytest
from playwright.sync_api import Browser, StorageState

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.admin.figures import visit
from tests.servers import Server

# Kilobytes on the wire, headers and answers of the API included.
MOST = {"": 130, "home": 250, "collections/things": 250, "logs": 250}


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: Server) -> StorageState:
    make_collection(server, "things", {"name": "title", "type": "text"})
    for number in range(60):
        add(server, "things", title=f"Thing {number}")
    context = browser.new_context(locale="en-GB")
    Dashboard(context.new_page(), server).sign_in()
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize("path", MOST)
def test_a_first_visit(
    browser: Browser, server: Server, signed_in: StorageState, path: str
) -> None:
    spent = visit(browser, server, path, signed_in if path else None)
    assert spent.kilobytes < MOST[path]
