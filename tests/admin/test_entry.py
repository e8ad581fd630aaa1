"""Coming in: the first superuser, passwords, second factors, links of mails."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin.dashboard import Dashboard
from tests.mailserver import MailServer
from tests.oathtool import code
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser
from tests.waiting import until


def test_the_first_minute(page: Page, tmp_path: Path) -> None:
    with Server(Kind.FASTCMS, tmp_path / "pb_data") as server:
        until(lambda: "/_/#/pbinstall/" in server.output)
        (link,) = re.findall(r"http\S+/_/#/pbinstall/\S+", server.output)
        page.goto(link)
        page.get_by_label("Email").fill("first@example.com")
        page.get_by_label("Password", exact=True).fill("first-password")
        page.get_by_label("Password again").fill("another-password")
        page.get_by_role("button", name="Create and sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("don't match")
        page.get_by_label("Password again").fill("first-password")
        page.get_by_role("button", name="Create and sign in").click()
        expect(page.get_by_role("heading", name="Add collections")).to_be_visible()
        # The link is worth nothing any more, and does not stay in the history.
        assert "pbinstall" not in page.url
        card = page.locator("section.card", has=page.get_by_role("heading", name="Blog"))
        card.get_by_role("button", name="Use this template").click()
        expect(page.get_by_role("heading", name="authors")).to_be_visible()
        expect(page.get_by_role("navigation").get_by_role("link", name="posts")).to_be_visible()


def test_a_used_link_says_what_to_do(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/_/#/pbinstall/nonsense")
    page.get_by_label("Email").fill("second@example.com")
    page.get_by_label("Password", exact=True).fill("second-password")
    page.get_by_label("Password again").fill("second-password")
    page.get_by_role("button", name="Create and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("fastcms superuser upsert")


def test_signing_in_and_out(page: Page, server: Server) -> None:
    dashboard = Dashboard(page, server)
    dashboard.open("collections/users")
    page.get_by_label("Email").fill(ROOT_EMAIL)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Failed to authenticate")
    page.get_by_label("Password", exact=True).fill(ROOT_PASSWORD)
    page.keyboard.press("Enter")
    # Where one wanted to go.
    expect(page.get_by_role("heading", name="users", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="users", exact=True)).to_be_visible()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_second_factor(page: Page, server: Server) -> None:
    root = server.superuser_token()
    superusers = "/api/collections/_superusers"
    options = {"totp": {"enabled": True}}
    server.expect("PATCH", superusers, token=root, json_body=options)
    account = {"email": "two@example.com", "password": "two-password"}
    server.expect(
        "POST",
        f"{superusers}/records",
        token=root,
        json_body={**account, "passwordConfirm": account["password"]},
    )
    token = server.sign_in("_superusers", *account.values())
    proof = {"password": account["password"]}
    secret = server.expect("POST", f"{superusers}/totp/enroll", token=token, json_body=proof)
    confirmed = {"code": code(secret["secret"])}
    server.expect("POST", f"{superusers}/totp/confirm", token=token, json_body=confirmed)
    recovery = server.expect(
        "POST", f"{superusers}/totp/recovery-codes", token=token, json_body=proof
    )["recoveryCodes"][0]

    dashboard = Dashboard(page, server)
    dashboard.open()
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code of your app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    # By the app itself; the code of this half minute has been used.
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code of your app").fill(code(secret["secret"], seconds=30))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()


def test_codes_by_mail(page: Page, tmp_path: Path) -> None:
    """Before a password and after it: superusers who use them have to show both."""
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with MailServer() as mails, Server(Kind.FASTCMS, tmp_path / "pb_data", workers=1) as server:
        token, superusers = server.superuser_token(), "/api/collections/_superusers"
        server.expect("PATCH", "/api/settings", token=token, json_body=mails.settings)
        ways = {"otp": {"enabled": True}, "mfa": {"enabled": True}}
        server.expect("PATCH", superusers, token=token, json_body=ways)
        Dashboard(page, server).open()

        def show_code(number: int) -> None:
            page.get_by_role("button", name="Send me a code").click()
            expect(page.get_by_text("It is in the mail that was just sent.")).to_be_visible()
            sent = [mail.code for mail in mails.wait(number, ROOT_EMAIL) if mail.code][-1]
            page.get_by_label("Code", exact=True).fill(sent)
            page.get_by_role("button", name="Sign in").click()

        def show_password() -> None:
            page.get_by_label("Password", exact=True).fill(ROOT_PASSWORD)
            page.get_by_role("button", name="Sign in").click()

        second = page.get_by_role("heading", name="Second factor")
        page.get_by_role("button", name="Use a code by mail").click()
        page.get_by_label("Email").fill(ROOT_EMAIL)
        show_code(1)
        expect(second).to_be_visible()
        show_password()
        page.get_by_role("button", name="Account").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Email").fill(ROOT_EMAIL)
        show_password()
        expect(second).to_be_visible()
        expect(page.get_by_label("Email")).to_have_value(ROOT_EMAIL)
        show_code(len(mails.mails) + 1)
        expect(page.get_by_role("button", name="Account")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("auth/confirm-verification/nonsense", "could not be verified"),
        ("auth/oauth2-redirect-success", "You are signed in"),
        ("auth/oauth2-redirect-failure", "Signing in has failed"),
        ("auth/nonsense", "There is no such page"),
        ("auth/confirm-email-change/nonsense", "Confirm your new email address"),
    ],
)
def test_links_of_mails(page: Page, server: Server, path: str, text: str) -> None:
    Dashboard(page, server).open(path)
    expect(page.get_by_role("heading")).to_contain_text(text)


def test_a_new_password_needs_a_good_link(page: Page, server: Server) -> None:
    Dashboard(page, server).open("auth/confirm-password-reset/nonsense")
    page.get_by_label("Password", exact=True).fill("new-password")
    page.get_by_label("Password again").fill("new-password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_in_german(page: Page, server: Server) -> None:
    dashboard = Dashboard(page, server)
    dashboard.sign_in()
    page.get_by_role("button", name="Account").click()
    page.get_by_label("Deutsch").check()
    expect(page.get_by_role("button", name="Konto")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Sammlungen hinzufügen")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"
