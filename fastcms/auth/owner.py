"""Routes that a signed-in record has for itself."""

from __future__ import annotations

from fastcms.auth.finish import require_auth_collection
from fastcms.errors import forbidden, not_found
from fastcms.http.request import Request
from fastcms.records.record import Record


def require_owner_in_person(request: Request) -> Record:
    """The same, but no superuser who acts in its name: raises 403 for one."""
    record = require_owner(request)
    if request.auth is not None and request.auth.impersonated_by:
        raise forbidden("Only the owner of the record may do this, and nobody in its name.")
    return record


def require_owner(request: Request) -> Record:
    """The record that asks, itself: 403 also for who acts in its name."""
    record = require_same_collection(request)
    request.refuse_impersonated()
    return record


def require_same_collection(request: Request) -> Record:
    """The record that asks, which must be one of the path's collection.

    Raises 401 for a guest, 403 for records of other collections, 404 for what is no collection.
    """
    path = request.params["collection"]
    if request.schema.find(path) is None:
        raise not_found("Missing or invalid collection context.")
    auth = request.require_auth()
    if path not in (auth.collection.name, auth.collection.id):
        raise forbidden(f"The request requires auth record from {auth.collection.name} collection.")
    return Record.of_stored(require_auth_collection(request), dict(auth.values))
