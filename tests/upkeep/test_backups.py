"""Backups in a bucket: made, listed, given in parts, examined, removed; and files in a bucket."""

import io
import zipfile
from pathlib import Path

from fastcms.backups import keep
from fastcms.files.storage import Attributes
from tests.inprocess import Client, served
from tests.s3server import S3Server

POSTS = {"name": "posts", "type": "base", "fields": [{"name": "file", "type": "file"}]}


def test_a_bucket_as_the_place_of_backups(s3: S3Server, tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        bucket = s3.settings(s3.new_bucket())
        await client("PATCH", "/api/settings", {"backups": {"s3": bucket}})
        for name in ("one.zip", "two.zip"):
            assert (await client("POST", "/api/backups", {"name": name})).status == 204
        assert not (client.app.data_dir / "backups").exists()
        again = await client("POST", "/api/backups", {"name": "one.zip"})
        assert again.json()["data"]["name"]["code"] == "validation_backup_name_exists"
        listed = (await client("GET", "/api/backups")).json()
        assert [one["key"] for one in listed] == ["one.zip", "two.zip"]
        token = (await client("POST", "/api/files/token")).json()["token"]
        path = f"/api/backups/one.zip?token={token}"
        whole = await client("GET", path)
        assert (whole.status, whole.headers["content-type"]) == (200, "application/zip")
        assert len(whole.body) == listed[0]["size"]
        assert zipfile.ZipFile(io.BytesIO(whole.body)).testzip() is None
        part = await client("GET", path, extra={"Range": "bytes=10-19"})
        assert (part.status, part.body) == (206, whole.body[10:20])
        report = (await client("POST", "/api/backups/one.zip/verify")).json()
        assert (report["problems"], report["withFiles"]) == ([], True)
        assert await keep.rotate(client.app, lambda key: True, 1) == ["one.zip"]
        assert (await client("DELETE", "/api/backups/two.zip")).status == 204
        gone = await client("DELETE", "/api/backups/two.zip")
        assert gone.json()["message"].endswith("Raw error: \nthere is no backup two.zip.")
        assert (await client("GET", "/api/backups")).json() == []

    served(tmp_path / "pb_data", scenario)


def test_files_in_a_bucket_are_not_part_of_a_backup(s3: S3Server, tmp_path: Path) -> None:
    """As in PocketBase; and nobody takes them for missing."""

    async def scenario(client: Client) -> None:
        await client("POST", "/api/collections", POSTS)
        await client("PATCH", "/api/settings", {"s3": s3.settings(s3.new_bucket())})
        record = (await client("POST", "/api/collections/posts/records", {})).json()
        key = f"{record['collectionId']}/{record['id']}/a.txt"
        await client.app.files.put(key, b"a", Attributes("text/plain"))
        await client.app.store.write_one("UPDATE posts SET file = 'a.txt'", ())
        made = await keep.create(client.app, "x.zip")
        assert made.manifest.files == 0
        report = (await client("POST", "/api/backups/x.zip/verify")).json()
        assert (report["problems"], report["withFiles"]) == ([], False)

    served(tmp_path / "pb_data", scenario)
