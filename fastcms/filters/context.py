"""What an expression may know about the request it is evaluated for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from fastcms.schema.collection import Collection
from fastcms.values import Value


class AuthRecord(msgspec.Struct, frozen=True):
    """The record that a valid token belongs to."""

    collection: Collection
    id: str
    # All its values by field name, the hidden ones too.
    values: Mapping[str, Value]
    # The session that the token belongs to, "" for a token without one.
    session: str = ""
    # The superuser who acts in the record's name, "" for the record itself.
    impersonated_by: str = ""

    def __getitem__(self, name: str) -> Value:
        """The value of a field. Raises KeyError for a field that its collection does not have."""
        return self.values[name]

    @property
    def is_superuser(self) -> bool:
        """Whether every rule is skipped for it."""
        return self.collection.is_superusers


class RequestContext(Protocol):
    """The source of every `@request.*` value."""

    @property
    def method(self) -> str:
        """Upper-case HTTP method."""

    @property
    def context(self) -> str:
        """`default`, `batch`, `expand`, `realtime`, … as `@request.context` tells."""

    @property
    def query(self) -> Mapping[str, str]:
        """Query parameters, the first value of each."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower snake case name (`X-Token` is `x_token`)."""

    @property
    def body(self) -> Mapping[str, object]:
        """The submitted body with modifiers resolved, hidden fields dropped for the caller."""

    @property
    def auth(self) -> AuthRecord | None:
        """Who asks; None for a guest."""
