"""Views whose rows are kept: a table behind the view's name, filled from the query.

The view that the API reads is `SELECT * FROM` that table, so that nothing else has to know of it.
The query itself is a view of its own beside it, which keeps the database from dropping what it
reads, and lets it follow renamed tables.
"""

from __future__ import annotations

import time

from fastcms.collections import sync
from fastcms.core import App
from fastcms.errors import bad_request, not_found
from fastcms.schema.collection import Collection
from fastcms.sql import ddl
from fastcms.store.errors import SchemaChanged
from fastcms.store.store import Store, Tx

SECONDS = 60.0  # that a query may take
ATTEMPTS = 3  # while the schema changes
NOT_KEPT = "The rows of this collection are not kept."


async def refresh(app: App, collection_id: str) -> int:
    """Makes the rows of a kept view anew and tells how many there are.

    Nobody waits for the query but the caller: its rows are read first and then written. Raises
    404 and 400 for what is no kept view, StoreError for a query that fails or takes too long.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return await _attempt(app, collection_id)
        except SchemaChanged:
            continue
    return await _attempt(app, collection_id)


async def _attempt(app: App, collection_id: str) -> int:
    view = app.refresh().by_id.get(collection_id)
    stamp = app.stamp
    if view is None:
        raise not_found()
    if view.view_cache is None:
        raise bad_request(NOT_KEPT)
    started = time.time()
    source, table = ddl.name(sync.live_view(view.id)), ddl.name(sync.cache_table(view.id))
    rows = await app.store.read_within(f"SELECT * FROM {source}", SECONDS)
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(view.fields))})"

    def job(tx: Tx) -> None:
        if sync.refreshed(tx, view.id) > started:
            # Somebody who looked later was faster.
            return
        tx.execute(f"DELETE FROM {table}")
        for row in rows:
            tx.execute(insert, row)
        sync.note_refresh(tx, view.id, started)

    await app.store.write(job, stamp=stamp)
    return len(rows)


async def age(store: Store, view: Collection) -> int:
    """Seconds since the rows of a kept view were read."""
    moment = await refreshed(store, view)
    return max(int(time.time() - moment), 0) if moment else 0


async def refreshed(store: Store, view: Collection) -> float:
    """When the rows of a kept view were read, in Unix seconds; 0 if never."""
    rows = await store.read(sync.REFRESHED, (view.id,))
    return float(rows[0][0]) if rows else 0.0


async def claim(store: Store, view: Collection, every: float) -> bool:
    """Whether it is this process that makes the rows anew, now that they are `every` seconds old.

    The others see that it was claimed and leave it.
    """
    now = time.time()

    def job(tx: Tx) -> bool:
        tx.execute(
            f"UPDATE {sync.CACHES} SET claimed = ? "
            "WHERE id = ? AND refreshed <= ? AND claimed <= ?",
            (now, view.id, now - every, now - every),
        )
        return tx.changes() > 0

    return await store.write(job)
