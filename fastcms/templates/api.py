"""The routes of templates, an addition to the reference's; all for superusers."""

from __future__ import annotations

from pathlib import Path

from fastcms.errors import bad_request
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.templates import library


async def list_(request: Request) -> Reply:
    """GET /api/collections/meta/templates"""
    request.require_superuser()
    return json_reply([template.to_json() for template in library.available(_folder(request))])


async def apply(request: Request) -> Reply:
    """POST /api/collections/meta/templates/{name}/apply, answered with the plan."""
    request.require_superuser()
    template = library.find(_folder(request), request.params["name"])
    merge = (await request.read_body()).get("merge", False)
    if not isinstance(merge, bool):
        raise bad_request("An error occurred while loading the submitted data.")
    dry_run = request.query.get("dryRun", "") in ("1", "true")
    plan = await library.apply(request.app, template, merge=merge, dry_run=dry_run)
    return json_reply(plan)


def _folder(request: Request) -> Path:
    return library.own_folder(request.app.data_dir)


ROUTES: tuple[Route, ...] = (
    endpoint("/api/collections/meta/templates", GET=list_),
    endpoint("/api/collections/meta/templates/{name}/apply", POST=apply),
)
