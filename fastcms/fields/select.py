"""One or several of a fixed list of texts."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem, sentence
from fastcms.fields.base import JsonSchema, OptionContext, range_problems
from fastcms.fields.multiple import MultipleField
from fastcms.values import Value, to_unique_texts


class SelectField(MultipleField, frozen=True, kw_only=True, rename="camel", tag="select"):
    """A choice among `values`."""

    values: tuple[str, ...] = ()

    def validate(self, value: Value) -> Iterator[Problem]:
        chosen = to_unique_texts(value)
        if not chosen:
            if self.required:
                yield REQUIRED
            return
        if len(chosen) > max(self.max_select, 1):
            yield self.too_many()
            return
        for text in chosen:
            if text not in self.values:
                yield Problem(
                    "validation_invalid_value",
                    sentence(f"Invalid value {text}"),
                    {"value": text},
                )
                return

    def item_schema(self) -> JsonSchema:
        return {"type": "string", "enum": list(dict.fromkeys(self.values))}

    def or_none(self, item: JsonSchema) -> JsonSchema:
        if self.required:
            return item
        return {**item, "enum": list(dict.fromkeys(("", *self.values)))}

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if not self.values:
            yield "values", REQUIRED
        for problem in range_problems(self.max_select, 0, len(self.values)):
            yield "maxSelect", problem
