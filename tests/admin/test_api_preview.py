"""How programs use a collection: what is shown there works."""

import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.admin.dashboard import Dashboard, make_collection
from tests.servers import Server


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    fields: tuple[dict[str, Any], ...] = (
        {"name": "title", "type": "text", "required": True},
        {"name": "color", "type": "select", "values": ["it's red", "green"]},
        {"name": "place", "type": "geoPoint"},
        {"name": "live", "type": "bool"},
        {"name": "picture", "type": "file"},
    )
    make_collection(server, "things", *fields)
    rules = {"deleteRule": None, "updateRule": "live = true"}
    path = "/api/collections/things"
    server.expect("PATCH", path, token=server.superuser_token(), json_body=rules)


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_examples_work(dashboard: Dashboard, server: Server, axe: str) -> None:
    page = dashboard.page
    dashboard.open("collections/things")
    page.get_by_role("link", name="API").click()
    expect(page.get_by_role("heading", name="API of things")).to_be_visible()
    example = page.get_by_role("region", name="Example")

    def shown(operation: str, language: str) -> str:
        page.get_by_role("navigation", name="Operations").get_by_role(
            "link", name=operation, exact=True
        ).click()
        page.get_by_role("tab", name=language).click()
        expect(page.get_by_role("heading", name=operation, exact=True)).to_be_visible()
        return example.inner_text()

    run(["sh", "-ec", shown("Create", "curl").replace("curl ", "curl -sS --fail ", 1)])
    run([sys.executable, "-c", shown("Create", "Python")])
    dashboard.take_picture("api-preview")
    made = server.expect("GET", "/api/collections/things/records")["items"]
    assert [(one["title"], one["color"], one["live"]) for one in made] == [
        ("text", "it's red", True),
        ("text", "it's red", True),
    ]
    listed = run(["sh", "-ec", shown("List and search", "curl").replace("curl ", "curl -sS ", 1)])
    assert '"totalItems":2' in listed
    update = shown("Update", "curl").replace("RECORD_ID", made[0]["id"])
    assert '"title":"text"' in run(["sh", "-ec", update.replace("curl ", "curl -sS --fail ", 1)])

    # What it takes is said in words; the language stays.
    expect(page.get_by_text("Under a condition")).to_be_visible()
    expect(page.get_by_text("live = true", exact=True)).to_be_visible()
    assert "getOne" in shown("View", "JavaScript")
    page.reload()
    expect(example).to_contain_text('pb.collection("things").getOne("RECORD_ID")')
    assert 'authWithPassword("ann@example.com"' in shown("Delete", "JavaScript")
    expect(page.get_by_text("With the token of a superuser")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy Example").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == example.inner_text()
    dashboard.check_everywhere(axe)


def test_ways_to_sign_in(dashboard: Dashboard, axe: str) -> None:
    page = dashboard.page
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard.open("api/users/auth-with-otp")
    operations = page.get_by_role("navigation", name="Operations")

    def link(name: str) -> Locator:
        return operations.get_by_role("link", name=name)

    # What is switched off is marked.
    expect(link("Sign in with a code")).to_contain_text("off")
    expect(page.get_by_text("switched off in the options of the collection")).to_be_visible()
    expect(link("Sign in with a password")).not_to_contain_text("off")
    expect(link("Batch")).to_contain_text("off")
    link("Renew a token").click()
    expect(page.get_by_text("With the token of the account")).to_be_visible()
    link("Realtime").click()
    expect(page.get_by_role("region", name="Example")).to_contain_text("users/*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    dashboard.take_picture("api-preview-phone")
    dashboard.check_accessibility(axe)
