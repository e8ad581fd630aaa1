"""What one can do with one record besides filling in its fields; accounts have more of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard, add, make_collection
from tests.authenticator import Authenticator
from tests.mailserver import MailServer
from tests.oathtool import code
from tests.servers import Server

PASSWORD = "a-long-password-1"
USERS = "/api/collections/users"


@pytest.fixture(scope="module", autouse=True)
def collections(server: Server) -> None:
    make_collection(
        server,
        "notes",
        {"name": "title", "type": "text", "presentable": True},
        {"name": "secret", "type": "password"},
    )
    for number in range(1, 4):
        add(server, "notes", title=f"Note {number}")
    make_collection(server, "shelves", {"name": "title", "type": "text"})
    add(server, "shelves", title="High")
    root = server.superuser_token()
    view = {"name": "titles", "type": "view", "viewQuery": "SELECT id, title FROM notes"}
    server.expect("POST", "/api/collections", token=root, json_body=view)
    methods = {"passkey": {"enabled": True}, "totp": {"enabled": True}}
    server.expect("PATCH", USERS, token=root, json_body=methods)


def test_one_record_after_the_other(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    dashboard.see_collection("notes")
    dashboard.expect_count("3 records")
    page.get_by_role("button", name="title", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Note 1")
    dashboard.cell("Note 1").click()
    panel = page.get_by_role("dialog")
    title = panel.get_by_label("title")
    expect(panel.get_by_role("button", name="Previous record")).to_be_disabled()
    panel.get_by_role("button", name="Next record").click()
    expect(title).to_have_value("Note 2")

    # Saved, and still there.
    title.fill("Note 2b")
    panel.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Note 2b")).to_be_visible()
    expect(panel.get_by_role("button", name="Save", exact=True)).to_be_disabled()

    # What is secret is not kept, so one is asked; all else is.
    panel.get_by_label("secret").fill("abc")
    panel.get_by_role("button", name="Next record").click()
    question = page.get_by_role("dialog", name="Leave without saving?")
    expect(question).to_contain_text("What is not kept: secret.")
    question.get_by_role("button", name="Cancel").click()
    expect(panel.get_by_label("secret")).to_have_value("abc")
    panel.get_by_label("secret").fill("")

    # Another one like it.
    panel.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", name="New in notes")).to_be_visible()
    expect(title).to_have_value("Note 2b")
    title.fill("Note 4")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel).to_have_count(0)
    dashboard.expect_count("4 records")
    stored = server.expect("GET", "/api/collections/notes/records?sort=title")["items"]
    assert [one["title"] for one in stored] == ["Note 1", "Note 2b", "Note 3", "Note 4"]


def test_controls_are_hidden(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    dashboard.open("settings/application")
    page.get_by_label("Hide controls", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The settings were saved.")).to_be_visible()
    side = page.get_by_role("navigation", name="Settings")
    expect(side.get_by_role("link", name="Automatic backups")).to_be_visible()
    expect(side.get_by_role("link", name="Import collections")).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("link", name="Invite")).to_be_visible()
    expect(page.get_by_role("link", name="New collection")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("collection")
    expect(page.get_by_role("option").filter(has_text="Collections").first).to_be_visible()
    expect(page.get_by_role("option", name="New collection")).to_have_count(0)
    page.keyboard.press("Escape")
    dashboard.see_collection("shelves")
    expect(page.get_by_role("link", name="Fields, rules and options")).to_have_count(0)
    # A record is opened rather than changed in its cell, and saved by who has unlocked it.
    dashboard.cell("High").dblclick()
    panel = page.get_by_role("dialog")
    panel.get_by_label("title").fill("Low")
    page.keyboard.press("Control+s")
    expect(panel.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    expect(panel.get_by_role("button", name="Save and continue")).to_be_disabled()
    panel.get_by_role("button", name="Unlock to save").click()
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The record was saved.")).to_have_count(1)
    page.get_by_role("button", name="New record").click()
    expect(panel.get_by_role("button", name="Save", exact=True)).to_be_enabled()
    stored = server.expect("GET", "/api/collections/shelves/records")["items"]
    assert [one["title"] for one in stored] == ["Low"]
    body = {"meta": {"hideControls": False}}
    server.expect("PATCH", "/api/settings", token=server.superuser_token(), json_body=body)


def test_a_record_of_a_view_is_read(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.see_collection("titles")
    dashboard.cell("Note 1").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_label("title")).to_be_disabled()
    expect(panel.get_by_role("button", name="Save")).to_have_count(0)
    panel.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Duplicate")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    assert json.loads(Path(download.value.path()).read_text())["title"] == "Note 1"


def enrol(server: Server, token: str) -> None:
    """Gives an account a passkey and an authenticator app."""

    def send(path: str, body: dict[str, Any]) -> Any:
        return server.expect("POST", f"{USERS}/{path}", token=token, json_body=body)

    options = send("passkeys/options", {"password": PASSWORD})["publicKey"]
    credential = Authenticator("http://localhost:8090").create(options)
    send("passkeys", {"credential": credential, "name": "Ann's laptop"})
    secret = send("totp/enroll", {"password": PASSWORD})["secret"]
    send("totp/confirm", {"code": code(secret)})


@pytest.fixture
def account(dashboard: Dashboard, server: Server) -> str:
    """The id of somebody who is signed in, and whose panel is open."""
    email = f"ann-{dashboard.server.url[-2:]}{id(dashboard)}@example.com"
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    root = server.superuser_token()
    body = {"email": email, "emailVisibility": True, **secret}
    record = server.expect("POST", f"{USERS}/records", token=root, json_body=body)["id"]
    token = server.sign_in("users", email, PASSWORD)
    enrol(server, token)
    dashboard.open(f"collections/users?record={record}")
    expect(dashboard.page.get_by_role("dialog").get_by_label("email", exact=True)).to_have_value(
        email
    )
    return str(record)


def _choose(page: Page, action: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name="More").click()
    page.get_by_role("button", name=action, exact=True).click()


def test_an_account_gets_mails(dashboard: Dashboard, server: Server, account: str) -> None:
    page = dashboard.page
    with MailServer() as mails:
        root = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=root, json_body=mails.settings)
        _choose(page, "Send a mail to verify the address")
        assert "Verify" in mails.wait(1)[0].subject
        _choose(page, "Send a mail to reset the password")
        assert "Reset" in mails.wait(2)[1].subject
        expect(page.get_by_text("The mail was sent.")).to_have_count(2)
    panel = page.get_by_role("dialog")
    panel.get_by_label("verified").check()
    panel.get_by_label("emailVisibility").uncheck()
    panel.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("The record was saved.")).to_be_visible()
    stored = server.expect("GET", f"{USERS}/records/{account}", token=server.superuser_token())
    assert (stored["verified"], stored["emailVisibility"]) == (True, False)
    panel.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Send a mail to verify the address")).to_have_count(0)


def test_impersonation(dashboard: Dashboard, server: Server, account: str) -> None:
    page = dashboard.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _choose(page, "Impersonate")
    dialog = page.get_by_role("dialog", name="Impersonate ann")
    dialog.get_by_label("Seconds").fill("120")
    dialog.get_by_role("button", name="Make a token").click()
    token = dialog.get_by_label("Token", exact=True).input_value()
    expect(dialog.get_by_role("textbox", name="How it is used")).to_contain_text(token[:20])
    dialog.get_by_role("button", name="Copy the token").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token
    seen = server.expect("GET", f"{USERS}/records/{account}", token=token)
    assert seen["id"] == account
    dashboard.take_picture("impersonate")
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)
    # It is kept nowhere.
    assert not page.evaluate("token => JSON.stringify(localStorage).includes(token)", token)

    _choose(page, "Reset tokens")
    question = page.get_by_role("dialog", name="Reset tokens")
    question.get_by_role("button", name="Reset tokens").click()
    expect(page.get_by_text("All tokens have ended.")).to_be_visible()
    assert (
        server.request("POST", f"{USERS}/auth-refresh", headers={"Authorization": token}).status
        == 401
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_how_an_account_signs_in(
    dashboard: Dashboard, server: Server, account: str, sdk: Path, theme: Any
) -> None:
    page, root = dashboard.page, server.superuser_token()
    page.emulate_media(color_scheme=theme)
    collection = server.expect("GET", USERS, token=root)["id"]
    query = (
        "INSERT INTO _externalAuths (id, collectionRef, recordRef, provider, providerId) "
        f"VALUES ('link{account[4:]}', '{collection}', '{account}', 'google', '{account}')"
    )
    server.expect("POST", "/api/sql", token=root, json_body={"query": query})
    panel = page.get_by_role("dialog").first
    panel.get_by_role("tab", name="Sign-in and sessions").click()
    expect(panel.get_by_role("cell", name="Ann's laptop", exact=True)).to_be_visible()
    expect(panel.get_by_role("cell", name="google", exact=True)).to_be_visible()
    dashboard.take_picture(f"account-{theme}")
    dashboard.check_accessibility((sdk.parents[2] / "axe-core" / "axe.min.js").read_text())

    panel.get_by_role("button", name="Unlink google").click()
    page.get_by_role("dialog", name="Unlink google").get_by_role("button", name="Unlink").click()
    expect(panel.get_by_text("No provider is linked.")).to_be_visible()
    # Devices that are lost.
    panel.get_by_role("button", name="Remove Ann's laptop").click()
    question = page.get_by_role("dialog", name="Remove Ann's laptop")
    question.get_by_role("button", name="Remove", exact=True).click()
    expect(panel.get_by_text("There are no passkeys.")).to_be_visible()
    for said in ("The authenticator app was removed.", "This account has no authenticator app."):
        panel.get_by_role("button", name="Remove the authenticator app").click()
        question = page.get_by_role("dialog", name="Remove the authenticator app")
        question.get_by_role("button", name="Remove", exact=True).click()
        expect(page.get_by_text(said)).to_be_visible()
    methods = server.expect("GET", f"{USERS}/passkeys?recordId={account}", token=root)
    assert methods["items"] == []
    panel.get_by_role("button", name="End", exact=False).first.click()
    expect(panel.get_by_text("Nobody is signed in.")).to_be_visible()
    query = "SELECT COUNT(*) AS n FROM _externalAuths"
    answer = server.expect("POST", "/api/sql", token=root, json_body={"query": query})
    assert "0" in json.dumps(answer)
