"""What must happen to a table when its collection changes."""

from __future__ import annotations

from typing import NamedTuple

from fastcms.fields.base import Field, Kind
from fastcms.schema.collection import Collection


class TableChange(NamedTuple):
    """The steps from one collection to the next, in the order in which they are taken.

    Fields are the same when their ids are: names may have been swapped.
    """

    # None if the name stays or changes its letter case only, which is the same to the database.
    new_name: str | None
    dropped: tuple[str, ...]
    added: tuple[Field, ...]
    # Old and new name.
    renamed: tuple[tuple[str, str], ...]
    # Fields, as they are after the change, whose values turn from single ones to lists or back.
    reshaped: tuple[Field, ...]
    # Whether indexes may have to be made anew.
    reindex: bool

    @property
    def touched(self) -> set[str]:
        """The names of all columns that come, go or change, old and new ones."""
        renamed = {name for names in self.renamed for name in names}
        fields = {field.name for field in (*self.added, *self.reshaped)}
        return {*self.dropped, *renamed, *fields}


def table_change(before: Collection, after: Collection) -> TableChange:
    """The steps that turn the table of `before` into that of `after`."""
    old = {field.id: field for field in before.fields}
    new = {field.id: field for field in after.fields}
    kept = [(old[field.id], field) for field in after.fields if field.id in old]
    same_table = before.name.lower() == after.name.lower()
    return TableChange(
        new_name=None if same_table else after.name,
        dropped=tuple(field.name for field in before.fields if field.id not in new),
        added=tuple(field for field in after.fields if field.id not in old),
        renamed=tuple((was.name, is_.name) for was, is_ in kept if was.name != is_.name),
        reshaped=tuple(
            is_ for was, is_ in kept if (was.storage is Kind.LIST) != (is_.storage is Kind.LIST)
        ),
        reindex=not same_table or before.fields != after.fields or before.indexes != after.indexes,
    )
