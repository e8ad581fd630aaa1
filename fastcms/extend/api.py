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


async def try_out(request: Request) -> Reply:
    """POST /api/hooks/try

    A request of records with the functions of users around it, of which nothing is stored.
    """
    request.require_superuser()
    # Who never tries anything needs none of it.
    from fastcms.extend import trial

    guests = request.app.guests
    folder = None if guests is None else guests.folder
    return json_reply(await trial.run(request, await request.read_body(), folder))


ROUTES: tuple[Route, ...] = (
    endpoint("/api/hooks", GET=show),
    endpoint("/api/hooks/try", POST=try_out),
)
