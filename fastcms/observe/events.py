"""Facts about what the server did, as values; whoever listens decides what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


# One is made for each request, and many are kept for a moment: the garbage collector need not look
# at what cannot hold itself. As JSON it is a list, which is how the log keeps it at first.
class RequestDone(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One answered request."""

    # When it was answered, as Unix time, and how long that took.
    at: float
    milliseconds: float
    method: str
    url: str
    status: int
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
    details: Mapping[str, object] | None
    # What it is called where requests have names, "" elsewhere.
    request_id: str = ""


class Warned(msgspec.Struct, frozen=True):
    """A warning or an error of the server itself, without secrets."""

    at: float
    # 4 or 8, see the settings of the log.
    level: int
    message: str
    data: Mapping[str, object]
