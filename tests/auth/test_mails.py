"""What mails to accounts say, and what they must never say (parity has more)."""

from msgspec.structs import replace

from fastcms.auth import mails
from fastcms.auth.accounts import find_by_email
from fastcms.auth.events import RecordMailEvent
from fastcms.schema.options import EmailTemplate
from tests.auth.accounts import USERS, add, arrived, change_users, mail_to
from tests.inprocess import Client, served
from tests.mailserver import MailServer

EVIL = "evil.example.net"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "Forwarded": f"host={EVIL}",
    "X-Original-Host": EVIL,
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}
WAYS = ("request-verification", "request-password-reset", "request-otp")


def test_links_lead_to_the_address_of_the_settings_alone(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server, appURL="https://shop.example.com", appName="Shop")
        await change_users(client, otp={"enabled": True})
        await add(client)
        for way in WAYS:
            answer = await client(
                "POST", f"{USERS}/{way}", {"email": "ann@example.com"}, token="", extra=FORGED
            )
            assert answer.status in (200, 204)
        for mail in await arrived(client, server, len(WAYS)):
            content = mail.raw.decode() + mail.text + mail.html
            assert EVIL not in content
            assert "gopher" not in content
            assert (
                "otp" in mail.subject.lower() or "https://shop.example.com/_/#/auth/" in mail.text
            )

    with MailServer() as server:
        served(tmp_path, body)


def test_values_are_text_in_html(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        await change_users(client, verificationTemplate=_template("{RECORD:name}"))
        await add(client, name="ann", id="ann000000000000")
        name = '<a href="https://evil.example.net">click</a><script>alert(1)</script>'
        await client("PATCH", f"{USERS}/records/ann000000000000", {"name": name})
        await client("POST", f"{USERS}/request-verification", {"email": "ann@example.com"})
        (mail,) = await arrived(client, server)
        assert mail.body == (
            "&lt;a href=&#34;https://evil.example.net&#34;&gt;click&lt;/a&gt;"
            "&lt;script&gt;alert(1)&lt;/script&gt;"
        )
        assert mail.text == name

    with MailServer() as server:
        served(tmp_path, body)


def test_values_add_no_headers_and_no_recipients(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server, senderName="Shop\r\nBcc: eve@example.net")
        await change_users(client, verificationTemplate=_template("{RECORD:name}"))
        ann = await add(client)
        name = "Ann\r\nBcc: eve@example.net\r\n\r\n<h1>other body</h1>"
        await client("PATCH", f"{USERS}/records/{ann}", {"name": name})
        await client("POST", f"{USERS}/request-verification", {"email": "ann@example.com"})
        (mail,) = await arrived(client, server)
        assert mail.to == ("ann@example.com",)
        assert "Bcc" not in mail.parsed
        assert "Bcc: eve" in mail.subject

    with MailServer() as server:
        served(tmp_path, body)


def test_no_template_language_runs(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        text = "{{7*7}} ${7*7} <%= 7*7 %> {% raw %} {0.__class__} {RECORD:__class__} %s"
        await change_users(client, verificationTemplate=_template(text))
        await add(client)
        await client("POST", f"{USERS}/request-verification", {"email": "ann@example.com"})
        (mail,) = await arrived(client, server)
        assert mail.subject == text
        assert mail.body == text

    with MailServer() as server:
        served(tmp_path, body)


def test_a_value_is_never_a_placeholder(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        template = _template("{RECORD:name} {RECORD:tokenKey}")
        await change_users(client, verificationTemplate=template)
        ann = await add(client)
        value = "{TOKEN} {RECORD:email} {APP_URL} {RECORD:tokenKey}"
        await client("PATCH", f"{USERS}/records/{ann}", {"name": value})
        await client("POST", f"{USERS}/request-verification", {"email": "ann@example.com"})
        assert (await arrived(client, server))[0].body == f"{value} {{RECORD:tokenKey}}"

    with MailServer() as server:
        served(tmp_path, body)


def test_secrets_are_in_no_mail(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        users = (await client("GET", USERS)).json()
        pin = {"name": "pin", "type": "password", "hidden": False}
        hush = {"name": "hush", "type": "text", "hidden": True}
        names = ("password", "tokenKey", "pin", "hush")
        text = "|".join(f"{{RECORD:{name}}}" for name in names)
        await change_users(
            client, fields=[*users["fields"], pin, hush], verificationTemplate=_template(text)
        )
        await add(client, pin="secret-pin", hush="secret-hush")
        (stored,) = await client.app.store.read("SELECT password, tokenKey, pin, hush FROM users")
        await client("POST", f"{USERS}/request-verification", {"email": "ann@example.com"})
        (mail,) = await arrived(client, server)
        content = mail.subject + mail.html + mail.text
        assert not any(value in content for value in stored)

    with MailServer() as server:
        served(tmp_path, body)


def test_handlers_see_each_kind_of_mail_and_change_it(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        await change_users(client, otp={"enabled": True})
        await add(client)
        seen: list[tuple[str, list[str]]] = []
        hooks = client.app.hooks
        for name in ("verification", "password_reset", "otp"):

            async def note(event: RecordMailEvent, name: str = name) -> None:
                seen.append((name, sorted(event.meta)))
                event.message = replace(event.message, subject=f"changed {name}")
                await event.next()

            getattr(hooks, f"mailer_record_{name}_send").add(note, "users")
        for way in WAYS:
            await client("POST", f"{USERS}/{way}", {"email": "ann@example.com"}, token="")
        subjects = {mail.subject for mail in await arrived(client, server, len(WAYS))}
        assert subjects == {"changed verification", "changed password_reset", "changed otp"}
        assert sorted(seen) == [
            ("otp", ["OTP", "OTP_ID"]),
            ("password_reset", ["TOKEN"]),
            ("verification", ["TOKEN"]),
        ]

    with MailServer() as server:
        served(tmp_path, body)


def test_features_send_mails_of_their_own(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, server)
        await add(client)
        plan = client.app.schema.find("users")
        record = await find_by_email(client.app, plan, "ann@example.com")
        template = EmailTemplate("Locked {NAME}", "<p>{NAME} {UNTIL} {RECORD:email}</p>")
        await mails.send(client.app, record, template, {"NAME": "<Ann>", "UNTIL": "noon"})
        (mail,) = await arrived(client, server)
        assert mail.body == "<p>&lt;Ann&gt; noon ann@example.com</p>"

    with MailServer() as server:
        served(tmp_path, body)


def _template(text: str) -> dict[str, str]:
    return {"subject": text, "body": text}
