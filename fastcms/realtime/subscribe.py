"""What a client subscribes to, and as whom: for every way in which it may say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastcms.bus import clients
from fastcms.bus.clients import heard_name
from fastcms.bus.log import ClientEntry
from fastcms.errors import REQUIRED, Problem, Problems, bad_request, forbidden, not_found
from fastcms.http.request import Request
from fastcms.realtime.events import RealtimeSubscribeEvent
from fastcms.records import audience
from fastcms.store.store import Tx

MAX_ID = 255
MAX_SUBSCRIPTIONS = 1_000
MAX_SUBSCRIPTION = 2_500  # bytes of one


async def subscribe(request: Request, body: Mapping[str, Any]) -> None:
    """Gives a client the subscriptions of a body like that of `POST /api/realtime`.

    Raises 400 for a body that is wrong or another address, 404 for an unknown client, and 403 where
    the client is somebody else already.
    """
    client_id, subscriptions = _texts(body)
    if problems := _problems(client_id, subscriptions):
        raise bad_request("", problems)
    app, schema = request.app, request.schema
    event = RealtimeSubscribeEvent(request, client_id, [text for text in subscriptions if text])
    identity = audience.identity_of(request.auth)

    def check(tx: Tx) -> None:
        found = clients.find(tx, client_id)
        if found is None or found.gone:
            raise not_found("Missing or invalid client id.")
        if found.address != request.client_ip:
            raise bad_request("Invalid realtime client.")
        bound = found.identity
        # A sign-in that has ended binds nobody.
        is_bound = audience.caller_of(tx.execute, schema, bound) is not None
        if is_bound and bound[:2] != identity[:2]:
            raise forbidden("The current and the previous request authorization don't match.")

    async def act(event: RealtimeSubscribeEvent) -> None:
        # Before the commit: what is changed after the answer must find them heard.
        app.bus.heard.hear(map(heard_name, event.subscriptions))

        def run(tx: Tx) -> None:
            check(tx)
            clients.subscribe(tx, client_id, identity, event.subscriptions)
            app.bus.append(tx, ClientEntry(client_id))

        await app.store.write(run, stamp=request.stamp)

    if hook := app.hooks.realtime_subscribe_request:
        await app.store.write(check, stamp=request.stamp)
        await hook.run(event, act)
    else:
        await act(event)


def _texts(body: Mapping[str, Any]) -> tuple[str, list[str]]:
    client_id, subscriptions = body.get("clientId"), body.get("subscriptions")
    if client_id is None:
        client_id = ""
    if subscriptions is None:
        subscriptions = []
    if not isinstance(client_id, str) or not isinstance(subscriptions, list):
        raise bad_request()
    texts = ["" if text is None else text for text in subscriptions]
    if not all(isinstance(text, str) for text in texts):
        raise bad_request()
    return client_id, texts


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
