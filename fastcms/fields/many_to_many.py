"""Ids of records that a junction collection links to this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import Integer, JsonSchema, Kind, OptionContext
from fastcms.fields.relation import RelationField
from fastcms.values import Value, to_text

UNLIMITED = 2**31 - 1


class ManyToManyField(RelationField, frozen=True, kw_only=True, rename="camel", tag="manyToMany"):
    """Records of `collection_id` behind the records of `junction_id`, in the order of their links.

    The links are the truth, and the database keeps the list of ids in step with them; a write to
    the list makes and deletes links. `source_id` and `target_id` are the ids of the junction's
    relation fields that name this record and the other one; "" is the first that fits.
    """

    modifiers = frozenset({"+", "-"})
    additions: ClassVar[frozenset[str]] = frozenset({"cascadeDelete", "onDelete", "onUpdate"})

    junction_id: str = ""
    source_id: str = ""
    target_id: str = ""
    max_select: Integer = UNLIMITED

    @property
    def storage(self) -> Kind:
        return Kind.LIST

    def prepare(self, raw: object) -> str | list[str]:
        return super().prepare(list(links_in(raw)))

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        return super().modify(modifier, current, list(links_in(raw)))

    def body_item_schema(self) -> JsonSchema:
        link = {
            "type": "object",
            "properties": {"id": {"type": "string"}},
            "required": ["id"],
            "additionalProperties": {},
        }
        return {"anyOf": [{"type": "string"}, link]}

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if not self.junction_id:
            yield "junctionId", REQUIRED
        if self.max_select < 2:
            yield (
                "maxSelect",
                Problem(
                    "validation_min_greater_equal_than_required",
                    "Must be no less than 2.",
                    {"threshold": 2},
                ),
            )
        for key, value in (
            ("cascadeDelete", self.cascade_delete),
            ("onDelete", self.on_delete),
            ("onUpdate", self.on_update),
        ):
            if value:
                # What a deletion means is said by the junction's own fields.
                yield key, Problem("validation_empty", "Must be blank.")


def links_in(raw: object) -> dict[str, dict[str, object]]:
    """The ids that a body names, and what it says of the link to each.

    An item is an id, or an object with an `id` and values of the link's other fields.
    """
    if isinstance(raw, str) and raw.lstrip()[:1] in ("{", "["):
        try:
            return links_in(msgspec.json.decode(raw))
        except (msgspec.DecodeError, RecursionError):
            return {raw: {}}
    items: list[Any] = list(raw) if isinstance(raw, list | tuple) else [raw]
    found: dict[str, dict[str, object]] = {}
    for item in items:
        if isinstance(item, dict):
            id_ = to_text(item.get("id"))
            found[id_] = {key: value for key, value in item.items() if key != "id"}
        else:
            found[to_text(item)] = {}
    found.pop("", None)
    return found
