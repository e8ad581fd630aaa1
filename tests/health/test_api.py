"""GET /api/health; parity/tables/http_routes.py compares it with the reference."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Kind, Server, add_superuser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("health") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as running:
        yield running


def test_guests_learn_that_it_answers(server: Server) -> None:
    answer = server.request("GET", "/api/health")
    assert answer.status == 200
    assert answer.body == b'{"message":"API is healthy.","code":200,"data":{}}'


def test_head(server: Server) -> None:
    answer = server.request("HEAD", "/api/health")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("trusted", "sent", "expected"),
    [
        ([], {}, {"realIP": "127.0.0.1", "possibleProxyHeader": ""}),
        (
            [],
            {"X-Forwarded-For": "9.9.9.9"},
            {"realIP": "127.0.0.1", "possibleProxyHeader": "X-Forwarded-For"},
        ),
        (
            ["x-real-ip"],
            {"X-Real-IP": "9.9.9.9"},
            {"realIP": "9.9.9.9", "possibleProxyHeader": "x-real-ip"},
        ),
    ],
)
def test_superusers_learn_how_they_reach_it(
    server: Server, trusted: list[str], sent: dict[str, str], expected: dict[str, str]
) -> None:
    token = server.superuser_token()
    settings = {"trustedProxy": {"headers": trusted}}
    server.expect("PATCH", "/api/settings", token=token, json_body=settings)
    answer = server.request("GET", "/api/health", headers={"Authorization": token, **sent})
    assert answer.json()["data"] == {"canBackup": True, **expected}
