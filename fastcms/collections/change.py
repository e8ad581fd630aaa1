"""One change of a collection inside a transaction: checks, its row, its table.

Requests, imports and migrations meet here; several changes fit into one transaction. Hooks, the
commit and the files of what is gone are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from fastcms import clock
from fastcms.collections import links, sync, views
from fastcms.collections.events import CollectionChanged
from fastcms.collections.validate import DatabaseNames, collection_problems
from fastcms.collections.views import View
from fastcms.errors import bad_request
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.referring import ReferringField
from fastcms.schema.collection import Collection
from fastcms.schema.options import OAuth2, TokenOptions, new_secret
from fastcms.schema.snapshot import Schema
from fastcms.settings.load import load_settings, save_settings
from fastcms.sql import ddl
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

NOT_CREATED = "Failed to create collection."
NOT_UPDATED = "Failed to update collection."
NOT_DELETED = "Failed to delete collection."


def save_in(
    tx: Tx,
    schema: Schema,
    before: Collection | None,
    after: Collection,
    view: View | None = None,
) -> Collection:
    """Stores a collection and makes the database follow; gives it as it was stored.

    `schema` holds the collections as the transaction sees them, without the change; `before` is
    the stored collection, None for a new one. `view` is what a view's query was found to be by
    whoever looked at its records, too. Raises 400 with what is wrong with `after`.
    """
    failure = NOT_UPDATED if before else NOT_CREATED
    after, definition = check_in(tx, schema, before, after, view)
    with _writing(failure):
        stored = store(tx, before, after, definition)
    schema = schema.with_collection(stored)
    links.follow(tx, schema)
    update_views(tx, schema, [stored.name])
    return stored


def check_in(
    tx: Tx,
    schema: Schema,
    before: Collection | None,
    after: Collection,
    view: View | None = None,
) -> tuple[Collection, str]:
    """A collection as it may be stored, a view with its fields, and a view's definition.

    Arguments and errors: as :func:`save_in`.
    """
    query_problem, definition = None, ""
    if after.is_view:
        view = view or views.inspect(schema, views.shadow_of(tx.execute), after)
        after = replace(after, fields=view.fields)
        query_problem, definition = view.problem(after.view_query), view.definition
    if problems := collection_problems(schema, names_in(tx), before, after, query_problem):
        raise bad_request(NOT_UPDATED if before else NOT_CREATED, problems)
    return after, definition


def store(tx: Tx, before: Collection | None, after: Collection, definition: str = "") -> Collection:
    """Writes a collection that nobody checks here and makes its table, or its view of this
    definition, follow.

    Raises StoreError and IndexesRefusedError.
    """
    now = clock.now_text()
    if before is None:
        stored = replace(after, created=now, updated=now)
        sync.insert(tx, stored, definition)
    else:
        stored = _with_forced_options(before, replace(after, updated=now))
        sync.update(tx, before, stored, definition)
        if before.name != stored.name:
            _rename_limits(tx, before.name, stored.name)
    tx.emit(CollectionChanged("update" if before else "create", stored))
    return stored


def update_views(tx: Tx, schema: Schema, changed: Iterable[str]) -> None:
    """Lets the fields of views follow those of what they read, if that has one of these names."""
    readers = views.readers(schema, changed)
    if not readers:
        return
    shadow = views.shadow_of(tx.execute)
    for after, view in views.follow(schema, shadow, readers):
        stored = replace(after, updated=clock.now_text())
        sync.update(tx, schema.by_id[after.id], stored, view.definition)
        tx.emit(CollectionChanged("update", stored))


def remove_in(tx: Tx, schema: Schema, collection: Collection) -> None:
    """Deletes a collection and its table; its files stay until the commit, for the caller.

    Raises 400 for one that is needed.
    """
    if collection.system:
        raise bad_request(NOT_DELETED)
    if names := _referring(schema, collection.id):
        raise bad_request(
            f"Failed to delete collection probably due to existing reference in {', '.join(names)}."
        )
    readable = sync.readable_views(tx, schema) - {collection.name}
    with _writing(NOT_DELETED):
        sync.delete(tx, collection)
    if not readable <= sync.readable_views(tx, schema.without(collection.id)):
        # A view reads from it.
        raise bad_request(NOT_DELETED)
    tx.emit(CollectionChanged("delete", collection))


def names_in(tx: Tx) -> DatabaseNames:
    """The names that the database uses at this moment."""
    return DatabaseNames(
        tables=frozenset(row[0] for row in tx.execute(ddl.TABLE_NAMES)),
        indexes=dict(tx.execute(ddl.INDEX_OWNERS)),
    )


def _with_forced_options(before: Collection, after: Collection) -> Collection:
    """The options that follow from others."""
    if before.auth is None or after.auth is None:
        return after
    options = after.auth
    if (before.auth.auth_rule or "") != (options.auth_rule or ""):
        # Whoever signed in under the old rule has to do it again.
        token = TokenOptions(new_secret(), options.auth_token.duration)
        options = replace(options, auth_token=token)
    if after.is_superusers:
        # The way in that always works stays open, no outsider's opens, and a mailbox alone is not
        # enough. The reference does this after its checks, too.
        options = replace(
            options,
            oauth2=OAuth2(mapped_fields=options.oauth2.mapped_fields),
            password_auth=replace(options.password_auth, enabled=True),
            mfa=replace(options.mfa, enabled=options.mfa.enabled or options.otp.enabled),
        )
    return replace(after, auth=options)


def _rename_limits(tx: Tx, old: str, new: str) -> None:
    """Rate limits name collections, as in `posts:create`."""
    settings = load_settings(tx.execute)
    limits = settings.rate_limits
    rules = tuple(
        replace(rule, label=new + rule.label[len(old) :])
        if rule.label.startswith(f"{old}:")
        else rule
        for rule in limits.rules
    )
    if rules != limits.rules:
        save_settings(tx, replace(settings, rate_limits=replace(limits, rules=rules)))


def _referring(schema: Schema, id_: str) -> list[str]:
    """The names of the other collections, views among them, with a relation to this one."""
    return [
        other.name
        for other in schema
        if other.id != id_
        and any(
            isinstance(f, ReferringField)
            and (id_ in f.targets or (isinstance(f, ManyToManyField) and f.junction_id == id_))
            for f in other.fields
        )
    ]


@contextmanager
def _writing(failure: str) -> Iterator[None]:
    try:
        yield
    except sync.IndexesRefusedError as error:
        raise bad_request(failure, {"indexes": error.problems}) from error
    except StoreError as error:
        raise bad_request(f"{failure} Raw error: \n{error}") from error
