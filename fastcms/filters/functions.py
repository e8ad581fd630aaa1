"""The functions of the language: the reference's two, and those that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, cast

from fastcms.fields.base import Kind
from fastcms.filters.ast import FilterError, Function, Name, Number, Text
from fastcms.filters.ast import Operand as Written
from fastcms.filters.operators import Operand, bound, combine, combine_patterns
from fastcms.sql.expr import (
    TRUE,
    Binary,
    Call,
    Column,
    Exists,
    Expr,
    InItems,
    JsonExtract,
    JsonItems,
    JsonLength,
    ListValue,
    Param,
    Select,
    all_of,
    any_of,
)
from fastcms.sql.expr import Function as SqlFunction
from fastcms.sql.functions import area


class Scope(Protocol):
    """Where a call stands: what its arguments mean there."""

    def operand(self, operand: Written) -> Operand:
        """A literal, name or call."""

    def list_operand(self, operand: Written) -> Operand:
        """The same for what should be a list."""


Build = Callable[[Function, Scope], Operand]

_EARTH_RADIUS_KM = 6371


def geo_distance(call: Function, scope: Scope) -> Operand:
    """`geoDistance(lonA, latA, lonB, latB)`: kilometres by the spherical law of cosines."""
    _check_count(call, 4, 4)
    for index, argument in enumerate(call.args):
        if not isinstance(argument, Name | Number):
            raise FilterError(f"[geoDistance] argument {index} must be an identifier or number")
    # Any one of many values is enough, whatever the sign says.
    args = [
        replace(
            _resolved(argument, scope, f"[geoDistance] failed to resolve argument {i}"), many=None
        )
        for i, argument in enumerate(call.args)
    ]
    return combine_patterns(_distance, args)


def _distance(*args: Operand) -> Operand:
    lon_a, lat_a, lon_b, lat_b = (Call("radians", (arg.value,)) for arg in args)
    cosine = Binary(
        "+",
        Binary(
            "*",
            Binary("*", Call("cos", (lat_a,)), Call("cos", (lat_b,))),
            Call("cos", (Binary("-", lon_b, lon_a),)),
        ),
        Binary("*", Call("sin", (lat_a,)), Call("sin", (lat_b,))),
    )
    # Rounding may lead out of acos' domain where both points are the same.
    clipped = Call("min", (Param(1), Call("max", (Param(-1), cosine))))
    distance = Binary("*", Param(_EARTH_RADIUS_KM), Call("acos", (clipped,)))
    return Operand(distance, is_strict=True)


def strftime(call: Function, scope: Scope) -> Operand:
    """`strftime(format [, time [, modifier …]])`, as SQLite has it. No result equals empty."""
    if not call.args:
        raise FilterError("[strftime] expected at least 1 arguments, got 0")
    if len(call.args) > 10:
        raise FilterError(f"[strftime] too many arguments (max allowed 10, got {len(call.args)})")
    if not isinstance(call.args[0], Text):
        raise FilterError("[strftime] expects the first argument to be a format string")
    if len(call.args) > 1 and isinstance(call.args[1], Function):
        raise FilterError("[strftime] expects the second argument to be of a valid time-value type")
    for index, argument in enumerate(call.args[2:]):
        if not isinstance(argument, Text):
            raise FilterError(f"[strftime] invalid modifier argument {index} - can be only string")
    failure = "[strftime] failed to resolve time-value argument"
    args = [_resolved(argument, scope, failure) for argument in call.args]
    return combine_patterns(_call("strftime"), args)


def _resolved(argument: Written, scope: Scope, failure: str) -> Operand:
    try:
        return scope.operand(argument)
    except FilterError as error:
        raise FilterError(f"{failure}: {error}", error.position) from error


def _call(function: SqlFunction) -> Callable[..., Operand]:
    return lambda *args: Operand(Call(function, tuple(arg.value for arg in args)))


def _check_count(call: Function, least: int, most: int) -> None:
    count = len(call.args)
    if not least <= count <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        raise FilterError(f"[{call.text}] expected {expected} arguments, got {count}")


# -- beyond the reference -----------------------------------------------------------------------

_MOST_ARGUMENTS = 32


def _plain(function: SqlFunction, least: int, most: int) -> Build:
    """A function of SQL. NULL in, NULL out, but for `concat`."""

    def build(call: Function, scope: Scope) -> Operand:
        _check_count(call, least, most)
        return combine(_call(function), [_argument(argument, scope) for argument in call.args])

    return build


def _argument(argument: Written, scope: Scope) -> Operand:
    """An operand; numbers without a fraction are integers, so that a text of them has none."""
    if isinstance(argument, Number) and float(argument.text).is_integer():
        value = float(argument.text)
        return bound(int(value)) if abs(value) < 2**53 else bound(value)
    return scope.operand(argument)


def _absolute(call: Function, scope: Scope) -> Operand:
    _check_count(call, 1, 1)
    # The smallest integer has no absolute value, and SQLite would say so with an error.
    return combine(
        lambda arg: Operand(Call("abs", (Binary("*", arg.value, Param(1.0)),))),
        [_argument(call.args[0], scope)],
    )


def _truth(*terms: Expr) -> Operand:
    """True or false, never NULL: that all terms hold."""
    return Operand(Binary("IS", all_of(list(terms)), TRUE), is_known=True)


def _list(call: Function, scope: Scope) -> Operand:
    found = scope.list_operand(call.args[0])
    if found.kind not in (Kind.LIST, Kind.JSON):
        raise FilterError(f"[{call.text}] the first argument must be a list or JSON field")
    return found


def _items(operand: Operand) -> JsonItems:
    return JsonItems(cast("ListValue", operand.value))


def size(call: Function, scope: Scope) -> Operand:
    """`size(list)`: how many items; a single value is one item, none are 0."""
    _check_count(call, 1, 1)
    found = _list(call, scope)
    return combine(lambda arg: Operand(JsonLength(cast("ListValue", arg.value))), [found])


def contains(call: Function, scope: Scope) -> Operand:
    """`contains(list, value)`: whether the value is an item of the list."""
    _check_count(call, 2, 2)
    value = _argument(call.args[1], scope)
    return combine(lambda a, b: _truth(InItems(b.value, _items(a))), [_list(call, scope), value])


def intersects(call: Function, scope: Scope) -> Operand:
    """`intersects(list, list)`, `intersects(list, value, …)`: whether they share an item."""
    _check_count(call, 2, _MOST_ARGUMENTS)
    found = _list(call, scope)
    if len(call.args) == 2:
        other = scope.list_operand(call.args[1])
        if other.kind in (Kind.LIST, Kind.JSON):
            return combine(_intersects_list, [found, other])
    values = [_argument(argument, scope) for argument in call.args[1:]]
    return combine(_intersects_values, [found, *values])


def _intersects_list(left: Operand, right: Operand) -> Operand:
    item = "0.item"
    where = InItems(Column(item, "value"), _items(right))
    return _truth(Exists(Select(_items(left), item, (), where)))


def _intersects_values(items: Operand, *values: Operand) -> Operand:
    return _truth(any_of([InItems(value.value, _items(items)) for value in values]))


def _point(call: Function, scope: Scope) -> Operand:
    found = scope.operand(call.args[0])
    if found.kind is not Kind.GEO:
        raise FilterError(f"[{call.text}] the first argument must be a geoPoint field")
    return found


def _place(point: Operand) -> tuple[Expr, Expr]:
    column = cast("Column", point.value)
    return JsonExtract(column, ("lon",)), JsonExtract(column, ("lat",))


def within_box(call: Function, scope: Scope) -> Operand:
    """`geoWithinBox(point, west, south, east, north)`; a west over the east crosses 180 degrees."""
    _check_count(call, 5, 5)
    for argument in call.args[1:]:
        if not isinstance(argument, Number):
            raise FilterError("[geoWithinBox] the sides of the box must be numbers")
    box = tuple(float(argument.text) for argument in call.args[1:])
    return combine(lambda point: _truth(*_in_box(*_place(point), box)), [_point(call, scope)])


def _in_box(lon: Expr, lat: Expr, box: tuple[float, ...]) -> Sequence[Expr]:
    west, south, east, north = box
    sides: list[Expr] = [Binary(">=", lon, Param(west)), Binary("<=", lon, Param(east))]
    if west > east:
        sides = [any_of(sides)]
    return [Binary(">=", lat, Param(south)), Binary("<=", lat, Param(north)), *sides]


def within(call: Function, scope: Scope) -> Operand:
    """`geoWithin(point, '<GeoJSON>')`: whether the point is inside the polygons or on a border."""
    _check_count(call, 2, 2)
    text = call.args[1]
    if not isinstance(text, Text):
        raise FilterError("[geoWithin] the second argument must be a quoted GeoJSON text")
    known = area(text.text)
    if isinstance(known, str):
        raise FilterError(f"[geoWithin] {known}")

    def build(point: Operand) -> Operand:
        lon, lat = _place(point)
        # The box first: it is cheap.
        near = _in_box(lon, lat, known.box)
        return _truth(*near, Call("fc_within", (Param(text.text), lon, lat)))

    return combine(build, [_point(call, scope)])


FUNCTIONS: dict[str, Build] = {
    "geoDistance": geo_distance,
    "strftime": strftime,
    "length": _plain("length", 1, 1),
    "lower": _plain("lower", 1, 1),
    "upper": _plain("upper", 1, 1),
    "trim": _plain("trim", 1, 2),
    "substr": _plain("substr", 2, 3),
    "concat": _plain("concat", 1, _MOST_ARGUMENTS),
    "abs": _absolute,
    "ceil": _plain("ceil", 1, 1),
    "floor": _plain("floor", 1, 1),
    "round": _plain("round", 1, 2),
    "size": size,
    "contains": contains,
    "intersects": intersects,
    "geoWithinBox": within_box,
    "geoWithin": within,
}
