"""Request bodies: JSON, and forms, whose values become what JSON would hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from fastcms.errors import bad_request
from fastcms.http.query import parse_query

JSON_PAYLOAD = "@jsonPayload"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", re.ASCII)


def parse_body(raw: bytes, content_type: str, query: bytes, error: str = "") -> dict[str, Any]:
    """A non-empty body as an object; one with files in it is read another way.

    Raises 400, with the message `error` where the body is broken.
    """
    if content_type.startswith("application/json"):
        return parse_json(raw, error)
    if content_type.startswith("application/x-www-form-urlencoded"):
        try:
            return form_body(parse_query(raw, strict=True), query, error)
        except ValueError as reason:
            raise bad_request(error) from reason
    if content_type.startswith(("text/xml", "application/xml")):
        raise bad_request(error)
    raise bad_request("Unsupported Content-Type.")


def parse_json(raw: bytes, error: str = "") -> dict[str, Any]:
    """A JSON object, or {} for `null`. Raises 400 for anything else and for duplicate keys.

    Text after the first value is ignored, as the reference does.
    """
    try:
        value = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _parse_strictly(raw, error)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(error)
    # A colon for each key and no more: no room for a duplicate. No escape: no half of a surrogate
    # pair. Else look closely.
    if raw.count(b":") != len(value) or b"\\u" in raw:
        return _parse_strictly(raw, error)
    return value


def _parse_strictly(raw: bytes, error: str) -> dict[str, Any]:
    """The slow way: notices duplicate keys at any depth, tolerates text after the value."""
    try:
        text = raw.decode().lstrip(" \t\r\n")
        value, _ = _STRICT.raw_decode(text)
        # Half of a surrogate pair is no text and can be neither stored nor sent.
        _encode(value)
    except (ValueError, RecursionError) as reason:
        raise bad_request(error) from reason
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(error)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse)


def form_body(
    pairs: Iterable[tuple[str, str]], query: bytes, error: str = "", *, strict: bool = False
) -> dict[str, Any]:
    """The values of a form as an object.

    They are guessed to be booleans and numbers as the reference guesses; query parameters count as
    form values. Raises 400 for a payload that is no JSON object, and if `strict` ValueError for a
    broken query.
    """
    values: dict[str, list[Any]] = {}
    payloads: list[str] = []
    for key, value in pairs:
        if key == JSON_PAYLOAD:
            payloads.append(value)
        else:
            values.setdefault(key, []).append(_guess(value))
    for key, text in parse_query(query, strict=strict):
        if key == JSON_PAYLOAD:
            payloads.append(text)
        else:
            values.setdefault(key, []).append(_guess(text))
    body: dict[str, Any] = {k: v[0] if len(v) == 1 else v for k, v in values.items()}
    for payload in payloads:
        body |= parse_json(payload.encode(), error)
    return body


def _guess(text: str) -> bool | int | float | str:
    """A form value as JSON would hold it."""
    if text == "true":
        return True
    if text == "false":
        return False
    if _NUMBER.fullmatch(text) and text != "-0":
        return float(text) if "." in text else int(text)
    return text
