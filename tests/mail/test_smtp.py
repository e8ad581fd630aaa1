"""Against a real SMTP server: sign-in, encryption, refusals."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
import trustme
from msgspec.structs import replace

from fastcms.mail import smtp
from fastcms.mail.message import Mailbox, MailError
from fastcms.settings.model import SMTP
from tests.mail.test_message import PLAIN
from tests.mailserver import MailServer
from tests.servers import free_port

ACCOUNT = ("shop", "s3cret-password")


def _settings(server: MailServer, **more: object) -> SMTP:
    return SMTP(enabled=True, host="127.0.0.1", port=server.port, **more)


def _send(settings: SMTP, message: object = PLAIN) -> None:
    with asyncio.Runner() as runner:
        try:
            runner.run(smtp.send(message, settings))
        finally:
            # TLS waits for the server's goodbye, for which this loop does not last.
            for transport in list(runner.get_loop()._transports.values()):
                transport.abort()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def test_a_mail_arrives() -> None:
    with MailServer() as server:
        _send(_settings(server))
        (mail,) = server.wait(1)
    assert (mail.sender, mail.to) == ("shop@example.com", ("ann@example.com",))
    assert (mail.subject, mail.text.strip()) == ("Hello", "Hello Ann")
    assert (mail.ehlo, mail.encrypted) == ("localhost", False)


def test_the_local_name_is_told() -> None:
    with MailServer() as server:
        _send(_settings(server, local_name="mail.example.com"))
        assert server.last(1).ehlo == "mail.example.com"


def test_addresses_with_other_letters_arrive() -> None:
    with MailServer() as server:
        _send(_settings(server), replace(PLAIN, to=(Mailbox("jörg@exämple.com"),)))
        mail = server.last(1)
    assert mail.to == ("jörg@exämple.com",)
    assert "SMTPUTF8" in mail.options


@pytest.mark.parametrize(
    ("method", "used"), [("", "PLAIN"), ("PLAIN", "PLAIN"), ("LOGIN", "LOGIN")]
)
def test_signs_in(method: str, used: str) -> None:
    with MailServer(account=ACCOUNT) as server:
        _send(
            _settings(server, username=ACCOUNT[0], password=ACCOUNT[1], auth_method=method),
        )
        server.wait(1)
        assert server.sign_ins == [used]


def test_a_wrong_password_is_an_error_without_the_password() -> None:
    with MailServer(account=ACCOUNT) as server:
        with pytest.raises(MailError, match="535") as error:
            _send(_settings(server, username="shop", password="wrong-password"))
        assert "wrong-password" not in str(error.value)
        assert not error.value.is_transient
        assert server.mails == []


def test_a_password_never_goes_over_an_open_line() -> None:
    with MailServer(account=ACCOUNT) as server:
        settings = _settings(server, username=ACCOUNT[0], password=ACCOUNT[1])
        with pytest.raises(MailError, match="offers no TLS"):
            # The same server by a name that does not say so.
            _send(replace(settings, host="0.0.0.0"))
        assert server.sign_ins == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("from_the_start", [True, False])
def test_encrypts(from_the_start: bool, certificate: ssl.SSLContext) -> None:
    kind = {"tls": certificate} if from_the_start else {"starttls": certificate}
    with MailServer(**kind, account=ACCOUNT) as server:
        _send(
            _settings(server, tls=from_the_start, username=ACCOUNT[0], password=ACCOUNT[1]),
        )
        assert server.last(1).encrypted


@pytest.mark.parametrize("from_the_start", [True, False])
def test_a_certificate_of_nobody_is_refused(
    from_the_start: bool, certificate: ssl.SSLContext
) -> None:
    kind = {"tls": certificate} if from_the_start else {"starttls": certificate}
    with MailServer(**kind) as server:
        with pytest.raises(MailError, match="certificate"):
            _send(_settings(server, tls=from_the_start))
        assert server.mails == []


@pytest.mark.parametrize(("code", "is_transient"), [(451, True), (550, False)])
def test_a_refusal_is_an_error_that_may_pass(code: int, is_transient: bool) -> None:
    with (
        MailServer(refuses=f"{code} no such user here") as server,
        pytest.raises(MailError, match="no such user here") as raised,
    ):
        _send(_settings(server))
    assert raised.value.is_transient is is_transient


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(MailError, match=r"127\.0\.0\.1") as raised:
        _send(SMTP(enabled=True, host="127.0.0.1", port=free_port()))
    assert raised.value.is_transient


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 0.1)

    # The system takes the connection, nobody ever greets.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = SMTP(enabled=True, host="127.0.0.1", port=silent.getsockname()[1])
        with pytest.raises(MailError, match="did not answer in time") as raised:
            _send(settings)
    assert raised.value.is_transient
