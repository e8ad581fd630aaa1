"""Methods for both kinds of functions: coroutines await them, plain ones get the result."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from fastcms.core import App
from fastcms.embed.response import Response
from fastcms.records.record import Record
from fastcms.schema.collection import Collection

P = ParamSpec("P")
T = TypeVar("T")


class Settles(Protocol):
    """What such methods belong to."""

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """The coroutine itself, for those who await it, or what came of it."""


class Owner(Settles, Protocol):
    """The app that a part of it belongs to."""

    @property
    def inner(self) -> App:
        """The server's own app, of the transaction that is open."""


S = TypeVar("S", bound=Settles)

if TYPE_CHECKING:
    # What editors and type checkers take results for: the value itself, as plain functions have it,
    # which coroutines may await. Nothing is ever made of these classes.

    class EitherRecord(Record):
        def __await__(self) -> Generator[Any, Any, Record]: ...

    class EitherCollection(Collection, frozen=True):
        def __await__(self) -> Generator[Any, Any, Collection]: ...

    class EitherResponse(Response, frozen=True):
        def __await__(self) -> Generator[Any, Any, Response]: ...

    class EitherList(list[T]):
        def __await__(self) -> Generator[Any, Any, list[T]]: ...

    class EitherDict(dict[str, Any]):
        def __await__(self) -> Generator[Any, Any, dict[str, Any]]: ...

    class EitherBytes(bytes):
        def __await__(self) -> Generator[Any, Any, bytes]: ...

    class EitherInt(int):
        def __await__(self) -> Generator[Any, Any, int]: ...


# `None` and truth values have no classes that could be awaited as well: there it is Any. A method
# whose own types say Any fits each of these lines, so it is written without them, by `settle`.
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[S, P], Any]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, bool]],
) -> Callable[Concatenate[S, P], Any]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Record]],
) -> Callable[Concatenate[S, P], EitherRecord]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Record | None]],
) -> Callable[Concatenate[S, P], EitherRecord | Any]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Collection]],
) -> Callable[Concatenate[S, P], EitherCollection]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Response]],
) -> Callable[Concatenate[S, P], EitherResponse]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, list[T]]],
) -> Callable[Concatenate[S, P], EitherList[T]]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, bytes]],
) -> Callable[Concatenate[S, P], EitherBytes]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, int]],
) -> Callable[Concatenate[S, P], EitherInt]: ...
@overload
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, object]],
) -> Callable[Concatenate[S, P], Any]: ...
def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Any]],
) -> Callable[Concatenate[S, P], Any]:
    """An `async def` as a method that plain functions can call as well."""

    def call(self: S, /, *arguments: P.args, **named: P.kwargs) -> Any:
        return self.settle(method(self, *arguments, **named))

    return update_wrapper(call, method)
