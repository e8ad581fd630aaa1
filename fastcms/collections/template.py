"""The collections of a new data directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from fastcms import clock
from fastcms.collections import sync
from fastcms.collections.body import new_collection
from fastcms.store.store import Tx


def insert_collections(tx: Tx, definitions: Iterable[Mapping[str, Any]]) -> None:
    """Makes collections, their tables and indexes from what the API accepts, with new secrets.

    Nothing is checked: the definitions are ours.
    """
    for definition in definitions:
        now = clock.now_text()
        sync.insert(tx, replace(new_collection(definition, ()), created=now, updated=now))
