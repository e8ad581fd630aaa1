"""How strong a password is, before an account gets it. Nothing of it is stored or logged."""

from __future__ import annotations

from fastcms.auth import attempts
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.form import INVALID, UNREADABLE, text
from fastcms.errors import REQUIRED, Problem, bad_request, too_many
from fastcms.fields.password import LONGEST
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.records import password_policy

# From one address: enough for who types, not for who sorts a list of passwords.
REQUESTS = 60
SECONDS = 60
MAX_WORDS = 20

_TOO_LONG = Problem(
    "validation_length_too_long",
    f"The length must be no more than {LONGEST}.",
    {"max": LONGEST},
)


async def estimate(request: Request) -> Reply:
    """POST …/password-strength"""
    collection = require_auth_collection(request)
    assert collection.auth is not None
    app = request.app
    key = f"strength:{request.client_network}"
    if await attempts.count(app, key, SECONDS) > REQUESTS:
        raise too_many(SECONDS)
    request.body = await request.read_body(error=UNREADABLE)
    plain = text(request, "password")
    if not plain:
        raise bad_request(INVALID, {"password": REQUIRED})
    if len(plain.encode()) > LONGEST:
        raise bad_request(INVALID, {"password": _TOO_LONG})
    about = [app.settings.meta.app_name, *_words(request.body.get("about"))]
    found = await password_policy.strength(plain, about)
    policy = collection.auth.password_policy
    problem = await password_policy.problem_in_itself(policy, plain, about)
    return json_reply(found._asdict() | {"problems": {"password": problem} if problem else {}})


def _words(value: object) -> list[str]:
    """Texts that say who the password is for, as many as are looked at."""
    items = value if isinstance(value, list) else [value]
    return [item[:LONGEST] for item in items[:MAX_WORDS] if isinstance(item, str) and item]
