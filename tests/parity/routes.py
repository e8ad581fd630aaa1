"""Every route of the reference, who may call it, and an address that stands for it."""

import re
from typing import NamedTuple

from tests.parity.media import BACKUP, RECORD
from tests.parity.seed import rid

# Who may call a route. Files are opened by tokens of their own, in the query.
ANY = "anybody"
RULE = "whom the collection's rule lets in"
SIGNED_IN = "any account"
SAME = "an account of the collection in the path"
SUPERUSERS = "superusers"
FILE_TOKEN = "who has a superuser's file token"


class Route(NamedTuple):
    """One method of one path.

    pattern: with `{name}` for one segment and `{name...}` for all that follow.
    example: an address that the seed answers.
    """

    method: str
    pattern: str
    who: str
    example: str

    def fits(self, method: str, path: str) -> bool:
        """Whether a request for this path would come here, as long as nothing more exact does."""
        return method == self.method and self._expression().fullmatch(path) is not None

    def rank(self) -> tuple[int, ...]:
        """Higher for the more exact of two patterns that fit."""
        parts = self.pattern.split("/")
        return tuple(0 if part.endswith("...}") else 1 if "{" in part else 2 for part in parts)

    def _expression(self) -> re.Pattern[str]:
        text = re.escape(self.pattern).replace(r"\.", ".")
        text = re.sub(r"\\\{\w+\.\.\.\\\}", ".*", text)
        return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", text))


def _of(who: str, *rows: tuple[str, str, str]) -> tuple[Route, ...]:
    return tuple(Route(method, pattern, who, example) for method, pattern, example in rows)


_C = "/api/collections"
_RECORDS = f"{_C}/{{c}}/records"
_ITEM = f"{_RECORDS}/{{id}}"
_TAG = f"{_C}/tags/records/{rid('blue')}"


def _auth(method: str, action: str) -> tuple[str, str, str]:
    return method, f"{_C}/{{c}}/{action}", f"{_C}/users/{action}"


def _plain(method: str, path: str) -> tuple[str, str, str]:
    return method, path, path


ROUTES: tuple[Route, ...] = (
    *_of(
        RULE,
        ("GET", _RECORDS, f"{_C}/tags/records"),
        ("GET", _ITEM, _TAG),
        ("POST", _RECORDS, f"{_C}/tags/records"),
        ("PATCH", _ITEM, _TAG),
        ("DELETE", _ITEM, _TAG),
    ),
    *_of(
        ANY,
        _plain("POST", "/api/batch"),
        _auth("GET", "auth-methods"),
        _auth("POST", "auth-with-password"),
        _auth("POST", "auth-with-oauth2"),
        _auth("POST", "request-otp"),
        _auth("POST", "auth-with-otp"),
        _auth("POST", "request-verification"),
        _auth("POST", "confirm-verification"),
        _auth("POST", "request-password-reset"),
        _auth("POST", "confirm-password-reset"),
        _auth("POST", "confirm-email-change"),
        _plain("GET", "/api/oauth2-redirect"),
        _plain("POST", "/api/oauth2-redirect"),
        ("GET", "/api/files/{c}/{record}/{name}", f"/api/files/media/{RECORD}/digits.txt"),
        _plain("GET", "/api/realtime"),
        _plain("POST", "/api/realtime"),
        _plain("GET", "/api/health"),
        _plain("GET", "/_"),
        ("GET", "/_/{path...}", "/_/nope"),
        _plain("GET", "/_/extensions.js"),
        ("GET", "/_/extensions/{name}/{path...}", "/_/extensions/x/main.js"),
        ("GET", "/{path...}", "/a.txt"),
    ),
    *_of(SAME, _auth("POST", "auth-refresh"), _auth("POST", "request-email-change")),
    *_of(SIGNED_IN, _plain("POST", "/api/files/token")),
    *_of(
        SUPERUSERS,
        ("POST", f"{_C}/{{c}}/impersonate/{{id}}", f"{_C}/users/impersonate/{rid('ann')}"),
        _plain("GET", _C),
        _plain("POST", _C),
        ("GET", f"{_C}/{{c}}", f"{_C}/items"),
        ("PATCH", f"{_C}/{{c}}", f"{_C}/items"),
        ("DELETE", f"{_C}/{{c}}", f"{_C}/items"),
        ("DELETE", f"{_C}/{{c}}/truncate", f"{_C}/items/truncate"),
        _plain("PUT", f"{_C}/import"),
        _plain("GET", f"{_C}/meta/scaffolds"),
        _plain("GET", f"{_C}/meta/oauth2-providers"),
        _plain("POST", f"{_C}/meta/dry-run-view"),
        _plain("GET", "/api/settings"),
        _plain("PATCH", "/api/settings"),
        _plain("POST", "/api/settings/test/s3"),
        _plain("POST", "/api/settings/test/email"),
        _plain("POST", "/api/settings/apple/generate-client-secret"),
        _plain("GET", "/api/logs"),
        _plain("GET", "/api/logs/stats"),
        ("GET", "/api/logs/{id}", "/api/logs/nosuchlogentry1"),
        _plain("DELETE", "/api/logs"),
        _plain("GET", "/api/backups"),
        _plain("POST", "/api/backups"),
        _plain("POST", "/api/backups/upload"),
        ("DELETE", "/api/backups/{key}", f"/api/backups/{BACKUP}"),
        ("POST", "/api/backups/{key}/restore", f"/api/backups/{BACKUP}/restore"),
        _plain("GET", "/api/crons"),
        ("POST", "/api/crons/{id}", "/api/crons/__pbOTPCleanup__"),
        _plain("POST", "/api/sql"),
    ),
    *_of(FILE_TOKEN, ("GET", "/api/backups/{key}", f"/api/backups/{BACKUP}")),
)


def route_of(method: str, path: str) -> Route | None:
    """The most exact route for a request; None where the reference has none."""
    fitting = [route for route in ROUTES if route.fits(method, path)]
    return max(fitting, key=Route.rank, default=None)
