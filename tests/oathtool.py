"""Codes of the Debian package `oathtool`: a generator that shares nothing with ours."""

import shutil
import subprocess
import time


def step() -> int:
    """The number of the present code's half minute."""
    return int(time.time()) // 30


def code(secret: str, *, seconds: int = 0) -> str:
    """The code that an authenticator app would show so many seconds from now."""
    tool = shutil.which("oathtool")
    assert tool, "these tests need oathtool: apt-get install oathtool"
    moment = f"--now=@{int(time.time()) + seconds}"
    done = subprocess.run(
        [tool, "--totp", "--base32", moment, secret], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
