"""Each way to send a text message, against a server that checks who sent it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from fastcms.settings.sms import SMS
from fastcms.sms.send import send
from fastcms.sms.sender import SMSError
from tests.smsserver import SMSServer, Text

TEXT = "123456 is your code for Café & Söhne ~ +1 100%."


@pytest.fixture
def server() -> Iterator[SMSServer]:
    with SMSServer() as found:
        yield found


def sent(setting: dict[str, Any], *, dev: bool = False) -> None:
    asyncio.run(send(msgspec.convert(setting, SMS), "+4915112345678", TEXT, dev=dev))


def test_twilio(server: SMSServer):
    sent(server.twilio)
    assert server.take() == Text("+4915112345678", TEXT, "+15005550006")
    setting = server.twilio
    setting["twilio"]["sender"] = "MG0123"
    sent(setting)
    assert server.take().sender == "MG0123"


def test_sns(server: SMSServer):
    sent(server.sns)
    assert server.take() == Text("+4915112345678", TEXT, "Acme")


@pytest.mark.parametrize(
    ("provider", "key", "reason"),
    [
        ("twilio", "authToken", r"Twilio answered 401 \(error 20003\)"),
        ("sns", "secret", r"Amazon SNS answered 403 \(SignatureDoesNotMatch\)"),
        ("sns", "region", r"Amazon SNS answered 403 \(SignatureDoesNotMatch\)"),
    ],
)
def test_wrong_credentials(server: SMSServer, provider: str, key: str, reason: str):
    setting = getattr(server, provider)
    setting[provider][key] = "wrong"
    with pytest.raises(SMSError, match=reason):
        sent(setting)


@pytest.mark.parametrize("provider", ["twilio", "sns"])
@pytest.mark.parametrize("body", ["", "<html>", "{", "[]"])
def test_a_provider_in_trouble(server: SMSServer, provider: str, body: str):
    server.answer = (503, body)
    with pytest.raises(SMSError, match="answered 503"):
        sent(getattr(server, provider))


@pytest.mark.parametrize("provider", ["twilio", "sns"])
def test_a_provider_that_is_not_there(server: SMSServer, provider: str):
    setting = getattr(server, provider)
    setting[provider]["endpoint"] = "http://127.0.0.1:1"
    with pytest.raises(SMSError, match=r"127\.0\.0\.1:1"):
        sent(setting)


def test_the_console(capsys: pytest.CaptureFixture[str]):
    sent({"provider": "console"})
    shown = capsys.readouterr().err
    assert "+4915112345678" in shown
    assert TEXT in shown
    sent({}, dev=True)
    assert capsys.readouterr().err == shown


def test_without_a_provider():
    with pytest.raises(SMSError, match="no provider is set up"):
        sent({})
