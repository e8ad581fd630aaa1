"""Backups by the clock: one for all processes, of which a few are kept, and who hears of faults."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastcms import backup_lock
from fastcms.backups import auto, keep
from fastcms.backups.names import AUTO_PREFIX
from fastcms.core import App
from fastcms.jobs import runs, schedule
from fastcms.settings.backups import BackupSettings
from fastcms.settings.load import save_backups
from tests.inprocess import Client, served
from tests.jobs.test_jobs import NOON, ended, on
from tests.mailserver import MailServer


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


async def set_up(client: Client, **backups: Any) -> None:
    answer = await client("PATCH", "/api/settings", {"backups": backups})
    assert answer.status == 200, answer


async def keys(app: App) -> list[str]:
    return [backup.key for backup in await keep.listed(app)]


def test_of_several_processes_one_makes_it_and_all_follow_the_settings(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await set_up(client, cron="0 12 * * *")

    served(tmp_path / "pb_data", scenario)

    async def work(*apps: App) -> None:
        for app in apps:
            auto.install(app)
        await asyncio.gather(*(schedule.tick(app, NOON) for app in apps))
        for app in apps:
            await ended(app)
        (made,) = await keys(apps[0])
        assert made.startswith(f"{AUTO_PREFIX}acme_")
        (run,) = await runs.history(apps[0], auto.JOB)
        assert (run["error"], run["scheduled"]) == ("", True)

        def never(tx: Any) -> None:
            tx.execute("UPDATE _params SET value = '{}' WHERE id = 'settings'")
            tx.schema_changed = True

        await apps[0].store.write(never)
        await schedule.tick(apps[1], NOON.replace(day=2))
        assert auto.JOB not in apps[1].jobs

    on(tmp_path / "pb_data", work, 3)


def test_so_many_are_kept_and_others_are_left_alone(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        app = client.app
        await set_up(client, cron="0 0 * * *", cronMaxKeep=2)
        await keep.create(app, "manual.zip")
        made = []
        for _ in range(3):
            await auto.run(app)
            made += [key for key in await keys(app) if key not in made and key != "manual.zip"]
        assert await keys(app) == [*made[-2:], "manual.zip"]

    served(tmp_path / "pb_data", scenario)


def test_every_superuser_hears_of_a_failure(tmp_path: Path, mails: MailServer) -> None:
    async def scenario(client: Client) -> None:
        app = client.app
        second = {"email": "two@example.com", "password": "1234567890"}
        second["passwordConfirm"] = second["password"]
        await client("POST", "/api/collections/_superusers/records", second)
        settings = {**mails.settings, "meta": {"appName": "<Acme> & Co"}}
        assert (await client("PATCH", "/api/settings", settings)).status == 200
        await set_up(client, cron="0 0 * * *")
        with backup_lock.hold(app.data_dir, "backup", "other.zip"):
            assert (await client("POST", f"/api/crons/{auto.JOB}")).status == 204
            await ended(app)
        for address in ("root@example.com", "two@example.com"):
            mail = await asyncio.to_thread(mails.last, 1, address)
            assert mail.subject == "[<Acme> & Co system alert] Autobackup failure"
            assert mail.body.strip() == (
                "<p>&lt;Acme&gt; &amp; Co system alert occurred:</p>\n"
                '<p class="alert"><strong>Failed to create/upload automated backup. Raw error:\n'
                f"{backup_lock.BUSY}</strong></p>\n"
                "<p>For more information you could explore the logs in the dashboard of your "
                "application.</p>"
            )
        (run,) = await runs.history(app, auto.JOB)
        assert backup_lock.BUSY in run["error"]

    served(tmp_path / "pb_data", scenario)


def test_an_unsound_one_drives_out_no_other(
    tmp_path: Path, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(client: Client) -> None:
        app = client.app
        await client("PATCH", "/api/settings", mails.settings)
        await set_up(client, cron="0 0 * * *", cronMaxKeep=1)
        await app.store.write(lambda tx: save_backups(tx, BackupSettings(verify=True)))
        await auto.run(app)
        (sound,) = await keys(app)
        collection = {"name": "posts", "type": "base", "fields": [{"name": "f", "type": "file"}]}
        await client("POST", "/api/collections", collection)
        await client("POST", "/api/collections/posts/records", {})
        await app.store.write_one("UPDATE posts SET f = 'gone.txt'", ())
        await client("POST", f"/api/crons/{auto.JOB}")
        await ended(app)
        assert sound in await keys(app)
        mail = await asyncio.to_thread(mails.last, 1, "root@example.com")
        assert "is not sound: a record names the file" in mail.text.replace("\n", " ")

    served(tmp_path / "pb_data", scenario)
