"""`GET /api/health`: whether the server answers, and to superusers how they reach it."""

from __future__ import annotations

from typing import Any

from fastcms import backup_lock
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.proxy import possible_proxy_header


def _health(data: dict[str, Any]) -> dict[str, Any]:
    return {"message": "API is healthy.", "code": 200, "data": data}


# Load balancers ask often, so the usual answer is made once.
_FOR_GUESTS = json_reply(_health({}))


async def show(request: Request) -> Reply:
    """Always healthy: whoever gets an answer has one."""
    if not request.is_superuser:
        return _FOR_GUESTS
    return json_reply(
        _health(
            {
                "canBackup": backup_lock.free(request.app.data_dir),
                "realIP": request.client_ip,
                "possibleProxyHeader": possible_proxy_header(
                    request.app.settings.trusted_proxy, request.header_named
                ),
            }
        )
    )


ROUTES: tuple[Route, ...] = (endpoint("/api/health", GET=show),)
