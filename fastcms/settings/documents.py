"""The reference's document and those of our own as one tree: `smtp.port` beside `sms.provider`.

`backups` and `logs` are of both: what the reference knows of them is in its document, the rest in
our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from fastcms.errors import Problem, Problems
from fastcms.settings.backups import BackupSettings
from fastcms.settings.change import changed, changed_own
from fastcms.settings.keys import Section, keys_of
from fastcms.settings.load import OWN_TABLE, Read, load_own, load_settings, save_own, save_settings
from fastcms.settings.logs import LogSettings
from fastcms.settings.model import Settings
from fastcms.settings.overrides import Overrides
from fastcms.settings.sms import SMS
from fastcms.settings.storage import StorageSettings
from fastcms.settings.validate import problems
from fastcms.store.store import Tx

# By the key of the tree that they are under; the reference's is the tree itself.
REFERENCE = ""
KINDS: Mapping[str, type[Section]] = {
    REFERENCE: Settings,
    "backups": BackupSettings,
    "logs": LogSettings,
    "sms": SMS,
    "storage": StorageSettings,
}

Documents: TypeAlias = Mapping[str, Section]


def load_documents(read: Read) -> Documents:
    """All documents as they are stored, with defaults for what is not."""
    own = {name: load_own(read, name) or kind() for name, kind in KINDS.items() if name}
    return {REFERENCE: load_settings(read), **own}


def save_documents(tx: Tx, old: Documents, new: Documents) -> None:
    """Stores those that have changed, and has every process reload them."""
    for name, document in new.items():
        if document == old[name]:
            continue
        if isinstance(document, Settings):
            save_settings(tx, document)
        else:
            tx.execute(OWN_TABLE)
            save_own(tx, name, document)


def tree(documents: Documents) -> dict[str, Any]:
    """All in one, by wire name, without secrets."""
    whole = documents[REFERENCE].to_json()
    for name, document in documents.items():
        if name:
            whole[name] = {**whole.get(name, {}), **document.to_json()}
    return whole


def changed_documents(documents: Documents, body: Mapping[str, object]) -> Documents:
    """The documents with what a part of the tree names. Raises ValueError for a wrong type."""
    parts: dict[str, dict[str, object]] = {REFERENCE: dict(body)}
    for name, kind in KINDS.items():
        below = body.get(name)
        if not name or not isinstance(below, dict):
            continue
        own = {key.name for key in keys_of(kind)}
        parts[name] = {key: value for key, value in below.items() if key in own}
        parts[REFERENCE][name] = {key: value for key, value in below.items() if key not in own}
    return {
        name: changed(document, parts[name])
        if isinstance(document, Settings)
        else changed_own(document, parts.get(name, {}))
        for name, document in documents.items()
    }


def all_problems(documents: Documents) -> Problems:
    """What is wrong with any of them, by the keys of the tree."""
    found = dict(problems(documents[REFERENCE]))
    for name, document in documents.items():
        if name and (own := problems(document)):
            below = found.get(name, {})
            found[name] = {**({} if isinstance(below, Problem) else below), **own}
    return found


def set_outside(overrides: Overrides, old: Documents, new: Documents) -> Problems:
    """A problem for each key that was changed although a value from outside stands above it."""
    return overrides.changed_below(old[REFERENCE], new[REFERENCE])


def reset(documents: Documents, paths: Iterable[str]) -> Documents:
    """The documents with the defaults of keys or sections. Raises KeyError for an unknown path."""
    values = {name: msgspec.to_builtins(document) for name, document in documents.items()}
    for path in paths:
        known = False
        for name, kind in KINDS.items():
            inner = path.split(".")
            if name:
                if inner[0] != name:
                    continue
                inner = inner[1:]
            default = msgspec.to_builtins(kind())
            known |= _restored(values, name, default, inner)
        if not known:
            raise KeyError(path)
    return {name: msgspec.convert(values[name], KINDS[name]) for name in values}


def paths(kind: type[Section], prefix: str = "") -> Iterator[str]:
    """Every key and section of a document by its path."""
    for key in keys_of(kind):
        yield prefix + key.name
        if key.section is not None:
            yield from paths(key.section, f"{prefix}{key.name}.")


def _restored(values: dict[str, Any], name: str, default: Any, path: list[str]) -> bool:
    """Puts a default into its place; whether there is such a place."""
    if not path:
        values[name] = default
        return True
    place = values[name]
    for i, part in enumerate(path):
        if not isinstance(default, dict) or part not in default:
            return False
        default = default[part]
        if i < len(path) - 1:
            place = place[part]
    place[path[-1]] = default
    return True
