"""The features of the server. Nothing else knows the list."""

from __future__ import annotations

from functools import partial

from fastcms.admin import api as admin
from fastcms.app import App
from fastcms.auth import api as auth
from fastcms.auth import installer, old_password
from fastcms.auth.last_use import LastUse
from fastcms.auth.principal import authenticate
from fastcms.batch import api as batch
from fastcms.collections import api as collections
from fastcms.downloads import api as downloads
from fastcms.explain import api as explain
from fastcms.health import api as health
from fastcms.http.endpoint import Route
from fastcms.realtime import api as realtime
from fastcms.records import api as records
from fastcms.records import kept_views
from fastcms.settings import api as settings
from fastcms.settings import sms_api, storage_api
from fastcms.templates import api as templates
from fastcms.transfer import api as transfer
from fastcms.upkeep import api as upkeep

ROUTES: tuple[Route, ...] = (
    *records.ROUTES,
    *auth.ROUTES,
    *collections.ROUTES,
    *downloads.ROUTES,
    *templates.ROUTES,
    *settings.ROUTES,
    *sms_api.ROUTES,
    *storage_api.ROUTES,
    *upkeep.ROUTES,
    *explain.ROUTES,
    *transfer.ROUTES,
    *batch.ROUTES,
    *realtime.ROUTES,
    *health.ROUTES,
    *admin.ROUTES,
)


def install(app: App) -> None:
    """Connects the features that listen to the app."""

    # A process that died may have committed something and not told of it.
    app.bus.bells.ring()
    app.authenticate = partial(authenticate, app, LastUse(app))
    installer.install(app)
    old_password.install(app)
    kept_views.install(app)
