"""Makes usable settings of stored ones that are not valid, so that one bad value stops no start."""

from __future__ import annotations

from itertools import takewhile
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

import msgspec

from fastcms.errors import leaves
from fastcms.settings.model import Section, Settings
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


def of_key(name: str, problem: str, reset: str = "") -> Degraded:
    """A key of the settings whose stored value cannot be used; `reset` is what mends it."""
    # What is in a list is reset with the list.
    key = reset or ".".join(takewhile(lambda part: not part.isdecimal(), name.split(".")))
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
    for field in msgspec.structs.fields(kind):
        name, type_ = field.encode_name, _plain(field.type)
        if name not in data:
            continue
        if isinstance(type_, type) and issubclass(type_, Section):
            values[field.name], more = converted(data[name], type_, f"{prefix}{name}.")
            found += more
            continue
        try:
            values[field.name] = msgspec.convert(data[name], field.type)
        except msgspec.ValidationError as error:
            found.append(of_key(prefix + name, str(error)))
    return kind(**values), found


def _plain(type_: Any) -> Any:
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


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
