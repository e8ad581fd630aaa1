"""The OpenAPI 3.1 document: made of the routes that are served and of a directory's collections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote

import msgspec

from fastcms.fields.base import JsonSchema
from fastcms.http.endpoint import Handler, Route
from fastcms.openapi import fixed, records, signing_in
from fastcms.openapi.operation import ANYTHING, OBJECT, TEXT, Operation, Parameter, fields
from fastcms.schema.collection import RULES
from fastcms.schema.snapshot import Schema
from fastcms.settings.model import Settings
from fastcms.shapes.named import named
from fastcms.shapes.record import Shape, shapes, type_names

# Operations by method and path that routes do not tell of themselves, and schemas that they name.
Custom = tuple[Sequence[tuple[str, str, Operation]], Mapping[str, JsonSchema]]

_PARAMETER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[A-Za-z0-9]+")
_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"})
_ERROR: JsonSchema = fields(
    status={"type": "integer"},
    message=TEXT,
    data={
        "type": "object",
        "description": "What is wrong, by key, each with a code and a message.",
        "additionalProperties": ANYTHING,
    },
)
_COLLECTION: JsonSchema = fields(
    {
        "id": TEXT,
        "system": {"type": "boolean"},
        **{rule: {"type": ["string", "null"]} for rule in RULES},
        "fields": {"type": "array", "items": OBJECT},
        "indexes": {"type": "array", "items": TEXT},
        "created": TEXT,
        "updated": TEXT,
    },
    name=TEXT,
    type={"enum": ["base", "auth", "view"]},
)
_SECURITY = {
    "account": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token of any account, as signing in answers it.",
    },
    "superuser": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token of a superuser.",
    },
}


def document(
    routes: Iterable[Route],
    schema: Schema,
    settings: Settings,
    *,
    superuser: bool,
    custom: Custom | None = None,
) -> dict[str, Any]:
    """The document; the same collections, routes and name of the application give the same one.

    It has a superuser's view of records if it is made for one, and `custom` routes, too.
    """
    more, more_schemas = custom or ((), {})
    found = shapes(schema, superuser=superuser)
    paths: dict[str, dict[str, Any]] = {}
    tags: dict[str, None] = {collection.name: None for collection in schema}
    ids: set[str] = set()
    for method, path, operation in chain(_operations(routes, schema, found), more):
        if method.lower() in paths.get(path, ()):
            continue  # the server's own is the one that answers
        tags.setdefault(operation.tag)
        made = _made(method, path, operation)
        made["operationId"] = _unique(made["operationId"], ids)
        paths.setdefault(path, {})[method.lower()] = made
    used = {each["tags"][0] for methods in paths.values() for each in methods.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.meta.app_name,
            # Not the server's: whoever is given the document need not know its age.
            "version": "1",
            "description": "Made by `fastcms openapi` of the collections and their rules.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in tags if tag in used],
        "paths": dict(sorted(paths.items(), key=lambda item: _place(item[1], tags))),
        "components": {
            "schemas": {**_schemas(found), **more_schemas},
            "responses": {
                "Failure": {
                    "description": "What was wrong.",
                    "content": {"application/json": {"schema": _ref("Error")}},
                }
            },
            "securitySchemes": _SECURITY,
        },
    }


def _operations(
    routes: Iterable[Route], schema: Schema, found: Iterable[Shape]
) -> Iterator[tuple[str, str, Operation]]:
    """Each method and path of the document, in the order of the routes."""
    of_records = {s.collection.name: dict(records.operations(s)) for s in found}
    shown = type_names(schema)
    names = {s.collection.id: shown[s.collection.id] for s in found}
    of_auth = {
        collection.name: dict(signing_in.operations(collection, names.get(collection.id)))
        for collection in schema
        if collection.is_auth
    }
    for route in routes:
        for method, handler in route.methods.items():
            key = f"{method} {route.path}"
            if not _belongs(method, route.path):
                continue
            if route.path.startswith(records.ROUTE):
                by_collection = of_records
            elif key in signing_in.KEYS:
                by_collection = of_auth
            else:
                yield method, route.path, fixed.OPERATIONS.get(key) or _unwritten(route, handler)
                continue
            for name, operations in by_collection.items():
                if key in operations:
                    path = route.path.replace("{collection}", quote(name, safe=""))
                    yield method, path, operations[key]


def _belongs(method: str, path: str) -> bool:
    """Whether a method of a route has a place in the document."""
    is_left_out = path in fixed.LEFT_OUT or f"{method} {path}" in fixed.LEFT_OUT
    return path.startswith("/api/") and method in _METHODS and not is_left_out


def _unwritten(route: Route, handler: Handler) -> Operation:
    """What a route that nobody has described yet says of itself."""
    first = (handler.__doc__ or "").strip().partition("\n")[0]
    # Many begin with the route itself.
    summary = re.sub(r"^[A-Z]+ \S+[:,;]?\s*", "", first).strip().rstrip(".")
    tag = route.path.split("/")[2].capitalize()
    return Operation(tag, summary or route.path, "unsaid", answer=ANYTHING)


def _made(method: str, path: str, operation: Operation) -> dict[str, Any]:
    """The operation as the document has it."""
    made: dict[str, Any] = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "operationId": _operation_id(method, path),
        "security": _security(operation),
    }
    if notes := [text for text in (_who(operation), operation.note) if text]:
        made["description"] = "\n\n".join(notes)
    in_path: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": operation.in_path.get(name, TEXT)}
        for name in _PARAMETER.findall(path)
    ]
    in_query = [_in_query(parameter) for parameter in operation.query]
    if in_path or in_query:
        made["parameters"] = in_path + in_query
    if operation.body is not None:
        content = {type_: {"schema": operation.body} for type_ in operation.body_types}
        made["requestBody"] = {"required": True, "content": content}
    if operation.answer is None:
        answers: dict[str, Any] = {"204": {"description": "Done."}}
    else:
        content = {operation.answer_type: {"schema": operation.answer}}
        answers = {str(operation.status): {"description": "Done.", "content": content}}
    answers["default"] = {"$ref": "#/components/responses/Failure"}
    made["responses"] = answers
    return made


def _in_query(parameter: Parameter) -> dict[str, Any]:
    made: dict[str, Any] = {"name": parameter.name, "in": "query", "schema": parameter.schema}
    if parameter.says:
        made["description"] = parameter.says
    if parameter.required:
        made["required"] = True
    return made


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """What the caller has to bring: one of these, {} being nothing."""
    if operation.access == "superuser" or (operation.access == "rule" and operation.rule is None):
        return [{"superuser": []}]
    if operation.access == "auth":
        return [{"account": []}]
    if operation.access == "guest":
        return [{}]
    return [{}, {"account": []}]


def _who(operation: Operation) -> str:
    """Who may, in words."""
    if operation.access == "superuser":
        return "For superusers."
    if operation.access == "auth":
        return "For who is signed in."
    if operation.access == "public":
        return "For everybody."
    if operation.access == "guest":
        return "For who is not signed in."
    if operation.access == "unsaid":
        return ""
    if operation.rule is None:
        return "For superusers: there is no rule that would let others."
    if not operation.rule:
        return "For everybody: the rule is empty."
    return f"For whom the rule lets, and for superusers: {operation.rule}"


def _schemas(found: Iterable[Shape]) -> dict[str, JsonSchema]:
    _, shipped = msgspec.json.schema_components(
        [Settings], ref_template="#/components/schemas/{name}"
    )
    made: dict[str, JsonSchema] = {"Error": _ERROR, "Collection": _COLLECTION, **shipped}
    for name, schema in named(found).items():
        # Its title is its name now.
        made[name] = {key: value for key, value in schema.items() if key != "title"}
    for shape in found:
        made |= records.schemas(shape)
    return made


def _ref(name: str) -> Mapping[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _place(methods: Mapping[str, Any], tags: Mapping[str, None]) -> int:
    """Where a path stands: beside others of its tag."""
    tag = next(iter(methods.values()))["tags"][0]
    return list(tags).index(tag)


def _operation_id(method: str, path: str) -> str:
    """`GET /api/collections/posts/records/{id}` → `getCollectionsPostsRecordsId`."""
    words = _WORD.findall(path.removeprefix("/api/"))
    return method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _unique(name: str, taken: set[str]) -> str:
    """The name, or where it is taken the name with a number."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free
