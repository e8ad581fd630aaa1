"""Encrypts what the settings keep, with the key of this process, to the letter as the reference.

The key is 32 bytes in the environment variable that FASTCMS_ENCRYPTION_ENV names, or in the file
that FASTCMS_ENCRYPTION_KEY_FILE names; the options `--encryptionEnv` and `--encryption-key-file`
set these two. Without either, settings are kept as they are.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from fastcms.errors import StartError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ENV = "FASTCMS_ENCRYPTION_ENV"
KEY_FILE = "FASTCMS_ENCRYPTION_KEY_FILE"

_SIZES = (16, 24, 32)  # of AES; the reference takes all three
_NONCE = 12


class Key:
    """A key of AES in Galois/Counter Mode. What is printed of it never shows it."""

    def __init__(self, value: bytes) -> None:
        if len(value) not in _SIZES:
            # The reference's words first.
            raise StartError(
                f"crypto/aes: invalid key size {len(value)}; "
                "give an encryption key of 32 characters, as `openssl rand -hex 16` makes"
            )
        self._value = value

    def __repr__(self) -> str:
        return "<an encryption key>"

    def seal(self, plain: bytes) -> str:
        """The text that is stored in the place of this one."""
        nonce = os.urandom(_NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, plain, None)).decode()

    def open(self, sealed: str | bytes) -> bytes:
        """The opposite. Raises StartError for what this key has not sealed."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], None)
        except (InvalidTag, ValueError) as error:
            raise StartError(
                "cipher: message authentication failed; "
                "give the encryption key that the settings were saved with"
            ) from error

    @property
    def _cipher(self) -> AESGCM:
        # Loaded only where something is encrypted.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._value)


def process_key() -> Key | None:
    """The key of this process, None if it has none. Raises StartError for a bad one."""
    name, file = os.environ.get(ENV, ""), os.environ.get(KEY_FILE, "")
    if name and file:
        raise StartError("give one of --encryptionEnv and --encryption-key-file, not both")
    return key_in_file(Path(file)) if file else key_in_env(name)


def key_in_env(name: str) -> Key | None:
    """The key in an environment variable, None where it is not set, as the reference has it."""
    value = os.environ.get(name, "") if name else ""
    return Key(value.encode()) if value else None


def key_in_file(file: Path) -> Key:
    """The key that is the first line of a file."""
    try:
        return Key(file.read_bytes().rstrip(b"\r\n"))
    except OSError as error:
        raise StartError(
            f"the encryption key in {file} cannot be read: {error.strerror}; "
            "mend that or give another file with --encryption-key-file"
        ) from error


def missing_key() -> StartError:
    """What to say where something is encrypted and there is no key."""
    name = os.environ.get(ENV, "")
    return StartError(
        f'invalid settings db data or missing encryption key "{name}"; put the key into a '
        "variable and name it with --encryptionEnv NAME, or its file with --encryption-key-file"
    )
