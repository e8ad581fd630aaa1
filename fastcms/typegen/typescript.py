"""The records of a directory as TypeScript, for the official client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from fastcms.fields.base import JsonSchema
from fastcms.schema.snapshot import Schema
from fastcms.shapes.named import named
from fastcms.shapes.record import CREATE, EXPAND, RESPONSE, UPDATE, Key, Shape, shapes

COMMAND = "fastcms types --ts"

_HEAD = """\
// Made by `{command}`; changes are lost when it is made anew.
/* eslint-disable */

import type PocketBase from "pocketbase";
import type {{ RecordModel, RecordOptions, RecordService }} from "pocketbase";

/** The records of a collection: the client's own service, whose writes are typed, too. */
export interface TypedRecordService<Shown, New extends object, Changed extends object>
  extends RecordService<Shown> {{
  create<T = Shown>(bodyParams: New | FormData, options?: RecordOptions): Promise<T>;
  update<T = Shown>(
    id: string,
    bodyParams: Changed | FormData,
    options?: RecordOptions,
  ): Promise<T>;
}}

/** The records of a view, which nobody writes. */
export interface TypedViewService<Shown> extends RecordService<Shown> {{
  create: never;
  update: never;
  delete: never;
}}
"""
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}


def typescript(schema: Schema, *, superuser: bool) -> str:
    """A module with the types of all collections; the same schema gives the same text."""
    found = shapes(schema, superuser=superuser)
    parts = [_HEAD.format(command=f"{COMMAND} --superuser" if superuser else COMMAND)]
    parts += [_interface(name, _lines_of(s)) for name, s in named(found).items()]
    for shape in found:
        parts += _of_collection(shape)
    parts.append(_map("CollectionResponses", found, RESPONSE))
    writable = [shape for shape in found if not shape.collection.is_view]
    parts.append(_map("CollectionCreates", writable, CREATE))
    parts.append(_map("CollectionUpdates", writable, UPDATE))
    parts.append("export type CollectionName = keyof CollectionResponses;\n")
    parts.append(_client(found))
    return "\n".join(parts)


def _of_collection(shape: Shape) -> Iterator[str]:
    name = shape.name
    expand = [
        f"{_key(key)}?: {_list_of(targets) if is_many else ' | '.join(targets)};"
        for key, targets, is_many in (
            (e.name, [f"{target}{RESPONSE}" for target in e.targets], e.is_many)
            for e in shape.expand
        )
    ]
    response = list(map(_line, shape.response))
    if expand:
        yield _interface(f"{name}{EXPAND}", expand)
        response.append("expand?: Expand;")
        yield _interface(f"{name}{RESPONSE}<Expand = {name}{EXPAND}>", response)
    else:
        yield _interface(f"{name}{RESPONSE}", response)
    if not shape.collection.is_view:
        yield _interface(f"{name}{CREATE}", map(_line, shape.create))
        yield _interface(f"{name}{UPDATE}", map(_line, shape.update))


def _client(found: Iterable[Shape]) -> str:
    lines = []
    for shape in found:
        name = shape.name
        service = (
            f"TypedViewService<{name}{RESPONSE}>"
            if shape.collection.is_view
            else f"TypedRecordService<{name}{RESPONSE}, {name}{CREATE}, {name}{UPDATE}>"
        )
        lines.append(f"collection(idOrName: {literal(shape.collection.name)}): {service};")
    lines.append("collection<M = RecordModel>(idOrName: string): RecordService<M>;")
    says = "/** `new PocketBase(url) as TypedPocketBase` knows the collections by their names. */\n"
    return says + _interface("TypedPocketBase extends PocketBase", lines)


def _map(name: str, found: Iterable[Shape], suffix: str) -> str:
    lines = (f"{_key(shape.collection.name)}: {shape.name}{suffix};" for shape in found)
    return _interface(name, lines)


def _interface(head: str, lines: Iterable[str]) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f"export interface {head} {{\n{body}}}\n"


def _lines_of(schema: JsonSchema) -> Iterator[str]:
    required = schema.get("required", ())
    for name, value in schema["properties"].items():
        yield _line(Key(name, value, name in required))


def _line(key: Key) -> str:
    return f"{_key(key.name)}{'' if key.is_required else '?'}: {_type(key.schema)};"


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else literal(name)


def _type(schema: JsonSchema) -> str:
    return " | ".join(dict.fromkeys(_choices(schema)))


def _choices(schema: JsonSchema) -> Iterator[str]:
    """The members of the union that a schema stands for."""
    if "const" in schema:
        yield literal(schema["const"])
    elif "enum" in schema:
        yield from map(literal, schema["enum"]) if schema["enum"] else ["never"]
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _choices(choice)
    elif "type" not in schema:
        yield "unknown"
    elif schema["type"] == "array":
        yield _list_of(list(dict.fromkeys(_choices(schema["items"]))))
    elif schema["type"] == "object":
        yield _object(schema)
    elif schema["type"] == "null":
        yield "null"
    else:
        if schema.get("format") == "binary":
            yield from ("File", "Blob")
        yield _SIMPLE[schema["type"]]


def _object(schema: JsonSchema) -> str:
    if title := schema.get("title"):
        return str(title)
    if not schema.get("properties"):
        return "Record<string, unknown>"
    lines = list(_lines_of(schema))
    if "additionalProperties" in schema:
        lines.append("[key: string]: unknown;")
    return f"{{ {' '.join(lines)} }}"


def _list_of(choices: list[str]) -> str:
    return f"{choices[0]}[]" if len(choices) == 1 else f"({' | '.join(choices)})[]"


def literal(value: str) -> str:
    """The text as a literal that nothing in it ends or disguises."""
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)
