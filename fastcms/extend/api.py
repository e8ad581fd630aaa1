"""What superusers see of the functions that users put in place."""

from __future__ import annotations

from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request


async def show(request: Request) -> Reply:
    """GET /api/hooks

    The functions in the order in which they were registered, how their calls went in the process
    that answers, and the files that could not be loaded.
    """
    request.require_superuser()
    hooks = request.app.guests
    if hooks is None:
        return json_reply({"folder": "", "functions": [], "broken": [], "lacking": []})
    return json_reply(hooks.to_json())


ROUTES: tuple[Route, ...] = (endpoint("/api/hooks", GET=show),)
