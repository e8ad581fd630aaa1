"""Values that a request gives to the parameters of a view's query: `?param.city=Rome`.

The view in the database holds the defaults. A request with values of its own asks a common table
expression of the view's name instead, which hides the view from that one statement.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from fastcms.collections.view_query import trimmed, unquoted
from fastcms.errors import Problem, bad_request
from fastcms.records.compiled import Compiled, quote
from fastcms.schema import view_parameters
from fastcms.schema.view_parameters import PREFIX
from fastcms.values import SqlValue


def with_parameters(compiled: Compiled, query: Mapping[str, str]) -> Compiled:
    """The view as the query string asks for it. Raises 400 for a value or name it does not take."""
    defaults = compiled.collection.view_params
    given = {key[len(PREFIX) :]: text for key, text in query.items() if key.startswith(PREFIX)}
    if not given:
        return compiled
    values: dict[str, SqlValue] = dict(defaults)
    problems: dict[str, Problem] = {}
    for name, text in given.items():
        if name not in defaults:
            problems[PREFIX + name] = Problem(
                "validation_unknown_parameter", f"The view has no parameter {name}."
            )
            continue
        try:
            values[name] = view_parameters.value_of(text, defaults[name])
        except ValueError as error:
            problems[PREFIX + name] = Problem("validation_invalid_parameter", str(error))
    if problems:
        raise bad_request("", problems)
    asked = copy.copy(compiled)
    asked.prefix = _expression(compiled)
    names = view_parameters.names(compiled.collection.view_query)
    asked.prefix_params = tuple(values[name] for name in names)
    return asked


def _expression(compiled: Compiled) -> str:
    view = compiled.collection
    columns = (
        'CAST("id" AS TEXT) AS "id"' if field.name == "id" else quote(field.name)
        for field in view.fields
    )
    query = view_parameters.with_marks(unquoted(trimmed(view.view_query)))
    return f"WITH {compiled.table} AS (SELECT {', '.join(columns)} FROM ({query})) "
