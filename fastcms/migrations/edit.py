"""A collection under change, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from fastcms.schema import indexes
from fastcms.schema.collection import Collection


class CollectionEdit:
    """What `with app.edit_collection(…) as posts:` gives: changes that are saved together.

    Fields are named by their name or their id.
    """

    def __init__(self, before: Collection) -> None:
        self._before = before
        self._properties: dict[str, Any] = {}
        self._fields: list[dict[str, Any]] = [field.to_json() for field in before.fields]
        self._indexes = list(before.indexes)

    @property
    def before(self) -> Collection:
        """The collection as it is stored."""
        return self._before

    def change(self, /, **properties: Any) -> None:
        """Sets properties by their wire name: `change(name="posts", listRule="")`.

        Option objects of auth collections are merged: `change(otp={"enabled": True})`.
        """
        for key, value in properties.items():
            if key not in self._known():
                raise ValueError(f"a collection has no property {key!r}")
            self._properties[key] = value
        if "indexes" in properties:
            self._indexes = list(properties["indexes"])

    def add_field(
        self, definition: Mapping[str, Any], *, after: str = "", at: int | None = None
    ) -> None:
        """Adds a field, at the end if not told otherwise.

        `definition` is what the API takes: `{"name": "title", "type": "text", "max": 100}`.
        """
        field = dict(definition)
        # One without an id gets it when it is saved.
        key = "id" if field.get("id") else "name"
        if any(field.get(key) == other.get(key) for other in self._fields):
            raise ValueError(f"{self._before.name} has a field {field.get(key)!r} already")
        if after:
            at = self._position(after) + 1
        self._fields.insert(len(self._fields) if at is None else at, field)

    def change_field(self, field: str, /, **options: Any) -> None:
        """Sets options of a field: `change_field("title", max=100, required=True)`."""
        self._fields[self._position(field)].update(options)

    def rename_field(self, field: str, name: str) -> None:
        """Gives a field another name; its values stay, indexes follow."""
        place = self._position(field)
        old = self._fields[place]["name"]
        self._fields[place]["name"] = name
        self._indexes = [_renamed(text, old, name) for text in self._indexes]

    def remove_field(self, field: str) -> None:
        """Removes a field with all its values, and the indexes over it."""
        place = self._position(field)
        gone = self._fields[place]["name"]
        if self._fields[place].get("system"):
            raise ValueError(f"the field {gone!r} is part of every such collection")
        del self._fields[place]
        self._indexes = [text for text in self._indexes if gone not in _columns(text)]

    def order_fields(self, fields: Sequence[str]) -> None:
        """Puts the named fields first, in this order."""
        first = [self._fields[self._position(field)] for field in fields]
        self._fields = first + [field for field in self._fields if field not in first]

    def add_index(self, sql: str) -> None:
        """Adds an index: `add_index("CREATE INDEX idx_posts_slug ON posts (slug)")`."""
        self._indexes.append(sql)

    def remove_index(self, name: str) -> None:
        """Removes the index of that name."""
        left = [text for text in self._indexes if _name(text) != name]
        if len(left) == len(self._indexes):
            raise ValueError(f"{self._before.name} has no index {name!r}")
        self._indexes = left

    def body(self) -> dict[str, Any]:
        """All of it as the body of an update request."""
        body = dict(self._properties)
        if not self._before.is_view:
            body |= {"fields": self._fields, "indexes": self._indexes}
        return body

    def _known(self) -> set[str]:
        return self._before.to_json().keys() - {"id", "fields", "created", "updated"}

    def _position(self, field: str) -> int:
        for key in ("id", "name"):
            for position, known in enumerate(self._fields):
                if known.get(key) == field:
                    return position
        raise ValueError(f"{self._before.name} has no field {field!r}")


def _name(sql: str) -> str:
    index = indexes.parse(sql)
    return index.name if index else ""


def _columns(sql: str) -> set[str]:
    index = indexes.parse(sql)
    return {column.name for column in index.columns} if index else set()


def _renamed(sql: str, old: str, new: str) -> str:
    index = indexes.parse(sql)
    if index is None or all(column.name != old for column in index.columns):
        return sql
    columns = tuple(
        replace(column, name=new if column.name == old else column.name) for column in index.columns
    )
    return replace(index, columns=columns).build()
