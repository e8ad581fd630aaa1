"""Makes the rows of kept views anew: on a schedule, or after a change of what they are made from.

In each process. Whoever commits a change to a record answers for the views that show it; of a
schedule all know, and the first to wake claims the work.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from fastcms.collections import sync, view_cache, views
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.records.events import RecordChanged
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.settings.cron import next_run
from fastcms.sql import ddl
from fastcms.store.errors import StoreError

log = logging.getLogger("fastcms.records")


def install(app: App) -> None:
    """Keeps the kept views of this process up to date from now on."""
    keeper = _Keeper(app)
    app.schema_listeners.append(keeper.follow)
    keeper.follow(app.schema)


class _Keeper:
    def __init__(self, app: App) -> None:
        self._app = app
        # View ids by the id of a collection that they read; None until somebody needs to know.
        self._readers: dict[str, set[str]] | None = None
        self._stale: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.Task[None]] = {}

    def follow(self, schema: Schema) -> None:
        """Listens and waits for what the kept views of this schema need, and for nothing else."""
        self._readers = None
        kept = {view.id: view for view in schema if view.view_cache is not None}
        listeners = self._app.store.listeners
        is_listening = self._on_event in listeners
        if _of_mode(kept, "onChange"):
            if not is_listening:
                listeners.append(self._on_event)
        elif is_listening:
            listeners.remove(self._on_event)
        self._follow_schedules(set(_of_mode(kept, "schedule")))

    def _follow_schedules(self, scheduled: set[str]) -> None:
        for id_ in self._timers.keys() - scheduled:
            self._timers.pop(id_).cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # A command that opens the directory and serves nobody.
            return
        for id_ in scheduled - self._timers.keys():
            self._timers[id_] = loop.create_task(self._refresh_each(id_))

    def _on_event(self, event: object) -> None:
        if not isinstance(event, RecordChanged):
            return
        if self._readers is None:
            self._readers = self._find_readers()
        stale = self._readers.get(event.collection_id, set()) - self._stale
        for id_ in stale:
            self._stale.add(id_)
            task = asyncio.get_running_loop().create_task(self._refresh_stale(id_))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _find_readers(self) -> dict[str, set[str]]:
        """Which views show which collections, also by way of other views."""
        app = self._app
        found: dict[str, set[str]] = {}
        shadow = views.shadow_of(app.store.read_now)
        kept = {view.id: view for view in app.schema if view.view_cache is not None}
        for id_ in _of_mode(kept, "onChange"):
            live = ddl.name(sync.live_view(id_))
            try:
                reads = shadow.reads(f"SELECT * FROM {live}")
            except StoreError:
                # It does not work any more: nothing to follow.
                continue
            for read in reads:
                if source := app.schema.find(read.table):
                    found.setdefault(source.id, set()).add(id_)
        shadow.close()
        return found

    async def _refresh_stale(self, id_: str) -> None:
        # What is changed from here on makes it stale again.
        self._stale.discard(id_)
        await self._refresh(id_)

    async def _refresh_each(self, id_: str) -> None:
        tried = 0.0
        while True:
            view = self._app.schema.by_id.get(id_)
            if view is None or view.view_cache is None:
                return
            store, cache = self._app.store, view.view_cache
            refreshed = await view_cache.refreshed(store, view)
            if cache.cron:
                # What failed waits for the next time.
                due = _due(cache.cron, max(refreshed, tried))
            else:
                due = refreshed + cache.every
            await asyncio.sleep(max(due - time.time(), 1))
            if cache.cron and time.time() < due:
                continue
            tried = time.time()
            try:
                # Old enough are rows of before a cron's time, or of every so many seconds.
                age = tried - due if cache.cron else cache.every - 1
                is_ours = await view_cache.claim(store, view, age)
            except StoreError:
                # The database was busy; the next round asks again.
                continue
            if is_ours:
                await self._refresh(id_)

    async def _refresh(self, id_: str) -> None:
        try:
            await view_cache.refresh(self._app, id_)
        except (StoreError, ApiError) as error:
            # The rows stay as they were; their age tells.
            log.warning("the view %s was not refreshed: %s", id_, error)


def _due(cron: str, since: float) -> float:
    """When a schedule is due after that moment, in Unix seconds."""
    due = next_run(cron, datetime.fromtimestamp(since, UTC))
    # None would not have passed the checks of the view.
    assert due is not None
    return due.timestamp()


def _of_mode(kept: dict[str, Collection], mode: str) -> list[str]:
    return [id_ for id_, view in kept.items() if view.view_cache and view.view_cache.mode == mode]
