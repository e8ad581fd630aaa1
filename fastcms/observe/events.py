"""Facts about what the server did, as values; whoever listens decides what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class RequestDone(msgspec.Struct, frozen=True):
    """One answered request."""

    method: str
    url: str
    status: int
    seconds: float
    # The collection of the record that asked, "" for a guest, and the record's id.
    auth: str
    auth_id: str
    # The peer, and the client behind it where the peer is a trusted proxy.
    remote_ip: str
    user_ip: str
    user_agent: str
    referer: str
    error: str
    # What is wrong with values of the request, by their names.
    details: Mapping[str, object]
