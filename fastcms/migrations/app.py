"""What a migration works with: the directory's data inside one open transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastcms.collections import sync
from fastcms.collections.body import changed_collection, check_head, new_collection
from fastcms.collections.change import remove_in, save_in
from fastcms.collections.importer import carry_out, order_of
from fastcms.core import App as Directory
from fastcms.errors import bad_request
from fastcms.migrations.edit import CollectionEdit
from fastcms.records import changes, inside, links
from fastcms.records.cascade import DELETE_FAILED, Cascade, RequiredError
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.settings import change, load, validate
from fastcms.store.store import Row, Tx
from fastcms.values import SqlValue


class App:
    """The `app` of `up(app)` and `down(app)`.

    Everything happens in the one transaction of all migrations that run together: what an earlier
    line did, a later one sees, and an error undoes it all. Collections are named by name or id.
    """

    def __init__(self, directory: Directory, tx: Tx) -> None:
        self._directory = directory
        self._tx = tx
        self._schema: Schema | None = None
        # Folders of deleted collections, to be removed after the commit.

    # -- collections ----------------------------------------------------------------------------

    @property
    def collections(self) -> tuple[Collection, ...]:
        """All collections, oldest first."""
        return self._current.collections

    def has_collection(self, name: str) -> bool:
        """Whether there is such a collection."""
        return self._current.find(name) is not None

    def collection(self, name: str) -> Collection:
        """A collection as it is now; a value, to be changed by `edit_collection`.

        Raises ValueError if there is none.
        """
        found = self._current.find(name)
        if found is None:
            raise ValueError(f"there is no collection {name!r}")
        return found

    def create_collection(self, definition: Mapping[str, Any]) -> Collection:
        """Creates a collection from what the API takes: name, type, fields, rules, indexes."""
        check_head(definition)
        made = new_collection(definition, self._current.by_id)
        return self._changed(save_in(self._tx, self._current, None, made))

    @contextmanager
    def edit_collection(self, name: str) -> Iterator[CollectionEdit]:
        """Changes a collection; saves it at the end of the block.

        with app.edit_collection("posts") as posts:
            posts.add_field({"name": "subtitle", "type": "text"}, after="title")
        """
        before = self.collection(name)
        edit = CollectionEdit(before)
        yield edit
        self._changed(
            save_in(self._tx, self._current, before, changed_collection(before, edit.body()))
        )

    def delete_collection(self, name: str) -> None:
        """Deletes a collection with its records and files."""
        gone = self.collection(name)
        remove_in(self._tx, self._current, gone)
        self._directory.removals.note(self._tx, [f"{gone.id}/"])
        self._schema = None

    def import_collections(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        """Creates and updates many collections at once, in any order; deletes nothing.

        A collection is found by its id or name. Fields that a definition does not name stay.
        """
        order = order_of(self._current, definitions, delete_missing=False)
        carry_out(self._tx, order, None, [])
        self._schema = None

    # -- records --------------------------------------------------------------------------------

    def records(
        self,
        collection: str,
        filter: str = "",
        *,
        sort: str = "",
        limit: int = 0,
        params: Mapping[str, object] | None = None,
    ) -> list[Record]:
        """The records that match a filter, all of them by default; no rule is asked.

        `{:name}` in the filter stands for a value of `params`. A record's values are read by field
        name: `record["title"]`.
        """
        plan = self._compiled(collection)
        return inside.find_in(self._tx, plan, filter, sort=sort, limit=limit, params=params)

    def record(self, collection: str, id: str) -> Record:
        """One record by its id. Raises ValueError if there is none."""
        found = self.records(collection, "id = {:id}", params={"id": id})
        if not found:
            raise ValueError(f"{collection} has no record {id!r}")
        return found[0]

    def create_record(
        self, collection: str, values: Mapping[str, object], *, validate: bool = True
    ) -> Record:
        """Creates a record: defaults, checks and hashing as for one that the API creates."""
        record = Record.blank(self.collection(collection))
        self._save(record, values, validate=validate)
        return record

    def update_record(
        self, record: Record, values: Mapping[str, object], *, validate: bool = True
    ) -> None:
        """Sets values of a record, modifiers as `views+` among them."""
        # Of the collection as it is now, which an earlier line may have changed.
        current = self.record(record.collection.id, record.id)
        self._save(current, values, validate=validate)
        record.values, record.stored = current.values, current.stored

    def delete_record(self, record: Record) -> None:
        """Deletes a record and what must go with it."""
        cascade = Cascade(self._directory, self._current)
        try:
            cascade.delete_all(self._tx, [record])
        except RequiredError as error:
            raise bad_request(DELETE_FAILED) from error

    # -- everything else ------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the API shows them, without secrets."""
        return load.load_settings(self._tx.execute).to_json(secrets=False)

    def update_settings(self, changes: Mapping[str, object]) -> None:
        """Changes settings, objects merged: `update_settings({"meta": {"appName": "Blog"}})`."""
        new = change.changed(load.load_settings(self._tx.execute), changes)
        if problems := validate.problems(new):
            raise bad_request("Failed to change the settings.", problems)
        load.save_settings(self._tx, new)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Runs SQL on `data.db` and gives the rows; `?` stands for a parameter.

        Nothing is checked, no date is set and no hook runs. It may not end the transaction, change
        the tables of collections in their shape, or write to `_collections`, `_params` and
        `_migrations`. Raises StoreError.
        """
        tables = {collection.name.lower() for collection in self._current}
        return self._tx.guarded(sql, params, tables)

    @property
    def data_dir(self) -> Path:
        """The data directory, to read files from."""
        return self._directory.data_dir

    # -- inside ---------------------------------------------------------------------------------

    @property
    def _current(self) -> Schema:
        if self._schema is None:
            self._schema = sync.load_schema(self._tx)
        return self._schema

    def _changed(self, collection: Collection) -> Collection:
        self._schema = None
        return collection

    def _compiled(self, collection: str) -> Compiled:
        return compiled(self._current, self.collection(collection))

    def _save(self, record: Record, values: Mapping[str, object], *, validate: bool) -> None:
        action: changes.Action = "create" if record.is_new else "update"
        plan = self._compiled(record.collection.id)
        hashing = self._directory.password_hash
        cascade = Cascade(self._directory, self._current)
        inside.save_in(self._tx, plan, record, values, hashing, cascade=cascade, validate=validate)
        if plan.rests_on_links:
            links.write(self._tx, plan, record, cascade, None)
        changes.announce(self._directory, self._tx, action, record)
