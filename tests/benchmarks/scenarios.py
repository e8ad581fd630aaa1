"""The scenarios under load, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.benchmarks import seed

RECORDS = "/api/collections/{}/records"
VIEW_POST = RECORDS.format("posts") + "/post%011d"
VIEW_GUARDED = RECORDS.format("guarded") + "/grd%012d"
FILES = {name: f"/api/files/files/{seed.file_id(name)}/{name}" for name in seed.FILES}
SORTED = {"perPage": 30, "filter": "views > 2500 && title ~ 'cedar'", "sort": "-views,title"}
SIGN_IN = f'{{"identity": "{seed.user_email(0)}", "password": "{seed.PASSWORD}"}}'
NEW_ROW = (
    '{"title": "row %d", "body": "amber basalt cedar delta ember", "views": 7,'
    f' "published": true, "owner": "{seed.user_id(0)}"}}'
)
# Another fifty of the same in one request.
BATCH = 50
NEW_ROWS = json.dumps(
    {
        "requests": [
            {"method": "POST", "url": RECORDS.format("drafts"), "body": json.loads(NEW_ROW % n)}
            for n in range(BATCH)
        ]
    }
).replace("row 0", "row %d")
CHANGE = '{"title": "changed %d", "views": 8}'


@dataclass(frozen=True)
class Scenario:
    """One kind of request, asked over and over.

    `path` may hold one printf field: a random number below `of`, times `step`. `body` may hold
    one: a number that no other request of the run has.
    """

    name: str
    method: str
    path: str
    of: int = 1
    step: int = 1
    body: str = ""
    signed_in: bool = False
    # Requests to send; 0 means as many as fit into the time.
    exactly: int = 0
    # Goals of the project, as ratios to the reference.
    cpu_at_most: float | None = None
    rate_at_least: float | None = None


SCENARIOS = (
    Scenario("health", "GET", "/api/health"),
    Scenario("view", "GET", VIEW_POST, of=seed.POSTS, cpu_at_most=1 / 3, rate_at_least=2),
    # Only even rows belong to the signed-in user.
    Scenario(
        "view-rule",
        "GET",
        VIEW_GUARDED,
        of=seed.GUARDED // 2,
        step=2,
        signed_in=True,
        cpu_at_most=1 / 2,
        rate_at_least=2,
    ),
    Scenario(
        "list-30",
        "GET",
        RECORDS.format("posts") + "?perPage=30",
        cpu_at_most=1 / 3,
        rate_at_least=2,
    ),
    Scenario(
        "list-filter-sort",
        "GET",
        RECORDS.format("posts") + "?" + urlencode(SORTED).replace("%", "%%"),
    ),
    # Users may view themselves only, so that every other owner is left out.
    Scenario(
        "list-30-expand",
        "GET",
        RECORDS.format("posts") + "?perPage=30&expand=owner",
        signed_in=True,
        rate_at_least=5,
    ),
    Scenario(
        "create",
        "POST",
        RECORDS.format("drafts"),
        body=NEW_ROW,
        cpu_at_most=1 / 2,
        rate_at_least=2,
    ),
    Scenario("create-rule", "POST", RECORDS.format("guarded"), body=NEW_ROW, signed_in=True),
    Scenario(
        "update",
        "PATCH",
        VIEW_POST,
        of=seed.POSTS,
        body=CHANGE,
        cpu_at_most=1 / 2,
        rate_at_least=2,
    ),
    Scenario("auth-refresh", "POST", "/api/collections/users/auth-refresh", signed_in=True),
    Scenario(
        "auth-with-password", "POST", "/api/collections/users/auth-with-password", body=SIGN_IN
    ),
    Scenario("file-10-kb", "GET", FILES["small.bin"], cpu_at_most=1 / 2, rate_at_least=2),
    Scenario("file-100-kb", "GET", FILES["middle.bin"]),
    Scenario("file-1-mb", "GET", FILES["large.bin"], rate_at_least=1),
    Scenario("batch-50", "POST", "/api/batch", body=NEW_ROWS),
    Scenario("bulk-5000", "POST", RECORDS.format("drafts"), body=NEW_ROW, exactly=5_000),
)
