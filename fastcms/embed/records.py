"""The records of the app object: read and written by the rules of somebody, or by none."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

from fastcms.core import App as Internal
from fastcms.core import acting
from fastcms.embed import expanded
from fastcms.embed.again import again
from fastcms.embed.either import either
from fastcms.embed.params import bound
from fastcms.errors import bad_request, not_found
from fastcms.fields.file import FileField
from fastcms.fields.upload import Upload
from fastcms.files.upload import received
from fastcms.filters import Condition, FilterError
from fastcms.filters.context import AuthRecord
from fastcms.hooks import bridge
from fastcms.http.request import Request
from fastcms.records import body as bodies
from fastcms.records import delete as deleting
from fastcms.records import write
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.query import page_statement, refuse_for_superusers
from fastcms.records.record import Record
from fastcms.records.rules import lets, require_rule
from fastcms.records.show import stored
from fastcms.schema.collection import SUPERUSERS
from fastcms.store.errors import StoreError

MOST = 500  # records of one read of `iterate`


class Nobody(Enum):
    """Whose rules hold where nobody is named: none are asked."""

    ASKED = 0


Whose = AuthRecord | Record | Nobody | None
NOBODY = Nobody.ASKED


class RecordMethods:
    """What the app object does with records."""

    def __init__(self, inner: Internal | None) -> None:
        self._inner = inner

    @property
    def inner(self) -> Internal:
        """The server's own app, of the transaction that is open. Raises RuntimeError where no
        directory is open.
        """
        app = self._inner or Internal.served
        if app is None:
            raise RuntimeError("no data directory is open here; open one by fastcms.App(folder)")
        return acting(app)

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """The coroutine itself for those who await it, or what came of it."""
        return bridge.wait(made) if bridge.is_plain() else made

    @either
    async def find(
        self, collection: str, id: str, *, expand: str = "", as_user: Whose = NOBODY
    ) -> Record:
        """A record by its id. Raises ApiError (404) where there is none that `as_user` may see.

        `expand` names relations, as in requests: their records are in `record.expand`.
        """
        request, plan = self._asked(collection, as_user, expand)
        require_rule(plan.collection.view_rule, request)
        record = await write.find(request.app, plan, id)
        if record is None or not await lets(plan.collection.view_rule, request, plan, id):
            raise not_found()
        await expanded.put(request, plan, [record])
        return record

    @either
    async def find_first(
        self,
        collection: str,
        filter: str = "",
        params: Mapping[str, object] | None = None,
        *,
        sort: str = "",
        expand: str = "",
        as_user: Whose = NOBODY,
    ) -> Record | None:
        """The first record that a filter finds, None if there is none."""
        found = await self._list(collection, filter, params, as_user, sort=sort, expand=expand)
        return found[0] if found else None

    @either
    async def list(
        self,
        collection: str,
        filter: str = "",
        params: Mapping[str, object] | None = None,
        *,
        sort: str = "",
        page: int = 1,
        per_page: int = 30,
        expand: str = "",
        as_user: Whose = NOBODY,
    ) -> list[Record]:
        """A page of the records that a filter finds: `list("posts", "author = {:id}", {"id": …})`.

        `{:name}` stands for the value of that name, which cannot change what the filter means.
        Raises ApiError (400) for a filter or sort that cannot be read.
        """
        offset = (page - 1) * per_page
        return await self._list(
            collection,
            filter,
            params,
            as_user,
            sort=sort,
            expand=expand,
            limit=per_page,
            offset=offset,
        )

    def iterate(
        self,
        collection: str,
        filter: str = "",
        params: Mapping[str, object] | None = None,
        *,
        as_user: Whose = NOBODY,
    ) -> Records:
        """All records that a filter finds, by their ids, for `for` and `async for`."""
        return Records(self, collection, filter, params or {}, as_user)

    @either
    async def count(
        self,
        collection: str,
        filter: str = "",
        params: Mapping[str, object] | None = None,
        *,
        as_user: Whose = NOBODY,
    ) -> int:
        """How many records a filter finds."""
        request, plan, condition = self._searched(collection, filter, params, as_user)
        where = f" WHERE {condition.where}" if condition.where else ""
        table = plan.table
        sql = f'SELECT COUNT(DISTINCT {table}."id") FROM {table} {condition.joins}{where}'
        sql, values = plan.asked(sql, (*condition.join_params, *condition.where_params))
        return int((await request.app.store.read(sql, values))[0][0])

    @either
    async def create(
        self, collection: str, values: Mapping[str, object], *, as_user: Whose = NOBODY
    ) -> Record:
        """A new record; `values` as the body of a request has them, files by :meth:`file`.

        Raises ApiError (400) with the problems by field.
        """
        plain, files = _apart(values)

        async def attempt() -> Record:
            request, plan = self._asked(collection, as_user)
            if as_user is not NOBODY:
                record, _ = await write.draft_by_request(request, plan, plain, files)
                await write.create_draft(request, plan, record)
                return record
            record = Record.blank(plan.collection)
            bodies.apply(record, plain, files)
            await write.save(request.app, plan, record, request.stamp)
            return record

        return await again(self.inner, attempt)

    @either
    async def update(
        self,
        record: Record,
        values: Mapping[str, object] | None = None,
        *,
        as_user: Whose = NOBODY,
    ) -> Record:
        """Sets values of a record, and stores it: itself, as it is now.

        Modifiers are those of requests: `{"visits+": 1}`. Raises as :meth:`create`.
        """
        plain, files = _apart(values or {})
        if as_user is NOBODY:
            # Once: a modifier counts from what is there.
            bodies.apply(record, plain, files)

        async def attempt() -> Record:
            request, plan = self._asked(record.collection.id, as_user)
            if as_user is not NOBODY:
                sent = write.Files(files)
                done, _ = await write.update_with(request, plan, record.stored_id, plain, sent)
                record.values, record.stored = done.values, done.stored
                return record
            if plan.collection != record.collection:
                name = plan.collection.name
                raise bad_request(f"{name} was changed since the record was found; find it anew.")
            await write.save(request.app, plan, record, request.stamp)
            return record

        return await again(self.inner, attempt)

    @either
    async def delete(self, record: Record, *, as_user: Whose = NOBODY) -> None:
        """Deletes a record and what hangs on it. Raises ApiError where another one needs it."""

        async def attempt() -> None:
            request, plan = self._asked(record.collection.id, as_user)
            if as_user is not NOBODY:
                await deleting.delete_by_request(request, plan, record.stored_id)
            else:
                await deleting.delete(request.app, request.schema, [record], stamp=request.stamp)

        await again(self.inner, attempt)

    def file(self, name: str, content: bytes) -> Upload:
        """A file for :meth:`create` and :meth:`update`."""
        return received(name, content, len(content))

    @either
    async def read_file(self, record: Record, name: str) -> bytes:
        """The content of a file of a record. Raises ApiError (404) for a name it does not have."""
        fields = (f for f in record.collection.fields if isinstance(f, FileField))
        if not any(name in _names(record[field.name]) for field in fields):
            raise not_found()
        key = f"{record.collection.id}/{record.stored_id}/{name}"
        return b"".join([piece async for piece in self.inner.files.read(key)])

    async def _list(
        self,
        collection: str,
        filter: str,
        params: Mapping[str, object] | None,
        as_user: Whose,
        *,
        sort: str = "",
        expand: str = "",
        limit: int = 1,
        offset: int = 0,
    ) -> builtins.list[Record]:
        request, plan, condition = self._searched(
            collection, filter, params, as_user, sort=sort, expand=expand
        )
        with _filters():
            sql, values = page_statement(request, plan, condition, limit, offset)
            rows = await request.app.store.read(*plan.asked(sql, values))
        records = await stored(request, plan, rows)
        await expanded.put(request, plan, records)
        return records

    def _searched(
        self,
        collection: str,
        filter: str,
        params: Mapping[str, object] | None,
        as_user: Whose,
        *,
        sort: str = "",
        expand: str = "",
    ) -> tuple[Request, Compiled, Condition]:
        """Who asks for what, and what the rule and the filter let through."""
        request, plan = self._asked(collection, as_user, expand)
        rule = plan.collection.list_rule
        require_rule(rule, request)
        trusted = request.is_superuser
        # As the list of a request: the filter may well be that of a client.
        if not trusted:
            refuse_for_superusers(filter, sort)
        text, request.body = bound(filter, params)
        with _filters():
            query = plan.query(None if trusted else rule, text, sort, trusted=trusted)
            return request, plan, query.bind(request)

    def _asked(self, collection: str, as_user: Whose, expand: str = "") -> tuple[Request, Compiled]:
        request = self._request(as_user, expand)
        found = request.schema.find(collection)
        if found is None:
            raise not_found(f'There is no collection "{collection}".')
        return request, compiled(request.schema, found)

    def _request(self, as_user: Whose, expand: str = "") -> Request:
        app = self.inner
        schema = app.refresh()
        if isinstance(as_user, Nobody):
            superusers = schema.find(SUPERUSERS)
            assert superusers is not None
            auth: AuthRecord | None = AuthRecord(superusers, "", {})
        elif isinstance(as_user, Record):
            auth = AuthRecord(as_user.collection, as_user.id, as_user.values)
        else:
            auth = as_user
        query = {"expand": expand}
        request = Request.imagined(
            app, schema, app.stamp, context="default", query=query, headers={}, auth=auth
        )
        request.is_answered = False
        return request


class Records:
    """What `iterate` goes through."""

    def __init__(
        self,
        app: RecordMethods,
        collection: str,
        filter: str,
        params: Mapping[str, object],
        as_user: Whose,
    ) -> None:
        self._app = app
        self._collection = collection
        self._filter = "id > {:fc_last}" + (f" && ({filter}\n)" if filter else "")
        self._params = params
        self._as_user = as_user

    async def __aiter__(self) -> AsyncIterator[Record]:
        last = ""
        while records := await self._after(last):
            for record in records:
                yield record
            last = records[-1].id

    def __iter__(self) -> Iterator[Record]:
        last = ""
        while records := self._app.settle(self._after(last)):
            yield from records
            last = records[-1].id

    async def _after(self, last: str) -> list[Record]:
        params = {**self._params, "fc_last": last}
        return await self._app._list(
            self._collection, self._filter, params, self._as_user, sort="id", limit=MOST
        )


@contextmanager
def _filters() -> Iterator[None]:
    """Turns what is wrong with a filter into an error of the wire."""
    try:
        yield
    except (FilterError, StoreError) as error:
        raise bad_request(f"The filter or sort cannot be used: {error}") from error


def _apart(
    values: Mapping[str, object],
) -> tuple[dict[str, object], dict[str, list[Upload]]]:
    """Values and new files, by key."""
    plain: dict[str, object] = {}
    files: dict[str, list[Upload]] = {}
    for key, value in values.items():
        if isinstance(value, Upload):
            files[key] = [value]
        elif isinstance(value, list) and value and all(isinstance(v, Upload) for v in value):
            files[key] = value
        else:
            plain[key] = value
    return plain, files


def _names(value: object) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value  # type: ignore[return-value]
