"""The settings as a table for docs/settings.md, and as groups for forms: both from the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec

from fastcms.settings.documents import KINDS, REFERENCE, Documents
from fastcms.settings.keys import Key, Section, When, keys_of
from fastcms.settings.overrides import Override, Overrides


class Entry(NamedTuple):
    """One key with its path in the tree, and the path of what it is needed for."""

    path: str
    key: Key
    when: str


class Group(NamedTuple):
    """A section with its path in the tree and its keys."""

    path: str
    title: str
    description: str
    entries: list[Entry]


def groups() -> list[Group]:
    """Every section of the tree."""
    found: dict[str, Group] = {}
    for name, kind in KINDS.items():
        for group in _groups(kind, name, {}):
            # What we add to a section of the reference's is of the same group.
            found.setdefault(group.path, group._replace(entries=[])).entries.extend(group.entries)
    return list(found.values())


def tables() -> dict[str, str]:
    """All keys as tables in Markdown, one a document."""
    found = {}
    for name, kind in KINDS.items():
        lines = ["| Key | Default | Allowed | Meaning |", "|---|---|---|---|"]
        for group in _groups(kind, name, {}):
            for entry in group.entries:
                lines += _rows(entry)
        found[name] = "\n".join(lines) + "\n"
    return found


def schema(documents: Documents, overrides: Overrides | None = None) -> dict[str, Any]:
    """What a form needs to know of every key, whether it has its default now, and who sets it from
    outside.
    """
    set_outside = overrides.found if overrides else {}
    return {
        "groups": [
            {
                "name": group.path or "superusers",
                "title": group.title,
                "description": group.description,
                "keys": [_for_form(entry, documents, set_outside) for entry in group.entries],
            }
            for group in groups()
        ]
    }


def allowed(entry: Entry) -> str:
    """What a value may be, in words; "" if anything."""
    key = entry.key
    form = _form(key)
    parts = []
    if "values" in form:
        parts.append(" ".join(f'`"{value}"`' for value in form["values"]))
    if "min" in form:
        parts.append(f"{form['min']} or more")
    if "maxBytes" in form:
        parts.append(f"{form['maxBytes']} bytes at most")
    if "format" in form:
        parts.append(form["format"])
    if isinstance(key.required, When):
        value = f' is `"{key.required.value}"`' if key.required.value else ""
        parts.append(f"needed when `{entry.when}`{value}")
    elif key.required:
        parts.append("needed")
    return ", ".join(parts)


def value_at(path: str, documents: Documents) -> Any:
    """The value at a path of the tree, which is there."""
    name, _, rest = path.partition(".")
    if name in documents and (found := _below(documents[name], rest.split("."))) is not None:
        return found
    return _below(documents[REFERENCE], path.split("."))


def _groups(
    kind: type[Section], path: str, around: Mapping[str, str], title: str = "", text: str = ""
) -> Iterator[Group]:
    prefix = f"{path}." if path else ""
    keys = keys_of(kind)
    known = {**around, **{key.name: prefix + key.name for key in keys}}
    entries = [_entry(key, prefix, known) for key in keys if key.section is None]
    text = text or (kind.__doc__ or "").partition(".")[0] + "."
    yield Group(path, title or kind.title, text, entries)
    for key in keys:
        if key.section is not None:
            below = prefix + key.name
            yield from _groups(key.section, below, known, key.title, key.description)


def _entry(key: Key, prefix: str, known: Mapping[str, str]) -> Entry:
    when = known[key.required.key] if isinstance(key.required, When) else ""
    return Entry(prefix + key.name, key, when)


def _rows(entry: Entry) -> Iterator[str]:
    key = entry.key
    default = msgspec.json.encode(key.default).decode()
    yield f"| `{entry.path}` | `{default}` | {allowed(entry)} | {key.description} |"
    for item in keys_of(key.item) if key.item is not None else ():
        yield from _rows(Entry(f"{entry.path}[].{item.name}", item, ""))


def _for_form(
    entry: Entry, documents: Documents, set_outside: Mapping[str, Override]
) -> dict[str, Any]:
    key = entry.key
    value = value_at(entry.path, documents)
    facts = {"key": entry.path, **_facts(key), "isDefault": value == key.default}
    if key.secret:
        facts["isSet"] = bool(value)
    if isinstance(key.required, When):
        facts["required"] = {"key": entry.when}
        if key.required.value:
            facts["required"]["value"] = key.required.value
    if entry.path in set_outside:
        facts["setBy"] = set_outside[entry.path].source
    return facts


def _facts(key: Key) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "title": key.title,
        "description": key.description,
        "type": _type(key.type),
        "default": key.default,
        "required": key.required,
        "secret": key.secret,
    }
    if key.item is not None:
        keys = [{"key": item.name, **_facts(item)} for item in keys_of(key.item)]
        return facts | {"items": {"type": "object", "keys": keys}}
    if facts["type"] == "list":
        return facts | {"items": {"type": "text", **_form(key)}}
    return {**facts, **_form(key)}


def _type(type_: Any) -> str:
    if get_origin(type_) is tuple:
        return "list"
    return "bool" if type_ is bool else "number" if type_ is int else "text"


def _form(key: Key) -> Mapping[str, Any]:
    if get_origin(key.type) is Literal:
        return {"values": list(get_args(key.type))}
    return key.rule.form if key.rule else {}


def _below(section: Any, path: list[str]) -> Any:
    for part in path:
        kind: type[Section] = type(section)
        found = [key.attribute for key in keys_of(kind) if key.name == part]
        if not found:
            return None
        section = getattr(section, found[0])
    return section
