"""Sends by the SMTP server of the settings."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from fastcms.mail.message import MailError, Message, to_bytes
from fastcms.settings.model import SMTP

if TYPE_CHECKING:
    import aiosmtplib

SECONDS = 30  # for one mail, from the connection to the server's yes
_LOCAL = ("localhost", "127.0.0.1", "::1")


async def send(message: Message, settings: SMTP) -> None:
    """Returns when the server took the message. Raises MailError if it does not."""
    # Loaded by the first mail: a server that sends none starts without it.
    import aiosmtplib

    content = to_bytes(message)
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.tls,
        # Without TLS from the start: STARTTLS when the server offers it.
        start_tls=False if settings.tls else None,
        local_hostname=settings.local_name or "localhost",
        timeout=SECONDS,
    )
    try:
        async with asyncio.timeout(SECONDS), client:
            await _sign_in(client, settings)
            await client.sendmail(
                message.sender.address,
                message.recipients,
                content,
                mail_options=["SMTPUTF8"] if message.needs_utf8 else [],
            )
    # No port is as large as the settings allow one to be.
    except (aiosmtplib.SMTPException, OSError, ValueError, OverflowError) as error:
        raise MailError(_reason(error), is_transient=_is_transient(error)) from error


async def _sign_in(client: aiosmtplib.SMTP, settings: SMTP) -> None:
    if not (settings.username or settings.password):
        return
    # Nobody on the way shall read the password.
    is_safe = client.get_transport_info("sslcontext") is not None
    if not is_safe and settings.host not in _LOCAL:
        raise MailError("the SMTP server offers no TLS, so it does not get the password")
    await client.ehlo()
    if settings.auth_method == "LOGIN":
        await client.auth_login(settings.username, settings.password)
    else:
        await client.auth_plain(settings.username, settings.password)


def _is_transient(error: Exception) -> bool:
    """Whether the server puts it off (4xx), or did not answer at all."""
    import aiosmtplib

    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return all(400 <= refused.code < 500 for refused in error.recipients)
        case aiosmtplib.SMTPResponseException():
            return 400 <= error.code < 500
    # What TLS refuses is refused again, until somebody mends it.
    return isinstance(error, OSError) and not isinstance(error, ssl.SSLError)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "the SMTP server did not answer in time"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
