"""What superusers see of locks and do about them."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from time import time
from typing import Any

from fastcms import clock
from fastcms.auth import lockout
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.form import INVALID, UNREADABLE, text
from fastcms.core import App
from fastcms.errors import Problem, bad_request, not_found
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.write import find
from fastcms.schema.collection import Collection

NO_ADDRESS = Problem("validation_is_ip", "Must be a valid IP address.")


async def list_(request: Request) -> Reply:
    """GET …/lockouts"""
    request.require_superuser()
    collection = require_auth_collection(request)
    return json_reply({"items": await current(request.app, collection)})


async def lift(request: Request) -> Reply:
    """DELETE …/lockouts/{id}"""
    request.require_superuser()
    collection = require_auth_collection(request)
    lifted = await request.app.store.write_one(
        "DELETE FROM _fc_lockouts WHERE id = ? AND collectionRef = ?",
        (request.params["id"], collection.id),
    )
    if not lifted:
        raise not_found()
    return NO_CONTENT


async def unlock(request: Request) -> Reply:
    """POST …/unlock/{id}"""
    request.require_superuser()
    collection = require_auth_collection(request)
    request.body = await request.read_body(error=UNREADABLE)
    address = text(request, "address")
    if address and not is_address(address):
        raise bad_request(INVALID, {"address": NO_ADDRESS})
    plan = compiled(request.schema, collection)
    record = await find(request.app, plan, request.params["id"])
    if record is None:
        raise not_found()
    await lockout.unlock(request.app, record, address)
    return NO_CONTENT


async def current(app: App, collection: Collection) -> list[dict[str, Any]]:
    """The locks of this moment, the longest first."""
    rows = await app.store.read(
        "SELECT id, scope, recordRef, network, failures, until FROM _fc_lockouts"
        " WHERE collectionRef = ? AND until > ? ORDER BY until DESC, id",
        (collection.id, time()),
    )
    return [
        {
            "id": id_,
            "scope": scope,
            "record": record,
            "address": network,
            "failures": failures,
            "until": clock.to_text(datetime.fromtimestamp(until, UTC)),
        }
        for id_, scope, record, network, failures, until in rows
    ]


def is_address(text: str) -> bool:
    """Whether this is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
