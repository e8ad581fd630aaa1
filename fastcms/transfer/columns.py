"""Which column of a file is which field of a collection."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastcms.fields.base import Field
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.schema.collection import Collection
from fastcms.transfer.table import FileError

# What answers of the API hold beside the fields.
NOT_FIELDS = frozenset({"collectionId", "collectionName", "expand"})


class Matched(NamedTuple):
    """The columns that are read, by their place, and the names of those that are not."""

    fields: tuple[tuple[int, Field], ...]
    ignored: tuple[str, ...]


def match(
    columns: Sequence[str],
    collection: Collection,
    mapping: Mapping[str, str],
    *,
    keep_dates: bool = False,
) -> Matched:
    """Finds the field of each column: by the mapping, by its name, by its name written loosely.

    A column that the mapping gives no field is left out. Raises FileError for a column that no
    field fits, so that nothing gets lost unseen.
    """
    demand_names(columns, mapping)
    named = by_name(columns, collection)
    fields: list[tuple[int, Field]] = []
    ignored: list[str] = []
    unknown: list[str] = []
    for index, column in enumerate(columns):
        wanted = mapping.get(column)
        if wanted is None:
            field = named[index]
        else:
            field = collection.field(wanted)
            if wanted and field is None:
                raise FileError(f'the collection has no field "{wanted}"')
        if isinstance(field, ManyToManyField):
            # The file of the junction has the links.
            ignored.append(column)
        elif field is not None and (field.type != "autodate" or keep_dates):
            fields.append((index, field))
        elif field is not None or wanted == "" or column in NOT_FIELDS:
            ignored.append(column)
        else:
            unknown.append(column)
    if unknown:
        names = ", ".join(f'"{name}"' for name in unknown)
        raise FileError(
            f"the collection has no field for {names}; map a column to a field with "
            f'--map "{unknown[0]}=FIELD" (map=… over HTTP), or leave it out with '
            f'--map "{unknown[0]}="'
        )
    times = Counter(field.name for _, field in fields)
    if twice := [name for name, count in times.items() if count > 1]:
        raise FileError(f'more than one column is for the field "{twice[0]}"; map one to nothing')
    return Matched(tuple(fields), tuple(ignored))


def by_name(columns: Sequence[str], collection: Collection) -> list[Field | None]:
    """The field of each column that its name means, None where it means none."""
    loosely = {loose(field.name): field for field in collection.fields}
    return [collection.field(column) or loosely.get(loose(column)) for column in columns]


def demand_names(columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raises FileError for repeated columns, and for a mapping of columns that are not there."""
    if twice := [name for name, count in Counter(columns).items() if count > 1]:
        raise FileError(f'the file has more than one column "{twice[0]}"; rename one of them')
    if missing := [name for name in mapping if name not in columns]:
        known = ", ".join(columns)
        raise FileError(f'the file has no column "{missing[0]}"; it has: {known}')


def loose(name: str) -> str:
    """A name without regard to letter case and punctuation: `First name` is `first_name`."""
    return re.sub(r"\W+", "_", name.strip()).strip("_").lower()
