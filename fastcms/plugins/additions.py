"""The decorators by which a plugin says what it adds to the server itself.

That is settled while plugins are loaded, and stays so until the process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec

if TYPE_CHECKING:
    from fastcms.fields.base import Field
    from fastcms.files.storage import Storage
    from fastcms.oauth2.provider import Provider

Wrap: TypeAlias = "Callable[[Storage], Storage]"
F = TypeVar("F", bound="Field")
P = TypeVar("P", bound="Provider")
W = TypeVar("W", bound="Wrap")


class Additions(msgspec.Struct):
    """What one plugin adds."""

    field_types: list[type[Field]] = msgspec.field(default_factory=list)
    providers: list[type[Provider]] = msgspec.field(default_factory=list)
    disks: list[Wrap] = msgspec.field(default_factory=list)


_gathering: ContextVar[Additions | None] = ContextVar("additions", default=None)


@contextmanager
def gathering(additions: Additions) -> Iterator[None]:
    """While this lasts, what decorators add goes here."""
    token = _gathering.set(additions)
    try:
        yield
    finally:
        _gathering.reset(token)


def field_type(type_: type[F]) -> type[F]:
    """Adds a type of fields; its tag is the name that collections know it by."""
    _open().field_types.append(type_)
    return type_


def oauth2_provider(provider: type[P]) -> type[P]:
    """Adds a provider of OAuth2, which collections configure by its `name`."""
    _open().providers.append(provider)
    return provider


def disk(wrap: W) -> W:
    """Puts a storage in the place of the disk: the function gets that and returns what is used.

    It holds the files of records as long as the settings choose no bucket.
    """
    _open().disks.append(wrap)
    return wrap


def _open() -> Additions:
    additions = _gathering.get()
    if additions is None:
        raise RuntimeError(
            "field types, providers and disks are added while a plugin is loaded, not later"
        )
    return additions
