"""What runs by itself, and who is signed in: jobs, the queue, sessions, locks."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard
from tests.servers import Server, free_port

USERS = "/api/collections/users"
PASSWORD = "password123"


@pytest.fixture(scope="module", autouse=True)
def accounts(server: Server) -> None:
    """Ann is signed in twice, Bob is locked, and the mails to them could not be sent."""
    token = server.superuser_token()
    # First, so that each mail finds nobody: two for Ann, two for Bob, one for who looks at them.
    nobody = {"enabled": True, "host": "127.0.0.1", "port": free_port(), "tls": True}
    server.expect("PATCH", "/api/settings", token=token, json_body={"smtp": nobody})
    for name in ("ann", "bob"):
        body = {
            "email": f"{name}@example.com",
            "password": PASSWORD,
            "passwordConfirm": PASSWORD,
        }
        server.expect("POST", f"{USERS}/records", token=token, json_body=body)
    for agent in ("Firefox", "<img src=x onerror=alert(1)>"):
        server.request(
            "POST",
            f"{USERS}/auth-with-password",
            headers={"Content-Type": "application/json", "User-Agent": agent},
            body=b'{"identity": "ann@example.com", "password": "password123"}',
        )
    for _ in range(11):
        body = {"identity": "bob@example.com", "password": "wrong"}
        server.send("POST", f"{USERS}/auth-with-password", json_body=body)
    for name in ("ann", "bob"):
        body = {"email": f"{name}@example.com"}
        server.send("POST", f"{USERS}/request-verification", json_body=body)


def test_a_job_is_run_and_seen(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    body = {"backups": {"cron": "30 2 * * 1,5"}}
    server.expect("PATCH", "/api/settings", token=server.superuser_token(), json_body=body)
    dashboard.open("settings/crons")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="Automatic backup")).to_contain_text(
        "every Monday and Friday at 02:30 UTC"
    )
    tidy = rows.filter(has_text="The database is tidied up")
    expect(tidy).to_contain_text("every day at 00:00 UTC")
    page.get_by_role("button", name="Run now: __pbDBOptimize__").click()
    expect(tidy).to_contain_text("done")
    page.get_by_role("button", name="The database is tidied up").click()
    dialog = page.get_by_role("dialog", name="The database is tidied up")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("somebody")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    dashboard.take_picture("crons")
    dashboard.open("settings/jobs")
    past = page.get_by_role("region", name="Past runs")
    expect(past.get_by_role("row").nth(1)).to_contain_text("__pbDBOptimize__")
    page.get_by_label("Only failures").check()
    expect(page.get_by_text("There are no such runs.")).to_be_visible()
    dashboard.take_picture("jobs")


def test_the_queue(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.open("settings/queue")
    tab = page.get_by_role("tab", name="waiting (5)")
    tab.click()
    page.get_by_role("button", name="the verification mail to users/").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Of use until")
    dashboard.take_picture("queue")
    dialog.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove the task?").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("tab", name="waiting (4)")).to_be_visible()


def test_sessions_and_locks(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    dashboard.open("settings/sessions")
    rows = page.get_by_role("region", name="Open sessions").get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_label("Search account, device or address").fill("firefox")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="End: ann@example.com, Firefox").click()
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    page.get_by_label("Search account, device or address").fill("")
    expect(rows).to_have_count(2)
    assert page.locator("img[src=x]").count() == 0
    dashboard.take_picture("sessions")
    page.get_by_role("button", name="End all: ann@example.com").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="End all").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Type ann@example.com to confirm").fill("ann@example.com")
    dialog.get_by_role("button", name="End all").click()
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    page.get_by_role("tab", name="Known places").click()
    rows = page.get_by_role("region", name="Known places").get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Forget").first.click()
    expect(rows).to_have_count(2)
    page.get_by_label("Collection").select_option("_superusers")
    page.get_by_role("tab", name="Open sessions").click()
    expect(page.get_by_text("this one")).to_be_visible()

    dashboard.open("settings/lockouts")
    row = page.get_by_role("row").filter(has_text="bob@example.com")
    expect(row).to_contain_text("The account, from this address")
    dashboard.take_picture("lockouts")
    row.get_by_role("button", name="Unlock the account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address that stays open").fill("nowhere")
    dialog.get_by_role("button", name="Unlock the account").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Must be a valid IP address.")
    dialog.get_by_label("Address that stays open").fill("127.0.0.1")
    dialog.get_by_role("button", name="Unlock the account").click()
    expect(page.get_by_text("Nothing is locked.")).to_be_visible()
    server.sign_in("users", "bob@example.com", PASSWORD)


PAGES = ("crons", "jobs", "queue", "sessions", "lockouts", "mails")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_them(dashboard: Dashboard, sdk: Path, theme: str) -> None:
    page = dashboard.page
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    page.get_by_role("button", name="Account").click()
    page.get_by_label(theme.title()).check()
    page.keyboard.press("Escape")
    for name in PAGES:
        dashboard.open(f"settings/{name}")
        expect(page.locator(f".sidebar a[href='#/settings/{name}'][aria-current]")).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        dashboard.check_accessibility(axe)


def test_they_fit_on_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    for name in PAGES:
        dashboard.open(f"settings/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
