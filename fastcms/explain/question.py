"""What is asked to be explained, and the request that it describes."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

import msgspec

from fastcms.core import App
from fastcms.errors import ApiError, Problem, bad_request
from fastcms.filters.context import AuthRecord
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.write import find

Action: TypeAlias = Literal["list", "view", "create", "update", "delete", "manage", "auth"]

FAILED = "Failed to explain the rule."
METHODS: dict[Action, str] = {
    "list": "GET",
    "view": "GET",
    "create": "POST",
    "update": "PATCH",
    "delete": "DELETE",
    "manage": "PATCH",
    "auth": "POST",
}


class Caller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acting record."""

    collection: str
    id: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of the route: an action, who acts, and the request they would send."""

    collection: str
    action: Action
    # The id of the record that is acted upon.
    record: str | None = None
    # The body of a create, under the name that says what it is.
    draft: dict[str, Any] | None = None
    # None is a guest.
    auth: Caller | None = None
    # By default the one that the action's route has.
    method: str = ""
    context: str = ""
    query: dict[str, str | int | float | bool] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] | None = None
    # In place of the collection's rule, one that is not saved yet.
    rule: str | msgspec.UnsetType | None = msgspec.UNSET


def read(body: dict[str, Any]) -> Question:
    """A body as a question. Raises 400 for what is none."""
    try:
        question = msgspec.convert(body, Question)
    except msgspec.ValidationError as error:
        raise bad_request(f"{FAILED} {error}") from error
    if question.draft is not None and question.body is not None:
        raise problem("draft", "Draft and body are two names for one thing, give one of them.")
    try:
        msgspec.json.encode(question)
    except UnicodeEncodeError as error:
        raise bad_request(f"{FAILED} A text is no valid Unicode.") from error
    return question


def plan(app: App, question: Question) -> Compiled:
    """The collection that is asked about. Raises 400 for an unknown one."""
    schema = app.refresh()
    collection = schema.find(question.collection)
    if collection is None:
        raise problem("collection", "There is no such collection.")
    return compiled(schema, collection)


async def described(app: App, question: Question) -> Request:
    """The request as it would come in. Raises 400 for an acting record that is not there."""
    sent = question.body if question.draft is None else question.draft
    raw = b"" if sent is None else msgspec.json.encode(sent)
    headers = [
        (name.strip().lower().encode(), value.encode()) for name, value in question.headers.items()
    ]
    if sent is not None:
        headers = [pair for pair in headers if pair[0] not in (b"content-type", b"content-length")]
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(raw)).encode()))
    query = {name: _query_text(value) for name, value in question.query.items()}
    scope = {
        "method": (question.method or METHODS[question.action]).upper(),
        "query_string": urlencode(query).encode(),
        "headers": headers,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw}

    request = Request(app, scope, receive)
    usual = "password" if question.action == "auth" else "default"
    request.context = question.context or usual
    if question.auth is not None:
        request.auth = await _acting(request, question.auth)
    return request


async def _acting(request: Request, caller: Caller) -> AuthRecord:
    collection = request.schema.find(caller.collection)
    if collection is None or not collection.is_auth:
        raise problem("auth", "There is no such auth collection.")
    record = await find(request.app, compiled(request.schema, collection), caller.id)
    if record is None:
        raise problem("auth", "There is no such record.")
    return AuthRecord(collection, record.id, record.values)


def _query_text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def problem(key: str, message: str) -> ApiError:
    """400 for one part of the question."""
    return bad_request(FAILED, {key: Problem("validation_invalid_value", message)})
