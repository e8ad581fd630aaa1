"""The types that are not a collection's own: those of objects that fields give a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fastcms.fields.base import JsonSchema
from fastcms.shapes.record import Shape


def named(found: Iterable[Shape]) -> Mapping[str, JsonSchema]:
    """The schemas with a title that the shapes use, by title, in alphabetical order."""
    seen: dict[str, JsonSchema] = {}
    for shape in found:
        for key in (*shape.response, *shape.create, *shape.update):
            seen |= {str(part["title"]): part for part in _parts(key.schema) if "title" in part}
    return dict(sorted(seen.items()))


def _parts(schema: JsonSchema) -> Iterator[JsonSchema]:
    """The schema and all inside it."""
    yield schema
    inside = [*schema.get("anyOf", ()), *schema.get("properties", {}).values()]
    if "items" in schema:
        inside.append(schema["items"])
    for part in inside:
        yield from _parts(part)
