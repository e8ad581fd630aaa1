"""`/api/crons`: what runs by the clock, and a way to run it now; for superusers."""

from __future__ import annotations

from fastcms.core import App, Job
from fastcms.errors import not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import page_params
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from fastcms.http.request import Request
from fastcms.jobs import runs
from fastcms.settings.cron import MACROS

SYSTEM = "__pb"  # what the ids of the reference's own jobs begin with


async def show(request: Request) -> Reply:
    """GET /api/crons"""
    request.require_superuser()
    return json_reply(listed(request.app))


async def start(request: Request) -> Reply:
    """POST /api/crons/{id}: the answer does not wait for the end."""
    request.require_superuser()
    job = _job(request)
    id_ = await runs.claim(request.app, job.id)
    assert id_ is not None
    request.app.background.start(job.id, runs.run(request.app, job, id_))
    return NO_CONTENT


async def history(request: Request) -> Reply:
    """GET /api/crons/{id}/runs"""
    request.require_superuser()
    app, job = request.app, _job(request).id
    params = page_params(request.query)
    total = await runs.count(app, job)
    return page_reply(
        {
            "page": params.page,
            "perPage": params.per_page,
            "totalItems": total,
            "totalPages": -(-total // params.per_page),
            "items": await runs.history(app, job, params.per_page, params.offset),
        }
    )


def listed(app: App) -> list[dict[str, str]]:
    """Ids and expressions; people's own jobs first, by id."""
    own = sorted(id_ for id_ in app.jobs if not id_.startswith(SYSTEM))
    system = [id_ for id_ in app.jobs if id_.startswith(SYSTEM)]
    found = ((id_, app.jobs[id_].expression) for id_ in (*own, *system))
    return [{"id": id_, "expression": MACROS.get(text, text)} for id_, text in found]


def _job(request: Request) -> Job:
    job = request.app.jobs.get(request.params["id"])
    if job is None:
        raise not_found("Missing or invalid cron job.")
    return job


ROUTES: tuple[Route, ...] = (
    endpoint("/api/crons", GET=show),
    endpoint("/api/crons/{id}", POST=start),
    endpoint("/api/crons/{id}/runs", GET=history),
)
