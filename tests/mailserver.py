"""A real SMTP server for tests: takes every mail and lets a test wait for it."""

import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port

_SECONDS = 10.0
_TOKEN = re.compile(r"/auth/confirm-[a-z-]+/([\w.-]+)")
_CODE = re.compile(r"password is: (\d+)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came in."""

    sender: str
    to: tuple[str, ...]
    raw: bytes
    ehlo: str
    options: tuple[str, ...]
    encrypted: bool

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    @property
    def subject(self) -> str:
        return str(self.parsed["Subject"]).strip()

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def body(self) -> str:
        """What is inside the HTML page that every mail stands in."""
        return self.html.partition("<body>")[2].partition("</body>")[0].strip()

    @property
    def token(self) -> str:
        """The token of the link in it, "" if there is none."""
        return self._found(_TOKEN)

    @property
    def code(self) -> str:
        """The one-time password in it, "" if there is none."""
        return self._found(_CODE)

    def _found(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.text)
        return found[1] if found else ""

    def _part(self, kind: str) -> str:
        body = self.parsed.get_body((kind,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n").strip()


class MailServer:
    """`with MailServer() as mails:` listens on a free port of 127.0.0.1.

    With `account` it wants that name and password; `refuses` is what it answers to every mail;
    `on_mail` is called with the number of each and the mail itself.
    """

    def __init__(
        self,
        *,
        account: tuple[str, str] | None = None,
        refuses: str = "",
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        on_mail: Callable[[int, Mail], None] = lambda _number, _mail: None,
    ) -> None:
        self.mails: list[Mail] = []
        self.sign_ins: list[str] = []
        self._account = account
        self._refuses = refuses
        self._on_mail = on_mail
        self._arrived = threading.Condition()
        options: dict[str, Any] = {"enable_SMTPUTF8": True, "tls_context": starttls}
        if account:
            options |= {
                "auth_require_tls": False,
                "authenticator": self._authenticate,
            }
        self._controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), ssl_context=tls, **options
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def settings(self) -> dict[str, Any]:
        """What the settings of a server say so that its mails come here."""
        return {"smtp": {"enabled": True, "host": "127.0.0.1", "port": self.port}}

    def wait(self, count: int, to: str = "") -> list[Mail]:
        """All mails (to one address), as soon as there are that many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self._to(to)) >= count, _SECONDS), (
                f"{len(self._to(to))} mails came, not {count}"
            )
            return self._to(to)

    def last(self, count: int, to: str = "") -> Mail:
        """The last of that many mails."""
        return self.wait(count, to)[count - 1]

    def _to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if not address or address in mail.to]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._refuses:
            return self._refuses
        if self._account and not session.authenticated:
            return "530 sign in first"
        content = envelope.original_content
        assert content is not None
        mail = Mail(
            str(envelope.mail_from),
            tuple(map(str, envelope.rcpt_tos)),
            content,
            str(session.host_name),
            tuple(envelope.mail_options),
            session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
        )
        with self._arrived:
            self.mails.append(mail)
            self._on_mail(len(self.mails), mail)
            self._arrived.notify_all()
        return "250 OK"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.sign_ins.append(mechanism)
        right = (data.login.decode(), data.password.decode()) == self._account
        return AuthResult(success=right, handled=False)
