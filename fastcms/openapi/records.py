"""The operations on the records of one collection, under the methods and paths of their routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastcms.fields.base import JsonSchema
from fastcms.openapi.operation import (
    FIELDS,
    INTEGER,
    PAGES,
    TEXT,
    Operation,
    Parameter,
    fields,
    page_of,
    ref,
)
from fastcms.schema.view_parameters import PREFIX
from fastcms.shapes.record import CREATE, EXPAND, RESPONSE, UPDATE, Key, Shape

ROUTE = "/api/collections/{collection}/records"
_CURSOR = Parameter("cursor", "Pages by cursor: empty for the first, then `nextCursor`.")
_MULTIPART = ("application/json", "multipart/form-data")


def operations(shape: Shape) -> Iterator[tuple[str, Operation]]:
    """By method and path, as in "GET /api/collections/{collection}/records"."""
    collection = shape.collection
    tag, record = collection.name, ref(f"{shape.name}{RESPONSE}")
    page: JsonSchema = page_of(record)
    page = {
        **page,
        "properties": {
            **page["properties"],
            "nextCursor": {"type": ["string", "null"]},
            "prevCursor": {"type": ["string", "null"]},
        },
    }
    shown = (*_expand(shape), FIELDS, *_view_parameters(shape))
    yield (
        f"GET {ROUTE}",
        Operation(
            tag,
            "A page of records",
            "rule",
            answer=page,
            query=(*PAGES[:-1], *shown, _CURSOR, *_geojson(shape)),
            rule=collection.list_rule,
        ),
    )
    yield (
        f"GET {ROUTE}/{{id}}",
        Operation(tag, "A record", "rule", answer=record, query=shown, rule=collection.view_rule),
    )
    if collection.is_view:
        return
    types = _MULTIPART if any(f.type == "file" for f in collection.fields) else _MULTIPART[:1]
    yield (
        f"POST {ROUTE}",
        Operation(
            tag,
            "Creates a record",
            "rule",
            body=ref(f"{shape.name}{CREATE}"),
            answer=record,
            query=shown,
            body_types=types,
            rule=collection.create_rule,
        ),
    )
    yield (
        f"PATCH {ROUTE}/{{id}}",
        Operation(
            tag,
            "Changes a record",
            "rule",
            body=ref(f"{shape.name}{UPDATE}"),
            answer=record,
            query=shown,
            body_types=types,
            rule=collection.update_rule,
        ),
    )
    yield (
        f"DELETE {ROUTE}/{{id}}",
        Operation(tag, "Deletes a record", "rule", rule=collection.delete_rule),
    )


def schemas(shape: Shape) -> Iterator[tuple[str, JsonSchema]]:
    """The document's own schemas that the operations use."""
    response = _object(shape.response)
    if shape.expand:
        expand = {}
        for key, targets, is_many in shape.expand:
            records = [ref(f"{target}{RESPONSE}") for target in targets]
            record = records[0] if len(records) == 1 else {"anyOf": records}
            expand[key] = {"type": "array", "items": record} if is_many else record
        yield f"{shape.name}{EXPAND}", fields(expand)
        response["properties"]["expand"] = ref(f"{shape.name}{EXPAND}")
    yield f"{shape.name}{RESPONSE}", response
    if not shape.collection.is_view:
        yield f"{shape.name}{CREATE}", _object(shape.create)
        yield f"{shape.name}{UPDATE}", _object(shape.update)


def _object(keys: tuple[Key, ...]) -> dict[str, Any]:
    properties: dict[str, JsonSchema] = {}
    for key in keys:
        schema = with_references(key.schema)
        properties[key.name] = {**schema, "description": key.help} if key.help else schema
    made: dict[str, Any] = {"type": "object", "properties": properties}
    if required := [key.name for key in keys if key.is_required]:
        made["required"] = required
    return made


def with_references(schema: JsonSchema) -> dict[str, Any]:
    """The schema with a reference for each one inside that has a title."""
    if title := schema.get("title"):
        return {**ref(str(title))}
    made = dict(schema)
    if "anyOf" in made:
        made["anyOf"] = [with_references(choice) for choice in made["anyOf"]]
    if "items" in made:
        made["items"] = with_references(made["items"])
    if "properties" in made:
        inside: Mapping[str, JsonSchema] = made["properties"]
        made["properties"] = {name: with_references(value) for name, value in inside.items()}
    return made


def _expand(shape: Shape) -> tuple[Parameter, ...]:
    if not shape.expand:
        return ()
    keys = ", ".join(expansion.name for expansion in shape.expand)
    says = f"Related records to add, comma-separated, deeper ones after a dot. Keys: {keys}"
    return (Parameter("expand", says),)


def _view_parameters(shape: Shape) -> Iterator[Parameter]:
    for name, default in shape.collection.view_params.items():
        schema = INTEGER if isinstance(default, int) else TEXT
        yield Parameter(PREFIX + name, f"Of the view's query; {default!r} if not given.", schema)


def _geojson(shape: Shape) -> tuple[Parameter, ...]:
    if not any(field.type == "geoPoint" for field in shape.collection.fields):
        return ()
    return (
        Parameter("format", "`geojson` answers with a GeoJSON FeatureCollection."),
        Parameter("geometry", "The field whose place that is, if there are several."),
    )
