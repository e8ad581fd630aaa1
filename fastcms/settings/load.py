"""Reads and writes the settings in the reference's table `_params` and our own `_fc_params`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from fastcms import clock
from fastcms.errors import StartError
from fastcms.passwords import Argon2, Hashing
from fastcms.settings.backups import BackupSettings
from fastcms.settings.model import Settings
from fastcms.settings.sms import SMS
from fastcms.settings.storage import StorageSettings
from fastcms.store.store import Tx

Read: TypeAlias = Callable[[str], Sequence[tuple[Any, ...]]]

# The reference has no place for these; a directory it made has no such table.
OWN_TABLE = (
    "CREATE TABLE IF NOT EXISTS `_fc_params` "
    "(`key` TEXT PRIMARY KEY NOT NULL, `value` JSON NOT NULL)"
)

_OWN_TYPES: dict[str, Any] = {
    "passwordHash": Literal["argon2id", "bcrypt"],
    "argon2": Argon2,
    "sms": SMS,
    "storage": StorageSettings,
    "backups": BackupSettings,
}


def load_settings(read: Read) -> Settings:
    """The stored settings over the defaults. Raises StartError when they cannot be read."""
    found = read("SELECT value FROM _params WHERE id = 'settings'")
    if not found or found[0][0] is None:
        return Settings()
    # BLOB from the reference, TEXT when it was encrypted or written by hand.
    try:
        stored = _without_nulls(msgspec.json.decode(found[0][0]))
        return msgspec.convert(stored, Settings)
    except msgspec.ValidationError as error:
        raise StartError(f"the settings in data.db are not valid: {error}") from error
    except msgspec.DecodeError as error:
        raise StartError(
            "the settings in data.db are encrypted, which FastCMS cannot read yet; "
            "start PocketBase without --encryptionEnv once and save them"
        ) from error


def saved_at(read: Read) -> str:
    """When the settings were saved last, "" if never; another text after each time."""
    found = read("SELECT updated FROM _params WHERE id = 'settings'")
    return str(found[0][0]) if found else ""


def _without_nulls(value: Any) -> Any:
    """Older versions stored null for what was never set."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def save_settings(tx: Tx, settings: Settings) -> None:
    """Stores the settings and has every process reload them."""
    stored = msgspec.json.encode(settings.to_json(secrets=True))
    now = clock.now_text()
    tx.execute(
        "INSERT INTO _params (id, value, created, updated) VALUES ('settings', ?1, ?2, ?2)"
        " ON CONFLICT (id) DO UPDATE SET value = ?1, updated = ?2",
        (stored, now),
    )
    tx.schema_changed = True


def password_hash(read: Read) -> Hashing:
    """What new passwords are hashed with.

    bcrypt when nothing is stored: the directory came from the reference and may go back.
    """
    return argon2_profile(read) if _own(read, "passwordHash") == "argon2id" else "bcrypt"


def argon2_profile(read: Read) -> Argon2:
    """What argon2id costs in this directory, whether it is in use or not."""
    return _own(read, "argon2") or Argon2()


def _own(read: Read, key: str) -> Any:
    """A stored value of our own, None if there is none."""
    if not read("SELECT 1 FROM sqlite_master WHERE name = '_fc_params'"):
        return None
    found = [value for name, value in read("SELECT key, value FROM _fc_params") if name == key]
    try:
        return msgspec.json.decode(found[0], type=_OWN_TYPES[key]) if found else None
    except msgspec.MsgspecError as error:
        raise StartError(
            f"the setting {key} is not valid ({error}); delete its row from the table _fc_params"
        ) from error


def save_password_hash(tx: Tx, value: Hashing) -> None:
    """Stores what new passwords are hashed with and has every process reload it."""
    tx.execute(OWN_TABLE)
    if value == "bcrypt":
        save_own(tx, "passwordHash", "bcrypt")
        return
    save_own(tx, "passwordHash", "argon2id")
    save_own(tx, "argon2", value)


def load_sms(read: Read) -> SMS:
    """How text messages are sent."""
    return _own(read, "sms") or SMS()


def save_sms(tx: Tx, value: SMS) -> None:
    """Stores how text messages are sent."""
    tx.execute(OWN_TABLE)
    save_own(tx, "sms", value)


def load_storage(read: Read) -> StorageSettings:
    """Which place of files is used that the reference does not know, if any."""
    return _own(read, "storage") or StorageSettings()


def save_storage(tx: Tx, value: StorageSettings) -> None:
    """Stores which place of files is used, and has every process reload it."""
    tx.execute(OWN_TABLE)
    save_own(tx, "storage", value)


def load_backups(read: Read) -> BackupSettings:
    """What the reference's settings of backups do not say."""
    return _own(read, "backups") or BackupSettings()


def save_backups(tx: Tx, value: BackupSettings) -> None:
    """Stores what they do not say, and has every process reload it."""
    tx.execute(OWN_TABLE)
    save_own(tx, "backups", value)


def save_own(tx: Tx, key: str, value: object) -> None:
    """Stores one value of our own."""
    tx.execute(
        "INSERT INTO _fc_params (key, value) VALUES (?1, ?2)"
        " ON CONFLICT (key) DO UPDATE SET value = ?2",
        (key, msgspec.json.encode(value).decode()),
    )
    tx.schema_changed = True
