"""Where a provider sends people back to when an app signs them in by one call.

The app waits at its realtime connection, whose id is the `state`. The code is sent there, once, and
the browser's window to a page that says it may be closed.
"""

from __future__ import annotations

import msgspec

from fastcms.auth import apple_names
from fastcms.auth.form import text
from fastcms.errors import ApiError
from fastcms.http.reply import Reply
from fastcms.http.request import Request

TOPIC = "@oauth2"
MAX_STATE = 255  # as long as the id of a realtime client can be

# Both are fixed: nothing in a request can lead a browser elsewhere.
_SUCCESS = b"../_/#/auth/oauth2-redirect-success"
_FAILURE = b"../_/#/auth/oauth2-redirect-failure"


async def come_back(request: Request) -> Reply:
    """GET and POST /api/oauth2-redirect"""
    is_done = await _pass_on(request)
    # After a POST the browser has to go on with a GET.
    status = 307 if request.method == "GET" else 303
    location = _SUCCESS if is_done else _FAILURE
    return Reply(b"", status, b"", headers=((b"location", location),))


async def _pass_on(request: Request) -> bool:
    """Whether a code was given to an app that waits for it, at the address it comes from."""
    try:
        state, code, error, user = await _read(request)
    except ApiError:
        return False
    if not state or len(state) > MAX_STATE or await request.app.bus.client(state) is None:
        return False
    if user and code and not error:
        # Before the app has the code and can show it.
        await apple_names.keep(request.app, code, user)
    told = {"state": state, "code": code} | ({"error": error} if error else {})
    data = msgspec.json.encode(told).decode()
    is_sent = await request.app.bus.send_once(state, TOPIC, data, address=request.client_ip)
    return is_sent and bool(code) and not error


async def _read(request: Request) -> tuple[str, str, str, str]:
    keys = ("state", "code", "error", "user")
    if request.method != "POST":
        state, code, error, _ = (request.query.get(key, "") for key in keys)
        return state, code, error, ""
    request.body = await request.read_body()
    state, code, error, user = (text(request, key) for key in keys)
    return state, code, error, user
