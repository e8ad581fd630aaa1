"""The routes of realtime: the stream of a client, and what it subscribes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastcms.bus import clients
from fastcms.bus.clients import Identity
from fastcms.bus.log import ClientEntry
from fastcms.errors import REQUIRED, ApiError, Problem, Problems, bad_request, forbidden, not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.realtime import sse
from fastcms.realtime.hub import heard_name, hub_of
from fastcms.records import audience
from fastcms.store.store import Tx

MAX_ID = 255
MAX_SUBSCRIPTIONS = 1_000
MAX_SUBSCRIPTION = 2_500  # bytes of one


async def connect(request: Request) -> Reply:
    """GET /api/realtime"""
    return Reply(
        b"",
        content_type=sse.CONTENT_TYPE,
        headers=sse.HEADERS,
        stream=sse.stream(request, hub_of(request.app)),
    )


async def subscribe(request: Request) -> Reply:
    """POST /api/realtime"""
    body = await _read(request)
    client_id, subscriptions = _texts(body)
    if problems := _problems(client_id, subscriptions):
        raise bad_request("", problems)
    subscriptions = [text for text in subscriptions if text]
    bus, address = request.app.bus, request.client_ip
    identity = audience.identity_of(request.auth)
    # Before the commit: what is changed after the answer must find them heard.
    bus.heard.hear(map(heard_name, subscriptions))

    def run(tx: Tx) -> None:
        bus.prepare(tx)
        found = clients.find(tx, client_id)
        if found is None or found.gone:
            raise not_found("Missing or invalid client id.")
        if found.address != address:
            raise bad_request("Invalid realtime client.")
        bound = _still(request, tx, found.identity)
        if bound != clients.GUEST and bound[:2] != identity[:2]:
            raise forbidden("The current and the previous request authorization don't match.")
        clients.subscribe(tx, client_id, identity, subscriptions)
        bus.append(tx, ClientEntry(client_id))

    await request.app.store.write(run, stamp=request.stamp)
    return NO_CONTENT


def _still(request: Request, tx: Tx, identity: Identity) -> Identity:
    """Who a client is by now: a guest if the record or its key is no more."""
    is_valid = audience.caller_within(tx, request.schema, identity) is not None
    return identity if is_valid else clients.GUEST


async def _read(request: Request) -> Mapping[str, Any]:
    try:
        return await request.read_body()
    except ApiError as error:
        if error.status == 413:
            raise
        # Whatever is wrong with it, the reference says no more.
        raise bad_request() from error


def _texts(body: Mapping[str, Any]) -> tuple[str, list[str]]:
    client_id, subscriptions = body.get("clientId"), body.get("subscriptions")
    if client_id is None:
        client_id = ""
    if subscriptions is None:
        subscriptions = []
    if not isinstance(client_id, str) or not isinstance(subscriptions, list):
        raise bad_request()
    if not all(isinstance(text, str) for text in subscriptions):
        raise bad_request()
    return client_id, subscriptions


def _problems(client_id: str, subscriptions: list[str]) -> Problems:
    problems: dict[str, Problem | Problems] = {}
    if not client_id:
        problems["clientId"] = REQUIRED
    elif len(client_id.encode()) > MAX_ID:
        problems["clientId"] = Problem(
            "validation_length_out_of_range",
            f"The length must be between 1 and {MAX_ID}.",
            {"max": MAX_ID, "min": 1},
        )
    if len(subscriptions) > MAX_SUBSCRIPTIONS:
        problems["subscriptions"] = _too_long(MAX_SUBSCRIPTIONS)
    elif long := {
        str(place): _too_long(MAX_SUBSCRIPTION)
        for place, text in enumerate(subscriptions)
        if len(text.encode()) > MAX_SUBSCRIPTION
    }:
        problems["subscriptions"] = long
    return problems


def _too_long(limit: int) -> Problem:
    return Problem(
        "validation_length_too_long",
        f"The length must be no more than {limit}.",
        {"max": limit, "min": 0},
    )


ROUTES: tuple[Route, ...] = (endpoint("/api/realtime", GET=connect, POST=subscribe),)
