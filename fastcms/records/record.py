"""One record: its values now and as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from fastcms.fields.upload import Upload
from fastcms.records.compiled import SECRETS
from fastcms.records.shown import Shown, shown
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx
from fastcms.values import Value

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record:
    """A record in the hands of the server: what hooks see and what a write works on.

    `values` holds every field of the collection. `stored` are the values in the database, None for
    a record that is not there yet. `relative` are the modifiers, with what they were given, that a
    request applied to stored values, by field; `links` is what a body says of the links behind
    many-to-many fields, by field and id; `uploads` are the new files among its values, by name.
    """

    __slots__ = (
        "along",
        "collection",
        "custom",
        "expand",
        "links",
        "relative",
        "stored",
        "unseen",
        "uploads",
        "values",
    )

    def __init__(
        self,
        collection: Collection,
        values: dict[str, Value],
        stored: Mapping[str, Value] | None = None,
    ) -> None:
        self.collection = collection
        self.values = values
        self.stored = stored
        self.relative: dict[str, list[tuple[str, object]]] = {}
        self.links: dict[str, dict[str, dict[str, object]]] = {}
        self.uploads: dict[str, Upload] = {}
        # The records behind its relations, by field, where the app object was asked for them.
        self.expand: Mapping[str, Any] = _NOTHING
        # For answers: values beside those of the fields, and fields that are not shown to anybody.
        self.custom: dict[str, object] = {}
        self.unseen: frozenset[str] = frozenset()
        # What else is written in the transaction of its next write.
        self.along: Callable[[Tx], None] | None = None

    @classmethod
    def blank(cls, collection: Collection) -> Record:
        """A new record with every field at its zero value."""
        return cls(collection, {field.name: field.zero() for field in collection.fields})

    @classmethod
    def of_stored(cls, collection: Collection, values: dict[str, Value]) -> Record:
        """A record as the database holds it."""
        return cls(collection, dict(values), values)

    def __getitem__(self, name: str) -> Any:
        """The value of a field. Raises KeyError for a field that the collection does not have."""
        return self.values[name]

    def __setitem__(self, name: str, value: object) -> None:
        """Sets a field as a request would: `"3"` in a number field is 3.

        Raises KeyError for a field that the collection does not have.
        """
        self.values[name] = self.collection.by_name[name].prepare(value)

    def get(self, name: str, default: object = None) -> Any:
        """The value of a field, `default` where the collection does not have it."""
        return self.values.get(name, default)

    def hide(self, *names: str) -> None:
        """Leaves fields out of what is answered of this record."""
        self.unseen |= set(names)

    def to_dict(self, *, stored: bool = False) -> dict[str, object]:
        """Its values as JSON has them, hidden ones too but no secrets: not for clients.

        With `stored` as the database has them, {} for a new record.
        """
        values = (self.stored or {}) if stored else self.values
        return {
            field.name: field.to_wire(values[field.name])
            for field in self.collection.fields
            if field.name in values and not (self.collection.is_auth and field.name in SECRETS)
        }

    @property
    def is_new(self) -> bool:
        """Whether the database does not hold it yet."""
        return self.stored is None

    @property
    def id(self) -> str:
        """The record's id, "" before one was given."""
        return str(self.values["id"])

    @property
    def stored_id(self) -> str:
        """The id under which the database holds it."""
        return self.id if self.stored is None else str(self.stored["id"])

    def is_changed(self, name: str) -> bool:
        """Whether a value differs from the stored one."""
        return self.stored is None or self.values[name] != self.stored[name]


def to_wire(record: Record, *, superuser: bool = False, email: bool = True) -> Shown:
    """The record as an answer shows it: keys alphabetical, secrets and hidden fields left out.

    `email` tells whether the caller may see the address of an auth record.
    """
    collection = record.collection
    values: dict[str, object] = {"collectionId": collection.id, "collectionName": collection.name}
    values |= record.custom
    for field in collection.fields:
        if (field.hidden and not superuser) or field.name in record.unseen:
            continue
        if collection.is_auth and field.name in SECRETS:
            continue
        values[field.name] = field.to_wire(record.values[field.name])
    if collection.is_auth and not email:
        values.pop("email", None)
    return shown(values)
