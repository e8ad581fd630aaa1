"""The one definition of a setting: what its Struct says of each key, for all who ask.

Defaults, checks, docs/settings.md, forms and the command line are made from it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, get_args, get_origin

import msgspec
from msgspec import Meta

from fastcms.errors import Problems
from fastcms.settings.rules import Rule


class Section(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of a document. Its docstring describes it, `title` names it."""

    title: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """The section by wire name, without its secrets."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        for key in keys_of(type(self)):
            if key.secret:
                del data[key.name]
            elif key.section is not None:
                data[key.name] = getattr(self, key.attribute).to_json()
        return data


class When(NamedTuple):
    """Demands a value when the nearest key of this name is set, or has this value."""

    key: str
    value: str = ""


class Key(NamedTuple):
    """One key of a section."""

    attribute: str
    name: str  # on the wire
    type: Any
    default: Any
    title: str
    description: str
    rule: Rule | None
    required: bool | When
    secret: bool
    # Of a list as a whole, when its items are right.
    whole: Callable[[Any], Problems] | None
    # What is below: a section, or the section that a list has for its items.
    section: type[Section] | None
    item: type[Section] | None


def about(
    title: str,
    description: str,
    rule: Rule | None = None,
    *,
    required: bool | When = False,
    secret: bool = False,
    whole: Callable[[Any], Problems] | None = None,
) -> Meta:
    """Says what a key is: `port: Annotated[int, about("Port", "Port of the server.")] = 587`."""
    facts = {"rule": rule, "required": required, "secret": secret, "whole": whole}
    return Meta(title=title, description=description, extra=facts)


@cache
def keys_of(section: type[Section]) -> tuple[Key, ...]:
    """The keys of a section, in its order."""
    return tuple(_key(field) for field in msgspec.structs.fields(section))


def _key(field: msgspec.structs.FieldInfo) -> Key:
    type_, meta = field.type, Meta()
    if get_origin(type_) is Annotated:
        type_, meta = get_args(type_)
    item = get_args(type_)[0] if get_origin(type_) is tuple else None
    facts = meta.extra or {}
    return Key(
        field.name,
        field.encode_name,
        type_,
        field.default,
        meta.title or "",
        meta.description or "",
        facts.get("rule"),
        facts.get("required", False),
        facts.get("secret", False),
        facts.get("whole"),
        _section(type_),
        _section(item),
    )


def _section(type_: Any) -> type[Section] | None:
    return type_ if isinstance(type_, type) and issubclass(type_, Section) else None
