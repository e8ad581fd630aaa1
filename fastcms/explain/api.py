"""The routes that explain and check rules."""

from __future__ import annotations

from fastcms.explain import question
from fastcms.explain.check import check
from fastcms.explain.explain import explain
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request


async def answer(request: Request) -> Reply:
    """POST /api/rules/explain"""
    request.require_superuser()
    return json_reply(await explain(request.app, question.read(await request.read_body())))


async def answer_check(request: Request) -> Reply:
    """POST /api/rules/check"""
    request.require_superuser()
    return json_reply(check(request.app.refresh(), await request.read_body()))


ROUTES: tuple[Route, ...] = (
    endpoint("/api/rules/explain", POST=answer),
    endpoint("/api/rules/check", POST=answer_check),
)
