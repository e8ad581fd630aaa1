"""How text messages are sent: a setting of our own, beside the reference's document."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastcms.settings import rules
from fastcms.settings.keys import Section, about


class Twilio(Section, frozen=True, kw_only=True):
    """An account with Twilio."""

    title: ClassVar[str] = "Twilio"

    account_sid: Annotated[str, about("Account SID", "Account SID, `AC…`.")] = ""
    auth_token: Annotated[
        str, about("Auth token", "Auth token; never sent in an answer.", secret=True)
    ] = ""
    sender: Annotated[
        str, about("Sender", "Number, name, or SID (`MG…`) of a messaging service.")
    ] = ""
    endpoint: Annotated[str, about("Endpoint", "Address of the API.", rules.URL)] = (
        "https://api.twilio.com"
    )


class SNS(Section, frozen=True, kw_only=True):
    """An account with Amazon's Simple Notification Service."""

    title: ClassVar[str] = "Amazon SNS"

    region: Annotated[str, about("Region", "Region, such as `eu-central-1`.")] = ""
    access_key: Annotated[str, about("Access key", "Access key id.")] = ""
    secret: Annotated[
        str, about("Secret", "Secret access key; never sent in an answer.", secret=True)
    ] = ""
    sender_id: Annotated[str, about("Sender", "Name that the message is from.")] = ""
    endpoint: Annotated[
        str, about("Endpoint", "Address of the API; the region's own if empty.", rules.URL)
    ] = ""


class SMS(Section, frozen=True, kw_only=True):
    """How text messages are sent. Immutable: a change makes a new one."""

    title: ClassVar[str] = "Text messages"

    provider: Annotated[
        Literal["", "console", "twilio", "sns"],
        about("Provider", "`twilio`, `sns`, or `console`, which shows messages in the terminal."),
    ] = ""
    twilio: Twilio = Twilio()
    sns: SNS = SNS()
