"""Whether a text can be a rule of a collection, before it is saved as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fastcms import filters
from fastcms.collections.body import changed_collection, new_collection
from fastcms.errors import Problem, bad_request
from fastcms.explain.explain import Fault
from fastcms.filters import FilterError
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

FAILED = "Failed to check the rule."


class Checked(msgspec.Struct, frozen=True):
    """The answer of the route."""

    valid: bool
    fault: Fault | None


def check(schema: Schema, body: Mapping[str, Any]) -> Checked:
    """Answers for the rule and the collection of a body. Raises 400 for what names neither."""
    rule = body.get("rule")
    if not isinstance(rule, str):
        raise _problem("rule", "The rule must be a text.")
    collection = _collection(schema, body.get("collection"))
    if not rule:
        return Checked(True, None)
    try:
        filters.check_rule(schema.with_collection(collection), collection, rule)
    except FilterError as error:
        return Checked(False, Fault(str(error), error.position))
    return Checked(True, None)


def _collection(schema: Schema, given: Any) -> Collection:
    """A stored collection by name or id, or one as a form would save it."""
    if isinstance(given, str):
        stored = schema.find(given)
        if stored is None:
            raise _problem("collection", "There is no such collection.")
        return stored
    if not isinstance(given, dict):
        raise _problem("collection", "The collection must be a name or an object.")
    id_ = given.get("id")
    before = schema.by_id.get(id_) if isinstance(id_, str) else None
    try:
        if before is None:
            return new_collection(given, schema.by_id)
        return changed_collection(before, given)
    except ValueError as error:
        raise _problem("collection", str(error)) from error


def _problem(key: str, message: str) -> Exception:
    return bad_request(FAILED, {key: Problem("validation_invalid_value", message)})
