"""Routes of users in the OpenAPI document."""

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.servers import Kind, Server, add_superuser

SOURCE = '''
from dataclasses import dataclass
import msgspec
from fastcms import route

class Line(msgspec.Struct):
    n: int

class Order(msgspec.Struct):
    lines: list[Line]
    note: str = ""

@dataclass
class Error:
    text: str

class Odd: ...

@route.get("/x/{id}", auth=["users", "staff"])
def one(id: int, q: str, limit: int = 10, tag: list[str] = []):
    """Shows one.

    More is not said.
    """

@route.post("/x/order", auth=True)
async def order(body: Order, event): ...

@route.put("/x/error", auth="superusers")
def error(given: Error, odd: Odd = None): ...

@route.get("/x/rest/{path...}", auth="guest")
def rest(path): ...

@route.patch("/x/free")
def free(body): ...

@route.get("/api/health")
def shadow(): """Mine."""
'''


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    place: Path = tmp_path_factory.mktemp("described")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "a.py").write_text(SOURCE)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as server:
        return server.expect("GET", "/api/openapi.json", token=server.superuser_token())


def _parameter(name: str, where: str, required: bool, **schema: Any) -> dict[str, Any]:
    made = {"name": name, "in": where, "schema": schema}
    return {**made, "required": True} if required else made


def test_the_document_is_valid(made: Any) -> None:
    OpenAPIV31SpecValidator(made).validate()
    assert made["tags"][-1] == {"name": "custom"}


def test_parameters_and_words(made: Any) -> None:
    one = made["paths"]["/x/{id}"]["get"]
    assert one["summary"] == "Shows one"
    assert one["tags"] == ["custom"]
    assert one["description"] == "For who is signed in.\n\nOf these collections: users, staff."
    assert one["parameters"] == [
        _parameter("id", "path", True, type="integer"),
        _parameter("q", "query", True, type="string"),
        _parameter("limit", "query", False, type="integer"),
        _parameter("tag", "query", False, type="array", items={"type": "string"}),
    ]
    rest = made["paths"]["/x/rest/{path}"]["get"]
    assert rest["parameters"] == [_parameter("path", "path", True)]
    # What the server answers itself is not told otherwise.
    assert made["paths"]["/api/health"]["get"]["summary"] == "Whether the server answers"


@pytest.mark.parametrize(
    ("method", "path", "security"),
    [
        ("get", "/x/{id}", [{"account": []}]),
        ("post", "/x/order", [{"account": []}]),
        ("put", "/x/error", [{"superuser": []}]),
        ("get", "/x/rest/{path}", [{}]),
        ("patch", "/x/free", [{}, {"account": []}]),
    ],
)
def test_who_may(made: Any, method: str, path: str, security: Any) -> None:
    assert made["paths"][path][method]["security"] == security


@pytest.mark.parametrize(
    ("method", "path", "schema"),
    [
        ("post", "/x/order", {"$ref": "#/components/schemas/custom.Order"}),
        ("put", "/x/error", {"$ref": "#/components/schemas/custom.Error"}),
        ("patch", "/x/free", {"type": "object"}),
    ],
)
def test_bodies(made: Any, method: str, path: str, schema: Any) -> None:
    body = made["paths"][path][method]["requestBody"]
    assert body["content"]["application/json"]["schema"] == schema


def test_schemas_stand_beside_those_of_the_server(made: Any) -> None:
    schemas = made["components"]["schemas"]
    order = schemas["custom.Order"]["properties"]
    assert order["lines"]["items"] == {"$ref": "#/components/schemas/custom.Line"}
    assert "status" in schemas["Error"]["properties"]
    assert "text" in schemas["custom.Error"]["properties"]
