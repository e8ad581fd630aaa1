"""Which way a mail goes, and the hook that every mail passes."""

import asyncio

import pytest
from msgspec.structs import replace

from fastcms.hooks import Hooks
from fastcms.mail.events import MailEvent
from fastcms.mail.mailer import Mailer
from fastcms.mail.message import Mailbox
from fastcms.settings.model import SMTP, AppMeta, Settings
from tests.mail.test_message import PLAIN
from tests.mailserver import MailServer


def test_the_sender_is_the_one_of_the_settings() -> None:
    settings = Settings(meta=AppMeta(sender_name="Shop", sender_address="shop@example.com"))
    mailer = Mailer(Hooks(), lambda: settings, dev=False)
    assert mailer.sender == Mailbox("shop@example.com", "Shop")


def test_development_without_smtp_shows_mails(capfd: pytest.CaptureFixture[str]) -> None:
    mailer = Mailer(Hooks(), Settings, dev=True)
    asyncio.run(mailer.send(PLAIN))
    shown = capfd.readouterr().err
    assert "To: ann@example.com" in shown
    assert "Hello Ann" in shown


@pytest.mark.parametrize("dev", [True, False])
def test_smtp_of_the_settings_is_used_as_soon_as_it_is_set(dev: bool) -> None:
    with MailServer() as server:
        settings = Settings(smtp=SMTP(enabled=True, host="127.0.0.1", port=server.port))
        asyncio.run(Mailer(Hooks(), lambda: settings, dev=dev).send(PLAIN))
        assert server.last(1).subject == "Hello"


def test_handlers_see_and_change_every_mail() -> None:
    hooks = Hooks()

    async def shout(event: MailEvent) -> None:
        event.message = replace(event.message, subject=event.message.subject.upper())
        await event.next()

    hooks.mailer_send.add(shout)
    with MailServer() as server:
        settings = Settings(smtp=SMTP(enabled=True, host="127.0.0.1", port=server.port))
        asyncio.run(Mailer(hooks, lambda: settings, dev=False).send(PLAIN))
        assert server.last(1).subject == "HELLO"


def test_a_handler_can_keep_a_mail_back() -> None:
    hooks = Hooks()

    async def keep(_: MailEvent) -> None:
        return None

    hooks.mailer_send.add(keep)
    with MailServer() as server:
        settings = Settings(smtp=SMTP(enabled=True, host="127.0.0.1", port=server.port))
        asyncio.run(Mailer(hooks, lambda: settings, dev=False).send(PLAIN))
        assert server.mails == []
