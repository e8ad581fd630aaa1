"""The settings document as text, made from the model: docs/settings.md holds what this returns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import inspect

from fastcms.settings.model import Settings


class Entry(NamedTuple):
    """One key with its dotted path, its default as JSON, and what it means."""

    path: str
    default: str
    description: str


def entries() -> Iterator[Entry]:
    """Every key of the document, in its order."""
    yield from _of_struct(Settings, "")


def markdown() -> str:
    """All keys as a table."""
    lines = ["| Key | Default | Meaning |", "|---|---|---|"]
    lines += [f"| `{e.path}` | {e.default} | {e.description} |" for e in entries()]
    return "\n".join(lines) + "\n"


def _of_struct(struct: type[msgspec.Struct], prefix: str) -> Iterator[Entry]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        path = prefix + field.encode_name
        kind, description = _plain(field.type)
        if isinstance(kind, inspect.StructType):
            yield from _of_struct(kind.cls, f"{path}.")
            continue
        yield Entry(path, _json(field.default), description)
        if isinstance(kind, inspect.VarTupleType) and isinstance(
            item := _plain(kind.item_type)[0], inspect.StructType
        ):
            yield from _of_struct(item.cls, f"{path}[].")


def _plain(kind: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without its wrapping, and its description."""
    if isinstance(kind, inspect.Metadata):
        return kind.type, str((kind.extra_json_schema or {}).get("description", ""))
    return kind, ""


def _json(value: object) -> str:
    return f"`{msgspec.json.encode(value).decode()}`"
