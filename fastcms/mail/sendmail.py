"""Sends by the local program `sendmail`, which most mail systems of Unix bring along."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE

from fastcms.mail.message import MailError, Message, to_bytes

SECONDS = 30
TRY_LATER = 75  # the exit code that says so (EX_TEMPFAIL of sysexits.h)
# Where it is when it is not on the path.
_PLACES = ("/usr/sbin/sendmail", "/usr/bin/sendmail", "/usr/lib/sendmail")


def program() -> str | None:
    """Where `sendmail` is, None if it is not on this machine."""
    return shutil.which("sendmail") or next(filter(None, map(shutil.which, _PLACES)), None)


async def send(message: Message) -> None:
    """Returns when `sendmail` took the message. Raises MailError if it does not."""
    command = program()
    if command is None:
        raise MailError("there is no sendmail on this machine; set up SMTP in the settings")
    content = to_bytes(message)
    # "-i": a line of one dot is text. "--": an address is never an option.
    arguments = ("-i", "-f", message.sender.address, "--", *message.recipients)
    process = await asyncio.create_subprocess_exec(
        command, *arguments, stdin=PIPE, stdout=DEVNULL, stderr=PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            # Local programs expect the line ends of their system.
            _, errors = await process.communicate(content.replace(b"\r\n", b"\n"))
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise MailError("sendmail did not finish in time", is_transient=True) from error
    if process.returncode:
        told = errors.decode(errors="replace").strip()
        raise MailError(
            f"sendmail failed with {process.returncode}: {told}",
            is_transient=process.returncode == TRY_LATER,
        )
