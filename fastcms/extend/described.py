"""Routes of users as the OpenAPI document says them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from fastcms.extend.parameters import Parameter
from fastcms.extend.routes import Auth, RouteAt
from fastcms.fields.base import JsonSchema
from fastcms.openapi import operation
from fastcms.openapi.operation import ANYTHING, OBJECT, Access, Operation

TAG = "custom"
# No collection's schema has a dot in its name.
_NAME = "custom.{name}"
_REF = "#/components/schemas/" + _NAME


class Described(NamedTuple):
    """Operations by method and path, and the schemas that they name."""

    operations: list[tuple[str, str, Operation]]
    schemas: dict[str, JsonSchema]


def described(routes: Iterable[RouteAt]) -> Described:
    """What the document has of these routes."""
    routes = sorted(routes, key=lambda at: (at.path, at.method))
    types = [each.type for at in routes for each in at.wanted if _is_said(each)]
    made, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    said = iter(made)
    operations = []
    for at in routes:
        of_name = {each.name: next(said) if _is_said(each) else ANYTHING for each in at.wanted}
        path = at.path.replace("...}", "}")
        operations.append((at.method, path, _operation(at, of_name)))
    return Described(operations, {_NAME.format(name=name): each for name, each in schemas.items()})


def _is_said(parameter: Parameter) -> bool:
    """Whether there is a schema of its type."""
    if parameter.source == "event":
        return False
    try:
        msgspec.json.schema(parameter.type)
    except TypeError:
        return False
    return True


def _operation(at: RouteAt, schemas: Mapping[str, JsonSchema]) -> Operation:
    access, note = _who(at.auth)
    bodies = [schemas[each.name] or OBJECT for each in at.wanted if each.source == "body"]
    query = [
        operation.Parameter(
            each.name, "", schemas[each.name], each.default is inspect.Parameter.empty
        )
        for each in at.wanted
        if each.source == "query"
    ]
    return Operation(
        TAG,
        (inspect.getdoc(at.function) or at.path).partition("\n")[0].rstrip("."),
        access,
        body=None if not bodies else bodies[0] if len(bodies) == 1 else {"allOf": bodies},
        answer=ANYTHING,
        query=query,
        note=note,
        in_path={each.name: schemas[each.name] for each in at.wanted if each.source == "path"},
    )


def _who(auth: Auth) -> tuple[Access, str]:
    if auth is False:
        return "public", ""
    if auth == "guest":
        return "guest", ""
    if auth is True:
        return "auth", ""
    names = (auth,) if isinstance(auth, str) else tuple(auth)
    if set(names) <= {"superusers", "_superusers"}:
        return "superuser", ""
    return "auth", f"Of these collections: {', '.join(names)}."
