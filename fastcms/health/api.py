"""`/api/health` and what is below it: whether the server answers, and can do its work."""

from __future__ import annotations

from typing import Any

from fastcms import backup_lock
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.health.details import details
from fastcms.health.ready import Readiness
from fastcms.health.state import state
from fastcms.health.undone import dead_letters
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import is_true
from fastcms.http.reply import Reply, error_reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.proxy import possible_proxy_header
from fastcms.upkeep.risks import risks


def _health(data: dict[str, Any]) -> dict[str, Any]:
    return {"message": "API is healthy.", "code": 200, "data": data}


# Load balancers ask often, so the usual answer is made once.
_FOR_GUESTS = json_reply(_health({}))
_ALIVE = json_reply({"message": "The server is alive.", "code": 200, "data": {}})
_READY = json_reply({"message": "The server is ready.", "code": 200, "data": {}})


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


async def live(_: Request) -> Reply:
    """GET /api/health/live: whoever is not answered in time should restart the server."""
    return _ALIVE


async def ready(request: Request) -> Reply:
    """GET /api/health/ready: 503 while the server should get no requests."""
    problem = await request.app.why_not_ready()
    if not problem:
        return _READY
    # What is wrong inside is for superusers.
    message = problem if request.is_superuser else "The server is not ready."
    return error_reply(ApiError(503, message))


async def show_details(request: Request) -> Reply:
    """GET /api/health/details"""
    request.require_superuser()
    query = request.query
    integrity, files = (is_true(query.get(name, "")) for name in ("integrity", "files"))
    return json_reply(await details(request.app, integrity=integrity, files=files))


async def show_findings(request: Request) -> Reply:
    """GET /api/health/findings: what `fastcms doctor` says of the state and of risks."""
    request.require_superuser()
    app = request.app
    found = [*await state(app), *await dead_letters(app), *risks(app)]
    return json_reply(
        [
            {
                "kind": one.kind,
                "what": one.what,
                "problem": one.problem,
                "remedy": one.remedy,
                "severity": one.severity,
            }
            for one in found
        ]
    )


def install(app: App) -> None:
    """Has the app look whether it is ready."""
    app.why_not_ready = Readiness(app).why_not


ROUTES: tuple[Route, ...] = (
    endpoint("/api/health", GET=show),
    endpoint("/api/health/live", GET=live)._replace(quiet=True),
    endpoint("/api/health/ready", GET=ready)._replace(quiet=True),
    endpoint("/api/health/details", GET=show_details),
    endpoint("/api/health/findings", GET=show_findings),
)
