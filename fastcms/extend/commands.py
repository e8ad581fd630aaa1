"""Functions of users that are commands of `fastcms`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar, get_type_hints, overload

from fastcms.embed.app import App
from fastcms.extend.placing import Placing
from fastcms.extend.registry import Registered, register

F = TypeVar("F", bound=Callable[..., Any])

_NAME = re.compile(r"[A-Za-z0-9][\w.:-]*")


class CommandAt(NamedTuple):
    """A function for the command line."""

    name: str
    help: str
    function: Callable[..., Any]


def parameters(function: Callable[..., Any]) -> tuple[list[str], list[inspect.Parameter]]:
    """The names of the parameters that stand for the app object, and the others, whose annotations
    are types.
    """
    hints = get_type_hints(function, include_extras=True)
    apps: list[str] = []
    others: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints.get(name, parameter.empty)
        if name == "app" or (isinstance(hint, type) and issubclass(hint, App)):
            apps.append(name)
        else:
            others.append(parameter.replace(annotation=hint))
    return apps, others


@overload
def command(name: F) -> F: ...
@overload
def command(name: str = "", *, help: str = "") -> Callable[[F], F]: ...
def command(name: Any = "", *, help: str = "") -> Any:
    """Makes a command of a function, by its type hints: `@command` or `@command("name")`.

    Parameters without a default are arguments, the others options. One called `app` is the app
    object of the directory. Raises ValueError for what cannot be a name.
    """
    if callable(name):
        return command()(name)

    def put(function: F) -> F:
        called = name or function.__name__.replace("_", "-")
        if not _NAME.fullmatch(called):
            raise ValueError(f"no name of a command: {called!r}")
        register(CommandAt(called, help, function))
        return function

    return put


class Commands:
    """Those of an app: the server lists them, the command line runs them."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Lists them."""
        for at, file in registered:
            placing.note("command", at.name, at.function, file)
