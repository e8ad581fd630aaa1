"""What hooks around signing in get to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastcms.hooks import Event
from fastcms.http.request import Request
from fastcms.mail.message import Message
from fastcms.records.events import OneRecordEvent, RecordRequestEvent
from fastcms.records.record import Record
from fastcms.schema.collection import Collection

if TYPE_CHECKING:
    from fastcms.oauth2.provider import User


class RecordAuthEvent(OneRecordEvent):
    """A record is about to be let in; handlers may add `meta` or put another token in place."""

    def __init__(
        self, request: Request, record: Record, method: str, token: str, meta: Any = None
    ) -> None:
        super().__init__(record)
        self.request = request
        self.method = method
        self.token = token
        self.meta = meta
        # Set when a second factor is asked for instead.
        self.mfa_id = ""
        self.mfa_methods: tuple[str, ...] = ()
        # Whether it was asked if a second factor is needed; a handler that ends the chain before
        # that lets nobody in.
        self.is_judged = False


class PasswordAuthEvent(Event):
    """Somebody shows a password; handlers may supply the record of an unknown identity."""

    def __init__(
        self, request: Request, collection: Collection, record: Record | None, identity: str
    ) -> None:
        self.request = request
        self.collection = collection
        self.record = record
        self.identity = identity
        self.tags = collection.tags


class RefreshEvent(RecordRequestEvent):
    """A token is about to be renewed."""


class OAuth2AuthEvent(Event):
    """Somebody has signed in at a provider; `record` is None for whom nobody knows here yet.

    Handlers may supply a record, or change what a new one is made of.
    """

    def __init__(
        self,
        request: Request,
        collection: Collection,
        *,
        record: Record | None,
        provider: str,
        user: User,
        create_data: dict[str, Any],
    ) -> None:
        self.request = request
        self.collection = collection
        self.record = record
        self.provider = provider
        self.user = user
        self.create_data = create_data
        self.tags = collection.tags


class AccountEvent(Event):
    """A request by mail or by its link: verification, password reset, change of address, OTP."""

    def __init__(self, request: Request, record: Record) -> None:
        self.request = request
        self.record = record
        self.tags = record.collection.tags


class EmailChangeEvent(AccountEvent):
    """An account is about to ask for another address, or to get it."""

    def __init__(self, request: Request, record: Record, new_email: str) -> None:
        super().__init__(request, record)
        self.new_email = new_email


class OTPRequestEvent(Event):
    """Somebody asks for a one-time password; `record` is None for an address that nobody has here.

    Handlers may supply the record, and choose another password.
    """

    def __init__(
        self, request: Request, collection: Collection, record: Record | None, code: str
    ) -> None:
        self.request = request
        self.collection = collection
        self.record = record
        self.code = code
        self.tags = collection.tags


class RecordMailEvent(Event):
    """A mail to an account is about to be sent.

    `meta` holds what it is about (`TOKEN`, `OTP`, …).
    """

    def __init__(self, record: Record, message: Message, meta: dict[str, str]) -> None:
        self.record = record
        self.message = message
        self.meta = meta
        self.tags = record.collection.tags
