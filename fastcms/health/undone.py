"""What was to be done in a data directory and is not: migrations, and tasks of the queue."""

from __future__ import annotations

from pathlib import Path

from fastcms.core import App
from fastcms.migrations import files, history
from fastcms.migrations.run import pending
from fastcms.upkeep.finding import Finding


def migrations(app: App, folder: Path) -> list[Finding]:
    """Those that are not applied, and those whose file is gone. Raises MigrationError."""
    waiting = pending(app, folder)
    there = {path.name for path in files.paths(folder, files.RUN + files.FOREIGN)}
    gone = sorted(set(history.newest_first(app.store.read_now)) - there)
    not_run = "it is JavaScript, which FastCMS does not run"
    again = "write it anew: fastcms migrate collections, or fastcms migrate create"
    lost = "bring the file back, or forget it: fastcms migrate history-sync"
    return [
        *(
            Finding("migration", path.name, "it is not applied", "fastcms migrate up")
            for path in waiting.paths
        ),
        *(Finding("migration", name, not_run, again, "hint") for name in waiting.foreign),
        *(
            Finding("migration", name, "it is applied, and its file is gone", lost, "hint")
            for name in gone
        ),
    ]


async def dead_letters(app: App) -> list[Finding]:
    """How many tasks were given up."""
    dead = (await app.queue.counts()).dead
    if not dead:
        return []
    problem = f"tasks that were given up: {dead}"
    remedy = "see them: fastcms jobs queue list --state dead; then retry or delete them"
    return [Finding("queue", "dead letters", problem, remedy, "hint")]
