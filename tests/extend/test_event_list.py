"""The list of events: that of the hooks, of `on`, of the docs, and of the reference's docs."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import fastcms
from fastcms.extend import on as on_module
from fastcms.extend.on import EVENTS, On
from fastcms.hooks import Event, Hooks

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"
# A hook of the server's own, for no functions of users.
OWN = {"record_old_password_request"}


def class_of(event: str) -> type[Event]:
    """What its handlers get, by the annotation in `On`."""
    name = re.fullmatch(r"Place\[(\w+)\]", str(On.__annotations__[event]))
    assert name is not None
    for node in ast.walk(ast.parse(inspect.getsource(on_module))):
        if isinstance(node, ast.ImportFrom) and name[1] in {alias.name for alias in node.names}:
            found = getattr(importlib.import_module(str(node.module)), name[1])
            assert issubclass(found, Event)
            return found
    raise AssertionError(f"{name[1]} is not imported")


def fields_of(kind: type[Event]) -> list[str]:
    """The public attributes that its constructors set, and its properties."""
    found: dict[str, None] = {}
    for base in reversed(kind.__mro__):
        if base is Event or not issubclass(base, Event):
            continue
        for node in ast.walk(ast.parse(inspect.getsource(base))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found[node.attr] = None
        found |= dict.fromkeys(n for n, v in vars(base).items() if isinstance(v, property))
    # What the server itself goes by.
    hidden = {"tags", "model_tags", "inside", "is_passed", "is_judged", "is_right"}
    if kind.__name__.startswith(("Record", "Collection", "Settings")):
        hidden.add("model")
    fields = [name for name in found if not name.startswith("_") and name not in hidden]
    return sorted(fields, key=lambda name: name != "request")


def rows() -> dict[str, list[str]]:
    """The table of the docs: the fields of each event."""
    lines = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", PAGE.read_text(), re.MULTILINE)
    return {event: re.findall(r"`(\w+)`", fields) for event, fields in lines if event in EVENTS}


def test_there_are_all_of_the_reference() -> None:
    assert len(EVENTS) == 83
    assert set(EVENTS) == set(Hooks().by_name()) - OWN


@pytest.mark.parametrize("event", EVENTS)
def test_each_is_in_the_docs_with_its_fields(event: str) -> None:
    assert rows().get(event) == fields_of(class_of(event))


@pytest.mark.parametrize("event", EVENTS)
def test_each_says_what_it_is_and_of_which_type_its_fields_are(event: str) -> None:
    kind = class_of(event)
    assert kind.__doc__, kind
    for base in kind.__mro__:
        if "__init__" in vars(base) and issubclass(base, Event):
            parameters = list(inspect.signature(base).parameters.values())
            assert all(p.annotation is not inspect.Parameter.empty for p in parameters), base


def test_a_wrong_name_is_told() -> None:
    with pytest.raises(AttributeError, match="there is no event 'record_creat'"):
        fastcms.on.record_creat  # noqa: B018
