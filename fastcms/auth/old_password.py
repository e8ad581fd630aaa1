"""Counts wrong passwords of who wants to set another one, so that an update is no way to guess."""

from __future__ import annotations

from fastcms.auth import lockout
from fastcms.core import App
from fastcms.records.events import OldPasswordEvent


def install(app: App) -> None:
    """From now on an update counts as an attempt on the account."""
    app.hooks.record_old_password_request.add(_counted)


async def _counted(event: OldPasswordEvent) -> None:
    attempt = await lockout.begin(event.request, event.record.collection, record=event.record)
    await event.next()
    event.is_right = await attempt.holds(event.record, right=event.is_right)
