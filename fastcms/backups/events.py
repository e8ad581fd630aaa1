"""What the hooks around backups get."""

from __future__ import annotations

from fastcms.hooks import Event


class BackupEvent(Event):
    """`backup_create`: a backup of that name is about to be made, and is kept after `next`.
    `backup_restore`: one is about to be restored; after `next` the server makes way for it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
