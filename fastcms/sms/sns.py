"""Text messages by Amazon SNS, signed as AWS wants it (Signature Version 4)."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from urllib.parse import quote, urlencode, urlsplit

from fastcms import clock
from fastcms.settings.sms import SMS
from fastcms.sms.sender import SMSError

CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"

_CODE = re.compile(rb"<Code>(\w+)</Code>")


async def send(settings: SMS, to: str, text: str) -> None:
    """One signed POST."""
    from fastcms.fetch import FetchError, fetch

    account = settings.sns
    form = {"Action": "Publish", "Version": "2010-03-31", "PhoneNumber": to, "Message": text}
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
    if account.sender_id:
        attributes["AWS.SNS.SMS.SenderID"] = account.sender_id
    for number, (name, value) in enumerate(attributes.items(), start=1):
        entry = f"MessageAttributes.entry.{number}"
        form[f"{entry}.Name"] = name
        form[f"{entry}.Value.DataType"] = "String"
        form[f"{entry}.Value.StringValue"] = value
    url = (account.endpoint or f"https://sns.{account.region}.amazonaws.com").rstrip("/") + "/"
    body = urlencode(form).encode()
    moment = f"{clock.now():%Y%m%dT%H%M%SZ}"
    headers = signed(
        url, body, moment, region=account.region, key=account.access_key, secret=account.secret
    )
    try:
        answer = await fetch("POST", url, headers=headers, body=body)
    except FetchError as error:
        raise SMSError(str(error)) from error
    if answer.status != 200:
        code = _CODE.search(answer.body)
        reason = f" ({code[1].decode()})" if code else ""
        raise SMSError(f"Amazon SNS answered {answer.status}{reason}")


def signed(
    url: str, body: bytes, moment: str, *, region: str, key: str, secret: str
) -> dict[str, str]:
    """The headers of a POST of this body, its signature among them."""
    parts = urlsplit(url)
    headers = {"content-type": CONTENT_TYPE, "host": parts.netloc, "x-amz-date": moment}
    names = ";".join(headers)
    canonical = "\n".join(
        [
            "POST",
            quote(parts.path or "/"),
            "",
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            names,
            sha256(body).hexdigest(),
        ]
    )
    day = moment[:8]
    scope = f"{day}/{region}/sns/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, sha256(canonical.encode()).hexdigest()])
    derived = f"AWS4{secret}".encode()
    for part in (day, region, "sns", "aws4_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    signature = hmac.digest(derived, to_sign.encode(), "sha256").hex()
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    # The host is the client's to send.
    return {
        "content-type": CONTENT_TYPE,
        "x-amz-date": moment,
        "authorization": authorization,
    }
