"""What the types share whose value is one text or a list of texts: select, relation, file."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from fastcms.errors import Problem
from fastcms.fields.base import DescribedField, Integer, JsonSchema, Kind
from fastcms.values import SqlValue, Value, to_text, to_unique_texts, unique

_decode_texts = msgspec.json.Decoder(list[str]).decode


class MultipleField(DescribedField, frozen=True, kw_only=True, rename="camel"):
    """One text, or a list of distinct texts if `max_select` allows more than one."""

    modifiers = frozenset({"+", "prefix", "-"})

    max_select: Integer = 0

    @property
    def storage(self) -> Kind:
        return Kind.LIST if self.max_select > 1 else Kind.TEXT

    def zero(self) -> Value:
        return [] if self.max_select > 1 else ""

    def prepare(self, raw: object) -> str | list[str]:
        return self._shaped(to_unique_texts(raw))

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        now, change = to_unique_texts(current), to_unique_texts(raw)
        if not modifier:
            return self._shaped(change)
        if modifier == "+":
            return self._shaped(unique([*now, *change]))
        if modifier == "prefix":
            return self._shaped(unique([*change, *now]))
        return self._shaped([text for text in now if text not in change])

    def item_schema(self) -> JsonSchema:
        """The JSON schema of one of the values in answers."""
        return {"type": "string"}

    def body_item_schema(self) -> JsonSchema:
        """The JSON schema of one of the values in bodies."""
        return self.item_schema()

    def shown_schema(self) -> JsonSchema:
        item = self.item_schema()
        return {"type": "array", "items": item} if self.is_multiple else self.or_none(item)

    def body_schema(self) -> JsonSchema:
        item = self.body_item_schema()
        return {"type": "array", "items": item} if self.is_multiple else self.or_none(item)

    def change_schema(self, modifier: str) -> JsonSchema:
        item = self.body_item_schema()
        return {"anyOf": [item, {"type": "array", "items": item}]}

    def or_none(self, item: JsonSchema) -> JsonSchema:
        """The JSON schema of a single value, which may be none."""
        return item

    def to_db(self, value: Value) -> SqlValue:
        if isinstance(value, list):
            return msgspec.json.encode(value).decode()
        return to_text(value)

    def from_db(self, raw: SqlValue) -> str | list[str]:
        if self.max_select > 1:
            if raw == "[]":
                return []
            if isinstance(raw, str) and raw.startswith('["'):
                with suppress(msgspec.DecodeError):
                    texts = _decode_texts(raw)
                    return texts if len(texts) < 2 else unique(texts)
        elif isinstance(raw, str) and "[" not in raw:
            return raw
        return self._shaped(to_unique_texts(raw))

    def _shaped(self, texts: list[str]) -> str | list[str]:
        """The list itself, or for a single value its last item."""
        if self.max_select > 1:
            return texts
        return texts[-1] if texts else ""

    def too_many(self) -> Problem:
        """More values than `max_select`."""
        limit = max(self.max_select, 1)
        return Problem(
            "validation_too_many_values",
            f"Select no more than {limit}.",
            {"maxSelect": limit},
        )
