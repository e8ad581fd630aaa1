"""Applies the body of a PATCH to the settings, as the reference's JSON decoder does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from fastcms.settings.keys import Section
from fastcms.settings.model import RateLimitRule, Settings

S = TypeVar("S", bound=Section)

_EMPTY_RULE = msgspec.to_builtins(RateLimitRule())


def changed(settings: Settings, body: Mapping[str, object]) -> Settings:
    """The settings with what the body names.

    Objects are merged, lists replaced, unknown keys ignored. Keys are found in any letter case,
    and null means the empty value. Raises ValueError for a value of a wrong type.
    """
    merged = _merge(msgspec.to_builtins(settings), body)
    limits = merged["rateLimits"]
    if isinstance(limits["rules"], list):
        limits["rules"] = [_rule(rule) for rule in limits["rules"]]
    for section, key in (
        (merged, "superuserIPs"),
        (limits, "excludedIPs"),
        (merged["trustedProxy"], "headers"),
    ):
        if isinstance(section[key], list):
            section[key] = ["" if item is None else item for item in section[key]]
    return msgspec.convert(merged, Settings)


def changed_own(document: S, body: Mapping[str, object]) -> S:
    """The same for a document of our own."""
    return msgspec.convert(_merge(msgspec.to_builtins(document), body), type(document))


def _merge(current: dict[str, Any], change: Mapping[str, object]) -> dict[str, Any]:
    keys = {key.lower(): key for key in current}
    merged = dict(current)
    seen: set[str] = set()
    for name, value in change.items():
        key = keys.get(name.lower())
        if key is None:
            continue
        if key in seen:
            raise ValueError(f"duplicate key {name}")
        seen.add(key)
        merged[key] = _replace(current[key], value)
    return merged


def _replace(old: object, new: object) -> object:
    if new is None:
        return _empty(old)
    if isinstance(old, dict):
        if not isinstance(new, dict):
            raise ValueError("not an object")
        return _merge(old, new)
    if isinstance(new, int) and not -(2**63) <= new < 2**63:
        raise ValueError("number out of range")
    return new


def _empty(old: object) -> object:
    if isinstance(old, dict):
        return {key: _empty(value) for key, value in old.items()}
    return type(old)()


def _rule(rule: object) -> object:
    return _replace(_EMPTY_RULE, rule)
