"""Acting in the name of a record: a superuser's way to see what a user sees."""

from __future__ import annotations

from time import time

from fastcms.auth import audit, sessions
from fastcms.auth.finish import find_auth_collection, finish
from fastcms.auth.form import INVALID, UNREADABLE, whole_number
from fastcms.auth.tokens import auth_token
from fastcms.errors import ApiError, Problem, bad_request, not_found
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.write import find
from fastcms.store.store import Tx

_NEGATIVE = Problem(
    "validation_min_greater_equal_than_required", "Must be no less than 0.", {"threshold": 0}
)


async def impersonate(request: Request) -> Reply:
    """POST …/impersonate/{id}: a token of the record that cannot be refreshed."""
    request.require_superuser()
    request.refuse_impersonated()
    collection = find_auth_collection(request)
    assert collection.auth is not None
    record = await find(request.app, compiled(request.schema, collection), request.params["id"])
    if record is None:
        raise not_found()
    try:
        request.body = await request.read_body()
    except ApiError as error:
        if error.status != 400:
            raise
        raise bad_request(UNREADABLE) from error
    seconds = whole_number(request, "duration")
    if seconds < 0:
        raise bad_request(INVALID, {"duration": _NEGATIVE})
    seconds = seconds or collection.auth.auth_token.duration
    actor = request.require_auth()

    def begin(tx: Tx) -> str:
        session = sessions.add(tx, request, record, "impersonate", seconds, by=actor.id)
        audit.impersonated(tx, request, record, session, time() + seconds)
        return session

    # Written down before there is a token: none is without its entry.
    session = await request.app.store.write(begin, stamp=request.stamp)
    token = auth_token(
        record.values,
        collection.id,
        collection.auth,
        refreshable=False,
        seconds=seconds,
        session=session,
        impersonated_by=actor.id,
    )
    return await finish(request, record, "", token)
