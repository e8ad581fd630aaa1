"""The plan of an import as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastcms.collections.plan import Change, CollectionChange, FieldChange, Plan


def lines(plan: Plan) -> Iterator[str]:
    """What an import does, one thing a line: + is new, ~ changes, - goes; then what is lost."""
    for change in plan.collections:
        yield from _collection(change)
    if plan.unchanged:
        yield f"unchanged: {', '.join(plan.unchanged)}"
    if plan.losses:
        yield "data that is lost:"
        width = max(len(loss.name) for loss in plan.losses)
        for loss in plan.losses:
            noun = "record" if loss.records == 1 else "records"
            yield f"    {loss.name:<{width}}  {loss.records} {noun}: {loss.reason}"


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows with their columns aligned; the first one holds the headings."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def value(found: Any) -> str:
    """A value as JSON, which tells null, an empty text and a number apart."""
    return json.dumps(found, ensure_ascii=False)


def _collection(change: CollectionChange) -> Iterator[str]:
    sign = {"create": "+", "update": "~", "delete": "-"}[change.action]
    was = f", was {change.was}" if change.was else ""
    yield f"{sign} {change.name} ({change.type}{was})"
    for field in change.fields:
        yield f"    {_field(field)}"
    if change.order:
        yield f"    ~ order of fields: {', '.join(change.order)}"
    for index in change.indexes:
        yield f"    {'+' if index.action == 'add' else '-'} {' '.join(index.sql.split())}"
    for part in (*change.rules, *change.options):
        yield f"    {_change(part, new=change.action == 'create')}"


def _field(field: FieldChange) -> str:
    if field.action == "remove":
        return f"- field {field.name} ({field.type})"
    if field.action == "add":
        options = ", ".join(f"{option.key} {value(option.after)}" for option in field.options)
        return f"+ field {field.name} ({field.type}){': ' if options else ''}{options}"
    was = f", was {field.was}" if field.was else ""
    options = ", ".join(
        f"{option.key} {value(option.before)} -> {value(option.after)}" for option in field.options
    )
    return f"~ field {field.name} ({field.type}{was}){': ' if options else ''}{options}"


def _change(change: Change, *, new: bool) -> str:
    if new:
        return f"+ {change.key}: {value(change.after)}"
    if change.before == change.after:
        return f"~ {change.key}: another one"
    return f"~ {change.key}: {value(change.before)} -> {value(change.after)}"
