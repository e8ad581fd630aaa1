"""Records of several collections, each with the collection that it is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import JsonSchema, OptionContext, Reference
from fastcms.fields.referring import ReferringField, target_problem
from fastcms.values import Value, to_text, to_unique_texts


class PolymorphicField(
    ReferringField, frozen=True, kw_only=True, rename="camel", tag="polymorphic"
):
    """One or several records of `collection_ids`.

    A value is kept as the text `COLLECTION_ID/RECORD_ID`, which a body may send, too; the wire
    shows an object with `collectionId` and `id`, as every record has them.
    """

    collection_ids: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        return self.collection_ids

    def name_of(self, collection_id: str, record_id: str) -> str:
        return f"{collection_id}/{record_id}"

    def prepare(self, raw: object) -> str | list[str]:
        return super().prepare(_names(raw))

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        return super().modify(modifier, current, _names(raw))

    def to_wire(self, value: Value) -> object:
        if isinstance(value, list):
            return [_shown(name) for name in value]
        return _shown(value) if isinstance(value, str) and value else None

    def item_schema(self) -> JsonSchema:
        text = {"type": "string"}
        return {
            "type": "object",
            "title": "RecordName",
            "properties": {"collectionId": text, "id": text},
            "required": ["collectionId", "id"],
        }

    def body_item_schema(self) -> JsonSchema:
        return {"anyOf": [self.item_schema(), {"type": "string"}]}

    def or_none(self, item: JsonSchema) -> JsonSchema:
        return {"anyOf": [item, {"type": "null"}]}

    def validate(self, value: Value) -> Iterator[Problem]:
        yield from super().validate(value)
        for name in to_unique_texts(value):
            collection_id, _, record_id = name.partition("/")
            if collection_id not in self.collection_ids or not record_id:
                message = "Must name a record by its collectionId, one of the field's, and its id."
                yield Problem("validation_invalid_value", message, {"value": name})

    def references(self, value: Value) -> tuple[Reference, ...]:
        found: dict[str, list[str]] = {}
        for name in to_unique_texts(value):
            collection_id, _, record_id = name.partition("/")
            found.setdefault(collection_id, []).append(record_id)
        return tuple(Reference(id_, tuple(ids)) for id_, ids in found.items())

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        before = context.before
        if not self.collection_ids:
            yield "collectionIds", REQUIRED
        elif isinstance(before, PolymorphicField) and not (
            set(before.collection_ids) <= set(self.collection_ids)
        ):
            # Values that name its records may be there.
            yield (
                "collectionIds",
                Problem(
                    "validation_field_relation_change",
                    "A relation collection can be added, but not taken away.",
                ),
            )
        for position, id_ in enumerate(self.collection_ids):
            if problem := target_problem(id_, context):
                yield f"collectionIds.{position}", problem


def _names(raw: object) -> list[str]:
    """The texts that a body's objects, texts, or JSON text of either stand for.

    What names no record becomes a text that is refused later, rather than being lost.
    """
    if isinstance(raw, str) and raw.lstrip()[:1] in ("{", "["):
        try:
            return _names(msgspec.json.decode(raw))
        except (msgspec.DecodeError, RecursionError):
            return [raw]
    items: list[Any] = list(raw) if isinstance(raw, list | tuple) else [raw]
    return [_name(item) for item in items]


def _name(item: Any) -> str:
    if isinstance(item, dict):
        return f"{to_text(item.get('collectionId'))}/{to_text(item.get('id'))}"
    if isinstance(item, list):
        return "/"
    return to_text(item)


def _shown(name: str) -> dict[str, str]:
    collection_id, _, record_id = name.partition("/")
    return {"collectionId": collection_id, "id": record_id}
