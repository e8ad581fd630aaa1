"""Uvicorn's WebSocket protocol; loaded with the first WebSocket, so that a start does without."""

from __future__ import annotations

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from fastcms.http.request import TRANSPORT


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One connection, whose transport the scope knows."""

    async def run_asgi(self) -> None:
        """Called once for a connection, after its handshake."""
        cast(dict[str, Any], self.scope)[TRANSPORT] = self.transport
        await super().run_asgi()
