"""Files that no record names: which go, whatever happens at the same time."""

from pathlib import Path
from time import time

import pytest

from fastcms import backup_lock
from fastcms.files.local import LocalStorage
from fastcms.files.removals import TABLE, Removals
from fastcms.files.storage import Attributes
from fastcms.images.images import beside
from tests.inprocess import Client, served

PNG = Attributes("image/png")


class Late(LocalStorage):
    """A thumb is ready at the very moment at which its image goes."""

    async def delete(self, key: str) -> None:
        if key.endswith("/image.png"):
            await self.put(beside(key, "100x100"), b"thumb", PNG)
        await super().delete(key)


@pytest.mark.parametrize("noted", ["c/r/image.png", "c/r/"])
def test_a_thumb_that_was_being_made_goes_with_its_image(noted: str, tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        app = client.app
        files = Late(tmp_path / "storage", app.scratch.path)
        await files.put("c/r/image.png", b"image", PNG)
        removals = Removals(
            app.store,
            app.scratch,
            app.background,
            lambda: files,
            lambda: app.schema,
            may_remove=lambda: True,
        )
        await app.store.write(lambda tx: removals.note(tx, [noted]))
        await removals.remove_due()
        assert [key async for key, _ in files.walk()] == []

    served(tmp_path / "pb_data", scenario)


@pytest.mark.parametrize("noted", ["c/r/image.png", "c/r/"])
def test_nothing_is_removed_while_a_backup_is_made(noted: str, tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        app = client.app
        await app.files.put("c/r/image.png", b"image", PNG)
        await app.store.write(lambda tx: app.removals.note(tx, [noted]))
        with backup_lock.hold(app.data_dir, "backup", "x.zip"):
            await app.removals.remove_due()
            assert [key async for key, _ in app.files.walk()] == ["c/r/image.png"]
            assert not await app.store.read(f"SELECT 1 FROM {TABLE} WHERE due <= ?", (time(),))
        await app.store.write(lambda tx: tx.execute(f"UPDATE {TABLE} SET due = 0"))
        await app.removals.remove_due()
        assert [key async for key, _ in app.files.walk()] == []

    served(tmp_path / "pb_data", scenario)
