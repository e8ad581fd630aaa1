"""`fastcms settings get|set|reset|describe|test`: on a served directory and on one that is not."""

import io
import json
import os
import pty
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from fastcms_cli.main import main
from tests.cli.commands import Done
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser, command
from tests.smsserver import SMSServer

Call = Callable[..., Done]
HUSH = "hush-hush"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("settings") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "pb_data"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], data: Path) -> Call:
    """`fastcms settings …` in this process; the directory is made by the first `set`."""
    return lambda *arguments: called(capsys, *arguments, "--dir", str(data))


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    with pytest.raises(SystemExit) as ended:
        main(("settings", *arguments))
    captured = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return Done(ended.value.code, captured.out.strip(), captured.err.strip())


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that mistakes leave as it is."""
    data = tmp_path_factory.mktemp("old") / "pb_data"
    with pytest.raises(SystemExit):
        main(("settings", "set", "meta.appName=Old", "--dir", str(data)))
    return data


def test_what_is_set_is_got(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("get") == Done(
        1, "", f"{tmp_path}/pb_data is no data directory; give the right one with --dir DIRECTORY"
    )
    (tmp_path / "secret").write_text(f"{HUSH}\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{HUSH}-too\n"))
    changes = [
        "meta.appName=My shop",
        "meta.senderName=123",
        'meta.appURL="https://shop.example.com"',
        "smtp.port=2525",
        f"smtp.password=@{tmp_path}/secret",
        "sms.sns.secret=-",
        'backups={"cron": "@daily", "cronMaxKeep": 4, "verify": true}',
        'superuserIPs=["127.0.0.1"]',
    ]
    done = call("set", *changes)
    keys = ", ".join(change.partition("=")[0] for change in changes)
    assert done == Done(0, f"Successfully changed {keys}!", "")
    for key, shown in {
        "meta.appName": "My shop",
        "meta.senderName": "123",
        "meta.appURL": "https://shop.example.com",
        "smtp.port": "2525",
        "smtp.enabled": "false",
        "smtp.password": "***",
        "smtp.username": "",
        "superuserIPs": '["127.0.0.1"]',
        "backups.verify": "true",
    }.items():
        assert call("get", key) == Done(0, shown, "")
    everything = call("get").out
    assert HUSH not in everything
    assert everything.splitlines()[0] == 'superuserIPs = ["127.0.0.1"]'
    assert call("get", "--changed", "backups").out.splitlines() == [
        'backups.cron = "@daily"',
        "backups.cronMaxKeep = 4",
        "backups.verify = true",
    ]
    assert json.loads(call("get", "sms.sns", "--json").out)["settings"]["sms.sns.secret"] == "***"
    connection = apsw.Connection(str(tmp_path / "pb_data" / "data.db"))
    stored = [*connection.execute("SELECT value FROM _params"),
              *connection.execute("SELECT value FROM _fc_params WHERE key = 'sms'")]  # fmt: skip
    connection.close()
    assert f'"password":"{HUSH}"' in stored[0][0].decode()
    assert f'"secret":"{HUSH}-too"' in stored[1][0]
    # Back again, secrets as well.
    done = call("reset", "smtp", "meta.appName", "sms", "--json")
    assert json.loads(done.out) == {"ok": True, "keys": ["smtp", "meta.appName", "sms"]}
    left = {line.split(" ")[0] for line in call("get", "--changed").out.splitlines()}
    assert left == {
        "superuserIPs", "meta.appURL", "meta.senderName", "backups.cron", "backups.cronMaxKeep",
        "backups.verify",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("get", "smtp.prot"), "there is no setting smtp.prot; did you mean smtp.port?"),
        (("get", "zzz"), "there is no setting zzz; see fastcms settings describe"),
        (("reset", "smtp", "nothing"), "there is no setting nothing"),
        (("reset", ""), "there is no setting"),
        (("reset",), "Missing argument"),
        (("set", "smtp.port"), "smtp.port: write it as KEY=VALUE"),
        (("set", "=5"), "is a section"),
        (("set", "smtp.prot=5"), "there is no setting smtp.prot"),
        (("set", "smtp=5"), "smtp is a section; give a JSON object"),
        (("set", 'smtp={"prot": 5}'), "there is no setting smtp.prot"),
        (("set", 'backups={"s3": 5}'), "backups.s3 is a section; give a JSON object"),
        (("set", "smtp.port=x"), "smtp.port: that is no JSON"),
        (("set", 'smtp.port="5"'), "smtp.port: Expected `int`, got `str`"),
        (("set", "smtp.port=null"), "smtp.port: Expected `int`, got `null`"),
        (("set", 'smtp={"host": 5}'), "smtp.host: Expected `str`, got `int`"),
        (("set", "smtp.password=***"), "smtp.password: *** only stands for a secret"),
        (("set", "sms.provider=pigeon"), "sms.provider: Invalid enum value 'pigeon'"),
        (("set", "meta.appName=@/nowhere"), "meta.appName: /nowhere cannot be read: No such file"),
        (("set", "smtp.host=-", "smtp.username=-"), "stdin can be the value of one key only"),
        (
            ("set", "smtp.port=-1", "meta.appURL=no url", "meta.appName=New"),
            "meta.appURL: Must be a valid URL.; smtp.port: Must be no less than 0.",
        ),
        (("set", "storage.provider=azure"), "storage.azure.account: Cannot be blank.; storage."),
        (("set", "rateLimits.rules=[{}]"), "rateLimits.rules.0.duration: Cannot be blank."),
        (("test", "s3", "moon"), "moon: say storage or backups"),
        (("test", "s3"), "the bucket is not in use; fastcms settings set s3.enabled=true"),
        (("test", "storage", "moon"), "moon: say one of local, s3, azure, gcs"),
        (("test", "sms", "me"), "me: write the number with its country"),
        (("test", "sms", "+4915112345678"), "no provider is set up"),
        (("test", "webhook", "nowhere"), "not a web address"),
        (("test", "webhook", "http://127.0.0.1:1/x?token=hush"), "http://127.0.0.1:1/x: All conn"),
        (("test", "email", "me"), "email: Must be a valid email address."),
        (("test", "email", "a@b.co", "--template", "x"), "template: Must be a valid value."),
    ],
)
def test_mistakes(
    capsys: pytest.CaptureFixture[str], old: Path, arguments: tuple[str, ...], reason: str
) -> None:
    capsys.readouterr()
    place = ("--dir", str(old))
    done = called(capsys, *arguments, *place)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err
    assert "\n" not in done.err
    assert "hush" not in done.err
    assert called(capsys, "get", "--changed", *place) == Done(0, 'meta.appName = "Old"', "")


def test_mistakes_as_json(call: Call) -> None:
    done = call("set", "smtp.port=-1", "--json")
    assert (done.code, json.loads(done.out)) == (
        1, {"ok": False, "message": "smtp.port: Must be no less than 0."},
    )  # fmt: skip
    done = call("test", "email", "me", "--json")
    assert (done.code, json.loads(done.out)["ok"]) == (1, False)


def test_describe(capsys: pytest.CaptureFixture[str]) -> None:
    def described(*arguments: str) -> str:
        done = called(capsys, "describe", *arguments)
        assert done.code == 0
        return done.out

    assert described("smtp.port") == (
        "smtp.port: default 587; 0 or more, needed when smtp.enabled\n    Port of the server."
    )
    assert len(described("sms").splitlines()) == 20
    keys = json.loads(described("smtp", "--json"))["keys"]
    assert [key["key"] for key in keys if key["secret"]] == ["smtp.password"]
    assert "there is no setting smtp.p;" in called(capsys, "describe", "smtp.p").err


def test_a_running_server_follows(server: Server) -> None:
    def settings(*arguments: str) -> Done:
        line = command(Kind.FASTCMS, "settings", *arguments, directory=server.directory)
        done = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return Done(done.returncode, done.stdout.strip(), done.stderr.strip())

    token = server.superuser_token()
    assert settings("set", "meta.appName=Shop", "batch.enabled=true").code == 0
    # Each request has a connection of its own, which the kernel gives to either process.
    seen = [server.expect("GET", "/api/settings", token=token) for _ in range(6)]
    assert {(one["meta"]["appName"], one["batch"]["enabled"]) for one in seen} == {("Shop", True)}
    server.expect("PATCH", "/api/settings", token=token, json_body={"meta": {"appName": "Stall"}})
    assert settings("get", "meta.appName") == Done(0, "Stall", "")
    # At a terminal it is the same, only that the terminal ends lines its way.
    control, terminal = pty.openpty()
    line = command(Kind.FASTCMS, "settings", "get", "meta", directory=server.directory)
    subprocess.run(line, stdin=terminal, stdout=terminal, stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(control, 65_536).decode()
    os.close(control)
    assert 'meta.appName = "Stall"\r\n' in shown
    assert "\x1b" not in shown


def test_trials(call: Call, data: Path, tmp_path: Path) -> None:
    with MailServer() as mails, SMSServer() as sms:
        call("set", f"smtp={json.dumps(mails.settings['smtp'])}", f"sms={json.dumps(sms.twilio)}")
        done = call("test", "email", "me@example.com", "--template", "otp", "--collection", "users")
        assert done == Done(0, "Successfully sent a mail to me@example.com!", "")
        assert mails.wait(1)[0].code == "123456"
        done = call("test", "sms", "+49 151 12345678")
        assert done == Done(0, "Successfully sent a message to +4915112345678!", "")
        assert sms.take().to == "+4915112345678"
    done = call("test", "email", "me@example.com")
    assert done.code == 1
    assert done.err.startswith("Failed to send the test email. Raw error: ")
    call("set", "smtp.port=70000")
    done = call("test", "email", "me@example.com")
    assert (done.code, "\n" in done.err) == (1, False)
    assert "port must be 0-65535" in done.err
    done = call("test", "storage")
    assert done == Done(0, "Successfully kept and removed a file in local!", "")
    assert call("test", "database").out.startswith("data.db: read in ")


def test_what_is_set_outside_is_not_changed_here(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("set", "smtp.port=26")
    monkeypatch.setenv("FASTCMS_SETTINGS_SMTP_PORT", "25")
    refused = Done(1, "", "smtp.port: It is set by FASTCMS_SETTINGS_SMTP_PORT.")
    assert call("set", "smtp.host=a.b", "smtp.port=27") == refused
    assert call("reset", "smtp") == refused
    # Everything else can be changed, and what is stored stays.
    assert call("set", "smtp.host=a.b").code == 0
    assert call("get", "smtp.port").out == "26"


def test_the_log_is_swept_at_once(call: Call, data: Path) -> None:
    call("set", "meta.appName=Shop")
    connection = apsw.Connection(str(data / "auxiliary.db"))
    for i, (age, level) in enumerate([(1, 0), (9, 0), (1, -4)]):
        connection.execute(
            "INSERT INTO _logs (id, created, level, message, data)"
            " VALUES (?, strftime('%Y-%m-%d %H:%M:%fZ', 'now', ?), ?, '', '{}')",
            (str(i), f"-{age} days", level),
        )

    def left() -> str:
        return "".join(id_ for (id_,) in connection.execute("SELECT id FROM _logs ORDER BY id"))

    # As long as it may be, which is longer than the calendar.
    assert call("set", "logs.maxDays=9007199254740991", "logs.minLevel=-9").code == 0
    assert left() == "012"
    assert call("set", "logs.maxDays=5").code == 0
    assert left() == "02"
    assert call("set", "logs.minLevel=0").code == 0
    assert left() == "0"
    connection.close()


def test_a_webhook_on_this_machine(call: Call, tmp_path: Path) -> None:
    from tests.upkeep.test_trials import Receiver

    call("set", "meta.appName=Shop")
    receiver = Receiver()
    (tmp_path / "secret").write_text("secret\n")
    try:
        options = ("--secret-file", str(tmp_path / "secret"))
        done = call("test", "webhook", f"{receiver.url}/200", *options)
        assert (done.code, done.err) == (0, "")
        assert "it answered 200 after " in done.out
        assert "webhook-signature" in receiver.taken.get(timeout=10)[0]
        done = call("test", "webhook", f"{receiver.url}/500")
        assert (done.code, done.out) == (1, "")
        assert "it answered 500 after " in done.err
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
