"""How text messages are sent: a setting of our own, beside the reference's document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fastcms.settings.model import Section


class Twilio(Section, frozen=True, kw_only=True):
    """An account with Twilio."""

    account_sid: Annotated[str, Meta(description="Account SID, `AC…`.")] = ""
    auth_token: Annotated[str, Meta(description="Auth token; never sent in an answer.")] = ""
    sender: Annotated[
        str, Meta(description="Number, name, or SID (`MG…`) of a messaging service.")
    ] = ""
    endpoint: Annotated[str, Meta(description="Address of the API.")] = "https://api.twilio.com"


class SNS(Section, frozen=True, kw_only=True):
    """An account with Amazon's Simple Notification Service."""

    region: Annotated[str, Meta(description="Region, such as `eu-central-1`.")] = ""
    access_key: Annotated[str, Meta(description="Access key id.")] = ""
    secret: Annotated[str, Meta(description="Secret access key; never sent in an answer.")] = ""
    sender_id: Annotated[str, Meta(description="Name that the message is from.")] = ""
    endpoint: Annotated[str, Meta(description="Address of the API; the region's own if empty.")] = (
        ""
    )


class SMS(Section, frozen=True, kw_only=True):
    """The whole setting. Immutable: a change makes a new one."""

    provider: Annotated[
        Literal["", "console", "twilio", "sns"],
        Meta(description="`twilio`, `sns`, or `console`, which shows messages in the terminal."),
    ] = ""
    twilio: Twilio = Twilio()
    sns: SNS = SNS()

    def to_json(self) -> dict[str, Any]:
        """The setting by wire name, without its secrets."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        del data["twilio"]["authToken"]
        del data["sns"]["secret"]
        return data
