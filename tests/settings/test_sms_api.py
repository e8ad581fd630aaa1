"""`GET` and `PATCH /api/settings/sms`, and the command that does the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inprocess import Client, served

PATH = "/api/settings/sms"
DEFAULT = {
    "provider": "",
    "twilio": {"accountSid": "", "sender": "", "endpoint": "https://api.twilio.com"},
    "sns": {"region": "", "accessKey": "", "senderId": "", "endpoint": ""},
}


def test_secrets_go_in_and_never_out(tmp_path: Path):
    async def body(client: Client) -> None:
        before = (await client("GET", "/api/settings")).json()
        assert (await client("GET", PATH)).json() == DEFAULT
        change = {"provider": "twilio", "twilio": {"accountSid": "AC1", "authToken": "hidden"}}
        answer = await client("PATCH", PATH, change)
        assert answer.status == 200
        expected = {**DEFAULT, "provider": "twilio"}
        expected["twilio"] = {**DEFAULT["twilio"], "accountSid": "AC1"}
        assert answer.json() == expected
        # What is not named stays, the secrets as well.
        await client("PATCH", PATH, {"twilio": {"sender": "+1"}})
        shown = await client("GET", PATH)
        assert b"hidden" not in shown.body
        rows = await client.app.store.read("SELECT value FROM _fc_params WHERE key = 'sms'")
        assert json.loads(rows[0][0])["twilio"]["authToken"] == "hidden"
        # The reference's document knows nothing of it.
        assert (await client("GET", "/api/settings")).json() == before

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "pigeon"},
        {"twilio": 1},
        {"sns": {"region": 7}},
        {"twilio": {"endpoint": "no url"}},
        ["x"],
    ],
)
def test_what_is_no_setting(tmp_path: Path, change: object):
    async def body(client: Client) -> None:
        assert (await client("PATCH", PATH, change)).status == 400
        assert (await client("GET", PATH)).json() == DEFAULT

    served(tmp_path / "pb_data", body)


def test_who_acts_for_a_superuser_changes_nothing(tmp_path: Path):
    async def body(client: Client) -> None:
        root = (await client("GET", "/api/collections/_superusers/records")).json()["items"][0]
        path = f"/api/collections/_superusers/impersonate/{root['id']}"
        borrowed = (await client("POST", path, {"duration": 60})).json()["token"]
        assert (await client("PATCH", PATH, {"provider": "sns"}, token=borrowed)).status == 403
        assert (await client("GET", PATH)).json() == DEFAULT

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_only_superusers(tmp_path: Path, method: str):
    async def body(client: Client) -> None:
        assert (await client(method, PATH, token="")).status == 401

    served(tmp_path / "pb_data", body)


def test_the_command(tmp_path: Path):
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "fastcms_cli", "settings", "sms", *arguments]
        return subprocess.run(
            [*line, "--dir", str(tmp_path / "pb_data")], input=stdin, capture_output=True, text=True
        )

    assert json.loads(run().stdout) == DEFAULT
    changed = run("-", stdin='{"provider": "sns", "sns": {"secret": "hidden"}}')
    assert json.loads(changed.stdout) == {**DEFAULT, "provider": "sns"}
    assert json.loads(run('{"provider": "console"}').stdout)["provider"] == "console"
    for wrong in ("{", "[]", '{"provider": "pigeon"}'):
        failed = run(wrong)
        assert failed.returncode == 1
        assert failed.stderr.startswith("that is not a setting of text messages: ")
        assert failed.stderr.count("\n") == 1
