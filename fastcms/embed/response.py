"""What other servers answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Response(msgspec.Struct, frozen=True):
    """What came back, whatever its status; names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON. Raises ValueError where it is none."""
        return msgspec.json.decode(self.body)

    def raise_for_status(self) -> Response:
        """Itself; raises RuntimeError for a status of 400 or above."""
        if self.status >= 400:
            raise RuntimeError(f"the answer is {self.status}: {self.text[:200]}")
        return self
