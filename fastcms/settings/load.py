"""Reads and writes the settings in the reference's table `_params` and our own `_fc_params`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from fastcms import clock
from fastcms.errors import StartError
from fastcms.passwords import Argon2, Hashing
from fastcms.settings.backups import BackupSettings
from fastcms.settings.keys import Section
from fastcms.settings.logs import LogSettings
from fastcms.settings.mend import Degraded, converted, of_key, usable
from fastcms.settings.model import Settings
from fastcms.settings.seal import ENV, missing_key, process_key
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
    "logs": LogSettings,
}
# Encrypted where there is a key for it.
HOLDING_SECRETS = frozenset({"sms", "storage", "backups"})


class Loaded(NamedTuple):
    """All that an open directory goes by, and what of it does not work as it was set up."""

    settings: Settings
    storage: StorageSettings
    password_hash: Hashing
    degraded: tuple[Degraded, ...]


def load_all(read: Read) -> Loaded:
    """The settings and those of our own. Raises StartError when they cannot be read at all."""
    settings, found = _document(read)
    own: dict[str, Any] = {}
    for key in _OWN_TYPES:
        own[key], more = _own(read, key)
        found += more
    if (name := os.environ.get(ENV, "")) and process_key() is None:
        found.append(
            Degraded(
                "encryption",
                f"the variable {name} is not set, so settings are stored in plain text",
                f"put a key of 32 characters into {name} and start again",
            )
        )
    hashing: Hashing = "bcrypt"
    if own["passwordHash"] == "argon2id":
        hashing = own["argon2"] or Argon2()
    return Loaded(settings, own["storage"] or StorageSettings(), hashing, tuple(found))


def load_settings(read: Read) -> Settings:
    """The stored settings, with defaults for what is not there or cannot be used.

    Raises StartError when they cannot be read at all.
    """
    return _document(read)[0]


def _document(read: Read) -> tuple[Settings, list[Degraded]]:
    found = read("SELECT value FROM _params WHERE id = 'settings'")
    if not found or found[0][0] is None:
        return Settings(), []
    try:
        stored = _without_nulls(msgspec.json.decode(opened(found[0][0])))
    except msgspec.DecodeError as error:
        raise StartError(f"the settings in data.db are not valid: {error}") from error
    if not isinstance(stored, dict):
        raise StartError("the settings in data.db are not valid: they are no object")
    return usable(stored)


def opened(stored: str | bytes) -> bytes:
    """The JSON that is stored, whether encrypted or not, as the reference finds out."""
    if _is_plain(stored):
        return stored.encode() if isinstance(stored, str) else stored
    key = process_key()
    if key is None:
        raise missing_key()
    return key.open(stored)


def encryption(read: Read) -> Literal["off", "partly", "on"]:
    """Whether what holds secrets is stored encrypted. `partly`: there is a key, but not all has
    been saved since.
    """
    if process_key() is None:
        return "off"
    stored = [value for (value,) in read("SELECT value FROM _params WHERE id = 'settings'")]
    stored += [value for key, value in own_rows(read) if key in HOLDING_SECRETS]
    return "partly" if any(_is_plain(value) for value in stored) else "on"


def _is_plain(stored: str | bytes) -> bool:
    try:
        msgspec.json.decode(stored)
    except msgspec.DecodeError:
        return False
    return True


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
    plain = msgspec.json.encode(settings.to_json(secrets=True))
    key = process_key()
    now = clock.now_text()
    tx.execute(
        "INSERT INTO _params (id, value, created, updated) VALUES ('settings', ?1, ?2, ?2)"
        " ON CONFLICT (id) DO UPDATE SET value = ?1, updated = ?2",
        (key.seal(plain) if key else plain, now),
    )
    tx.schema_changed = True


def password_hash(read: Read) -> Hashing:
    """What new passwords are hashed with.

    bcrypt when nothing is stored: the directory came from the reference and may go back.
    """
    return argon2_profile(read) if _own(read, "passwordHash")[0] == "argon2id" else "bcrypt"


def argon2_profile(read: Read) -> Argon2:
    """What argon2id costs in this directory, whether it is in use or not."""
    return _own(read, "argon2")[0] or Argon2()


def _own(read: Read, key: str) -> tuple[Any, list[Degraded]]:
    """A stored value of our own, None if there is none that can be read, and what is wrong."""
    found = [value for name, value in own_rows(read) if name == key]
    if not found:
        return None, []
    kind = _OWN_TYPES[key]
    is_section = isinstance(kind, type) and issubclass(kind, Section)
    try:
        data = msgspec.json.decode(opened(found[0]))
        if is_section and isinstance(data, dict):
            return converted(data, kind, f"{key}.")
        return msgspec.convert(data, kind), []
    except (msgspec.MsgspecError, StartError) as error:
        if is_section:
            # To save one key stores the whole anew.
            return None, [of_key(f"{key}.provider", str(error))]
        remedy = "set it anew: fastcms settings password-hash argon2id"
        return None, [Degraded(key, str(error), remedy)]


def load_own(read: Read, key: str) -> Any:
    """A stored value of our own, None if there is none that can be read."""
    return _own(read, key)[0]


def own_rows(read: Read) -> Sequence[tuple[Any, ...]]:
    """The rows of our own table, none where a directory has no such table."""
    if not read("SELECT 1 FROM sqlite_master WHERE name = '_fc_params'"):
        return ()
    return read("SELECT key, value FROM _fc_params")


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
    return _own(read, "sms")[0] or SMS()


def save_sms(tx: Tx, value: SMS) -> None:
    """Stores how text messages are sent."""
    tx.execute(OWN_TABLE)
    save_own(tx, "sms", value)


def load_storage(read: Read) -> StorageSettings:
    """Which place of files is used that the reference does not know, if any."""
    return _own(read, "storage")[0] or StorageSettings()


def save_storage(tx: Tx, value: StorageSettings) -> None:
    """Stores which place of files is used, and has every process reload it."""
    tx.execute(OWN_TABLE)
    save_own(tx, "storage", value)


def load_backups(read: Read) -> BackupSettings:
    """What the reference's settings of backups do not say."""
    return _own(read, "backups")[0] or BackupSettings()


def save_backups(tx: Tx, value: BackupSettings) -> None:
    """Stores what they do not say, and has every process reload it."""
    tx.execute(OWN_TABLE)
    save_own(tx, "backups", value)


def save_own(tx: Tx, key: str, value: object) -> None:
    """Stores one value of our own, encrypted if it holds secrets and there is a key."""
    plain = msgspec.json.encode(value)
    sealing = process_key() if key in HOLDING_SECRETS else None
    tx.execute(
        "INSERT INTO _fc_params (key, value) VALUES (?1, ?2)"
        " ON CONFLICT (key) DO UPDATE SET value = ?2",
        (key, sealing.seal(plain) if sealing else plain.decode()),
    )
    tx.schema_changed = True
