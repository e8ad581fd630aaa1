"""Backups by clicks: made, examined, fetched, sent, restored, deleted; and what went wrong."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.servers import Server
from tests.waiting import until

TITLES = "/api/collections/books/records?sort=title"


@pytest.fixture(scope="module", autouse=True)
def books(server: Server) -> None:
    make_collection(server, "books", {"name": "title", "type": "text"})
    add(server, "books", title="Before")


def test_there_and_back(dashboard: Dashboard, server: Server, sdk: Path, tmp_path: Path) -> None:
    page = dashboard.page
    axe = (sdk.parents[2] / "axe-core" / "axe.min.js").read_text()
    dashboard.open("settings/backups")
    expect(page.get_by_text("There are no backups yet.")).to_be_visible()
    page.get_by_role("button", name="New backup").click()
    dialog = page.get_by_role("dialog", name="New backup")
    dialog.get_by_label("Name").fill("Not A Name")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Must be in a valid format.")
    dialog.get_by_label("Name").fill("mine")
    dialog.get_by_role("button", name="Make it").click()
    row = page.get_by_role("row").filter(has_text="mine.zip")
    expect(row).to_contain_text("by hand")

    actions = page.get_by_role("button", name="Actions for mine.zip")
    actions.click()
    page.get_by_role("button", name="Verify").click()
    expect(row).to_contain_text("sound")
    page.reload()
    expect(row).to_contain_text("sound")
    dashboard.take_picture("backups")
    for theme in ("Light", "Dark"):
        page.get_by_role("button", name="Account").click()
        page.get_by_label(theme).check()
        page.keyboard.press("Escape")
        dashboard.check_accessibility(axe)
    actions.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    copy = tmp_path / "copy.zip"
    download.value.save_as(copy)
    page.locator("input[type=file]").set_input_files(copy)
    expect(page.get_by_role("row").filter(has_text="copy.zip")).to_be_visible()

    add(server, "books", title="After")
    page.get_by_role("button", name="Actions for copy.zip").click()
    page.get_by_role("button", name="Restore").click()
    dialog = page.get_by_role("dialog", name="Restore copy.zip")
    expect(dialog.get_by_role("button", name="Restore")).to_be_disabled()
    dialog.get_by_label("Type copy.zip to confirm").fill("copy.zip")
    dashboard.check_accessibility(axe)
    dashboard.take_picture("restore")
    dialog.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("copy.zip was restored.")).to_be_visible(timeout=30_000)
    assert [one["title"] for one in server.expect("GET", TITLES)["items"]] == ["Before"]

    page.get_by_role("button", name="Actions for copy.zip").click()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete the backup?")
    dialog.get_by_label("Type copy.zip to confirm").fill("copy.zip")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("row").filter(has_text="copy.zip")).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_went_wrong_is_said(dashboard: Dashboard, server: Server) -> None:
    page, token = dashboard.page, server.superuser_token()
    backups = server.directory / "backups"
    backups.mkdir(exist_ok=True)
    (backups / "broken.zip").write_bytes(b"PK no zip")
    dashboard.open("settings/backups")
    page.get_by_role("button", name="Actions for broken.zip").click()
    page.get_by_role("button", name="Verify").click()
    row = page.get_by_role("row").filter(has_text="broken.zip")
    expect(row).to_contain_text("not sound")
    page.get_by_role("button", name="Actions for broken.zip").click()
    page.get_by_role("button", name="Restore").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type broken.zip to confirm").fill("broken.zip")
    dialog.get_by_role("button", name="Restore").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed: broken.zip cannot be")
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("The last restore, of broken.zip, came to nothing")).to_be_visible()

    body = {
        "backups": {
            "cron": "0 3 * * *",
            "s3": {
                "enabled": True,
                "bucket": "b",
                "region": "r",
                "endpoint": "http://127.0.0.1:9",
                "accessKey": "a",
                "secret": "s",
            },
        }
    }
    server.expect("PATCH", "/api/settings", token=token, json_body=body)
    server.send("POST", "/api/crons/__pbAutoBackup__", token=token)
    runs = "/api/crons/__pbAutoBackup__/runs"
    until(lambda: server.expect("GET", runs, token=token)["items"][0]["error"] != "", 60)
    body["backups"]["s3"] = {"enabled": False}
    server.expect("PATCH", "/api/settings", token=token, json_body=body)
    page.reload()
    expect(page.get_by_text("By itself: every day at 03:00 UTC")).to_be_visible()
    expect(page.get_by_text("The last automatic backup failed")).to_be_visible()
