"""Relations that name records which are gone."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastcms.core import App
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.referring import ReferringField
from fastcms.records.compiled import quote
from fastcms.schema.collection import Collection
from fastcms.store.errors import StoreError
from fastcms.upkeep.finding import Finding

SECONDS = 10.0  # for each field


async def dangling(app: App) -> AsyncIterator[Finding]:
    """How many names of each field name nothing."""
    for collection in app.schema:
        for field in collection.fields:
            # The lists of many-to-many fields follow their junctions, which are looked at.
            if (
                collection.is_view
                or not isinstance(field, ReferringField)
                or isinstance(field, ManyToManyField)
            ):
                continue
            what = f"{collection.name}.{field.name}"
            sql, params = _count(app, collection, field)
            try:
                ((count,),) = await app.store.read_within(sql, SECONDS, params)
            except StoreError as error:
                problem = f"its records could not be looked through: {error}"
                yield Finding("relation", what, problem, "look again when less is to do", "hint")
                continue
            if count:
                problem = f"names of records that are gone: {count}"
                remedy = "take them out of the records, or bring back what they name from a backup"
                yield Finding("relation", what, problem, remedy)


def _count(app: App, collection: Collection, field: ReferringField) -> tuple[str, list[str]]:
    column = f"named_by.{quote(field.name)}"
    # A single name may look like JSON, as one of digits does.
    names = f"iif({column} LIKE '[%' AND json_valid({column}), {column}, json_array({column}))"
    found, params = [], []
    for id_ in field.targets:
        if (target := app.schema.by_id.get(id_)) is not None:
            prefix = field.name_of(id_, "")
            found.append(
                f"EXISTS (SELECT 1 FROM {quote(target.name)} WHERE id = substr(named.value,"
                f" {len(prefix) + 1}) AND substr(named.value, 1, {len(prefix)}) = ?)"
            )
            params.append(prefix)
    sql = (
        f"SELECT count(*) FROM {quote(collection.name)} AS named_by, json_each({names}) AS named"
        f" WHERE {column} NOT IN ('', '[]') AND named.value != ''"
        f" AND NOT ({' OR '.join(found) or 0})"
    )
    return sql, params
