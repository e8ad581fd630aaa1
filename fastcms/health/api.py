"""`GET /api/health`: whether the server answers, and to superusers how they reach it."""

from __future__ import annotations

from typing import Any

from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.proxy import client_ip, possible_proxy_header


def _health(data: dict[str, Any]) -> dict[str, Any]:
    return {"message": "API is healthy.", "code": 200, "data": data}


# Load balancers ask often, so the usual answer is made once.
_FOR_GUESTS = json_reply(_health({}))


async def show(request: Request) -> Reply:
    """Always healthy: whoever gets an answer has one."""
    if not request.is_superuser:
        return _FOR_GUESTS
    proxy = request.app.settings.trusted_proxy

    def header(name: str) -> str:
        return request.header(name.lower().encode("latin-1", "replace"))

    return json_reply(
        _health(
            {
                # Backups, which would make this false for a while, are yet to come.
                "canBackup": True,
                "realIP": client_ip(proxy, header, request.remote_ip),
                "possibleProxyHeader": possible_proxy_header(proxy, header),
            }
        )
    )


ROUTES: tuple[Route, ...] = (endpoint("/api/health", GET=show),)
