"""Text messages by Twilio's Programmable Messaging."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote, urlencode

import msgspec

from fastcms.settings.sms import SMS
from fastcms.sms.sender import SMSError


async def send(settings: SMS, to: str, text: str) -> None:
    """One POST with the account's own credentials."""
    from fastcms.fetch import FetchError, fetch

    account = settings.twilio
    service = account.sender.startswith("MG")
    form = {
        "To": to,
        "MessagingServiceSid" if service else "From": account.sender,
        "Body": text,
    }
    credentials = b64encode(f"{account.account_sid}:{account.auth_token}".encode()).decode()
    path = f"/2010-04-01/Accounts/{quote(account.account_sid, safe='')}/Messages.json"
    try:
        answer = await fetch(
            "POST",
            account.endpoint.rstrip("/") + path,
            headers={
                "authorization": f"Basic {credentials}",
                "content-type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode(),
        )
    except FetchError as error:
        raise SMSError(str(error)) from error
    if answer.status != 201:
        raise SMSError(f"Twilio answered {answer.status}{_reason(answer.body)}")


def _reason(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.MsgspecError:
        return ""
    # Its messages repeat the number, so that only the code goes into the log.
    return f" (error {found.get('code')})"
