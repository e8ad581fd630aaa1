"""The functions of the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastcms.filters.ast import FilterError, Function, Name, Number, Text
from fastcms.filters.ast import Operand as Written
from fastcms.filters.operators import Operand
from fastcms.sql.expr import Binary, Call, Expr, Param

Resolve = Callable[[Written], Operand]

_EARTH_RADIUS_KM = 6371


def geo_distance(call: Function, resolve: Resolve) -> Operand:
    """`geoDistance(lonA, latA, lonB, latB)`: kilometres by the spherical law of cosines."""
    if len(call.args) != 4:
        raise FilterError(f"[geoDistance] expected 4 arguments, got {len(call.args)}")
    for index, argument in enumerate(call.args):
        if not isinstance(argument, Name | Number):
            raise FilterError(f"[geoDistance] argument {index} must be an identifier or number")
    lon_a, lat_a, lon_b, lat_b = (_radians(resolve(argument).value) for argument in call.args)
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


def _radians(degrees: Expr) -> Expr:
    return Call("radians", (degrees,))


def strftime(call: Function, resolve: Resolve) -> Operand:
    """`strftime(format [, time [, modifier …]])`, as SQLite has it. No result equals empty."""
    if not call.args:
        raise FilterError("[strftime] expected at least 1 arguments, got 0")
    if len(call.args) > 10:
        raise FilterError(f"[strftime] expected at most 10 arguments, got {len(call.args)}")
    if not isinstance(call.args[0], Text):
        raise FilterError("[strftime] expects the first argument to be a format string")
    if len(call.args) > 1 and isinstance(call.args[1], Function):
        raise FilterError("[strftime] expects the second argument to be of a valid time-value type")
    for index, argument in enumerate(call.args[2:]):
        if not isinstance(argument, Text):
            raise FilterError(f"[strftime] invalid modifier argument {index} - can be only string")
    args = [resolve(argument) for argument in call.args]
    value = Call("strftime", tuple(argument.value for argument in args))
    many = args[1].many if len(args) > 1 else None
    if many is not None:
        of_each = Call("strftime", (args[0].value, many.value, *value.args[2:]))
        many = replace(many, value=of_each)
    return Operand(value, many=many)


FUNCTIONS: dict[str, Callable[[Function, Resolve], Operand]] = {
    "geoDistance": geo_distance,
    "strftime": strftime,
}
