"""`GET` and `PATCH /api/settings/sms`, for superusers."""

from __future__ import annotations

from fastcms.errors import bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.change import changed_own
from fastcms.settings.load import load_sms, save_sms
from fastcms.settings.validate import problems

_NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_SAVED = "An error occurred while saving the new settings."


async def show(request: Request) -> Reply:
    """The setting without its secrets."""
    request.require_superuser()
    return json_reply(load_sms(request.app.store.read_now).to_json())


async def change(request: Request) -> Reply:
    """Merges the body into the setting; answers with the whole of it."""
    request.require_superuser()
    # Whose messages go by another provider is whose codes are read.
    request.refuse_impersonated()
    body = await request.read_body(error=_NOT_LOADED)
    try:
        new = changed_own(load_sms(request.app.store.read_now), body)
    except ValueError as error:
        raise bad_request(_NOT_LOADED) from error
    if found := problems(new):
        raise bad_request(_NOT_SAVED, found)
    await request.app.store.write(lambda tx: save_sms(tx, new), stamp=request.stamp)
    return json_reply(new.to_json())


ROUTES: tuple[Route, ...] = (endpoint("/api/settings/sms", GET=show, PATCH=change),)
