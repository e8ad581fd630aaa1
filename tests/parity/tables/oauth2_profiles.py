"""Who people are by what each provider tells of them."""

from collections.abc import Iterator
from typing import Any

from tests.oauth2.profiles import CASES, Case
from tests.parity.scenario import Row, post
from tests.parity.tables.oauth2_sign_in import configure, provider, sign

# Addresses are optional, and nothing is mapped: an answer shows all that counts in its `meta`.
_PEOPLE = {
    "name": "people",
    "type": "auth",
    "createRule": "",
    "fields": [{"name": "email", "type": "email", "required": False, "system": True}, {"name": "password", "type": "password", "cost": 4}],
}


def _rows(name: str, cases: list[Case]) -> Iterator[Row]:
    configured: Any = None
    for case in cases:
        if case.extra != configured:
            configured = case.extra
            yield configure(f"{name}, {configured}, for {case.name}", "people", provider(name, extra=configured))
        plan = {"token": case.token, "emails": case.emails, "emails_status": case.emails_status, "tell_headers": isinstance(case.user, dict)}
        yield sign(f"{name}: {case.name}", case.user, name, into="people", extra=plan)


ROWS = (
    post("people", "/api/collections", _PEOPLE, who="superuser"),
    *(row for name, cases in CASES.items() for row in _rows(name, cases)),
)
