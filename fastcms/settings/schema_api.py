"""`GET /api/settings/schema` and `POST /api/settings/reset`, for superusers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.settings.describe import schema
from fastcms.settings.documents import (
    REFERENCE,
    all_problems,
    load_documents,
    reset,
    save_documents,
    set_outside,
)
from fastcms.settings.events import SettingsUpdateRequest
from fastcms.settings.load import encryption
from fastcms.settings.model import Settings
from fastcms.settings.take_up import store_and_take_up
from fastcms.store.store import Tx

_NOT_LOADED = "An error occurred while loading the submitted data."
_NOT_SAVED = "An error occurred while saving the new settings."
_LIST = Problem("validation_invalid_list", "Must be a list of keys.")
_UNKNOWN = Problem("validation_unknown_key", "There is no such setting.")


async def show(request: Request) -> Reply:
    """What each setting is, what it may be, and whether it has its default. No secret is in it."""
    request.require_superuser()
    app = request.app
    read = app.store.read_now
    found = schema(load_documents(read), app.overrides)
    return json_reply({**found, "encryption": encryption(read)})


async def restore(request: Request) -> Reply:
    """Gives keys or sections their defaults, secrets as well; answers with the settings."""
    request.require_superuser()
    request.refuse_impersonated()
    keys = _keys(await request.read_body(error=_NOT_LOADED))
    app = request.app
    old = load_documents(app.store.read_now)
    try:
        new = reset(old, keys)
    except KeyError as error:
        wrong = str(keys.index(error.args[0]))
        raise bad_request(_NOT_SAVED, {"keys": {wrong: _UNKNOWN}}) from error
    settings = new[REFERENCE]
    assert isinstance(settings, Settings)
    event = SettingsUpdateRequest(request, app.settings, settings)

    async def save(event: SettingsUpdateRequest) -> None:
        def check(settings: Settings) -> None:
            documents = {**new, REFERENCE: settings}
            if found := all_problems(documents) or set_outside(app.overrides, old, documents):
                raise bad_request(_NOT_SAVED, found)

        def write(settings: Settings, tx: Tx) -> None:
            save_documents(tx, old, {**new, REFERENCE: settings})

        event.new = await store_and_take_up(app, event.new, check, write, request.stamp)

    if hook := app.hooks.settings_update_request:
        await hook.run(event, save)
    else:
        await save(event)
    return json_reply(app.settings.to_json())


def _keys(body: Mapping[str, Any]) -> list[str]:
    keys = body.get("keys")
    if not keys:
        raise bad_request(_NOT_SAVED, {"keys": REQUIRED})
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise bad_request(_NOT_SAVED, {"keys": _LIST})
    return keys


ROUTES: tuple[Route, ...] = (
    endpoint("/api/settings/schema", GET=show),
    endpoint("/api/settings/reset", POST=restore),
)
