"""The routes of uploads that come before the record that takes them."""

from __future__ import annotations

from fastcms.core import App
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.uploads import arrivals, presigned, tus
from fastcms.uploads.take import take


async def show(request: Request) -> Reply:
    """GET /api/uploads/{id}"""
    arrival = await arrivals.find(request, request.params["id"])
    return json_reply(arrivals.shown(request, arrival))


def install(app: App) -> None:
    """Lets records take uploads."""
    app.take_uploads = take


ROUTES: tuple[Route, ...] = (
    Route("/api/uploads", {"OPTIONS": tus.options, "POST": tus.create}),
    endpoint("/api/uploads/presigned", POST=presigned.create),
    Route(
        "/api/uploads/{id}",
        {"GET": show, "HEAD": tus.one, "PATCH": tus.one, "DELETE": tus.one, "POST": tus.one},
    ),
    endpoint("/api/uploads/{id}/complete", POST=presigned.complete),
)
