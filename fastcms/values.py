"""Values of records and how any JSON input becomes one. Casting never fails: bad input is zero.

A record's values are plain Python: ``str``, ``int``/``float``, ``bool``, ``list[str]``, the date
text of :mod:`fastcms.clock`, :class:`GeoPoint`, and ``msgspec.Raw`` for JSON fields (the JSON text
as it is stored and sent). All of them are what ``msgspec.json.encode`` turns into the wire's form.

Every rule below was read off the reference: where one looks arbitrary (``1_000`` is a number,
``yes`` is no truth), the reference decides so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec

SqlValue: TypeAlias = str | int | float | bytes | None


class GeoPoint(msgspec.Struct, frozen=True):
    """A place on earth in degrees; 0/0 is the empty value."""

    lon: int | float = 0
    lat: int | float = 0


class NewPassword(msgspec.Struct, frozen=True):
    """A password as it was typed, not hashed yet. Never stored, never sent."""

    plain: str


Value: TypeAlias = (
    str | int | float | bool | list[str] | GeoPoint | msgspec.Raw | NewPassword | None
)

# Up to here a float64 holds every integer.
_EXACT = 2**53
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})

JSON_NULL = msgspec.Raw(b"null")
# What `to_json_raw` returns for input that JSON text cannot hold; validation refuses it.
JSON_INVALID = msgspec.Raw(b"")

_decode_any = msgspec.json.Decoder().decode
_decode_raw = msgspec.json.Decoder(msgspec.Raw).decode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode


# -- texts and truths ------------------------------------------------------------------------------


def to_text(raw: object) -> str:
    """A scalar as text, numbers in decimals without exponent; anything else is ``""``."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if -_EXACT <= raw <= _EXACT else _decimals(_float64(raw))
    if isinstance(raw, float):
        return _decimals(raw)
    return ""


def to_bool(raw: object) -> bool:
    """True for ``true``, numbers but zero, and the few words that mean true."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        return raw in _TRUE
    return isinstance(raw, (int, float)) and raw != 0


def to_unique_texts(raw: object) -> list[str]:
    """A list, a JSON list written as text, or one scalar as texts: no blanks, no duplicates."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, str):
        return unique(_listed(raw)) if "[" in raw else [raw]
    if isinstance(raw, (list, tuple)):
        return unique([to_text(item) for item in raw])
    return unique([to_text(raw)])


def unique(texts: Iterable[str]) -> list[str]:
    """The texts in order, without blanks and without repetitions."""
    return [text for text in dict.fromkeys(texts) if text]


def _listed(text: str) -> list[str]:
    """The items of a JSON list of texts.

    Where the text is another thing it is an item itself, after the items that were well formed,
    as the reference has it.
    """
    try:
        items = _decode_any(text)
    except (msgspec.DecodeError, RecursionError):
        return [text]
    if not isinstance(items, list):
        return [text]
    out: list[str] = []
    for item in items:
        if item is None:
            continue
        if not isinstance(item, str):
            return [*out, text]
        out.append(item)
    return out


# -- numbers ---------------------------------------------------------------------------------------

# Python's float() knows more spellings than the reference (spaces, other scripts' digits).
_DIGITS = r"\d+(?:_\d+)*"
_NUMBER = re.compile(
    rf"[+-]?(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:e[+-]?{_DIGITS})?"
    r"|[+-]?(?:inf|infinity)|nan",
    re.ASCII | re.IGNORECASE,
)
_HEX_NUMBER = re.compile(
    r"[+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?\d+", re.ASCII | re.IGNORECASE
)


def to_number(raw: object) -> int | float:
    """A float64; integral values come back as ``int`` so that JSON shows ``5`` and not ``5.0``.

    Not-a-number and the infinities pass, for the field's validator to refuse.
    """
    if isinstance(raw, bool):
        return int(raw)
    if isinstance(raw, int):
        return raw if -_EXACT <= raw <= _EXACT else number(_float64(raw))
    if isinstance(raw, float):
        return number(raw)
    if isinstance(raw, str):
        return number(_parse_number(raw))
    return 0


def number(value: float) -> int | float:
    """The same number as ``int`` where it is integral and fits 64 bits."""
    if -_EXACT <= value <= _EXACT:
        whole = int(value)
        return whole if whole == value else value
    if -(2.0**63) <= value < 2.0**63:
        # The shortest digits that mean this float, as the reference prints it.
        return int(_decimals(value))
    return value


def number_json(value: int | float) -> str:
    """A finite number as the reference writes it: ``1e+21``, ``1e-7``, ``0.000001``, ``-0``."""
    if isinstance(value, int):
        if -_EXACT <= value <= _EXACT:
            return str(value)
        value = _float64(value)
    if value and not 1e-6 <= abs(value) < 1e21:
        mantissa, _, exponent = repr(value).partition("e")
        # Python pads the exponent to two digits.
        return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
    return _decimals(value)


def _parse_number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        value = float(text)
        # Too large a number is a parse error, infinity by name is not.
        return 0.0 if math.isinf(value) and text[-1].isdigit() else value
    if _HEX_NUMBER.fullmatch(text):
        try:
            return float.fromhex(text)
        except OverflowError:
            return 0.0
    return 0.0


def _float64(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return 0.0


def _decimals(value: float) -> str:
    """The shortest digits that mean `value`, without an exponent."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    if not math.isfinite(value):
        return text
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    shift = int(exponent)
    digits = whole + fraction
    if shift < 0:
        return f"{sign}0.{'0' * (-shift - 1)}{digits}"
    return sign + digits.ljust(shift + 1, "0")


# -- dates -----------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_LONG_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DD = r"(?P<day>\d\d)"
_YYYY = r"(?P<year>\d{4})"
_ISO = rf"{_YYYY}-(?P<month>\d\d)-{_DD}"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?"
_SHORT_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)"
_OFFSET = r"(?P<sign>[+-])(?P<oh>\d\d):?(?P<om>\d\d)"
_PLAIN_OFFSET = _OFFSET.replace(":?", "")
# The name of a zone means nothing, unless it is GMT with a number.
_NAMED = r"(?-i:GMT(?P<gmt>[+-]\d{1,2})|ChST|MeST|WITA|[A-Z]{3,4}T|[A-Z]{3}|[+-](?:[01]?\d|2[0-3]))"
_ZONE = rf"(?:{_PLAIN_OFFSET}|{_NAMED})"
# The most usual ones first.
_DATE_LAYOUTS = tuple(
    re.compile(layout, re.ASCII | re.IGNORECASE if "month>jan" in layout else re.ASCII)
    for layout in (
        rf"{_ISO}(?: +{_CLOCK}(?:Z| *{_OFFSET})?)?",
        rf"{_ISO}T{_CLOCK}(?:Z|{_OFFSET})?",
        rf"{_ISO} +{_CLOCK} +{_PLAIN_OFFSET} +{_NAMED}",
        rf"{_DD} +{_MONTH} +{_YYYY}",
        rf"{_DAY}, +{_DD} +{_MONTH} +{_YYYY} +{_CLOCK} +{_ZONE}",
        rf"{_DD} +{_MONTH} +(?P<year>\d\d) +{_SHORT_CLOCK} +{_ZONE}",
        rf"{_LONG_DAY}, +{_DD}-{_MONTH}-(?P<year>\d\d) +{_CLOCK} +{_NAMED}",
        rf"{_DAY} +{_MONTH} +(?P<day>\d{{1,2}}) +{_CLOCK}(?: +{_NAMED})? +{_YYYY}",
        rf"{_DAY} +{_MONTH} +{_DD} +{_CLOCK} +{_PLAIN_OFFSET} +{_YYYY}",
        rf"{_SHORT_CLOCK}(?P<half>AM|PM)",
        rf"{_MONTH} +(?P<day>\d{{1,2}}) +{_CLOCK}",
    )
)
_STORED_LENGTH = len("2006-01-02 15:04:05.000Z")
# The reference's moment zero, which it does not tell from no date.
_NO_DATE = "0001-01-01 00:00:00.000Z"


def to_date_text(raw: object) -> str:
    """A moment in :mod:`fastcms.clock`'s text form and in UTC; ``""`` for what is no date."""
    if not isinstance(raw, str) or len(raw) < len("3:04PM"):
        return ""
    # The form of the database, or JavaScript's.
    text = raw.replace("T", " ", 1)
    if is_stored_date(text) and _is_moment(text):
        return text
    for layout in _DATE_LAYOUTS:
        match = layout.fullmatch(raw)
        if match is not None:
            return _date_text(match.groupdict())
    return ""


def is_stored_date(text: str) -> bool:
    """Whether the text has the form in which dates are stored; its digits are not looked at."""
    return len(text) == _STORED_LENGTH and (
        text[4] == text[7] == "-" and text[10] == " " and text[19] == "." and text[23] == "Z"
    )


def _is_moment(text: str) -> bool:
    try:
        # Newer Pythons know an hour 24.
        return datetime.fromisoformat(text).hour == int(text[11:13]) and text != _NO_DATE
    except ValueError:
        return False


def _date_text(part: dict[str, str | None]) -> str:
    year, month, day = part.get("year") or "0", part.get("month") or "1", part.get("day") or "1"
    hour, second = int(part.get("hour") or 0), int(part.get("second") or 0)
    if half := part.get("half"):
        if hour > 12:
            return ""
        hour = hour % 12 + (12 if half == "PM" else 0)
    full_year = int(year) + (0 if len(year) != 2 else 1900 if int(year) >= 69 else 2000)
    offset = _offset_minutes(part)
    if offset is None:
        return ""
    # Python knows the years 1 to 9999 only, and the calendar repeats every 400 years.
    shift = 400 if full_year < 5000 else -400
    try:
        moment = datetime(
            full_year + shift,
            int(month) if month.isdigit() else _MONTHS[month.lower()],
            int(day),
            hour,
            int(part.get("minute") or 0),
            second,
            tzinfo=UTC,
        )
    except ValueError:
        return ""
    moment -= timedelta(minutes=offset)
    millis = (part.get("fraction") or "")[:3].ljust(3, "0")
    year_now = moment.year - shift
    year_text = f"{year_now:04d}" if year_now >= 0 else f"-{-year_now:04d}"
    text = f"{year_text}-{moment:%m-%d %H:%M:%S}.{millis}Z"
    return "" if text == _NO_DATE else text


def _offset_minutes(part: dict[str, str | None]) -> int | None:
    """Minutes east of UTC, None where the offset is none."""
    if gmt := part.get("gmt"):
        # The reference moves such a clock the wrong way.
        return -int(gmt) * 60 if abs(int(gmt)) < 24 else None
    if not part.get("sign"):
        return 0
    hours, minutes = int(part["oh"] or 0), int(part["om"] or 0)
    if hours > 24 or minutes > 60:
        return None
    return (hours * 60 + minutes) * (1 if part["sign"] == "+" else -1)


# -- JSON and places -------------------------------------------------------------------------------


def to_json_raw(raw: object) -> msgspec.Raw:
    """Any input as JSON text: keys sorted, numbers as float64.

    Text is taken for JSON as it stands if it looks like JSON and is; else it is a JSON string.
    """
    if raw is None:
        return JSON_NULL
    if isinstance(raw, str):
        return _text_as_json(raw)
    try:
        return msgspec.Raw(_encode_sorted(_normal(raw)))
    except (TypeError, ValueError, RecursionError):
        return JSON_INVALID


def parse_json(text: str | bytes) -> msgspec.Raw | None:
    """The text as a JSON value; None if it is not well formed."""
    try:
        raw: msgspec.Raw = _decode_raw(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return raw


def _text_as_json(text: str) -> msgspec.Raw:
    looks_like_json = text in {"null", "true", "false"} or (text and text[0] in '0123456789-"[{')
    if looks_like_json and parse_json(text) is not None:
        # Kept as it was sent, spaces and order included.
        return msgspec.Raw(text.encode()) if _is_unambiguous(text) else JSON_INVALID
    if text.isprintable():
        return msgspec.Raw(msgspec.json.encode(text))
    if any(_is_unquotable(char) for char in text):
        return JSON_INVALID
    quoted = "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}"
        for char in msgspec.json.encode(text).decode()
    )
    return msgspec.Raw(quoted.encode())


def _is_unambiguous(text: str) -> bool:
    """Whether well-formed JSON names no key twice and no number that float64 cannot hold."""
    try:
        json.loads(text, object_pairs_hook=_distinct, parse_int=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return False
    return True


def _distinct(pairs: list[tuple[str, object]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")


def _finite(digits: str) -> None:
    if math.isinf(float(digits)):
        raise ValueError("number out of range")


def _is_unquotable(char: str) -> bool:
    """Whether the reference's quoting of the character is not JSON, so that it refuses the text."""
    if char < " ":
        return char not in "\b\f\n\r\t"
    return char == "\x7f" or (char > "\uffff" and not char.isprintable())


def _normal(value: Any) -> Any:
    """The value with its numbers as the reference's float64 would print them."""
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else msgspec.Raw(number_json(value).encode())
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("JSON has no such number")
        return msgspec.Raw(number_json(value).encode())
    return value


def to_geo_point(raw: object) -> GeoPoint:
    """An object with numeric ``lon`` and ``lat``, a GeoJSON point, or JSON text of either.

    What comes after a part that is no number is dropped, as in the reference.
    """
    keys: Iterable[str] = ("lon", "lat")
    if isinstance(raw, (str, bytes)):
        try:
            raw = keys = _decode_any(raw)
        except (msgspec.DecodeError, RecursionError):
            return GeoPoint()
    if not isinstance(raw, dict):
        return GeoPoint()
    match raw.get("type"), raw.get("coordinates"), raw.keys() & {"lon", "lat"}:
        case "Point", [lon, lat, *_], others if not others and all(map(_is_number, (lon, lat))):
            return GeoPoint(to_number(lon), to_number(lat))
    degrees: dict[str, int | float] = {"lon": 0, "lat": 0}
    for key in keys:
        part = raw.get(key)
        if key not in degrees or part is None:
            continue
        if not _is_number(part):
            break
        degrees[key] = to_number(part)
    return GeoPoint(**degrees)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
