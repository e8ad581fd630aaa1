"""The features of the server. Nothing else knows the list."""

from __future__ import annotations

from functools import partial

from fastcms.admin import api as admin
from fastcms.auth import api as auth
from fastcms.auth import installer, leftovers, mail_again, old_password, queued_mails
from fastcms.auth.last_use import LastUse
from fastcms.auth.principal import authenticate
from fastcms.backups import api as backups
from fastcms.backups import auto as auto_backups
from fastcms.backups import restore_api
from fastcms.batch import api as batch
from fastcms.collections import api as collections
from fastcms.console import api as console
from fastcms.core import App, Job
from fastcms.downloads import api as downloads
from fastcms.explain import api as explain
from fastcms.extend import api as extend
from fastcms.health import api as health
from fastcms.http.endpoint import Route
from fastcms.jobs import api as jobs
from fastcms.logs import api as logs
from fastcms.logs.sweep import sweep as sweep_log
from fastcms.mail import api as mail
from fastcms.openapi import api as openapi
from fastcms.plugins import api as plugins
from fastcms.public import api as public
from fastcms.queue import api as queue
from fastcms.queue import letters
from fastcms.realtime import api as realtime
from fastcms.records import api as records
from fastcms.records import kept_views
from fastcms.settings import all_api, schema_api, sms_api, storage_api
from fastcms.settings import api as settings
from fastcms.templates import api as templates
from fastcms.transfer import api as transfer
from fastcms.typegen import api as typegen
from fastcms.upkeep import api as upkeep
from fastcms.upkeep import rate_limits
from fastcms.uploads import api as uploads
from fastcms.uploads.sweep import sweep as sweep_uploads

_ROUTES: tuple[Route, ...] = (
    *records.ROUTES,
    *auth.ROUTES,
    *collections.ROUTES,
    *downloads.ROUTES,
    *templates.ROUTES,
    *settings.ROUTES,
    *all_api.ROUTES,
    *schema_api.ROUTES,
    *sms_api.ROUTES,
    *storage_api.ROUTES,
    *upkeep.ROUTES,
    *explain.ROUTES,
    *transfer.ROUTES,
    *batch.ROUTES,
    *console.ROUTES,
    *jobs.ROUTES,
    *extend.ROUTES,
    *plugins.ROUTES,
    *queue.ROUTES,
    *mail.ROUTES,
    *mail_again.ROUTES,
    *backups.ROUTES,
    *restore_api.ROUTES,
    *logs.ROUTES,
    *typegen.ROUTES,
    *uploads.ROUTES,
    *realtime.ROUTES,
    *health.ROUTES,
    *admin.ROUTES,
)
_ALL = (*_ROUTES, *rate_limits.routes(_ROUTES))
ROUTES = (*_ALL, *openapi.routes(_ALL), *public.ROUTES)


async def _optimize(app: App) -> None:
    await app.store.optimize()
    await app.log_store.optimize()


async def _sweep_unfinished(app: App) -> None:
    await leftovers.sweep_factors(app)
    await sweep_uploads(app)


async def _queue(app: App) -> dict[str, int]:
    return (await app.queue.counts())._asdict()


async def _sweep_logs(app: App) -> None:
    await sweep_log(app)
    await app.mail_log.sweep()
    await letters.sweep(app.queue, app.store)


# Ids and times are the reference's.
JOBS: tuple[Job, ...] = (
    Job("__pbDBOptimize__", "0 0 * * *", _optimize),
    Job("__pbMFACleanup__", "0 * * * *", _sweep_unfinished),
    Job("__pbOTPCleanup__", "0 * * * *", leftovers.sweep_codes),
    Job("__pbLogsCleanup__", "0 */6 * * *", _sweep_logs),
)


def install(app: App) -> None:
    """Connects the features that listen to the app."""

    # A process that died may have committed something and not told of it.
    app.bus.bells.ring()
    app.authenticate = partial(authenticate, app, LastUse(app))
    installer.install(app)
    old_password.install(app)
    kept_views.install(app)
    queued_mails.install(app)
    app.health_parts["queue"] = _queue
    uploads.install(app)
    health.install(app)
    app.jobs |= {job.id: job for job in JOBS}
    auto_backups.install(app)
