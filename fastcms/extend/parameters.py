"""What a function of a route is called with: its parameters, by their type hints."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple, get_origin, get_type_hints, is_typeddict
from urllib.parse import parse_qs

import msgspec

from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.extend.route_event import RouteEvent

_EVENT = ("event", "request")
_FIELD = re.compile(r"`\$\.?([^`]*)`|field `([^`]+)`")


class Parameter(NamedTuple):
    """One parameter of a function, and where it is from: event, path, query or body."""

    name: str
    source: str
    type: Any
    default: Any
    # Whether it takes all values of its name in the query.
    is_many: bool


def parameters(function: Callable[..., Any], in_path: frozenset[str]) -> tuple[Parameter, ...]:
    """The parameters of a function. Raises TypeError where the path has one that it cannot take."""
    # With what `Annotated` demands of a value, and without: what it is.
    hints, plain = get_type_hints(function, include_extras=True), get_type_hints(function)
    found = []
    for name, given in inspect.signature(function).parameters.items():
        if given.kind is not given.POSITIONAL_OR_KEYWORD:
            raise TypeError(f"{function.__name__}: {name} has to be a parameter with a name")
        type_ = plain.get(name, Any)
        if name in in_path:
            source = "path"
        elif name in _EVENT or type_ is RouteEvent:
            source = "event"
        else:
            source = "body" if name == "body" or _is_object(type_) else "query"
        is_many = source == "query" and (get_origin(type_) or type_) in (list, set, tuple)
        found.append(Parameter(name, source, hints.get(name, Any), given.default, is_many))
    return tuple(found)


def _is_object(type_: Any) -> bool:
    is_struct = isinstance(type_, type) and issubclass(type_, msgspec.Struct)
    return is_struct or dataclasses.is_dataclass(type_) or is_typeddict(type_)


async def values(wanted: tuple[Parameter, ...], event: RouteEvent) -> dict[str, Any]:
    """The values of the parameters. Raises 400 with the problems of all that are not fit."""
    found: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    query: dict[str, list[str]] | None = None
    for name, source, type_, default, is_many in wanted:
        if source == "event":
            found[name] = event
            continue
        if source == "body":
            body = await event.body()
            try:
                # What is no JSON has texts where numbers are meant.
                found[name] = msgspec.convert(body, type_, strict=event.has_json)
            except msgspec.ValidationError as error:
                problems |= _of_body(str(error))
            continue
        if source == "path":
            given: Any = event.path[name]
        else:
            if query is None:
                text = event.request.scope["query_string"].decode("latin-1")
                query = parse_qs(text, keep_blank_values=True)
            if name not in query:
                if default is inspect.Parameter.empty:
                    problems[name] = REQUIRED
                else:
                    found[name] = default
                continue
            given = query[name] if is_many else query[name][0]
        try:
            found[name] = msgspec.convert(given, type_, strict=False)
        except msgspec.ValidationError as error:
            problems[name] = _problem(str(error))
    if problems:
        raise bad_request("", problems)
    return found


def _of_body(text: str) -> dict[str, Problem]:
    field = next((a or b for a, b in _FIELD.findall(text) if a or b), "body")
    return {field: REQUIRED if "missing required" in text else _problem(text)}


def _problem(text: str) -> Problem:
    return Problem("validation_invalid_value", text.partition(" - at ")[0] + ".")
