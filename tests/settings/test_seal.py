"""Encrypted settings: the key, and directories that go from one server to the other."""

import base64
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import apsw
import pytest

from fastcms.errors import StartError
from fastcms.settings import seal
from fastcms.settings.seal import Key, process_key
from fastcms_cli.main import main
from tests.cli.commands import Done, run_line
from tests.servers import Kind, Server, command

KEY, OTHER = "0123456789abcdef0123456789abcdef", "another-key-another-key-another-"
HUSH = "hush-hush-hush"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KEY", KEY)
    monkeypatch.setenv("OTHER", OTHER)
    monkeypatch.setenv("SHORT", "short")
    return tmp_path / "pb_data"


def upsert(kind: Kind, data: Path, *options: str) -> Done:
    if kind is Kind.FASTCMS:
        return ours("superuser", "upsert", "a@b.co", "password-123", "--dir", str(data), *options)
    line = command(kind, "superuser", "upsert", "a@b.co", "password-123", directory=data)
    return run_line([*line, *options])


def ours(*arguments: str) -> Done:
    """A command line of FastCMS in this process, which forgets the key again."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as environment, redirect_stdout(out), redirect_stderr(err):
        for variable in (seal.ENV, seal.KEY_FILE):
            environment.setenv(variable, "")
        with pytest.raises(SystemExit) as ended:
            main(arguments)
    code = ended.value.code
    assert isinstance(code, int)
    return Done(code, out.getvalue().strip(), err.getvalue().strip())


def stored(data: Path) -> dict[str, str | bytes]:
    connection = apsw.Connection(str(data / "data.db"))
    try:
        found = dict(connection.execute("SELECT id, value FROM _params").fetchall())
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_fc_params'").fetchall():
            found |= dict(connection.execute("SELECT key, value FROM _fc_params").fetchall())
        return found
    finally:
        connection.close()


def test_what_is_sealed_is_opened() -> None:
    key = Key(KEY.encode())
    sealed = key.seal(b"plain")
    assert key.open(sealed) == b"plain"
    assert key.seal(b"plain") != sealed
    assert KEY not in repr(key)


@pytest.mark.parametrize("text", ["", "short", KEY + "x", "ä" * 17])
def test_sizes_of_keys(text: str) -> None:
    with pytest.raises(StartError, match=f"crypto/aes: invalid key size {len(text.encode())}"):
        Key(text.encode())


@pytest.mark.parametrize("sealed", ["", "e30=", "no base64!", "QUJDREVGR0hJSktMTU5PUA==", "{}"])
def test_what_is_not_sealed_is_not_opened(sealed: str) -> None:
    with pytest.raises(StartError, match="message authentication failed"):
        Key(KEY.encode()).open(sealed)


@pytest.mark.parametrize("change", [-1, 0, 12])
def test_a_changed_byte_is_seen(change: int) -> None:
    key = Key(KEY.encode())
    raw = bytearray(base64.b64decode(key.seal(b"plain")))
    raw[change] ^= 1
    with pytest.raises(StartError):
        key.open(base64.b64encode(raw))


def test_where_the_key_is(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert process_key() is None
    monkeypatch.setenv(seal.ENV, "NOTHING")
    assert process_key() is None
    monkeypatch.setenv(seal.ENV, "KEY")
    assert process_key() is not None
    monkeypatch.setenv(seal.KEY_FILE, str(tmp_path / "key"))
    with pytest.raises(StartError, match="not both"):
        process_key()
    monkeypatch.delenv(seal.ENV)
    with pytest.raises(StartError, match="cannot be read: No such file"):
        process_key()
    (tmp_path / "key").write_text(f"{KEY}\n")
    found = process_key()
    assert found is not None
    assert found.open(Key(KEY.encode()).seal(b"x")) == b"x"


@pytest.mark.parametrize(
    ("maker", "opener"), [(Kind.REFERENCE, Kind.FASTCMS), (Kind.FASTCMS, Kind.REFERENCE)]
)
def test_a_directory_goes_to_the_other_server(data: Path, maker: Kind, opener: Kind) -> None:
    """Its errors and its exit codes are the same as well."""
    assert upsert(maker, data, "--encryptionEnv", "KEY").code == 0
    kept = stored(data)["settings"]
    assert isinstance(kept, str)
    assert json.loads(Key(KEY.encode()).open(kept))["meta"]["appName"] == "Acme"
    assert upsert(opener, data, "--encryptionEnv=KEY").code == 0
    for options, reason in [
        ((), 'invalid settings db data or missing encryption key ""'),
        (("--encryptionEnv", "NOPE"), 'invalid settings db data or missing encryption key "NOPE"'),
        (("--encryptionEnv", "SHORT"), "crypto/aes: invalid key size 5"),
        (("--encryptionEnv", "OTHER"), "cipher: message authentication failed"),
    ]:
        for kind in Kind:
            done = upsert(kind, data, *options)
            assert (done.code, done.out) == (1, "")
            assert reason in done.err
            assert "\n" not in done.err
    assert stored(data)["settings"] == kept


def test_a_plain_directory_is_encrypted_when_it_is_saved(data: Path) -> None:
    assert upsert(Kind.FASTCMS, data).code == 0
    option = ("--encryptionEnv", "KEY")
    assert upsert(Kind.FASTCMS, data, *option).code == 0
    assert isinstance(stored(data)["settings"], bytes)
    with Server(Kind.FASTCMS, data, workers=2, extra=option) as server:
        token = server.sign_in("_superusers", "a@b.co", "password-123")
        secret = {"smtp": {"password": HUSH}}
        server.expect("PATCH", "/api/settings", token=token, json_body=secret)
        sms = {"twilio": {"authToken": HUSH}}
        server.expect("PATCH", "/api/settings/sms", token=token, json_body=sms)
        shown = [server.expect("GET", "/api/settings", token=token) for _ in range(4)]
        assert {json.dumps(one) for one in shown} == {json.dumps(shown[0])}
        served = rotated(data, "--encryptionEnv", "KEY", "--new-env", "OTHER")
        assert served.code == 1
        assert "stop the server and try again" in served.err
    for name in ("settings", "sms"):
        assert HUSH.encode() in Key(KEY.encode()).open(stored(data)[name])
    assert HUSH.encode() not in (data / "data.db").read_bytes()


def rotated(data: Path, *options: str) -> Done:
    return ours("settings", "rotate-key", "--dir", str(data), *options)


def test_keys_are_rotated(data: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{OTHER}\n")
    upsert(Kind.FASTCMS, data)
    sms = json.dumps({"twilio": {"authToken": HUSH}})
    assert ours("settings", "sms", sms, "--dir", str(data)).code == 0
    plain = stored(data)

    def text(name: str, key: str) -> bytes:
        return Key(key.encode()).open(stored(data)[name])

    done = rotated(data, "--new-env", "KEY")
    assert done == Done(
        0, "The settings are encrypted with the new key; from now on say --encryptionEnv KEY.", ""
    )
    assert text("settings", KEY) == plain["settings"]
    assert text("sms", KEY).decode() == plain["sms"]
    # The reference reads them with the new key, and not with none.
    assert upsert(Kind.REFERENCE, data, "--encryptionEnv", "KEY").code == 0
    before = stored(data)
    for options, reason in [
        ((), "one of --new-env NAME, --new-key-file FILE and --none"),
        (("--none", "--new-env", "OTHER"), "one of --new-env"),
        (("--none",), "missing encryption key"),
        (("--encryptionEnv", "OTHER", "--none"), "authentication failed"),
        (("--encryptionEnv", "KEY", "--new-env", "NOPE"), "the variable NOPE is not set"),
        (("--encryptionEnv", "KEY", "--new-env", "SHORT"), "invalid key size 5"),
        (("--encryptionEnv", "KEY", "--new-key-file", "/nope"), "/nope cannot be read"),
    ]:
        done = rotated(data, *options)
        assert done.code == 1
        assert reason in done.err
        assert "\n" not in done.err
    assert stored(data) == before
    assert (
        rotated(data, "--encryptionEnv", "KEY", "--new-key-file", str(tmp_path / "key")).code == 0
    )
    assert text("sms", OTHER).decode() == plain["sms"]
    done = rotated(data, "--encryption-key-file", str(tmp_path / "key"), "--none", "--json")
    assert json.loads(done.out) == {"ok": True, "encrypted": False}
    assert stored(data) == plain


def test_a_key_that_is_not_there_is_told_of(data: Path) -> None:
    """As in the reference the server starts, with settings in plain text."""
    upsert(Kind.FASTCMS, data)
    with Server(Kind.FASTCMS, data, workers=1, extra=("--encryptionEnv", "NOPE")) as server:
        assert "the variable NOPE is not set" in server.output
