"""The settings: every group as a form, what is tried from it, and one's own account."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fastcms import resources
from fastcms.settings.describe import groups
from tests.admin.dashboard import Dashboard
from tests.mailserver import MailServer
from tests.oathtool import code
from tests.s3server import s3_server
from tests.servers import Kind, Server, add_superuser, free_port
from tests.upkeep.test_trials import SECRET, Receiver
from tests.waiting import until

HOSTILE = "<img src=x onerror=alert(1)>'\"{{7*7}}"
PAGES = (
    "application", "mail", "sms", "storage", "log", "batch", "checks", "rate-limits", "proxy",
    "superuser-ips", "encryption", "automatic-backups", "account",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server some of whose settings come from outside."""
    directory = tmp_path_factory.mktemp("settings") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    (directory.parent / "fastcms.toml").write_text("[settings.batch]\nmaxRequests = 7\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FASTCMS_SETTINGS_BATCH_TIMEOUT", "9")
        # Of those who develop, webhooks may go to this machine.
        with Server(Kind.FASTCMS, directory, extra=("--dev",)) as running:
            yield running


def see(dashboard: Dashboard, name: str, heading: str) -> None:
    dashboard.open(f"settings/{name}")
    expect(dashboard.page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The settings were saved.").last).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)


def stored(server: Server) -> Any:
    return server.expect("GET", "/api/settings/all", token=server.superuser_token())


def section(page: Page, title: str) -> Locator:
    heading = page.get_by_role("heading", name=title, level=2, exact=True)
    return page.locator("section.card", has=heading)


def accent(page: Page) -> str:
    """What links and buttons have."""
    return str(
        page.evaluate(
            """() => {
              const probe = document.body.appendChild(document.createElement("a"));
              probe.href = "#";
              const { color } = getComputedStyle(probe);
              probe.remove();
              return color;
            }"""
        )
    )


def test_the_application_and_its_colour(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    see(dashboard, "", "Application")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Address", exact=True).fill("no address")
    page.get_by_role("button", name="Save", exact=True).click()
    # What is wrong stands at its input, and nothing was saved.
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Address", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Must be a valid URL.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(HOSTILE)
    page.get_by_label("Address", exact=True).fill("https://shop.example.com")
    colour = page.get_by_label("Colour", exact=True)
    colour.fill("#ffe000")
    expect(page.get_by_text("Too light for texts on white.")).to_be_visible()
    # It is tried at once, in a shade that can be read.
    until(lambda: accent(page) not in ("rgb(16, 85, 201)", "rgb(255, 224, 0)"))
    dashboard.take_picture("settings-application")
    page.get_by_role("button", name="#b3261e").click()
    until(lambda: accent(page) == "rgb(179, 38, 30)")
    colour.press("Control+s")
    expect(page.get_by_text("The settings were saved.")).to_be_visible()
    meta = stored(server)["meta"]
    assert (meta["appName"], meta["accentColor"]) == (HOSTILE, "#b3261e")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value(HOSTILE)
    until(lambda: accent(page) == "rgb(179, 38, 30)")
    # A group gets its defaults, to be looked at before they are saved.
    page.get_by_role("button", name="Restore the defaults of Application").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Acme")
    expect(page.get_by_text("3 changes are not saved.")).to_be_visible()
    save(page)
    assert stored(server)["meta"]["appURL"] == "http://localhost:8090"


def test_a_mail_is_tried(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    with MailServer(account=("shop", "hush")) as mails:
        see(dashboard, "mail", "Mail")
        expect(page.get_by_label("Port", exact=True)).to_have_count(0)
        page.get_by_label("Use it", exact=True).check()
        page.get_by_label("Host", exact=True).fill("127.0.0.1")
        page.get_by_label("Port", exact=True).fill("many")
        page.get_by_label("User name", exact=True).fill("shop")
        page.get_by_label("Password", exact=True).fill("hush")
        expect(page.get_by_role("button", name="Send a test mail")).to_be_disabled()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("loading the submitted data")
        page.get_by_label("Port", exact=True).fill(str(free_port()))
        save(page)
        expect(page.get_by_label("Password", exact=True)).to_have_value("")
        page.get_by_role("button", name="Send a test mail").click()
        dialog = page.get_by_role("dialog", name="Send a test mail")
        dialog.get_by_label("Kind of mail", exact=True).select_option("New password")
        dialog.get_by_label("Collection", exact=True).select_option("users")
        dialog.get_by_label("To", exact=True).fill("ann@example.com")
        dialog.get_by_role("button", name="Send", exact=True).click()
        expect(dialog.locator(".outcome.bad")).to_contain_text("Failed to send")
        dialog.get_by_role("button", name="Close").last.click()
        # A secret is sent when it is typed, and kept otherwise.
        page.get_by_label("Port", exact=True).fill(str(mails.port))
        page.get_by_label("Sender's name", exact=True).fill("Shop")
        save(page)
        page.get_by_role("button", name="Send a test mail").click()
        dialog.get_by_label("To", exact=True).fill("ann@example.com")
        dialog.get_by_role("button", name="Send", exact=True).click()
        expect(dialog.locator(".outcome.good")).to_contain_text("ann@example.com")
        dashboard.take_picture("settings-test-mail")
        assert "Shop" in str(mails.last(1).parsed["From"])
        dialog.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_placeholder("Is removed when you save")).to_be_visible()
    page.get_by_label("Use it", exact=True).uncheck()
    save(page)
    assert stored(server)["smtp"]["enabled"] is False
    page.get_by_label("Use it", exact=True).check()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("placeholder", "")


def test_a_bucket_is_tried(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    with s3_server() as s3:
        bucket = s3.new_bucket()
        for name, title, button in (
            ("storage", "Files", "Test the place"),
            ("automatic-backups", "Automatic backups", "Test the bucket"),
        ):
            see(dashboard, name, title)
            page.get_by_label("Use it", exact=True).check()
            page.get_by_label("Region", exact=True).fill("us-east-1")
            page.get_by_label("Endpoint", exact=True).fill(s3.endpoint)
            page.get_by_label("Access key", exact=True).fill("key")
            page.get_by_label("Secret", exact=True).fill("hush")
            page.get_by_label("Bucket in the path", exact=True).check()
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_label("Bucket", exact=True)).to_be_focused()
            page.get_by_label("Bucket", exact=True).fill("nowhere")
            save(page)
            page.get_by_role("button", name=button).click()
            expect(page.locator(".outcome.bad")).to_contain_text("NoSuchBucket")
            page.get_by_label("Bucket", exact=True).fill(bucket)
            save(page)
            page.get_by_role("button", name=button).click()
            expect(page.locator(".outcome.good")).to_be_visible()
        page.get_by_role("button", name="twice a day").click()
        expect(page.get_by_label("When", exact=True)).to_have_value("0 3,15 * * *")
        page.get_by_label("Verify", exact=True).check()
        dashboard.take_picture("settings-automatic-backups")
        save(page)
    backups = stored(server)["backups"]
    assert (backups["cron"], backups["verify"]) == ("0 3,15 * * *", True)
    body = {"keys": ["s3", "backups"]}
    server.expect("POST", "/api/settings/reset", token=server.superuser_token(), json_body=body)


def test_where_values_come_from_and_what_is_kept(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    see(dashboard, "batch", "Batches")
    page.get_by_label("Allow them", exact=True).check()
    # What is set outside is locked, and says where.
    expect(page.get_by_label("Seconds", exact=True)).to_be_disabled()
    expect(page.get_by_label("Seconds", exact=True)).to_have_value("9")
    expect(page.get_by_text("FASTCMS_SETTINGS_BATCH_TIMEOUT")).to_be_visible()
    expect(page.get_by_label("Requests", exact=True)).to_have_value("7")
    expect(page.get_by_text("the file fastcms.toml")).to_be_visible()
    page.get_by_label("Size", exact=True).fill("1000")
    save(page)
    assert stored(server)["batch"] == {
        "enabled": True,
        "maxRequests": 7,
        "timeout": 9,
        "maxBodySize": 1000,
    }
    expect(page.get_by_text("Stored; the default is 0.")).to_be_visible()
    page.get_by_role("button", name="Restore the default of Size").click()
    expect(page.get_by_label("Size", exact=True)).to_have_value("0")
    page.get_by_role("button", name="Undo the change of Size").click()
    expect(page.get_by_label("Size", exact=True)).to_have_value("1000")

    # Found by a search, changed, not saved: nothing is left by mistake, and nothing lost.
    page.get_by_role("searchbox", name="Search settings").fill("megabytes")
    page.get_by_role("link", name="Size on disk").click()
    size = page.get_by_label("Size on disk", exact=True)
    expect(size).to_be_focused()
    size.fill("77")
    page.get_by_role("searchbox", name="Search settings").fill("")
    page.get_by_role("link", name="Encryption").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(size).to_have_value("77")
    page.get_by_role("link", name="Encryption").click()
    dialog.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Not encrypted")).to_be_visible()
    page.go_back()
    expect(size).to_have_value("77")
    save(page)
    assert stored(server)["logs"]["maxSize"] == 77
    # A secret that was typed is nowhere.
    see(dashboard, "sms", "Text messages")
    page.get_by_label("Provider", exact=True).select_option("twilio")
    page.get_by_label("Auth token", exact=True).fill("top-secret")
    page.get_by_label("Account SID", exact=True).fill("AC1")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "AC1" in kept
    assert "top-secret" not in kept
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Account SID", exact=True)).to_have_count(0)


def test_rate_limits(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    see(dashboard, "rate-limits", "Rate limits")
    page.get_by_label("Apply them", exact=True).check()
    rules = page.get_by_role("listitem").filter(has=page.get_by_label("Requests", exact=True))
    expect(rules).to_have_count(4)
    page.get_by_role("button", name="Add a rule").click()
    last = rules.last
    last.get_by_label("Requests", exact=True).fill("no label!")
    last.get_by_label("Most", exact=True).fill("0")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(last.get_by_label("Requests", exact=True)).to_be_focused()
    expect(last.get_by_label("Most", exact=True)).to_have_attribute("aria-invalid", "true")
    options = page.locator("datalist option")
    expect(options.and_(page.locator("[value='users:authWithPassword']"))).to_have_count(1)
    last.get_by_label("Requests", exact=True).fill("users:authWithPassword")
    last.get_by_label("Most", exact=True).fill("5")
    last.get_by_label("Whose", exact=True).select_option("guests")
    # By the rules as they stand in the form.
    attempt = section(page, "Try a request")
    attempt.get_by_role("button", name="Which rule?").click()
    expect(attempt.get_by_role("status")).to_contain_text("Rule 5 applies: users:authWithPassword")
    attempt.get_by_label("Path", exact=True).fill("/api/batch")
    attempt.get_by_role("button", name="Which rule?").click()
    expect(attempt.get_by_role("status")).to_contain_text("Rule 3 applies: /api/batch, 3 requests")
    # Put in order by keys and by the mouse.
    page.get_by_role("button", name="Move rule 5 up").click()
    expect(rules.nth(3).get_by_label("Requests", exact=True)).to_have_value(
        "users:authWithPassword"
    )
    page.get_by_role("button", name="Remove rule 5").click()
    rules.first.scroll_into_view_if_needed()
    grip, target = rules.nth(3).locator(".grip").bounding_box(), rules.first.bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(target["x"] + 30, target["y"] + 30, steps=4)
    page.mouse.move(target["x"] + 30, target["y"] + 4, steps=4)
    page.mouse.up()
    expect(rules.first.get_by_label("Requests", exact=True)).to_have_value("users:authWithPassword")
    excluded = page.get_by_role("group", name="Excluded")
    excluded.get_by_role("button", name="Add").click()
    page.get_by_label("Excluded 1", exact=True).fill("10.0.0.0/33")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(excluded.get_by_role("alert")).to_contain_text("Invalid IP")
    page.get_by_label("Excluded 1", exact=True).fill("10.0.0.0/8")
    dashboard.take_picture("settings-rate-limits")
    save(page)
    limits = stored(server)["rateLimits"]
    assert limits["excludedIPs"] == ["10.0.0.0/8"]
    assert [rule["label"] for rule in limits["rules"]] == [
        "users:authWithPassword", "*:auth", "*:create", "/api/batch",
    ]  # fmt: skip
    page.get_by_role("button", name="How rules work").click()
    expect(page.get_by_role("dialog")).to_contain_text("At most one rule applies")
    page.keyboard.press("Escape")
    body = {"keys": ["rateLimits"]}
    server.expect("POST", "/api/settings/reset", token=server.superuser_token(), json_body=body)


def test_proxies_and_addresses_of_superusers(dashboard: Dashboard, server: Server) -> None:
    page = dashboard.page
    page.set_extra_http_headers({"X-Forwarded-For": "203.0.113.5, 198.51.100.7"})
    see(dashboard, "proxy", "Trusted proxy")
    seen = section(page, "This request")
    expect(seen).to_contain_text("127.0.0.1")
    seen.get_by_role("button", name="Trust X-Forwarded-For").click()
    expect(page.get_by_label("Headers 1", exact=True)).to_have_value("X-Forwarded-For")
    page.get_by_label("Headers 1", exact=True).press("Enter")
    expect(page.get_by_label("Headers 2", exact=True)).to_be_focused()
    page.get_by_label("Headers 2", exact=True).fill("X-Real-IP")
    page.get_by_role("button", name="Move 2 up").click()
    expect(page.get_by_label("Headers 1", exact=True)).to_have_value("X-Real-IP")
    page.get_by_role("button", name="Remove 1").click()
    page.get_by_label("The leftmost").check()
    save(page)
    expect(seen).to_contain_text("203.0.113.5")
    page.get_by_role("button", name="Restore the defaults").click()
    save(page)
    expect(seen).to_contain_text("127.0.0.1")

    see(dashboard, "superuser-ips", "Superusers’ addresses")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You come from 127.0.0.1.")
    expect(dialog).to_contain_text("fastcms superuser ips")
    dashboard.take_picture("settings-superuser-ips")
    dialog.get_by_role("button", name="Cancel").click()
    assert stored(server)["superuserIPs"] == []
    page.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("The settings were saved.").last).to_be_visible()
    assert stored(server)["superuserIPs"] == ["127.0.0.1"]
    page.get_by_role("button", name="Remove 1").click()
    save(page)


def test_checks(dashboard: Dashboard) -> None:
    page = dashboard.page
    see(dashboard, "checks", "Tests")
    page.get_by_role("button", name="Test the database").click()
    expect(section(page, "Database").get_by_role("status")).to_contain_text("It works")
    webhook = section(page, "Webhook")
    webhook.get_by_label("Address", exact=True).fill("http://127.0.0.1:9/")
    webhook.get_by_role("button", name="Send an event").click()
    expect(webhook.locator(".outcome.bad")).to_be_visible()
    receiver = Receiver()
    webhook.get_by_label("Secret", exact=True).fill(SECRET)
    for path, outcome in (("/500", "bad"), ("/204", "good")):
        webhook.get_by_label("Address", exact=True).fill(receiver.url + path)
        webhook.get_by_role("button", name="Send an event").click()
        expect(webhook.locator(f".outcome.{outcome}")).to_contain_text(path[1:])
        headers, sent = receiver.taken.get(timeout=10)
        assert json.loads(sent)["type"] == "test"
        assert headers["webhook-signature"].startswith("v1,")
    dashboard.take_picture("settings-webhook")
    receiver.server.shutdown()
    receiver.server.server_close()


def test_ones_own_account(page: Page, server: Server) -> None:
    root = server.superuser_token()
    body: dict[str, Any]
    first, second = ("own@example.com", "own-password"), ("new@example.com", "new-password")
    records = "/api/collections/_superusers/records"
    body = {"email": first[0], "password": first[1], "passwordConfirm": first[1]}
    server.expect("POST", records, token=root, json_body=body)
    server.sign_in("_superusers", *first)
    dashboard = Dashboard(page, server)
    dashboard.sign_in(*first)
    see(dashboard, "account", "My account")
    sessions = page.get_by_role("region", name="Where you are signed in")
    expect(sessions.get_by_role("row")).to_have_count(3)
    page.get_by_role("button", name="Sign out everywhere else").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere else").click()
    expect(sessions.get_by_role("row")).to_have_count(2)
    expect(sessions).to_contain_text("this one")

    credentials = section(page, "Address and password")
    credentials.get_by_label("Email", exact=True).fill(second[0])
    credentials.get_by_label("Current password", exact=True).fill(first[1])
    credentials.get_by_label("New password", exact=True).fill(second[1])
    credentials.get_by_label("Password again", exact=True).fill("another")
    credentials.get_by_role("button", name="Save").click()
    expect(credentials.get_by_label("Password again", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )
    credentials.get_by_label("Password again", exact=True).fill(second[1])
    credentials.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your account was changed.")).to_be_visible()
    expect(page.get_by_text(second[0])).to_be_visible()
    server.sign_in("_superusers", *second)

    # A passkey of a device that Chromium plays.
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    body = {"meta": {"appURL": server.url.replace("127.0.0.1", "localhost")}}
    server.expect("PATCH", "/api/settings", token=root, json_body=body)
    page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/_/#/settings/account")
    page.get_by_label("Email", exact=True).fill(second[0])
    page.get_by_label("Password", exact=True).fill(second[1])
    page.get_by_role("button", name="Sign in").click()
    passkeys = section(page, "Passkeys")
    passkeys.get_by_role("button", name="Allow passkeys for superusers").click()
    passkeys.get_by_role("button", name="Add a passkey").click()
    dialog = page.get_by_role("dialog", name="Add a passkey")
    dialog.get_by_label("Name", exact=True).fill("Laptop")
    dialog.get_by_label("Password", exact=True).fill("wrong-password")
    dialog.get_by_role("button", name="Add a passkey").click()
    expect(dialog.get_by_role("alert")).to_contain_text("wrong")
    dialog.get_by_label("Password", exact=True).fill(second[1])
    dialog.get_by_role("button", name="Add a passkey").click()
    expect(passkeys.get_by_role("row").filter(has_text="Laptop")).to_be_visible()
    # It signs in, with no password.
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your device asks")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()
    page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/_/#/settings/account")
    passkeys.get_by_role("button", name="Remove Laptop").click()
    question = page.get_by_role("dialog", name="Remove this passkey?")
    question.get_by_role("textbox").fill("Laptop")
    question.get_by_role("button", name="Remove").click()
    expect(passkeys).to_contain_text("You have no passkeys.")

    app = section(page, "Authenticator app")
    app.get_by_role("button", name="Allow authenticator apps for superusers").click()
    app.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog", name="Set up an app")
    dialog.get_by_label("Password", exact=True).fill(second[1])
    dialog.get_by_role("button", name="Set up an app").click()
    secret = dialog.locator("p.mono").inner_text()
    dialog.get_by_label("Code of your app", exact=True).fill(code(secret))
    dialog.get_by_role("button", name="Confirm").click()
    codes = page.get_by_role("dialog", name="Recovery codes")
    expect(codes.get_by_role("listitem")).to_have_count(10)
    dashboard.take_picture("settings-recovery-codes")
    codes.get_by_role("button", name="Close").last.click()
    expect(app).to_contain_text("10 recovery codes are left")
    app.get_by_role("button", name="Remove the app").click()
    dialog = page.get_by_role("dialog", name="Remove the app")
    dialog.get_by_label("Password", exact=True).fill(second[1])
    dialog.get_by_role("button", name="Remove the app").click()
    expect(app.get_by_role("button", name="Set up an app")).to_be_visible()


def test_every_page(dashboard: Dashboard, axe: str) -> None:
    """In both themes, on a phone, and in German."""
    page = dashboard.page
    too_wide = "({ scrollWidth, clientWidth }) => scrollWidth - clientWidth"
    for name in PAGES:
        dashboard.open(f"settings/{name}")
        expect(page.locator("main section.card").first).to_be_visible()
        dashboard.take_picture(f"settings-{name}")
        dashboard.check_accessibility(axe)
        page.emulate_media(color_scheme="dark")
        dashboard.check_accessibility(axe)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 360, "height": 700})
        assert page.locator("main").evaluate(too_wide) <= 0, name
        page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Account").click()
    page.get_by_label("Deutsch", exact=True).check()
    page.set_viewport_size({"width": 360, "height": 700})
    dashboard.open("settings/rate-limits")
    expect(page.get_by_role("heading", name="Anfragegrenzen", level=1)).to_be_visible()
    dashboard.take_picture("settings-phone")


def test_every_setting_is_on_a_page_and_said_in_german() -> None:
    static: Path = resources.static("admin")
    pages = (static / "screens/settings/pages.js").read_text()
    texts = (static / "text/settings/de.js").read_text()
    german = set(re.findall(r'^  "([\w.]+)": \["', texts, re.MULTILINE))
    said = set()
    for group in groups():
        name = group.path or "superusers"
        said.add(f"{name}.")
        for entry in group.entries:
            said.add(entry.path)
            assert f'"{name}"' in pages or f'"{entry.path}"' in pages, entry.path
    assert german == said
