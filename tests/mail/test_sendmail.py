"""With a program that stands where `sendmail` would, and keeps what it was given."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from fastcms.mail import sendmail
from fastcms.mail.message import Mailbox, MailError
from tests.mail.test_message import PLAIN


def _install(directory: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = directory / "sendmail"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")


def test_the_message_goes_to_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, f'echo "$@" >{tmp_path}/arguments; cat >{tmp_path}/input', monkeypatch)
    asyncio.run(sendmail.send(replace(PLAIN, to=(Mailbox("-oQ/tmp@example.com"),))))
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments == ["-i", "-f", "shop@example.com", "--", "-oQ/tmp@example.com"]
    content = (tmp_path / "input").read_bytes()
    assert b"Subject: Hello\n" in content
    assert b"\r" not in content


@pytest.mark.parametrize(("code", "is_transient"), [(75, True), (67, False)])
def test_its_failure_is_an_error_that_may_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_transient: bool
) -> None:
    _install(tmp_path, f"echo queue is full >&2; exit {code}", monkeypatch)
    with pytest.raises(MailError, match=f"failed with {code}: queue is full") as raised:
        asyncio.run(sendmail.send(PLAIN))
    assert raised.value.is_transient is is_transient


def test_one_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(sendmail, "SECONDS", 0.1)
    with pytest.raises(MailError, match="did not finish in time"):
        asyncio.run(sendmail.send(PLAIN))


def test_without_it_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sendmail, "_PLACES", ())
    with pytest.raises(MailError, match="set up SMTP in the settings"):
        asyncio.run(sendmail.send(PLAIN))
