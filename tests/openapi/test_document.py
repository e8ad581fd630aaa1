"""The document is valid, says of every route what is so, and its schemas fit real traffic."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from fastcms import __version__
from fastcms.features import ROUTES
from fastcms.openapi import fixed, signing_in
from fastcms.openapi.document import document
from fastcms.settings.model import Settings
from tests.servers import Answer, Kind, Server, add_superuser
from tests.typegen import sample

PASSWORD = "member-password-1"
TOPIC, POST = "topic0000000001", "post00000000001"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("openapi") / "pb_data"
    sample.build(directory)
    add_superuser(Kind.FASTCMS, directory)
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with Server(Kind.FASTCMS, directory, 1) as running:
        yield running


@pytest.fixture(scope="module")
def root(server: Server) -> str:
    token = server.superuser_token()
    batches = {"batch": {"enabled": True}}
    server.expect("PATCH", "/api/settings", token=token, json_body=batches)
    return token


@pytest.fixture(scope="module")
def member(server: Server) -> str:
    body = {
        "id": "member000000001",
        "nick": "n",
        "email": "n@example.com",
        "password": PASSWORD,
        "passwordConfirm": PASSWORD,
    }
    server.expect("POST", "/api/collections/members/records", json_body=body)
    return server.sign_in("members", "n@example.com", PASSWORD)


@pytest.fixture(scope="module")
def made(server: Server, root: str) -> dict[str, Any]:
    found: dict[str, Any] = server.expect("GET", "/api/openapi.json", token=root)
    return found


def _operations(made: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_valid(server: Server, root: str) -> None:
    whole = server.expect("GET", "/api/openapi.json?superuser=1", token=root)
    OpenAPIV31SpecValidator(whole).validate()
    hostile = document(ROUTES, sample.hostile_schema(), Settings(), superuser=False)
    OpenAPIV31SpecValidator(json.loads(json.dumps(hostile))).validate()
    assert not any(text in path for path in hostile["paths"] for text in sample.HOSTILE)


def test_it_is_for_superusers_and_tells_no_version(
    made: dict[str, Any], server: Server, member: str
) -> None:
    for query in ("", "?superuser=1"):
        assert server.send("GET", f"/api/openapi.json{query}").status == 401
        assert server.send("GET", f"/api/openapi.json{query}", token=member).status == 403
    assert __version__ not in json.dumps(made)


def test_the_command_prints_what_the_route_answers(
    directory: Path, made: dict[str, Any], tmp_path: Path
) -> None:
    assert json.loads(sample.fastcms(directory, "openapi")) == made
    out = tmp_path / "openapi.json"
    sample.fastcms(directory, "openapi", "--superuser", "--out", str(out))
    assert "internal" in out.read_text("utf-8")
    assert "internal" not in json.dumps(made)


def test_every_route_is_in_the_document_or_left_out_for_a_reason(made: dict[str, Any]) -> None:
    """In a directory whose auth collections have every way to sign in, nothing is missing."""
    unsaid = []
    for route in ROUTES:
        for method in route.methods:
            if method == "HEAD" or not route.path.startswith("/api/"):
                continue  # said with GET; pages and static files
            key = f"{method} {route.path}"
            if key in signing_in.KEYS or route.path in fixed.LEFT_OUT or key in fixed.LEFT_OUT:
                continue
            path = route.path
            if path.startswith("/api/collections/{collection}/records"):
                path = path.replace("{collection}", "topics")
            if method.lower() not in made["paths"].get(path, {}):
                unsaid.append(key)
    assert unsaid == []
    served = {f"{m} {route.path}" for route in ROUTES for m in route.methods}
    paths = {route.path for route in ROUTES}
    # What is said of no route any more.
    assert set(fixed.OPERATIONS) | set(signing_in.KEYS) <= served
    assert set(fixed.LEFT_OUT) <= served | paths


def test_ways_to_sign_in_come_with_their_options(server: Server, root: str) -> None:
    ways = {"otp": "request-otp", "totp": "totp/enroll", "passkey": "passkeys"}
    for on in (True, False):
        body = {option: {"enabled": on} for option in ways}
        server.expect("PATCH", "/api/collections/members", token=root, json_body=body)
        paths = server.expect("GET", "/api/openapi.json", token=root)["paths"]
        for way in ways.values():
            assert (f"/api/collections/members/{way}" in paths) is on
            assert f"/api/collections/topics/{way}" not in paths


def test_who_may_is_what_the_server_does(made: dict[str, Any], server: Server, member: str) -> None:
    wrong = []
    for method, path, operation in _operations(made):
        if "description" not in operation or (method, path) == ("GET", "/api/realtime"):
            continue  # one that says nothing of it yet; one whose answer has no end
        plain = path.replace("{collection}", "topics").replace("{", "").replace("}", "")
        guest = server.send(method, plain).status
        if operation["security"] == [{"superuser": []}]:
            account = server.send(method, plain, token=member).status
            is_so = guest in {401, 403} and account == 403
        elif operation["security"] == [{"account": []}]:
            is_so = guest in {401, 403}
        else:
            is_so = guest not in {401, 403} or method == "OPTIONS"
        if not is_so:
            wrong.append((method, path, operation["security"], guest))
    assert wrong == []


def test_rules_are_told(made: dict[str, Any]) -> None:
    one = made["paths"]["/api/collections/blog_posts/records/{id}"]
    assert "author = @request.auth.id" in one["patch"]["description"]
    assert one["patch"]["security"] == [{}, {"account": []}]
    assert one["delete"]["security"] == [{"superuser": []}]
    assert one["get"]["description"] == "For everybody: the rule is empty."
    view = made["paths"]["/api/collections/totals/records/{id}"]
    assert set(view) == {"get"}


ROWS: tuple[tuple[str, str, str, Any], ...] = (
    ("POST", "/api/collections/topics/records", "", {"id": TOPIC, "title": "T"}),
    (
        "POST",
        "/api/collections/blog_posts/records?expand=author",
        "",
        {
            "id": POST,
            "title": "Hello",
            "stars": 5,
            "state": "draft",
            "labels": [sample.HOSTILE[4], sample.HOSTILE[9]],
            "mood": sample.HOSTILE[0],
            "author": "member000000001",
            "readers": ["member000000001"],
            "place": {"lon": 1.5, "lat": -2},
            "meta": {"any": [1, None]},
            "due": "2030-01-01 00:00:00.000Z",
            "contact": "a@example.com",
            "slug:autogenerate": "post-",
        },
    ),
    # Everything empty that may be.
    (
        "POST",
        "/api/collections/blog_posts/records",
        "",
        {"title": "Bare", "stars": 1, "state": "draft", "author": "member000000001"},
    ),
    (
        "PATCH",
        f"/api/collections/blog_posts/records/{POST}",
        "member",
        {"views+": 2, "stars-": 1, "labels+": sample.HOSTILE[2], "2fa": "x"},
    ),
    ("GET", "/api/collections/blog_posts/records?expand=author,readers&sort=-title", "", None),
    ("GET", "/api/collections/blog_posts/records?skipTotal=1&cursor=", "", None),
    ("GET", f"/api/collections/blog_posts/records/{POST}?expand=author", "", None),
    (
        "POST",
        "/api/collections/pins/records?expand=what,all,topics",
        "",
        {
            "what": {"collectionId": "pbc_topics00000", "id": TOPIC},
            "all": [f"pbc_topics00000/{TOPIC}"],
            "topics": [{"id": TOPIC}],
        },
    ),
    ("POST", "/api/collections/pins/records", "", {}),
    ("GET", "/api/collections/pins/records?expand=what", "", None),
    ("GET", "/api/collections/totals/records?expand=author", "", None),
    ("POST", "/api/collections/profiles/records", "", {"member": "member000000001"}),
    (
        "GET",
        "/api/collections/members/records?expand=profiles_via_member,blog_posts_via_author",
        "",
        None,
    ),
    ("GET", "/api/collections/members/auth-methods", "", None),
    (
        "POST",
        "/api/collections/members/auth-with-password",
        "",
        {"identity": "n@example.com", "password": PASSWORD},
    ),
    ("POST", "/api/collections/members/auth-refresh", "member", None),
    ("GET", "/api/collections/members/sessions", "member", None),
    ("POST", "/api/collections/members/password-strength", "", {"password": "abc"}),
    ("POST", "/api/collections/members/impersonate/member000000001", "root", {"duration": 60}),
    ("GET", "/api/collections/members/lockouts", "root", None),
    ("POST", "/api/files/token", "member", None),
    ("GET", "/api/collections", "root", None),
    ("GET", "/api/collections/blog_posts", "root", None),
    ("PATCH", "/api/collections/topics", "root", {"name": "topics", "type": "base"}),
    ("GET", "/api/collections/export", "root", None),
    ("GET", "/api/collections/meta/scaffolds", "root", None),
    ("GET", "/api/collections/meta/templates", "root", None),
    ("GET", "/api/settings", "root", None),
    ("PATCH", "/api/settings", "root", {"meta": {"appName": "Acme"}}),
    ("GET", "/api/settings/schema", "root", None),
    ("POST", "/api/settings/reset", "root", {"keys": ["meta.appName"]}),
    ("GET", "/api/settings/all", "root", None),
    ("PATCH", "/api/settings/all", "root", {"logs": {"maxSize": 900}}),
    ("GET", "/api/settings/rate-limits/labels", "root", None),
    (
        "POST",
        "/api/settings/test/rate-limit",
        "root",
        {"path": "/api/batch", "audience": "@guest"},
    ),
    ("POST", "/api/settings/test/database", "root", None),
    ("GET", "/api/crons", "root", None),
    ("GET", "/api/crons/__pbLogsCleanup__/runs", "root", None),
    ("POST", "/api/backups", "root", {"name": "one.zip"}),
    ("GET", "/api/backups", "root", None),
    ("POST", "/api/backups/one.zip/verify", "root", None),
    ("GET", "/api/backups-progress", "root", None),
    ("GET", "/api/logs", "root", None),
    ("GET", "/api/logs/stats", "root", None),
    ("GET", "/api/audit", "root", None),
    ("GET", "/api/health", "", None),
    ("POST", "/api/sql", "root", {"query": "SELECT 1"}),
    (
        "POST",
        "/api/rules/explain",
        "root",
        {"collection": "blog_posts", "action": "update", "record": POST},
    ),
    ("POST", "/api/rules/check", "root", {"collection": "blog_posts", "rule": "id != ''"}),
    (
        "POST",
        "/api/batch",
        "",
        {
            "requests": [
                {
                    "method": "POST",
                    "url": "/api/collections/topics/records",
                    "body": {"title": "B"},
                },
                {"method": "DELETE", "url": f"/api/collections/topics/records/{TOPIC}"},
            ]
        },
    ),
    # What fails says so in one shape.
    ("POST", "/api/collections/blog_posts/records", "", {"title": ""}),
    ("GET", "/api/collections/blog_posts/records/none", "", None),
    ("GET", "/api/settings", "", None),
    ("POST", "/api/batch", "", {"requests": [{"method": "GET", "url": "/api/health"}]}),
)


def test_real_requests_and_answers_fit_the_schemas(
    made: dict[str, Any], server: Server, root: str, member: str
) -> None:
    tokens = {"root": root, "member": member, "": None}
    components = _strict(made)
    for method, path, who, body in ROWS:
        answer = server.send(method, path, token=tokens[who], json_body=body)
        operation = _operation(made, method, path)
        if body is not None and answer.status < 300:
            _check(operation["requestBody"]["content"]["application/json"], body, components)
        if answer.status == 204:
            assert "204" in operation["responses"]
        else:
            _check(_said(operation, made, answer), answer.json(), components)


def test_superusers_get_what_their_document_says(server: Server, root: str, member: str) -> None:
    whole = server.expect("GET", "/api/openapi.json?superuser=1", token=root)
    for name in ("members", "_superusers", "_authOrigins", "_otps"):
        path = f"/api/collections/{name}/records"
        answer = server.send("GET", path, token=root)
        _check(_said(_operation(whole, "GET", path), whole, answer), answer.json(), _strict(whole))


def _strict(made: dict[str, Any]) -> dict[str, Any]:
    """The document's schemas, by which nothing may be in a record that was not announced."""
    components: dict[str, Any] = json.loads(json.dumps(made["components"]))
    for name, schema in components["schemas"].items():
        if name.endswith(("Response", "Create", "Update", "Expand")):
            schema["additionalProperties"] = False
    return components


def _said(operation: dict[str, Any], made: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """What the document says of such an answer."""
    responses = operation["responses"]
    found = responses.get(str(answer.status))
    if found is None:
        assert answer.status >= 400, answer
        found = made["components"]["responses"][responses["default"]["$ref"].rpartition("/")[2]]
    content: dict[str, Any] = found["content"]["application/json"]
    return content


def _operation(made: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The operation of a path; a path without parameters comes first."""
    asked = path.partition("?")[0].split("/")

    def fits(template: str) -> bool:
        parts = template.split("/")
        return len(parts) == len(asked) and all(
            part == word or part.startswith("{") for part, word in zip(parts, asked, strict=True)
        )

    candidates = sorted(filter(fits, made["paths"]), key=lambda found: found.count("{"))
    operation: dict[str, Any] = made["paths"][candidates[0]][method.lower()]
    return operation


def _check(content: dict[str, Any], value: Any, components: dict[str, Any]) -> None:
    validator = Draft202012Validator({**content["schema"], "components": components})
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert problems == [], value
