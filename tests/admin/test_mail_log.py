"""The log of mails: what left, what it looks like, and that no mail does anything here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.admin.dashboard import Dashboard
from tests.mailserver import MailServer
from tests.servers import Server

USERS = "/api/collections/users"
HOSTILE = (
    "<style>@import url(http://127.0.0.1:9/style); p {color: rgb(1, 2, 3)}</style>"
    "<style>p {color: rgb(4, 5, 6)}</style>"
    '<p style="font-weight: 700" onclick="alert(1)">Hello <b>you</b>, {TOKEN}</p>'
    '<img src=x onerror="alert(2)"><img src="http://127.0.0.1:9/pixel.png">'
    "<svg onload=alert(3)></svg><script>alert(4)</script>"
    "<iframe srcdoc='<script>alert(5)</script>'></iframe>"
    '<a href="javascript:alert(6)">Click</a><form action="http://127.0.0.1:9/"><button>'
    '</button></form><p style="background: url(http://127.0.0.1:9/back.png)">{{7*7}}</p>'
    "<math><mtext></p><style><img src=x onerror=alert(7)></style></mtext></math>"
)
SUBJECT = "<img src=x onerror=alert(8)> from {APP_NAME}"


@pytest.fixture(scope="module")
def mails(server: Server) -> Iterator[MailServer]:
    token = server.superuser_token()
    with MailServer() as mails:
        server.expect("PATCH", "/api/settings", token=token, json_body=mails.settings)
        template = {"subject": SUBJECT, "body": HOSTILE}
        server.expect("PATCH", USERS, token=token, json_body={"verificationTemplate": template})
        body = {
            "email": "ann@example.com",
            "password": "password123",
            "passwordConfirm": "password123",
        }
        server.expect("POST", f"{USERS}/records", token=token, json_body=body)
        yield mails


def test_mails_are_found_looked_at_and_sent_again(
    dashboard: Dashboard, server: Server, mails: MailServer
) -> None:
    page = dashboard.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for way in ("verification", "password-reset"):
        body = {"email": "ann@example.com"}
        server.send("POST", f"{USERS}/request-{way}", json_body=body)
    mails.wait(3)  # with the one about the sign-in of the superuser
    dashboard.open("settings/mails")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="ann@example.com").filter(has_text="sent")).to_have_count(2)
    dashboard.take_picture("mails")
    page.get_by_label("Search address, subject or error").fill("onerror")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="<img src=x onerror=alert(8)> from Acme").click()
    dialog = page.get_by_role("dialog")
    frame = dialog.frame_locator("iframe")
    expect(frame.get_by_text("Hello you,")).to_have_css("font-weight", "700")
    expect(frame.get_by_text("Hello you,")).to_have_css("color", "rgb(4, 5, 6)")
    expect(frame.get_by_text("{{7*7}}")).to_be_visible()
    frame.get_by_text("Hello you,").click()
    frame.get_by_text("Click").click()
    forbidden = "script, svg, iframe, form, button, img, [href], [onclick], [onerror]"
    expect(frame.locator(forbidden)).to_have_count(0)
    assert page.locator("iframe").get_attribute("sandbox") == "allow-same-origin"
    dashboard.take_picture("mail")
    dialog.get_by_role("button", name="Send again").click()
    assert mails.wait(4)[-1].subject == "<img src=x onerror=alert(8)> from Acme"
    expect(rows).to_have_count(3)
    page.get_by_label("State").select_option("failed")
    expect(page.get_by_text("There are no such mails.")).to_be_visible()
    page.get_by_role("tab", name="Previews").click()
    page.get_by_label("Template").select_option("otp")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("one-time password")
    assert [url for url in asked if not url.startswith(server.url)] == []
