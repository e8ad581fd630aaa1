"""Makes usable settings of stored ones that are not valid, so that one bad value stops no start."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, NamedTuple, TypeVar

import msgspec

from fastcms.errors import leaves
from fastcms.settings.keys import Section, keys_of
from fastcms.settings.model import Settings
from fastcms.settings.validate import problems

S = TypeVar("S", bound=Section)

# Whom superusers may be when the list of their addresses is damaged: it must not open by that.
_THIS_MACHINE = ("127.0.0.1", "::1")
# A bucket that is not fully described says so whenever it is used. Its default would be another
# place for files, which would then be in two.
_KEPT = ("s3.", "backups.s3.")


class Degraded(NamedTuple):
    """What does not work as it was set up: which part, why, and how to mend it."""

    name: str
    problem: str
    remedy: str


def of_key(name: str, problem: str) -> Degraded:
    """A key of the settings whose stored value cannot be used."""
    # What is in a list is reset with the list.
    key = ".".join(takewhile(lambda part: not part.isdecimal(), name.split(".")))
    return Degraded(name, problem, f"set it anew, or say: fastcms settings reset {key}")


def usable(data: dict[str, Any]) -> tuple[Settings, list[Degraded]]:
    """The stored document with defaults for what cannot be used of it."""
    settings, found = converted(data, Settings)
    wrong = [*leaves(problems(settings))]
    found += [of_key(path, problem.message) for path, problem in wrong]
    plain = msgspec.to_builtins(settings)
    defaults = msgspec.to_builtins(Settings())
    # From the end of each list, so that the others keep their places.
    for path, _ in reversed(wrong):
        if not path.startswith(_KEPT):
            _mend(plain, defaults, path.split("."))
    if any(part.name.startswith("superuserIPs") for part in found) and not plain["superuserIPs"]:
        plain["superuserIPs"] = _THIS_MACHINE
    return msgspec.convert(plain, Settings), found


def converted(data: Any, kind: type[S], prefix: str = "") -> tuple[S, list[Degraded]]:
    """A section of stored values; those of a wrong type are the default."""
    try:
        return msgspec.convert(data, kind), []
    except msgspec.ValidationError as error:
        if not isinstance(data, dict):
            return kind(), [of_key(prefix.rstrip("."), str(error))]
    values: dict[str, Any] = {}
    found: list[Degraded] = []
    for key in keys_of(kind):
        name = key.name
        if name not in data:
            continue
        if key.section is not None:
            values[key.attribute], more = converted(data[name], key.section, f"{prefix}{name}.")
            found += more
            continue
        try:
            values[key.attribute] = msgspec.convert(data[name], key.type)
        except msgspec.ValidationError as error:
            found.append(of_key(prefix + name, str(error)))
    return kind(**values), found


def _mend(plain: Any, defaults: Any, path: list[str]) -> None:
    """Puts the default of a path into its place; of a list of texts only the bad one goes."""
    key, *rest = path
    if not isinstance(plain[key], dict):
        if rest and len(rest) == 1:
            plain[key] = [item for i, item in enumerate(plain[key]) if str(i) != rest[0]]
        else:
            plain[key] = defaults[key]
        return
    _mend(plain[key], defaults[key], rest)
