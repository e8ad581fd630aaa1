"""`GET` and `PATCH /api/settings/all`, for superusers: the reference's settings and our own in one.

What a form shows beside each other is saved together, or not at all.
"""

from __future__ import annotations

from fastcms.errors import bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.documents import (
    REFERENCE,
    Documents,
    all_problems,
    changed_documents,
    load_documents,
    save_documents,
    tree,
)
from fastcms.settings.events import SettingsListRequest, SettingsUpdateRequest
from fastcms.settings.model import Settings
from fastcms.settings.take_up import store_and_take_up
from fastcms.store.store import Tx

_NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_SAVED = "An error occurred while saving the new settings."


async def show(request: Request) -> Reply:
    """What is in force, without secrets."""
    request.require_superuser()
    event = SettingsListRequest(request, request.app.settings)
    if hook := request.app.hooks.settings_list_request:
        await hook.run(event, _nothing)
    return json_reply(tree({**_in_force(request), REFERENCE: event.settings}))


async def change(request: Request) -> Reply:
    """Merges the body into all of them; answers with the whole."""
    request.require_superuser()
    request.refuse_impersonated()
    body = await request.read_body(error=_NOT_LOADED)
    app = request.app
    old = _in_force(request)
    try:
        new = changed_documents(old, body)
    except ValueError as error:
        raise bad_request(_NOT_LOADED) from error
    settings = new[REFERENCE]
    assert isinstance(settings, Settings)
    event = SettingsUpdateRequest(request, app.settings, settings)

    async def save(event: SettingsUpdateRequest) -> None:
        def check(settings: Settings) -> None:
            changed = {**new, REFERENCE: settings}
            if found := all_problems(changed) or app.overrides.refusals(settings):
                raise bad_request(_NOT_SAVED, found)

        def write(settings: Settings, tx: Tx) -> None:
            stored = {**old, REFERENCE: app.stored_settings}
            kept = app.overrides.without(settings, app.stored_settings)
            save_documents(tx, stored, {**new, REFERENCE: kept})

        event.new = await store_and_take_up(app, event.new, check, write, request.stamp)

    if hook := app.hooks.settings_update_request:
        await hook.run(event, save)
    else:
        await save(event)
    return json_reply(tree(_in_force(request)))


def _in_force(request: Request) -> Documents:
    return {**load_documents(request.app.store.read_now), REFERENCE: request.app.settings}


async def _nothing(_: SettingsListRequest) -> None:
    return None


ROUTES: tuple[Route, ...] = (endpoint("/api/settings/all", GET=show, PATCH=change),)
