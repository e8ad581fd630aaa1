"""The same of every route: who is turned away, HEAD, other methods, a slash at the end, odd bodies."""

from collections.abc import Iterator

from tests.parity.routes import (
    ANY,
    FILE_TOKEN,
    ROUTES,
    RULE,
    SAME,
    SIGNED_IN,
    SUPERUSERS,
    Route,
    route_of,
)
from tests.parity.scenario import SUPERUSER, Row, raw

# Who is turned away; on an open route, whose token counts as none.
_STRANGERS = {
    SUPERUSERS: ("guest", "ann", "mia", "static", "expired", "forged", "file_type"),
    SAME: ("guest", "mia", SUPERUSER, "expired", "forged", "file_type"),
    SIGNED_IN: ("guest", "expired", "forged", "file_type", "unknown_record"),
    FILE_TOKEN: ("guest", "ann", SUPERUSER),
    ANY: ("expired", "forged"),
    RULE: ("expired", "forged", "static"),
}
_FRIENDS = {SUPERUSERS: SUPERUSER, SAME: "ann", SIGNED_IN: "ann"}
_BODIES = {
    "plain text": raw("{}", "text/plain"),
    "xml": raw("<a/>", "application/xml"),
    "broken": raw("{"),
    "no type": raw("{}", None),
}
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A stream, and what makes or takes a backup whatever it is sent: other tables have them.
_APART = {
    ("GET", "/api/realtime"),
    ("POST", "/api/backups"),
    ("POST", "/api/backups/{key}/restore"),
}


_UNLIMITED = {"/api/batch", "/api/backups/upload"}


def _name(route: Route) -> str:
    return f"{route.method} {route.pattern}"


def _is_apart(route: Route) -> bool:
    return (route.method, route.pattern) in _APART


def _row(what: str, route: Route, **rest: object) -> Row:
    return Row(f"{_name(route)}: {what}", route.method, route.example, **rest)


def _guards() -> Iterator[Row]:
    for route in ROUTES:
        if route.who == ANY and _is_apart(route):
            continue
        body = None if route.method in ("GET", "DELETE") else {}
        for who in _STRANGERS[route.who]:
            yield _row(who, route, body=body, who=who)


def _heads() -> Iterator[Row]:
    for route in ROUTES:
        if route.method == "GET" and not _is_apart(route):
            for who in dict.fromkeys(("guest", _FRIENDS.get(route.who, "guest"))):
                yield Row(f"HEAD {route.pattern}: {who}", "HEAD", route.example, who=who)


def _others() -> Iterator[Row]:
    for path in dict.fromkeys(route.example for route in ROUTES):
        for method in _METHODS:
            found = route_of(method, path)
            if found is None or found.pattern == "/{path...}":
                yield Row(f"{method} on {path}", method, path, who=SUPERUSER)
        # With a slash, `/_` is the dashboard itself.
        for method in ("GET", "POST") if path != "/_" else ():
            yield Row(f"{method} on {path}/", method, f"{path}/", who=SUPERUSER)


def _bodies() -> Iterator[Row]:
    for route in ROUTES:
        if route.method in ("GET", "DELETE") or _is_apart(route):
            continue
        who = _FRIENDS.get(route.who, "guest")
        for name, body in _BODIES.items():
            yield _row(name, route, body=body, who=who)
        if route.pattern not in _UNLIMITED:
            # It says how long it is; nobody waits for the rest of it.
            headers = {"Content-Length": str(40 << 20)}
            yield _row("too large", route, body=raw("{}"), who=who, headers=headers)


ROWS = (*_heads(), *_others(), *_guards(), *_bodies())
