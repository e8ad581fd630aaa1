"""Imports collections: all of them or none, in one transaction.

Everything is stored first and checked then, so that rules and relations may lead to collections
that come later in the list, and in circles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Group
from functools import partial
from typing import Any, TypeAlias

from msgspec.structs import replace

from fastcms.collections import change, links, sync, views
from fastcms.collections.body import imported_collection, new_collection
from fastcms.collections.events import (
    CollectionChanged,
    CollectionEvent,
    CollectionsImportRequestEvent,
)
from fastcms.collections.plan import Loss, Order, Plan, plan_of, risks
from fastcms.collections.validate import INVALID_INDEX, collection_problems
from fastcms.core import App
from fastcms.errors import REQUIRED, ApiError, Problem, Problems, bad_request, sentence
from fastcms.http.request import Request
from fastcms.schema import indexes
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import SchemaChanged, StoreError, UniqueViolation
from fastcms.store.store import Tx
from fastcms.values import to_date_text

NOT_LOADED = "An error occurred while loading the submitted data."
NOT_VALID = "An error occurred while validating the submitted data."
NOT_IMPORTED = "Failed to import collections."

# Codes whose messages the reference writes without a capital and a full stop where it quotes them.
_LOWER = frozenset(
    {
        "empty",
        "in_invalid",
        "invalid_regex",
        "is_domain",
        "is_url",
        "length_out_of_range",
        "match_invalid",
        "max_less_equal_than_required",
        "min_greater_equal_than_required",
        "nil",
        "nil_or_not_empty_required",
        "not_in_invalid",
        "required",
    }
)
# Without a full stop.
_OPEN = frozenset(
    {
        "duplicated_field_name",
        "invalid_autogenerate_pattern_value",
        "invalid_rule",
        "min_number_constraint",
        "missing_field",
        "only_int_constraint",
    }
)


Step: TypeAlias = tuple[Collection | None, Collection]


class DryRunError(Exception):
    """Ends the transaction of a dry run, which is then undone."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("dry run")
        self.plan = plan


async def import_by_request(
    request: Request, body: Mapping[str, Any], *, dry_run: bool = False
) -> Plan:
    """Imports what the body names. Raises 400 with what is wrong with it.

    `drop`, an addition: if it is there, only the data that it names may be lost.
    """
    entries, delete_missing, drop = _read(body)
    event = CollectionsImportRequestEvent(request, entries, delete_missing=delete_missing)
    done: list[Plan] = []

    async def act(event: CollectionsImportRequestEvent) -> None:
        plan = await import_collections(
            request.app,
            event.collections,
            delete_missing=event.delete_missing,
            drop=drop,
            dry_run=dry_run,
        )
        done.append(plan)

    hook = request.app.hooks.collections_import_request
    if hook and not dry_run:
        await hook.run(event, act)
    else:
        await act(event)
    # A handler that goes no further imports nothing.
    return done[0] if done else Plan(())


async def import_collections(
    app: App,
    entries: Sequence[Mapping[str, Any]],
    *,
    delete_missing: bool = False,
    drop: Group[str] | None = None,
    dry_run: bool = False,
) -> Plan:
    """Imports collections; gives the plan that was carried out, or would be.

    Collections that are not named are deleted if `delete_missing`. Unless `drop` is None, it names
    the data that may be lost, as :class:`Loss` does, and an import that loses more is refused. A
    dry run does everything and then undoes it, so that it fails where the import would.
    """
    app.refresh()
    stamp, order = app.stamp, order_of(app.schema, entries, delete_missing=delete_missing)
    stored: list[Collection] = []

    def job(tx: Tx) -> Plan:
        plan = carry_out(tx, order, drop, stored)
        if order.deleted:
            app.removals.note(tx, [f"{collection.id}/" for collection in order.deleted])
        if dry_run:
            raise DryRunError(plan)
        return plan

    async def write() -> Plan:
        return await app.store.write(job, stamp=stamp)

    if dry_run:
        try:
            return await write()
        except DryRunError as done:
            return done.plan
    plan = await _with_hooks(app, order, stored, write)
    app.refresh()
    return plan


# -- before the transaction ---------------------------------------------------------------------


def order_of(
    schema: Schema, entries: Iterable[Mapping[str, Any]], *, delete_missing: bool
) -> Order:
    """What an import of these entries shall do. Raises 400 for one that cannot be read."""
    found: list[tuple[tuple[bool, str, str], Step]] = []
    taken = set(schema.by_id)
    for position, entry in enumerate(entries):
        before = schema.find(_identifier(entry))
        try:
            if before is None:
                after = new_collection(entry, taken)
            else:
                after = imported_collection(before, entry, delete_missing=delete_missing)
        except ValueError as error:
            name = entry.get("name") or entry.get("id") or ""
            raise _failure(
                f"the collection {name!r} at {position} is malformed: {error}"
            ) from error
        taken.add(after.id)
        updated = to_date_text(entry.get("updated", before.updated if before else ""))
        found.append(((after.is_view, after.created, updated), (before, after)))
    saved = [step for _, step in sorted(found, key=lambda item: item[0])]
    kept = {after.id for _, after in saved}
    gone = [c for c in schema if delete_missing and not c.system and c.id not in kept]
    tables = [step for step in saved if not step[1].is_view]
    return Order(tuple(gone), (*tables, *_in_reading_order(saved[len(tables) :])))


def _identifier(entry: Mapping[str, Any]) -> str:
    found = entry.get("id") or entry.get("name")
    return found if isinstance(found, str) else ""


def _in_reading_order(views: Sequence[Step]) -> Iterator[Step]:
    """Each view after those that its query names; the reference keeps the order of the list."""
    waiting = {after.name: (before, after) for before, after in views}
    while waiting:
        ready = next((name for name in waiting if not _reads(waiting, name)), next(iter(waiting)))
        yield waiting.pop(ready)


def _reads(waiting: Mapping[str, Step], name: str) -> bool:
    """Whether a view names another one that waits."""
    words = re.findall(r"\w+", waiting[name][1].view_query)
    return any(word in waiting and word != name for word in words)


def _read(body: Mapping[str, Any]) -> tuple[list[dict[str, Any]], bool, list[str] | None]:
    entries, delete_missing = body.get("collections"), body.get("deleteMissing")
    drop = body.get("drop")
    if (
        not isinstance(entries, list | None)
        or not isinstance(delete_missing, bool | None)
        or not isinstance(drop, list | None)
        or not all(isinstance(entry, dict | None) for entry in entries or ())
        or not all(isinstance(name, str) for name in drop or ())
    ):
        raise bad_request(NOT_LOADED)
    if not entries:
        # An empty list would be a way to delete everything by mistake.
        raise bad_request(NOT_VALID, {"collections": REQUIRED})
    return [entry or {} for entry in entries], bool(delete_missing), drop


# -- inside the transaction ---------------------------------------------------------------------


def carry_out(tx: Tx, order: Order, drop: Group[str] | None, stored: list[Collection]) -> Plan:
    """Imports in an open transaction; `stored` gets the collections as they are then.

    Raises 400, also for the loss of data that `drop` does not name, unless it is None.
    """
    plan = counted_plan(tx, order)
    _refuse_losses(plan, drop)
    stored.clear()
    for collection in order.deleted:
        sync.delete(tx, collection)
        tx.emit(CollectionChanged("delete", collection))
    for before, after in order.saved:
        stored.append(_store(tx, before, after))
    if any(not collection.is_view for collection in stored):
        # Once for all.
        changed = [collection.name for collection in stored]
        change.update_views(tx, sync.load_schema(tx), changed)
    schema, names = sync.load_schema(tx), change.names_in(tx)
    for (before, _), after in zip(order.saved, stored, strict=True):
        problems = collection_problems(schema, names, before or after, after, stored=True)
        if problems:
            raise _refusal(after, problems)
    links.follow(tx, schema)
    return plan


def counted_plan(tx: Tx, order: Order) -> Plan:
    """The plan with the data that it loses. For before it is carried out."""
    counted = [(risk, tx.execute(risk.statement)[0][0]) for risk in risks(order)]
    losses = tuple(Loss(risk.name, risk.reason, count) for risk, count in counted if count)
    return replace(plan_of(order), losses=losses)


def _refuse_losses(plan: Plan, drop: Group[str] | None) -> None:
    if drop is None:
        return
    unnamed = [loss for loss in plan.losses if loss.name not in drop]
    if unnamed:
        names = ", ".join(f"{loss.name} ({loss.records})" for loss in unnamed)
        raise bad_request(
            NOT_IMPORTED,
            {
                "drop": Problem(
                    "validation_data_loss",
                    f"The import would lose data that is not named here, of records: {names}.",
                    {"names": [loss.name for loss in unnamed]},
                )
            },
        )


def _store(tx: Tx, before: Collection | None, after: Collection) -> Collection:
    unread = {str(i) for i, text in enumerate(after.indexes) if indexes.parse(text) is None}
    if unread and not after.is_view:
        raise bad_request(NOT_IMPORTED, {"indexes": dict.fromkeys(sorted(unread), INVALID_INDEX)})
    try:
        if before is not None and before.id != after.id:
            # The reference looks for the stored collection under the new id, or name.
            raise StoreError(
                "primary key change is not allowed"
                if after.id
                else "failed to retrieve old cached collection: sql: no rows in result set"
            )
        if not after.is_view:
            return change.store(tx, before, after)
        view = views.inspect(sync.load_schema(tx), views.shadow_of(tx.execute), after)
        if view.error:
            raise StoreError(view.error)
        return change.store(tx, before, replace(after, fields=view.fields), view.definition)
    except sync.IndexesRefusedError as error:
        raise bad_request(NOT_IMPORTED, {"indexes": error.problems}) from error
    except StoreError as error:
        reason = str(error)
        if isinstance(error, UniqueViolation):
            code = 1555 if error.columns == ("id",) else 2067
            reason = f"constraint failed: {reason} ({code})"
        raise _failure(f"failed to save collection {_quoted(after.name)}: {reason}") from error


def _failure(reason: str) -> ApiError:
    text = f"Failed to import the collections configuration. Raw error:\n{reason}"
    problem = Problem("validation_collections_import_failure", sentence(text))
    return bad_request(NOT_IMPORTED, {"collections": problem})


def _refusal(collection: Collection, problems: Problems) -> ApiError:
    """What is wrong with a collection, as the text that the reference makes of it."""
    found = json.dumps(_texts(problems), indent=2, ensure_ascii=False)
    text = f"Data validations failed for collection {_quoted(collection.name)} ({collection.id}):"
    problem = Problem("validation_collections_import_failure", f"{text}\n{found}.")
    return bad_request(NOT_IMPORTED, {"collections": problem})


def _texts(problems: Problems) -> dict[str, Any]:
    return {
        key: _text(value) if isinstance(value, Problem) else _texts(value)
        for key, value in problems.items()
    }


def _text(problem: Problem) -> str:
    text, code = problem.message, problem.code.removeprefix("validation_")
    if code in _LOWER:
        return (text[:1].lower() + text[1:]).removesuffix(".")
    return text.removesuffix(".") if code in _OPEN else text


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


# -- around it ----------------------------------------------------------------------------------


async def _with_hooks(
    app: App,
    order: Order,
    stored: list[Collection],
    write: Callable[[], Awaitable[Plan]],
) -> Plan:
    """Writes inside the hooks of all collections; one that goes no further stops the import."""
    kinds = app.hooks.of_collections
    deleted = [(kinds.delete, CollectionEvent(gone, gone, "delete")) for gone in order.deleted]
    saved = [
        (kinds.update, CollectionEvent(before, after, "update"))
        if before
        else (kinds.create, CollectionEvent(None, after, "create"))
        for before, after in order.saved
    ]
    steps = [*deleted, *saved]
    done: list[Plan] = []

    async def step(position: int) -> None:
        for later in range(position, len(steps)):
            hooks, event = steps[later]
            # Each that is heard is another level of calls, and only those.
            if hooks.hears((*event.tags, *event.model_tags)):
                go_on = partial(step, later + 1)
                await hooks.around.run(event, partial(hooks.execute.run, event, go_on))
                return
        done.append(await write())
        for (_, event), collection in zip(saved, stored, strict=True):
            event.collection = collection

    try:
        await step(0)
    except SchemaChanged:
        raise
    except Exception as error:
        for hooks, event in steps:
            await hooks.tell_failure(event, error)
        raise
    if not done:
        return Plan(())
    for hooks, event in steps:
        await hooks.conclude(event, app.store)
    return done[0]
