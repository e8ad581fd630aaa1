"""`GET` and `PATCH /api/settings`, for superusers."""

from __future__ import annotations

from fastcms.errors import ApiError, bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.events import SettingsListRequest, SettingsUpdateRequest
from fastcms.settings.model import Settings
from fastcms.settings.take_up import NOT_LOADED, merged, save


async def show(request: Request) -> Reply:
    """The whole document without its secrets."""
    request.require_superuser()
    event = SettingsListRequest(request, request.app.settings)
    if hook := request.app.hooks.settings_list_request:
        await hook.run(event, _nothing)
    return _reply(event.settings)


async def change(request: Request) -> Reply:
    """Merges the body into the document; answers with the whole of it."""
    request.require_superuser()
    # Whose mails go through another server is whose password can be reset.
    request.refuse_impersonated()
    try:
        body = await request.read_body()
    except ApiError as error:
        if error.status != 400:
            raise
        raise bad_request(NOT_LOADED) from error
    if not request.header(b"content-type").startswith("application/json"):
        # Of a form only its JSON part: no other value of it is an object.
        body = {key: value for key, value in body.items() if isinstance(value, dict)}
    old = request.app.settings
    new = merged(old, body)
    event = SettingsUpdateRequest(request, old, new)
    if hook := request.app.hooks.settings_update_request:
        await hook.run(event, _save)
    else:
        await _save(event)
    return _reply(event.new)


async def _save(event: SettingsUpdateRequest) -> None:
    event.new = await save(event.request.app, event.new, event.request.stamp)


async def _nothing(_: SettingsListRequest) -> None:
    return None


def _reply(settings: Settings) -> Reply:
    return json_reply(settings.to_json(secrets=False))


ROUTES: tuple[Route, ...] = (endpoint("/api/settings", GET=show, PATCH=change),)
