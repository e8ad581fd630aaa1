"""`POST /api/mails/{id}`: has a mail of the log sent to its account anew, for superusers."""

from __future__ import annotations

from fastcms.auth import mails, queued_mails
from fastcms.errors import bad_request, not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.mail.log import MAILS
from fastcms.records.compiled import compiled
from fastcms.records.write import find

# The others tell of one moment, or hold what nobody but their first receiver may get.
_KINDS = {kind.name: kind for kind in (mails.VERIFICATION, mails.PASSWORD_RESET)}
_NEVER = "Only mails that prove an address or set a new password can be sent again."
_VERIFIED = "The account's address is proven already."


async def send(request: Request) -> Reply:
    """Its link is a new one, and it goes to the address that the account has now."""
    request.require_superuser()
    request.refuse_impersonated()
    app, schema = request.app, request.schema
    sql = f"SELECT template, collection, record FROM {MAILS} WHERE message = ?"
    rows = await app.store.read(sql, (request.params["id"],))
    if not rows:
        raise not_found()
    template, name, id_ = rows[0]
    if (kind := _KINDS.get(template)) is None:
        raise bad_request(_NEVER)
    collection = schema.find(name)
    if collection is None or not collection.is_auth:
        raise not_found()
    record = await find(app, compiled(schema, collection), id_)
    if record is None:
        raise not_found()
    if kind is mails.VERIFICATION and record["verified"]:
        raise bad_request(_VERIFIED)
    await queued_mails.put(app, kind, collection, record)
    return NO_CONTENT


ROUTES: tuple[Route, ...] = (endpoint("/api/mails/{id}", POST=send),)
