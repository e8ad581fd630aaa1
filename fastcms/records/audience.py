"""Who of the subscribers may see a change of a record.

Subscribers who are the same caller, under the same rule and options, are one audience: it is asked
about once and gets one message. The rule is the list's for a whole collection and the view's for
one record, asked in SQL as a request would ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from fastcms.bus.clients import GUEST, Identity, Subscriber, topic_of
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.filters import FilterError
from fastcms.filters.context import AuthRecord
from fastcms.filters.request import to_text
from fastcms.http.body import parse_json
from fastcms.http.query import first_values
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.query import FOR_SUPERUSERS
from fastcms.records.rules import matching_statement
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.reads import Reads
from fastcms.store.store import Row
from fastcms.values import SqlValue

CONTEXT = "realtime"

# Runs a statement.
Ask: TypeAlias = Callable[[str, Sequence[SqlValue]], list[Row]]
# An answer at once, or the statement that gives it.
Question: TypeAlias = bool | tuple[str, tuple[SqlValue, ...]]


class Options(NamedTuple):
    """What a subscription brings for the rules, in the place of a request's."""

    query: Mapping[str, str]
    headers: Mapping[str, str]


class Audience(NamedTuple):
    """Subscribers who see the same of a record."""

    is_list: bool
    identity: Identity
    # The subscription from its question mark on.
    options: str

    @property
    def key(self) -> str:
        """A short name for it, the same in all processes."""
        text = "\0".join((str(self.is_list), *self.identity, self.options))
        return sha256(text.encode()).hexdigest()[:24]


def identity_of(auth: AuthRecord | None) -> Identity:
    """Who a request proved to be from."""
    if auth is None:
        return GUEST
    return Identity(auth.collection.id, auth.id, _proof(auth))


def _proof(auth: AuthRecord) -> str:
    options = auth.collection.auth
    assert options is not None
    key = f"{auth.values['tokenKey']!s}\0{options.auth_token.secret}"
    # With the session that has to be there still, if the token has one.
    return f"{sha256(key.encode()).hexdigest()[:32]}:{auth.session}"


def _session(identity: Identity) -> str:
    return identity.proof.partition(":")[2]


def topics(collection: Collection, record_id: str) -> dict[str, bool]:
    """What a change of a record fires: each with whether the list rule decides."""
    found: dict[str, bool] = {}
    for name in (collection.name, collection.id):
        found |= {f"{name}/{record_id}": False, f"{name}/*": True, name: True}
    return found


def is_heard(app: App, collection: Collection) -> bool:
    """Whether anybody, in any process, subscribes to something of a collection."""
    return app.bus.heard.is_heard(collection.id, collection.name)


def audience(fired: Mapping[str, bool], subscriber: Subscriber) -> Audience:
    """The audience that a subscriber to one of the topics belongs to."""
    topic = topic_of(subscriber.subscription)
    return Audience(fired[topic], subscriber.identity, subscriber.subscription[len(topic) :])


def caller_statement(schema: Schema, identity: Identity) -> tuple[str, tuple[SqlValue, ...]] | None:
    """What reads the record of an identity; None for a guest and for one that is no more."""
    collection = schema.by_id.get(identity.collection)
    if collection is None or collection.auth is None:
        return None
    sql = compiled(schema, collection).by_id_sql
    if session := _session(identity):
        lasts = "EXISTS (SELECT 1 FROM _fc_sessions WHERE _fc_sessions.id = ?)"
        return f"{sql} AND {lasts}", (identity.record, session)
    return sql, (identity.record,)


def caller(schema: Schema, identity: Identity, rows: list[Row]) -> AuthRecord | None:
    """Who an identity is now, by the rows of its statement; None if its proof no longer holds."""
    if not rows:
        return None
    collection = schema.by_id[identity.collection]
    values = compiled(schema, collection).stored.decode(rows[0])
    found = AuthRecord(collection, identity.record, values, _session(identity))
    return found if _proof(found) == identity.proof else None


def caller_of(ask: Ask, schema: Schema, identity: Identity) -> AuthRecord | None:
    """Who an identity is, where the answer comes at once."""
    statement = caller_statement(schema, identity)
    return caller(schema, identity, ask(*statement)) if statement else None


def request_of(
    app: App,
    schema: Schema,
    stamp: int,
    asked: Audience,
    auth: AuthRecord | None,
    *,
    reads: Reads | None = None,
) -> Request:
    """The request that an audience stands for."""
    query, headers = options_of(asked.options)
    return Request.imagined(
        app, schema, stamp, context=CONTEXT, query=query, headers=headers, auth=auth, reads=reads
    )


def question(
    request: Request, plan: Compiled, asked: Audience, record_ids: Sequence[str]
) -> Question:
    """Whether the audience may see the records, or the statement that finds those that it may."""
    rule = plan.collection.list_rule if asked.is_list else plan.collection.view_rule
    if request.is_superuser:
        rule = ""
    if rule is None:
        return False
    filter_ = request.query.get("filter", "")
    if not rule and not filter_:
        return True
    if not request.is_superuser and any(text in filter_ for text in FOR_SUPERUSERS):
        return False
    try:
        return matching_statement(rule, request, plan, record_ids, filter_)
    except FilterError:
        return False


@lru_cache(maxsize=1_000)
def options_of(text: str) -> Options:
    """The options of a subscription, from its question mark on; broken ones are none."""
    try:
        raw = first_values(urlsplit(text).query.encode("latin-1", "replace")).get("options", "")
        found = parse_json(raw.encode()) if raw else {}
    except (ValueError, ApiError):
        found = {}
    query = dict(_texts(found.get("query")))
    headers = {_snake_case(name): value for name, value in _texts(found.get("headers"))}
    return Options(query, headers)


def _texts(values: Any) -> Iterator[tuple[str, str]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield key, to_text(value)


def _snake_case(name: str) -> str:
    return name.lower().replace("-", "_")
