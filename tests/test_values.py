"""Casts of any JSON input. The expected values were read off the reference."""

from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastcms import values
from fastcms.values import GeoPoint

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
CASTS = [
    values.to_text,
    values.to_number,
    values.to_bool,
    values.to_date_text,
    values.to_unique_texts,
    values.to_json_raw,
    values.to_geo_point,
]


@given(ANY_JSON)
def test_casts_never_fail(raw: object) -> None:
    for cast in CASTS:
        cast(raw)


@given(ANY_JSON)
def test_casts_are_stable(raw: object) -> None:
    text = values.to_text(raw)
    assert values.to_text(text) == text
    date = values.to_date_text(raw)
    assert values.to_date_text(date) == date
    number = values.to_number(raw)
    assert math.isnan(number) or values.to_number(number) == number
    assert values.to_geo_point(values.to_geo_point(raw)) == values.to_geo_point(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-1, "-1"),
        (1.5, "1.5"),
        (2.0, "2"),
        (-0.0, "-0"),
        (1e-7, "0.0000001"),
        (1.25e-3, "0.00125"),
        (1e20, "100000000000000000000"),
        (1e21, "1000000000000000000000"),
        (12345678901234567890, "12345678901234567000"),
        (9007199254740993, "9007199254740992"),
        (10**400, "0"),
        ("  kept  ", "  kept  "),
        ([], ""),
        (["a"], ""),
        ({"a": 1}, ""),
    ],
)
def test_to_text(raw: object, expected: str) -> None:
    assert values.to_text(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, 0),
        (True, 1),
        (5, 5),
        (5.0, 5),
        (5.5, 5.5),
        (9007199254740993, 9007199254740992),
        (1e21, 1e21),
        ("", 0),
        ("5", 5),
        (" 5", 0),
        ("5 ", 0),
        ("+5", 5),
        ("-5", -5),
        (".5", 0.5),
        ("5.", 5),
        (".", 0),
        ("1e3", 1000),
        ("e5", 0),
        ("1_000", 1000),
        ("1__0", 0),
        ("_1", 0),
        ("0x10", 0),
        ("0x10p0", 16),
        ("-0x.8p1", -1),
        ("0x1p99999", 0),
        ("1e400", 0),
        ("1e-400", 0),
        ("１", 0),
        ("true", 0),
        ("abc", 0),
        ([5], 0),
        ({"a": 1}, 0),
    ],
)
def test_to_number(raw: object, expected: float) -> None:
    number = values.to_number(raw)
    assert number == expected
    assert isinstance(number, int) == (isinstance(expected, int) or expected.is_integer()) or (
        abs(number) >= 2**63
    )


@pytest.mark.parametrize("raw", ["NaN", "nan", "Infinity", "-inf", "+Inf", math.inf, math.nan])
def test_what_is_no_number_reaches_the_validator(raw: object) -> None:
    assert not math.isfinite(values.to_number(raw))


@pytest.mark.parametrize("raw", ["+nan", "infinit", "in"])
def test_what_is_no_number_word_is_zero(raw: str) -> None:
    assert values.to_number(raw) == 0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_value(value: float) -> None:
    assert float(values.number(value)) == value
    assert float(values.number_json(value)) == value
    assert float(values.to_text(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (5.0, "5"),
        (1e3, "1000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.2345e22, "1.2345e+22"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.5e-10, "-1.5e-10"),
        (9007199254740993, "9007199254740992"),
        (-0.0, "-0"),
    ],
)
def test_number_json(value: float, expected: str) -> None:
    assert values.number_json(value) == expected


@pytest.mark.parametrize("raw", [True, 1, -1, 0.5, "1", "t", "T", "true", "TRUE", "True"])
def test_what_is_true(raw: object) -> None:
    assert values.to_bool(raw) is True


@pytest.mark.parametrize(
    "raw", [None, False, 0, 0.0, "", "0", "tRUE", "yes", "on", "5", " 1", [1], {"a": 1}]
)
def test_what_is_false(raw: object) -> None:
    assert values.to_bool(raw) is False


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # The forms that matter.
        ("2024-01-02 03:04:05.678Z", "2024-01-02 03:04:05.678Z"),
        ("2024-01-02T03:04:05.678Z", "2024-01-02 03:04:05.678Z"),
        ("2024-01-02", "2024-01-02 00:00:00.000Z"),
        ("2024-01-02 03:04:05", "2024-01-02 03:04:05.000Z"),
        ("2024-01-02 3:04:05.1Z", "2024-01-02 03:04:05.100Z"),
        ("2024-01-02 03:04:05,5", "2024-01-02 03:04:05.500Z"),
        ("2024-01-02  03:04:05.9999", "2024-01-02 03:04:05.999Z"),
        ("2024-01-02T03:04:05", "2024-01-02 03:04:05.000Z"),
        ("2024-01-02T03:04:05.999999999-11:30", "2024-01-02 14:34:05.999Z"),
        ("2024-01-02T03:04:05+0200", "2024-01-02 01:04:05.000Z"),
        ("2024-01-02 03:04:05 +02:30", "2024-01-02 00:34:05.000Z"),
        ("2024-01-02 03:04:05.123456789 +0200 CEST", "2024-01-02 01:04:05.123Z"),
        # The written ones.
        ("02 Jan 2024", "2024-01-02 00:00:00.000Z"),
        ("02 jan 2024", "2024-01-02 00:00:00.000Z"),
        ("Tue, 02 Jan 2024 03:04:05 MST", "2024-01-02 03:04:05.000Z"),
        ("TUE, 02 JAN 2024 03:04:05 +0200", "2024-01-02 01:04:05.000Z"),
        ("Fri, 02 Jan 2024 03:04:05 GMT+3", "2024-01-02 06:04:05.000Z"),
        ("02 Jan 24 03:04 UTC", "2024-01-02 03:04:00.000Z"),
        ("02 Jan 24 03:04 +0100", "2024-01-02 02:04:00.000Z"),
        ("Tuesday, 02-Jan-70 03:04:05 UTC", "1970-01-02 03:04:05.000Z"),
        ("Tue Jan  2 03:04:05 2024", "2024-01-02 03:04:05.000Z"),
        ("Tue Jan 2 03:04:05 UTC 2024", "2024-01-02 03:04:05.000Z"),
        ("Tue Jan 02 03:04:05 +0200 2024", "2024-01-02 01:04:05.000Z"),
        ("3:04PM", "0000-01-01 15:04:00.000Z"),
        ("12:04AM", "0000-01-01 00:04:00.000Z"),
        ("Jan  2 03:04:05.123", "0000-01-02 03:04:05.123Z"),
        # Edges of the calendar.
        ("2024-02-29", "2024-02-29 00:00:00.000Z"),
        ("9999-12-31T23:59:59-01:00", "10000-01-01 00:59:59.000Z"),
        ("0000-01-01T00:00:00+01:00", "-0001-12-31 23:00:00.000Z"),
        ("2024-01-02T03:04:05+24:00", "2024-01-01 03:04:05.000Z"),
    ],
)
def test_to_date_text(raw: str, expected: str) -> None:
    assert values.to_date_text(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "abc",
        "2023-02-29",
        "2024-13-01",
        "2024-01-02 03:04",
        "2024-01-02 24:00:00",
        "2024-01-02 24:00:00.000Z",
        "2024-01-02 23:59:60",
        "2024-01-02T03:04:05+25:00",
        "2024-01-02T03:04:05z",
        "2024-01-02 03:04:05 UTC",
        "2024-W01-2 03:04:05.123Z",
        "2024-1-2",
        "20240102",
        " 2024-01-02",
        "２０２４-01-02",
        "2 Jan 2024",
        "Jan 2, 2024",
        "Xyz, 02 Jan 2024 03:04:05 GMT",
        "Tue, 02 Jan 2024 03:04:05 GMT+24",
        "Tue, 02 Jan 2024 03:04:05 ab",
        "13:04PM",
        "1704164645",
        # The reference's zero moment means none.
        "0001-01-01",
        "0001-01-01 00:00:00.000Z",
        1704164645,
        1.5,
        True,
        None,
        ["2024-01-02"],
    ],
)
def test_what_is_no_date(raw: object) -> None:
    assert values.to_date_text(raw) == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, []),
        ("", []),
        ("a", ["a"]),
        (" ", [" "]),
        ("[]", []),
        ('["a","b","a",""]', ["a", "b"]),
        ('["a",null]', ["a"]),
        ('["a",1]', ["a", '["a",1]']),
        ("[1,2]", ["[1,2]"]),
        ("[a", ["[a"]),
        ('{"a":[1]}', ['{"a":[1]}']),
        ("null", ["null"]),
        (True, ["true"]),
        (0, ["0"]),
        (1e21, ["1000000000000000000000"]),
        (["b", "a", "b", "", None], ["b", "a"]),
        ([5, True, "a"], ["5", "true", "a"]),
        ([["a"], {"b": 1}], []),
        ({"a": 1}, []),
    ],
)
def test_to_unique_texts(raw: object, expected: list[str]) -> None:
    assert values.to_unique_texts(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (5.0, "5"),
        (1e21, "1e+21"),
        ({"b": 2.0, "a": {"d": 1e3, "c": "<é>"}}, '{"a":{"c":"<é>","d":1000},"b":2}'),
        ([1.0, {"z": 9007199254740993, "y": 1e-7}], '[1,{"y":1e-7,"z":9007199254740992}]'),
        # Text is JSON if it looks like it and is; then it stays as it is.
        ('{"b" : 1.0, "a":[ 1 ]}', '{"b" : 1.0, "a":[ 1 ]}'),
        ("[1] ", "[1] "),
        ("null", "null"),
        ("-1", "-1"),
        ('"a"', '"a"'),
        # Else it is a text.
        ("", '""'),
        (" [1]", '" [1]"'),
        ("abc", '"abc"'),
        ("tru", '"tru"'),
        ("-", '"-"'),
        ("01", '"01"'),
        ("[1,", '"[1,"'),
        ("1 2", '"1 2"'),
        ('say "é"\n', '"say \\"é\\"\\n"'),
        ("a\u2028b", '"a\\u2028b"'),
    ],
)
def test_to_json_raw(raw: object, expected: str) -> None:
    assert bytes(values.to_json_raw(raw)).decode() == expected


@pytest.mark.parametrize(
    "raw",
    ["1e400", "[1e400]", "9" * 400, '{"a":1,"a":2}', "a\u0007b", "\x7f", "\U000e0001", math.nan],
)
def test_what_json_refuses(raw: object) -> None:
    assert values.to_json_raw(raw) == values.JSON_INVALID


def test_json_nested_too_deeply_is_refused_and_nothing_breaks() -> None:
    raw: object = 1
    for _ in range(20_000):
        raw = [raw]
    assert values.to_json_raw(raw) == values.JSON_INVALID
    assert values.to_json_raw("[" * 20_000 + "]" * 20_000) != values.JSON_NULL


@given(ANY_JSON)
def test_json_raw_is_valid_or_marked(raw: object) -> None:
    text = values.to_json_raw(raw)
    if text != values.JSON_INVALID:
        json.loads(bytes(text))
        assert values.parse_json(bytes(text)) is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, GeoPoint()),
        ({"lon": 1.5, "lat": 2}, GeoPoint(1.5, 2)),
        ({"lon": 1, "lat": 2, "more": 3}, GeoPoint(1, 2)),
        ({"lat": 2}, GeoPoint(0, 2)),
        ({"lon": None, "lat": 1}, GeoPoint(0, 1)),
        ('{"lon":1,"lat":2}', GeoPoint(1, 2)),
        ('{"lat":1,"lon":"x"}', GeoPoint(0, 1)),
        ({"lon": 1, "lat": "x"}, GeoPoint(1, 0)),
        ({"lon": "1", "lat": 2}, GeoPoint()),
        ({"lon": True, "lat": 1}, GeoPoint()),
        ({"Lon": 1}, GeoPoint()),
        ("[1,2]", GeoPoint()),
        ("null", GeoPoint()),
        ("abc", GeoPoint()),
        ([1, 2], GeoPoint()),
        (5, GeoPoint()),
    ],
)
def test_to_geo_point(raw: object, expected: GeoPoint) -> None:
    assert values.to_geo_point(raw) == expected


def test_a_place_is_shown_without_needless_decimals() -> None:
    assert msgspec.json.encode(values.to_geo_point({"lon": 1.0, "lat": 2.5})) == (
        b'{"lon":1,"lat":2.5}'
    )
