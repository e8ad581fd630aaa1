"""The records of a directory as Python: typed dictionaries, which is what JSON becomes there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastcms.fields.base import JsonSchema
from fastcms.schema.snapshot import Schema
from fastcms.shapes.named import named
from fastcms.shapes.record import CREATE, EXPAND, RESPONSE, UPDATE, Key, Shape, shapes

COMMAND = "fastcms types --py"

_HEAD = '''\
"""Made by `{command}`; changes are lost when it is made anew."""

# ruff: noqa
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

Shown = TypeVar("Shown")


class Page(TypedDict, Generic[Shown]):
    """The answer to a list."""

    page: int
    perPage: int
    totalItems: int
    totalPages: int
    items: list[Shown]


class Problem(TypedDict):
    """What is wrong with one field."""

    code: str
    message: str


class Failure(TypedDict):
    """The answer to a request that failed."""

    status: int
    message: str
    data: dict[str, Problem]


class SignedIn(TypedDict, Generic[Shown]):
    """The answer to a sign-in."""

    token: str
    record: Shown
    meta: NotRequired[dict[str, Any]]

'''
_SIMPLE = {
    "string": "str",
    "number": "float",
    "integer": "int",
    "boolean": "bool",
    "null": "None",
}


def python(schema: Schema, *, superuser: bool) -> str:
    """A module with the types of all collections; the same schema gives the same text."""
    found = shapes(schema, superuser=superuser)
    parts = [_HEAD.format(command=f"{COMMAND} --superuser" if superuser else COMMAND)]
    parts += [_dictionary(name, _lines_of(schema)) for name, schema in named(found).items()]
    for shape in found:
        parts += _of_collection(shape)
    if found:
        names = "".join(f"    {literal(shape.collection.name)},\n" for shape in found)
        parts.append(f"CollectionName = Literal[\n{names}]\n")
    return "\n".join(parts)


def _of_collection(shape: Shape) -> Iterator[str]:
    name = shape.name
    response = list(map(_line, shape.response))
    if shape.expand:
        expand = []
        for key, targets, is_many in shape.expand:
            record = " | ".join(f"{target}{RESPONSE}" for target in targets)
            type_ = f"list[{record}]" if is_many else record
            # As text, since the types behind it may come later.
            expand.append(f'{literal(key)}: NotRequired["{type_}"],')
        yield _dictionary(f"{name}{EXPAND}", expand)
        response.append(f'"expand": NotRequired[{name}{EXPAND}],')
    yield _dictionary(f"{name}{RESPONSE}", response)
    if not shape.collection.is_view:
        yield _dictionary(f"{name}{CREATE}", map(_line, shape.create))
        yield _dictionary(f"{name}{UPDATE}", map(_line, shape.update))


def _dictionary(name: str, lines: Iterable[str]) -> str:
    # Not as a class: keys may be words of Python's, or have a sign in them.
    body = "".join(f"        {line}\n" for line in lines)
    return f'{name} = TypedDict(\n    "{name}",\n    {{\n{body}    }},\n)\n'


def _lines_of(schema: JsonSchema) -> Iterator[str]:
    required = schema.get("required", ())
    for name, value in schema["properties"].items():
        yield _line(Key(name, value, name in required))


def _line(key: Key) -> str:
    type_ = _type(key.schema)
    return f"{literal(key.name)}: {type_ if key.is_required else f'NotRequired[{type_}]'},"


def _type(schema: JsonSchema) -> str:
    return " | ".join(dict.fromkeys(_choices(schema)))


def _choices(schema: JsonSchema) -> Iterator[str]:
    """The members of the union that a schema stands for."""
    if "const" in schema:
        yield f"Literal[{literal(schema['const'])}]"
    elif schema.get("enum"):
        yield f"Literal[{', '.join(map(literal, schema['enum']))}]"
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _choices(choice)
    elif "type" not in schema:
        yield "Any"
    elif schema["type"] == "array":
        yield f"list[{_type(schema['items'])}]"
    elif schema["type"] == "object":
        yield str(schema.get("title", "dict[str, Any]"))
    else:
        yield _SIMPLE[schema["type"]]


def literal(value: str) -> str:
    """The text as a literal that nothing in it ends or disguises."""
    is_plain = value.isprintable() and not {'"', "\\"} & set(value)
    return f'"{value}"' if is_plain else repr(value)
