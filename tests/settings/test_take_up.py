"""Settings that are saved, and functions around their taking up."""

import asyncio
from pathlib import Path

from fastcms.directory import open_directory
from fastcms.settings.events import SettingsReloadEvent
from fastcms.settings.take_up import merged, save


def test_handlers_that_take_long_bring_no_old_settings_back(tmp_path: Path) -> None:
    async def main() -> None:
        app = open_directory(tmp_path / "pb_data")
        waits, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(event: SettingsReloadEvent) -> None:
            await event.next()
            if event.settings.meta.app_name == "first":
                waits.set()
                await goes_on.wait()

        async def rename(name: str) -> None:
            await save(app, merged(app.settings, {"meta": {"appName": name}}), app.stamp)

        try:
            app.hooks.settings_reload.add(slow)
            first = asyncio.create_task(rename("first"))
            await waits.wait()
            await rename("second")
            goes_on.set()
            await first
            assert app.settings.meta.app_name == "second"
        finally:
            app.close()

    asyncio.run(main())
