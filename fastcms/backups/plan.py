"""When backups are made by the clock, as one change for both settings documents."""

from __future__ import annotations

from msgspec.structs import replace

from fastcms.backups.make import BackupError
from fastcms.core import App
from fastcms.errors import leaves
from fastcms.settings.load import load_backups, save_backups, save_settings
from fastcms.settings.validate import problems
from fastcms.store.store import Tx


async def change(app: App, *, cron: str | None, max_keep: int | None, verify: bool | None) -> None:
    """Changes what is not None. Raises BackupError for what is not valid."""
    backups, own = app.settings.backups, load_backups(app.store.read_now)
    if cron is not None:
        backups = replace(backups, cron=cron)
    if max_keep is not None:
        backups = replace(backups, cron_max_keep=max_keep)
    settings = replace(app.settings, backups=backups)
    new_own = own if verify is None else replace(own, verify=verify)
    wrong = {"backups": problems(settings).get("backups", {}), **app.overrides.refusals(settings)}
    for _, problem in leaves(wrong):
        raise BackupError(problem.message)
    stored = app.overrides.without(settings, app.stored_settings)

    def write(tx: Tx) -> None:
        if stored != app.stored_settings:
            save_settings(tx, stored)
        if new_own != own:
            save_backups(tx, new_own)

    await app.store.write(write)
    app.reload()


def shown(app: App) -> dict[str, object]:
    """The plan of this moment."""
    backups, own = app.settings.backups, load_backups(app.store.read_now)
    return {"cron": backups.cron, "keep": backups.cron_max_keep, "verify": own.verify}
