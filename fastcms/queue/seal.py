"""Seals what a task needs and nobody may read at rest, as a one-time password.

The key lies beside the database, in the folder that no backup has: who gets hold of a copy of the
data alone cannot open it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from fastcms.errors import StartError
from fastcms.queue.task import GiveUpError
from fastcms.settings.seal import Key

SIZE = 32


class Seal:
    """The seal of one directory; its key is made at the first use."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "fastcms.seal"
        self._key: Key | None = None

    def close(self, text: str) -> str:
        """What may be stored in the place of the text."""
        return self._of_directory().seal(text.encode())

    def open(self, sealed: str) -> str:
        """The opposite. Raises GiveUpError for what was sealed elsewhere."""
        try:
            return self._of_directory().open(sealed).decode()
        except StartError as error:
            raise GiveUpError("it was sealed with a key that is gone") from error

    def _of_directory(self) -> Key:
        if self._key is None:
            if not self._file.exists():
                _make(self._file)
            self._key = Key(self._file.read_bytes())
        return self._key


def _make(file: Path) -> None:
    """Makes the key, unless another process is faster: then theirs is the one."""
    draft = file.with_name(f"{file.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(secrets.token_bytes(SIZE))
    try:
        # Never over an existing one, and never half of one.
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:
        # A file system without links.
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
