"""Pages of a list by cursor: the next page begins behind a row's sort values, not behind a number
of rows, so rows that come and go in between move nothing.

A cursor holds the sort values of a row, and a caller may sort by what the answer does not show: an
address that its owner hides, a text of a related record. So a cursor is encrypted, of one length
for all but long values, and good only for the list and the caller that it was made for.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec

from fastcms.errors import ApiError, Problem, bad_request
from fastcms.fields.base import Kind
from fastcms.filters import Condition
from fastcms.filters.sort import split
from fastcms.http.params import CursorParams
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled
from fastcms.schema.collection import SUPERUSERS
from fastcms.store.store import Row
from fastcms.values import SqlValue

# A list's condition under a sort.
Bind: TypeAlias = Callable[[str], Condition]

MAX_VALUES = 2_000  # bytes of a position: a cursor has to fit into an address
_BLOCK = 128  # positions are filled up to a multiple of this
_NONCE = _TAG = 16


class Page(NamedTuple):
    """Rows of the wire projection, and the cursors of the pages around them."""

    rows: list[Row]
    next: str | None
    prev: str | None


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a page begins: behind the row with these sort values, the last of which is its id.

    `inclusive`: with that row, should it still be there.
    """

    backward: bool
    inclusive: bool
    values: tuple[Any, ...]


class Key(NamedTuple):
    """One sort key as SQL."""

    sql: str
    params: tuple[SqlValue, ...]
    descending: bool
    nullable: bool = False


async def read_page(
    request: Request, compiled: Compiled, bind: Bind, sort: str, params: CursorParams
) -> Page:
    """The page behind a cursor, or the first one.

    Raises 400 for a cursor that is not of this list and caller, for a sort without a lasting order,
    and for a page that ends at a sort value too long for a cursor; FilterError and StoreError as
    any list.
    """
    seal = _Seal(request, compiled)
    position = seal.open(params.cursor) if params.cursor else None
    condition, keys = _keys(compiled, bind, sort)
    if position is not None and len(position.values) != len(keys):
        raise _refused("The cursor is not one of this list.")
    wire = compiled.wire(superuser=request.is_superuser)
    sql, values = _statement(
        compiled, condition, keys, position, columns=wire.sql, limit=params.per_page + 1
    )
    rows = await request.app.store.read(*compiled.asked(sql, values))
    backward = position is not None and position.backward
    has_more = len(rows) > params.per_page
    rows = rows[: params.per_page]
    if backward:
        rows.reverse()
    # The sort values stand behind what is shown.
    width = len(wire.keys)
    after = before = None
    if rows:
        if has_more or backward:
            after = seal.close(Position(backward=False, inclusive=False, values=rows[-1][width:]))
        if has_more if backward else position is not None:
            before = seal.close(Position(backward=True, inclusive=False, values=rows[0][width:]))
    elif position is not None:
        # Nothing this way: the way back includes the row where this one began.
        turned = seal.close(Position(not backward, not position.inclusive, position.values))
        after, before = (turned, None) if backward else (None, turned)
    return Page([row[:width] for row in rows], after, before)


def _keys(compiled: Compiled, bind: Bind, sort: str) -> tuple[Condition, list[Key]]:
    """The list's condition and its sort keys, the last of which tells any two rows apart."""
    collection = compiled.collection
    if not sort and not collection.is_view:
        # The order in which a plain list without a sort comes.
        sort = "@rowid"
    condition = bind("")
    keys: list[Key] = []
    written = ""
    for name, is_descending in split(sort) if sort else ():
        if name == "@random":
            raise _refused("A cursor needs an order that lasts, @random has none.")
        written += f"{',' if written else ''}{'-' if is_descending else '+'}{name}"
        before, condition = condition, bind(written)
        # A sort's text begins with that of the same sort without its last key.
        text = condition.order.removeprefix(before.order).removeprefix(", ")
        text = text.removesuffix(" DESC" if is_descending else " ASC")
        params = condition.order_params[len(before.order_params) :]
        keys.append(Key(text, params, is_descending, nullable=_is_nullable(compiled, name)))
    if condition.distinct:
        # A row that was joined to many has many values; its place is the first of them.
        keys = [
            key._replace(sql=f"{'MAX' if key.descending else 'MIN'}({key.sql})") for key in keys
        ]
    elif collection.is_view:
        # Without the column's affinity, which could turn a value of the cursor into another.
        keys = [key._replace(sql=f"+{key.sql}") for key in keys]
    keys.append(Key(f'{compiled.table}."id"', (), descending=False))
    return condition, keys


def _is_nullable(compiled: Compiled, name: str) -> bool:
    if name == "@rowid":
        return False
    field = compiled.collection.field(name)
    return field is None or field.storage is Kind.JSON or compiled.collection.is_view


def _statement(
    compiled: Compiled,
    condition: Condition,
    keys: Sequence[Key],
    position: Position | None,
    *,
    columns: str,
    limit: int,
) -> tuple[str, tuple[SqlValue, ...]]:
    """The rows of a page with their sort values behind the columns."""
    backward = position is not None and position.backward
    beyond, beyond_params = ("", ()) if position is None else _beyond(keys, position)
    key_params = tuple(param for key in keys for param in key.params)
    order = ", ".join(
        f"{key.sql} {'DESC' if key.descending != backward else 'ASC'}" for key in keys
    )
    where, group = f"({condition.where})" if condition.where else "", ""
    if condition.distinct:
        group = f'GROUP BY {compiled.table}."id" {"HAVING" if beyond else ""} {beyond}'
    else:
        where = " AND ".join(part for part in (where, beyond) if part)
    sql = (
        f"SELECT {columns}, {', '.join(key.sql for key in keys)} "
        f"FROM {compiled.table} {condition.joins} "
        f"{'WHERE ' + where if where else ''} {group} ORDER BY {order} LIMIT {limit}"
    )
    return sql, (
        *key_params,
        *condition.join_params,
        *condition.where_params,
        *beyond_params,
        *key_params,
    )


def _beyond(keys: Sequence[Key], position: Position) -> tuple[str, tuple[SqlValue, ...]]:
    """What holds for the rows behind a position, in the order of SQLite: NULL is the smallest."""
    sql = "1" if position.inclusive else "0"
    params: tuple[SqlValue, ...] = ()
    for key, value in zip(reversed(keys), reversed(position.values), strict=True):
        upward = key.descending == position.backward
        # `IS` and `IS NOT` where NULL is a value as any other, the signs where it cannot be one.
        bound = (*key.params, value)
        params = (*bound, *params)
        sql = f"{key.sql} IS ? AND {sql}"
        if upward:
            sign = "IS NOT" if value is None else ">"
            sql = f"({key.sql} {sign} ? OR {sql})"
            params = (*bound, *params)
        elif value is not None:
            or_null = f" OR {key.sql} IS NULL" if key.nullable else ""
            sql = f"({key.sql} < ?{or_null} OR {sql})"
            params = (*bound, *(key.params if or_null else ()), *params)
    key, value = keys[0], position.values[0]
    upward = key.descending == position.backward
    if value is not None and (upward or not key.nullable):
        # Says nothing new, but lets an index lead to the place.
        sql = f"{key.sql} {'>=' if upward else '<='} ? AND {sql}"
        params = (*key.params, value, *params)
    return sql, params


class _Seal:
    """Makes and reads the cursors of one list for one caller."""

    def __init__(self, request: Request, compiled: Compiled) -> None:
        superusers = request.schema.find(SUPERUSERS)
        assert superusers is not None
        assert superusers.auth is not None
        # Of the directory, known to every process, and a new one ends the cursors with the tokens.
        secret = superusers.auth.auth_token.secret
        auth = request.auth
        scope = (
            "cursor of a list",
            compiled.collection.id,
            request.query.get("filter", ""),
            request.query.get("sort", ""),
            "" if auth is None else auth.collection.id,
            "" if auth is None else auth.id,
        )
        keys = hmac.digest(secret.encode(), msgspec.msgpack.encode(scope), "sha512")
        self._cipher_key, self._tag_key = keys[:32], keys[32:]

    def close(self, position: Position) -> str:
        """The cursor of a position. Raises 400 where its values are too long."""
        plain = msgspec.msgpack.encode(position)
        if len(plain) > MAX_VALUES:
            raise _refused("The page ends at a sort value that is too long for a cursor.")
        plain += bytes((1,))
        plain += bytes(-len(plain) % _BLOCK)
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._mask(nonce, plain)
        return urlsafe_b64encode(self._tag(sealed) + sealed).rstrip(b"=").decode()

    def open(self, cursor: str) -> Position:
        """The position of a cursor. Raises 400 for one that `close` did not make here."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (ValueError, binascii.Error):
            raw = b""
        tag, sealed = raw[:_TAG], raw[_TAG:]
        if not hmac.compare_digest(tag, self._tag(sealed)):
            raise _refused("The cursor is not one of this list.")
        plain = self._mask(sealed[:_NONCE], sealed[_NONCE:])
        return msgspec.msgpack.decode(plain.rstrip(b"\0")[:-1], type=Position)

    def _tag(self, sealed: bytes) -> bytes:
        return hmac.digest(self._tag_key, sealed, "sha256")[:_TAG]

    def _mask(self, nonce: bytes, text: bytes) -> bytes:
        """Encrypts and decrypts: a key stream of its own for each nonce."""
        stream = hashlib.shake_256(self._cipher_key + nonce).digest(len(text))
        return bytes(a ^ b for a, b in zip(text, stream, strict=True))


def _refused(message: str) -> ApiError:
    return bad_request(message, {"cursor": Problem("validation_invalid_cursor", message)})
