"""`GET` and `PATCH /api/settings/storage`, and the command that does the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inprocess import Client, served

PATH = "/api/settings/storage"
DEFAULT = {
    "provider": "",
    "azure": {"account": "", "container": "", "endpoint": ""},
    "gcs": {"bucket": "", "endpoint": ""},
}
AZURE = {"account": "acc", "container": "files", "key": "aGlkZGVu"}
SERVICE_ACCOUNT = json.dumps({"client_email": "a@b", "private_key": "hidden"})


def test_secrets_go_in_and_never_out(tmp_path: Path):
    async def body(client: Client) -> None:
        before = (await client("GET", "/api/settings")).json()
        assert (await client("GET", PATH)).json() == DEFAULT
        answer = await client("PATCH", PATH, {"azure": AZURE})
        shown = {"account": "acc", "container": "files", "endpoint": ""}
        assert answer.json() == {**DEFAULT, "azure": shown}
        # What is not named stays, the secrets as well.
        answer = await client("PATCH", PATH, {"provider": "azure"})
        assert answer.json() == {**DEFAULT, "provider": "azure", "azure": shown}
        rows = await client.app.store.read("SELECT value FROM _fc_params WHERE key = 'storage'")
        assert json.loads(rows[0][0])["azure"]["key"] == AZURE["key"]
        # The reference's document knows nothing of it.
        assert (await client("GET", "/api/settings")).json() == before

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"provider": "pigeon"}, {}),
        ({"azure": 1}, {}),
        ({"gcs": {"bucket": 7}}, {}),
        (["x"], {}),
        ({"provider": "azure"}, {"azure": {"account", "container", "key"}}),
        ({"provider": "gcs"}, {"gcs": {"bucket", "serviceAccount"}}),
        ({"azure": {"endpoint": "no address"}}, {"azure": {"endpoint"}}),
        ({"gcs": {"serviceAccount": "{"}}, {"gcs": {"serviceAccount"}}),
        ({"gcs": {"serviceAccount": "{}"}}, {"gcs": {"serviceAccount"}}),
    ],
)
def test_what_is_no_setting(tmp_path: Path, change: object, problems: dict[str, set[str]]):
    async def body(client: Client) -> None:
        answer = await client("PATCH", PATH, change)
        assert answer.status == 400
        found = answer.json()["data"]
        assert {section: set(keys) for section, keys in found.items()} == problems
        assert (await client("GET", PATH)).json() == DEFAULT

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_only_superusers(tmp_path: Path, method: str):
    async def body(client: Client) -> None:
        assert (await client(method, PATH, token="")).status == 401

    served(tmp_path / "pb_data", body)


def test_the_command(tmp_path: Path):
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "fastcms_cli", "settings", "storage", *arguments]
        return subprocess.run(
            [*line, "--dir", str(tmp_path / "pb_data")], input=stdin, capture_output=True, text=True
        )

    assert json.loads(run().stdout) == DEFAULT
    google = {"bucket": "files", "serviceAccount": SERVICE_ACCOUNT}
    changed = run("-", stdin=json.dumps({"provider": "gcs", "gcs": google}))
    assert json.loads(changed.stdout)["gcs"] == {"bucket": "files", "endpoint": ""}
    assert json.loads(run('{"provider": ""}').stdout)["provider"] == ""
    for wrong in ("{", "[]", '{"provider": "pigeon"}', '{"provider": "azure"}'):
        failed = run(wrong)
        assert failed.returncode == 1
        assert failed.stderr.startswith("that is not a setting of places for files: ")
        assert failed.stderr.count("\n") == 1
        assert "hidden" not in failed.stderr
