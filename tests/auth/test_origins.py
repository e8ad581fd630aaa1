"""Places of sign-ins where the parity tables cannot look (auth_codes.ORIGINS)."""

from tests.auth.accounts import PASSWORD, USERS, add, arrived, mail_to, sent
from tests.inprocess import Answer, Client, served
from tests.mailserver import MailServer


async def sign_in(client: Client, agent: str, **extra: str) -> Answer:
    body = {"identity": "ann@example.com", "password": PASSWORD}
    return await client(
        "POST",
        f"{USERS}/auth-with-password",
        body,
        token="",
        extra={"User-Agent": agent, **extra},
    )


def test_a_mail_that_fails_keeps_nobody_out(tmp_path, caplog):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await add(client)
        for agent in ("first", "second"):
            assert (await sign_in(client, agent)).status == 200
        await sent(client)
        assert "the login-alert mail to users/" in caplog.text
        assert len(await client.app.store.read("SELECT 1 FROM _authOrigins")) == 2

    with MailServer(refuses="550 no") as mails:
        served(tmp_path, body)


def test_what_a_browser_calls_itself_is_text_in_the_mail(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await add(client)
        for agent in ("first", '<a href="https://evil.example.net">click</a>{TOKEN}'):
            await sign_in(client, agent)
        (mail,) = await arrived(client, mails)
        assert (
            "&lt;a href=&#34;https://evil.example.net&#34;&gt;click&lt;/a&gt;{TOKEN}" in mail.html
        )

    with MailServer() as mails:
        served(tmp_path, body)


def test_the_place_is_the_client_s_behind_a_trusted_proxy(tmp_path):
    async def body(client: Client) -> None:
        await mail_to(client, mails)
        await client("PATCH", "/api/settings", {"trustedProxy": {"headers": ["X-Real-IP"]}})
        await add(client)
        for address in ("192.0.2.1", "192.0.2.2"):
            await sign_in(client, "same", **{"X-Real-IP": address})
        (mail,) = await arrived(client, mails)
        assert " - 192.0.2.2 same" in mail.text

    with MailServer() as mails:
        served(tmp_path, body)
