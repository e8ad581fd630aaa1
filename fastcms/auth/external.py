"""Accounts elsewhere and the records that they sign in, linked by `_externalAuths`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastcms import passwords
from fastcms.auth.accounts import find_by, save_by_request
from fastcms.auth.events import OAuth2AuthEvent
from fastcms.errors import REQUIRED, bad_request
from fastcms.fields.file import DEFAULT_MAX_SIZE, FileField
from fastcms.fields.text import TextField
from fastcms.fields.upload import Upload
from fastcms.files.upload import received
from fastcms.http.request import Request
from fastcms.records import changes
from fastcms.records.belongings import delete_belongings
from fastcms.records.compiled import Compiled, compiled, to_params
from fastcms.records.record import Record
from fastcms.records.settle import settle
from fastcms.records.validate import unique_problems
from fastcms.records.write import create_draft, draft_by_request, find
from fastcms.store.errors import UniqueViolation
from fastcms.store.store import Tx
from fastcms.values import NewPassword, Value

if TYPE_CHECKING:
    from fastcms.oauth2.provider import User

TABLE = "_externalAuths"
FAILED = "Failed to authenticate."
PICTURE_SECONDS = 15.0  # that a picture may take to come

log = logging.getLogger("fastcms.oauth2")


async def resolve(
    request: Request, plan: Compiled, provider: str, user: User
) -> tuple[Record | None, bool]:
    """Whose account elsewhere it is, None for nobody's yet, and whether the two are linked already.

    Who is signed in links it to the own record. An address is enough only because providers name
    none that they have not verified.
    """
    app = request.app
    rows = await app.store.read(
        f'SELECT "recordRef" FROM "{TABLE}"'
        ' WHERE "collectionRef" = ? AND "provider" = ? AND "providerId" = ?',
        (plan.collection.id, provider, user.id),
    )
    if rows and (record := await find(app, plan, rows[0][0])) is not None:
        return record, True
    if own := request.own_id(plan.collection):
        return await find(app, plan, own), False
    return (await find_by(app, plan, "email", user.email) if user.email else None), False


async def sign_up(event: OAuth2AuthEvent, plan: Compiled) -> Record:
    """A new record for somebody whom nobody knew, made as a request to create one.

    So the create rule decides, in the context "oauth2". Raises 400 and 403 as that request does.
    """
    request, user = event.request, event.user
    if plan.collection.is_superusers:
        raise bad_request(FAILED)
    inner = request.within("oauth2", request.auth)
    # The address of that request has no query.
    inner.__dict__["query"] = {}
    body = _body(event, plan, await _free(event, plan))
    record, _ = await draft_by_request(inner, plan, body, await _picture(event, plan))
    if record["email"] == user.email:
        record.values["verified"] = True
    record.along = _linking(event, plan, record)
    await create_draft(inner, plan, record)
    return record


async def link(event: OAuth2AuthEvent, record: Record, *, is_linked: bool) -> None:
    """Links the account elsewhere to a record, and takes over what the provider has proved.

    Whoever made the record without proving its address, and may still know its password, loses it
    to who has proved it: password, sessions and other links end. Raises 400.
    """
    request, user = event.request, event.user
    is_own = request.own_id(record.collection) == record.id
    was_verified = bool(record["verified"])
    if not was_verified and not is_own:
        record.values["password"] = NewPassword(passwords.unknown())
    if not record["email"] and user.email:
        record.values["email"] = user.email
    if record["email"] in ("", user.email):
        record.values["verified"] = True
    plan = compiled(request.schema, record.collection)
    if was_verified:
        work = None if is_linked else _linking(event, plan, record)
    else:
        work = _linking(event, plan, record, alone=True)
    if record.values != record.stored:
        record.along = work
        await save_by_request(request, record, FAILED)
    elif work is not None:
        await request.app.store.write(work, stamp=request.stamp)


def _linking(
    event: OAuth2AuthEvent, plan: Compiled, owner: Record, *, alone: bool = False
) -> Callable[[Tx], None]:
    """The job that writes the link, in the place of all others if it shall be `alone`."""
    app = event.request.app
    collection = plan.schema.find(TABLE)
    assert collection is not None
    links = compiled(plan.schema, collection)

    def write(tx: Tx) -> None:
        if not event.user.id:
            raise bad_request(FAILED, {"providerId": REQUIRED})
        if alone:
            delete_belongings(tx, owner.collection, [owner.id], [TABLE])
        made = Record.blank(links.collection)
        made.values |= {
            "collectionRef": owner.collection.id,
            "recordRef": owner.id,
            "provider": event.provider,
            "providerId": event.user.id,
        }
        settle(made)
        try:
            tx.execute(links.insert_sql, to_params(collection, made.values))
        except UniqueViolation as violation:
            problems = unique_problems(collection, violation.columns)
            raise bad_request(FAILED, problems) from violation
        changes.announce(app, tx, "create", made)

    return write


async def _free(event: OAuth2AuthEvent, plan: Compiled) -> bool:
    """Whether the username elsewhere can be taken here."""
    assert plan.collection.auth is not None
    target = plan.collection.auth.oauth2.mapped_fields.username
    field = plan.collection.by_name.get(target)
    if not isinstance(field, TextField) or next(field.validate(event.user.username), None):
        return False
    return await find_by(event.request.app, plan, target, event.user.username) is None


def _body(event: OAuth2AuthEvent, plan: Compiled, username_is_free: bool) -> dict[str, Any]:
    """What a new record is made of: what the client sent, else what the provider tells."""
    user = event.user
    body: dict[str, Any] = dict(event.create_data)
    if not body.get("email"):
        body["email"] = user.email
    if not body.get("password"):
        body["password"] = body["passwordConfirm"] = passwords.unknown()
    assert plan.collection.auth is not None
    mapped = plan.collection.auth.oauth2.mapped_fields
    told: dict[str, Value] = {mapped.id: user.id, mapped.name: user.name}
    if username_is_free:
        told[mapped.username] = user.username
    if user.avatar_url and _takes_urls(plan, mapped.avatarURL):
        told[mapped.avatarURL] = user.avatar_url
    return {key: value for key, value in told.items() if key} | body


def _takes_urls(plan: Compiled, name: str) -> bool:
    """Whether it is the picture's address that is stored in the field."""
    return not isinstance(plan.collection.by_name.get(name), FileField)


async def _picture(event: OAuth2AuthEvent, plan: Compiled) -> dict[str, list[Upload]]:
    """The picture elsewhere, for a file field that shall have it; none that does not fit there.

    Whoever has the account there chose its address, so it may lead anywhere.
    """
    assert plan.collection.auth is not None
    name, url = plan.collection.auth.oauth2.mapped_fields.avatarURL, event.user.avatar_url
    field = plan.collection.by_name.get(name)
    if not isinstance(field, FileField) or not url or event.create_data.get(name):
        return {}
    from fastcms.fetch import FetchError, fetch

    limit = field.max_size or DEFAULT_MAX_SIZE
    try:
        got = await fetch("GET", url, public_only=True, seconds=PICTURE_SECONDS, limit=limit)
    except FetchError as error:
        log.warning("the picture of an OAuth2 account is left out: %s", error)
        return {}
    if got.status != 200:
        log.warning("the picture of an OAuth2 account is left out: status %d", got.status)
        return {}
    upload = received(urlsplit(url).path, got.body, len(got.body))
    problem = next(field.validate_files(None, upload.name, {upload.name: upload}), None)
    return {} if problem is not None else {name: [upload]}
