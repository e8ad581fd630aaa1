"""Creates and updates records, in the reference's order of steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from fastcms.core import App, acting
from fastcms.errors import bad_request, not_found
from fastcms.fields.upload import Upload
from fastcms.files.storage import StorageError
from fastcms.http.request import Request
from fastcms.passwords import hash_on_thread, verify_on_thread
from fastcms.records import body as bodies
from fastcms.records import changes, links, password_policy, uploads
from fastcms.records.belongings import are_concerned, end_outdated
from fastcms.records.cascade import Cascade, RequiredError
from fastcms.records.compiled import Compiled, to_params
from fastcms.records.events import OldPasswordEvent, RecordEvent, RecordRequestEvent
from fastcms.records.new_images import optimise
from fastcms.records.record import Record
from fastcms.records.relative import catcher, rechecked
from fastcms.records.rules import keep_superusers, lets, lets_draft, may_let, require_rule
from fastcms.records.settle import CREATE_FAILED, UPDATE_FAILED, settle
from fastcms.records.validate import NAMED_ID, auth_problems, problems_of, unique_problems
from fastcms.store.errors import SchemaChanged, StoreError, UniqueViolation
from fastcms.store.store import Tx
from fastcms.values import NewPassword, SqlValue

T = TypeVar("T")

# The key of a body that names uploads which were sent before; no field can have it.
UPLOADS = "@uploads"


class Files(NamedTuple):
    """New files by body key, and what has to be called in the transaction of their record."""

    by_key: Mapping[str, list[Upload]]
    use: Callable[[Record, Tx], None] | None = None


async def create_by_request(request: Request, compiled: Compiled) -> tuple[Record, bool]:
    """The create endpoint: the new record, and whether the caller manages it.

    Raises 400 for a body that cannot be read, a failed rule or invalid values, 403 for a null rule.
    """
    if _has_files(request, compiled):
        require_rule(compiled.collection.create_rule, request)
        if not await may_let(compiled.collection.create_rule, request, compiled):
            raise bad_request(CREATE_FAILED)
    sent = await _sent(request, compiled)
    files = await _files(request, compiled, sent)
    record, manager = await draft_by_request(request, compiled, sent, files.by_key)
    record.along = partial(files.use, record) if files.use else None
    await create_draft(request, compiled, record)
    return record, manager


def _has_files(request: Request, compiled: Compiled) -> bool:
    """Whether a body may bring files: these take space, so what can be told before is told."""
    return bool(compiled.file_fields) and request.header(b"content-type").startswith("multipart/")


async def _sent(request: Request, compiled: Compiled) -> Mapping[str, Any]:
    """The values of a create or update; its files become the request's `uploads`."""
    body = await request.read_body(compiled.body_limit)
    if compiled.file_fields and request.is_empty_form:
        raise bad_request("Failed to read the submitted data.")
    return body


async def _files(request: Request, compiled: Compiled, sent: Mapping[str, Any]) -> Files:
    """The files that came with a body, and those that came before and that it names."""
    came = request.uploads
    if UPLOADS not in sent:
        return Files(came)
    named, use = await request.app.take_uploads(request, compiled.collection, sent[UPLOADS])
    both = {key: [*came.get(key, ()), *named.get(key, ())] for key in {**came, **named}}
    return Files(both, use)


async def draft_by_request(
    request: Request,
    compiled: Compiled,
    sent: Mapping[str, Any],
    files: Mapping[str, list[Upload]],
) -> tuple[Record, bool]:
    """A record that may be created of what was sent, and whether the caller manages it.

    Raises as :func:`create_by_request` does, but for values that only its writing judges.
    """
    collection = compiled.collection
    require_rule(collection.create_rule, request)
    keep_superusers(collection, request)
    record = Record.blank(collection)
    sent = allowed(request, compiled, sent)
    request.body = bodies.apply(record, sent, allowed(request, compiled, files))
    if not await lets_draft(collection.create_rule, request, compiled, record):
        raise bad_request(CREATE_FAILED)
    manager = await _manages_draft(request, compiled, record)
    await _check_auth_form(request, record, sent, CREATE_FAILED, manager=manager)
    return record, manager


async def create_draft(request: Request, compiled: Compiled, record: Record) -> None:
    """Writes a new record that a request asks for, hooks around it."""

    async def execute(_: object) -> None:
        await save(request.app, compiled, record, request.stamp, request)

    hook = request.app.hooks.record_create_request
    if hook:
        await hook.run(RecordRequestEvent(request, record), execute)
    else:
        await execute(None)


async def update_by_request(
    request: Request, compiled: Compiled, record_id: str
) -> tuple[Record, bool]:
    """The update endpoint: the changed record, and whether the caller manages it.

    The rule is asked of the record as it is stored. Raises 404 where it does not hold.
    """
    if _has_files(request, compiled):
        require_rule(compiled.collection.update_rule, request)
        if not await may_let(compiled.collection.update_rule, request, compiled):
            raise not_found()
    sent = await _sent(request, compiled)
    files = await _files(request, compiled, sent)
    return await update_with(request, compiled, record_id, sent, files)


async def update_with(
    request: Request,
    compiled: Compiled,
    record_id: str,
    sent: Mapping[str, Any],
    files: Files,
) -> tuple[Record, bool]:
    """An update of what was sent, as :func:`update_by_request`."""
    collection = compiled.collection
    require_rule(collection.update_rule, request)
    keep_superusers(collection, request)
    record = await find(request.app, compiled, record_id)
    if record is None:
        raise not_found()
    sent = allowed(request, compiled, sent)
    request.body = bodies.apply(record, sent, allowed(request, compiled, files.by_key))
    if not await lets(collection.update_rule, request, compiled, record_id):
        raise not_found()
    manager = await _manages(request, compiled, record_id)
    await _check_auth_form(request, record, sent, UPDATE_FAILED, manager=manager)
    record.along = partial(files.use, record) if files.use else None

    async def execute(_: object) -> None:
        await save(request.app, compiled, record, request.stamp, request)

    hook = request.app.hooks.record_update_request
    if hook:
        await hook.run(RecordRequestEvent(request, record), execute)
    else:
        await execute(None)
    return record, manager


async def find(app: App, compiled: Compiled, record_id: str) -> Record | None:
    """A stored record with all its values, whoever asks."""
    rows = await app.store.read(compiled.by_id_sql, (record_id,))
    if not rows:
        return None
    return Record.of_stored(compiled.collection, compiled.stored.decode(rows[0]))


async def save(
    app: App,
    compiled: Compiled,
    record: Record,
    stamp: int | None = None,
    asker: Request | None = None,
) -> None:
    """Validates and writes a record, hooks around it; returns after the commit.

    `stamp` is the one under which `compiled` was made; `asker` is asked the rules of values that
    turn out to be others at the time of the write, and of links. Raises 400 with the problems by
    field.
    """
    app = acting(app)
    kinds = app.hooks.of_records
    hooks = kinds.create if record.is_new else kinds.update
    if not hooks.hears(record.collection.tags):
        settle(record)
        await _check(app, compiled, record)
        await _write(app, compiled, record, stamp, asker)
        _note_saved(record)
        return
    event = RecordEvent(record, "create" if record.is_new else "update")
    before = record.stored

    def check() -> Awaitable[None]:
        # A hook around it may have opened a transaction.
        return _check(acting(app), compiled, record)

    def write() -> Awaitable[None]:
        return _write(acting(app), compiled, record, stamp, asker)

    async def act() -> None:
        settle(record)
        await hooks.check(event, check)
        await hooks.execute.run(event, write)
        _note_saved(record)

    try:
        await hooks.run(event, act, app.store, ignored=SchemaChanged)
    except SchemaChanged:
        # It is made again.
        record.stored = before
        raise


def _note_saved(record: Record) -> None:
    record.stored = dict(record.values)
    record.along = None
    record.uploads = {}


async def _check(app: App, compiled: Compiled, record: Record) -> None:
    """Raises 400 for values that must not be stored."""
    problems = await problems_of(record, compiled.schema, app.store, app.password_hash)
    new = record.values["password"] if record.collection.is_auth else None
    if (
        isinstance(new, NewPassword)
        and "password" not in problems
        and (problem := await password_policy.problem_of(app, record, new.plain))
    ):
        problems["password"] = problem
    if record.uploads and not problems:
        problems = dict(await optimise(app, compiled, record))
    if problems:
        raise bad_request(_failure(record), problems)


async def _write(
    app: App, compiled: Compiled, record: Record, stamp: int | None, asker: Request | None
) -> None:
    failed = _failure(record)
    new = record.values["password"] if record.collection.is_auth else None
    await _hash_passwords(app, record, failed)
    try:
        if record.uploads:
            async with uploads.kept(app, compiled, record):
                await _store(app, compiled, record, stamp, asker)
        else:
            await _store(app, compiled, record, stamp, asker)
    except UniqueViolation as violation:
        taken = unique_problems(compiled.collection, violation.columns)
        raise bad_request(failed, taken) from violation
    except RequiredError as error:
        raise bad_request(failed, {"id": NAMED_ID}) from error
    except SchemaChanged:
        raise
    except (StoreError, StorageError) as error:
        raise bad_request(failed) from error
    if isinstance(new, NewPassword):
        await password_policy.remember(app, record)


def _failure(record: Record) -> str:
    return CREATE_FAILED if record.is_new else UPDATE_FAILED


async def _store(
    app: App, compiled: Compiled, record: Record, stamp: int | None, asker: Request | None
) -> None:
    """Writes a valid record in the next group commit."""
    store = app.store
    reaches = not record.is_new and (
        record.is_changed("id") or are_concerned(record) or uploads.changes_files(compiled, record)
    )
    if record.relative or record.along or compiled.rests_on_links or reaches:
        await _store_with_others(app, compiled, record, stamp, asker)
        return
    statement = _insert(compiled, record) if record.is_new else _update(compiled, record)
    if statement is None:
        if not changes.is_wanted(app, record.collection):
            return
        # An update that changes nothing is told like any other.
        touched = await store.write(partial(_tell, app, compiled, record), stamp=stamp)
    elif changes.is_wanted(app, record.collection):
        touched = await store.write(partial(_execute, app, record, *statement), stamp=stamp)
    else:
        touched = await store.write_one(*statement, stamp=stamp)
    if not touched:
        raise not_found()


def _execute(app: App, record: Record, sql: str, params: Sequence[SqlValue], tx: Tx) -> int:
    tx.execute(sql, params)
    if touched := tx.changes():
        changes.announce(app, tx, "create" if record.is_new else "update", record)
    return touched


def _tell(app: App, compiled: Compiled, record: Record, tx: Tx) -> int:
    found = tx.execute(compiled.by_id_sql, (record.id,))
    if found:
        changes.announce(app, tx, "update", record)
    return len(found)


async def _store_with_others(
    app: App, compiled: Compiled, record: Record, stamp: int | None, asker: Request | None
) -> None:
    """Writes a record whose write looks at what is stored, or draws other records after it."""
    failed = _failure(record)
    cascade = Cascade(app, compiled.schema, failed=failed)
    recheck = rechecked(asker, compiled, record) if asker is not None else None
    catch_up = catcher(compiled, record, recheck, failed)

    def job(tx: Tx) -> None:
        cascade.clear()
        catch_up(tx)
        if not record.is_new and are_concerned(record):
            end_outdated(tx, record)
        if not record.is_new:
            if problems := uploads.kept_problems(tx, compiled, record):
                raise bad_request(failed, problems)
            uploads.note_replaced(app.removals, tx, compiled, record)
        statement = _insert(compiled, record) if record.is_new else _update(compiled, record)
        if statement is not None:
            tx.execute(*statement)
            if not tx.changes():
                raise not_found()
            if not record.is_new and record.is_changed("id"):
                cascade.rename(tx, record)
        has_links = compiled.rests_on_links and links.write(tx, compiled, record, cascade, asker)
        changes.announce(app, tx, "create" if record.is_new else "update", record)
        if (has_links or statement is not None) and record.along is not None:
            record.along(tx)

    try:
        await cascade.run(job, stamp)
    except SchemaChanged:
        raise
    except Exception as error:
        await cascade.tell_failures(error)
        raise
    await cascade.conclude()


def _insert(compiled: Compiled, record: Record) -> tuple[str, list[SqlValue]]:
    values = record.values
    if compiled.links:
        # The links fill these.
        values = {**values, **{name: [] for name in compiled.links}}
    return compiled.insert_sql, to_params(compiled.collection, values)


def _update(compiled: Compiled, record: Record) -> tuple[str, list[SqlValue]] | None:
    """Only what changed is written, so that two updates of different fields both last."""
    stored = record.stored or {}
    changed = [
        field
        for field in compiled.collection.fields
        if (record.values[field.name] != stored[field.name] or field.name in record.relative)
        and field.name not in compiled.links
    ]
    if not changed:
        return None
    sql = compiled.update_sql(field.name for field in changed)
    return sql, [*(field.to_db(record.values[field.name]) for field in changed), record.stored_id]


async def _hash_passwords(app: App, record: Record, failed: str) -> None:
    for name, value in record.values.items():
        if not isinstance(value, NewPassword):
            continue
        cost = getattr(record.collection.by_name[name], "cost", 0)
        try:
            record.values[name] = await hash_on_thread(value.plain, app.password_hash, cost)
        except ValueError as error:
            raise bad_request(failed) from error


async def _check_auth_form(
    request: Request, record: Record, sent: Mapping[str, Any], failed: str, *, manager: bool
) -> None:
    if record.collection.is_auth:
        is_old_password = partial(_is_old_password, request, record)
        problems = await auth_problems(record, sent, is_old_password, manager=manager)
        if problems:
            raise bad_request(failed, problems)


async def _is_old_password(request: Request, record: Record, password: str) -> bool:
    """Whether this is the password that is stored, hooks around the check."""
    assert record.stored is not None
    # As it is stored: the request may have set another address.
    owner = Record.of_stored(record.collection, dict(record.stored))
    event = OldPasswordEvent(request, owner)

    async def execute(_: object) -> None:
        event.is_right = await verify_on_thread(password, str(owner["password"]))

    hook = request.app.hooks.record_old_password_request
    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)
    return event.is_right


def allowed(request: Request, compiled: Compiled, sent: Mapping[str, T]) -> Mapping[str, T]:
    """What the caller may set of a body, or of the files that came with it."""
    return sent if request.is_superuser else bodies.drop_hidden(compiled, sent)


async def _manages_draft(request: Request, compiled: Compiled, record: Record) -> bool:
    rule = manage_rule(request, compiled)
    return rule is not None and await lets_draft(rule, request, compiled, record)


async def _manages(request: Request, compiled: Compiled, record_id: str) -> bool:
    rule = manage_rule(request, compiled)
    return rule is not None and await lets(rule, request, compiled, record_id)


def manage_rule(request: Request, compiled: Compiled) -> str | None:
    """The rule that makes the caller a manager; "" for superusers, None where nobody can be."""
    if request.is_superuser:
        return ""
    auth = compiled.collection.auth
    if auth is None or request.auth is None:
        return None
    return auth.manage_rule or None
