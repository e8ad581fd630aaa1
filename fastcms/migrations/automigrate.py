"""Writes a migration for each change of a collection that comes through the API."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from fastcms.collections.events import CollectionRequestEvent
from fastcms.core import App
from fastcms.migrations import files, history, text
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

# From the collection before, None for a new one, and the one that was stored or deleted.
Describe: TypeAlias = Callable[[Collection | None, Collection], str]

LAST = 99  # behind the handlers that change what is saved


def install(app: App, folder: Path) -> None:
    """Has the changes that are made through `app` noted in `folder`."""

    def listen(hook: Any, action: str, describe: Describe) -> None:
        async def handler(event: CollectionRequestEvent) -> None:
            await _note(event, folder, action, describe)

        hook.add(handler, priority=LAST)

    hooks = app.hooks
    listen(hooks.collection_create_request, "created", lambda _, made: text.created(made))
    listen(hooks.collection_update_request, "updated", _updated)
    listen(hooks.collection_delete_request, "deleted", lambda _, gone: text.deleted(gone))


def _updated(before: Collection | None, after: Collection) -> str:
    return text.updated(before, after) if before else ""


async def _note(
    event: CollectionRequestEvent, folder: Path, action: str, describe: Describe
) -> None:
    """Lets the change happen, with the note about it in the same transaction.

    So the order of files is that of the changes, whichever process makes them. The file is there
    before the commit: should the process die between the two, the next start makes the change.
    """
    before = event.request.schema.by_id.get(event.collection.id)
    written: Path | None = None

    def note(tx: Tx, stored: Collection) -> None:
        nonlocal written
        # The writer runs a transaction again whose commit failed.
        _discard(written)
        written = None
        content = describe(before, stored)
        if not content:
            return
        name = (before or stored).name
        # Test runners take a file that ends in "test" for one of theirs; so does the reference.
        name += "_" if name.endswith("test") else ""
        try:
            path = files.new_path(folder, f"{action}_{name}", history.applied(tx.execute))
            files.write(path, content)
        except (OSError, files.MigrationError) as error:
            # As the reference: the change counts, and where nothing can be written nothing is.
            _warn(f"the change of {name} has no migration: {error}")
            return
        written = path
        history.add(tx, path.name)

    event.inside.append(note)
    try:
        await event.next()
    except BaseException:
        _discard(written)
        raise


def _discard(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def _warn(line: str) -> None:
    sys.stderr.write(f"{line}\n")
