"""Writes through many-to-many fields: links made, changed and deleted inside the write job.

Each link is a record of the junction and comes under its rules, checks and defaults. What the lists
of both sides may hold is asked when all of it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from fastcms.errors import ApiError, Problem, Problems, bad_request
from fastcms.http.request import Request
from fastcms.records import body as bodies
from fastcms.records.cascade import Cascade, RequiredError, naming
from fastcms.records.compiled import Compiled, compiled, quote
from fastcms.records.inside import save_in
from fastcms.records.lists import list_problem
from fastcms.records.record import Record
from fastcms.records.rules import lets_draft_within, lets_within
from fastcms.records.settle import CREATE_FAILED, UPDATE_FAILED
from fastcms.schema.links import Link
from fastcms.store.store import Tx

REFUSED = Problem("validation_links_refused", "The rules of the links do not allow this.")
IN_USE = Problem("validation_links_in_use", "A link that is to go is needed by other records.")


def write(tx: Tx, plan: Compiled, record: Record, cascade: Cascade, asker: Request | None) -> bool:
    """Makes the links of a record, which is written already, those that its lists want.

    Gives whether there was anything to do. Rules are asked of `asker`, None for the server itself.
    Raises 400 with the problems by the record's fields; also if the record is a link itself and a
    list that it stands in holds too many or too few now.
    """
    failed = UPDATE_FAILED if record.stored else CREATE_FAILED
    changed: list[Record] = []
    for name, link in plan.links.items():
        if name in record.links or record.is_changed(name):
            try:
                changed += _Writer(tx, plan, record, link, cascade, asker).write()
            except _RefusedError as error:
                raise bad_request(failed, {name: error.problem}) from error
    for link_record in ([record] if plan.carried else []) + changed:
        if found := list_problem(tx, plan.schema, [link_record]):
            link, problem = found
            name = next(
                (n for n, own in plan.links.items() if own.junction.id == link.junction.id),
                link.source.name,
            )
            raise bad_request(failed, {name: problem})
    for name in plan.links:
        sql = f'SELECT {quote(name)} FROM {plan.table} WHERE "id" = ?'
        rows = tx.execute(sql, (record.id,))
        if rows:
            record.values[name] = plan.collection.by_name[name].from_db(rows[0][0])
    return bool(changed)


class _RefusedError(Exception):
    def __init__(self, problem: Problem | Problems) -> None:
        super().__init__("links refused")
        self.problem = problem


class _Writer:
    """The links of one list of one record."""

    def __init__(  # noqa: PLR0917
        self,
        tx: Tx,
        plan: Compiled,
        record: Record,
        link: Link,
        cascade: Cascade,
        asker: Request | None,
    ) -> None:
        self._tx = tx
        self._record = record
        self._link = link
        self._cascade = cascade
        self._asker = None if asker is not None and asker.is_superuser else asker
        self._junction = compiled(plan.schema, link.junction)

    def write(self) -> list[Record]:
        """Gives the links that were made, changed or deleted."""
        link, record = self._link, self._record
        stored = {
            str(found.values[link.target.name]): found
            for found in naming(self._tx, self._junction, link.source, [record.id])
        }
        wanted = record.values[link.field.name]
        assert isinstance(wanted, list)
        said = record.links.get(link.field.name, {})
        done: list[Record] = []
        for id_ in wanted:
            if id_ not in stored:
                done.append(self._save(Record.blank(link.junction), id_, said.get(id_, {})))
            elif said.get(id_):
                done.append(self._save(stored[id_], id_, said[id_]))
        gone = [found for id_, found in stored.items() if id_ not in wanted]
        self._delete(gone)
        return done + gone

    def _save(self, found: Record, id_: str, said: Mapping[str, object]) -> Record:
        link, junction = self._link, self._junction
        if self._asker is not None:
            said = bodies.drop_hidden(junction, said)
        ends = {link.source.name: self._record.id, link.target.name: id_}
        values = {**said, **ends}
        if self._asker is not None and not self._lets(self._asker, found, values):
            raise _RefusedError(REFUSED)
        hashing = self._cascade.app.password_hash
        write = partial(save_in, self._tx, junction, found, values, hashing, cascade=self._cascade)
        try:
            self._cascade.save(self._tx, found, write)
        except ApiError as error:
            invalid = Problem("validation_links_invalid", error.message)
            raise _RefusedError(error.data or invalid) from error
        return found

    def _lets(self, asker: Request, found: Record, values: Mapping[str, object]) -> bool:
        """Whether the junction's rule lets the asker make or change the link."""
        junction = self._junction
        draft = Record(found.collection, dict(found.values), found.stored)
        inner = asker.within(asker.context, asker.auth)
        inner.body = bodies.apply(draft, values)
        if found.is_new:
            rule = found.collection.create_rule
            return lets_draft_within(self._tx, rule, inner, junction, draft)
        return lets_within(self._tx, found.collection.update_rule, inner, junction, found.id)

    def _delete(self, gone: list[Record]) -> None:
        asker = self._asker
        if asker is not None:
            rule = self._link.junction.delete_rule
            inner = asker.within(asker.context, asker.auth)
            inner.body = {}
            for found in gone:
                if not lets_within(self._tx, rule, inner, self._junction, found.id):
                    raise _RefusedError(REFUSED)
        try:
            self._cascade.delete(self._tx, gone)
        except RequiredError as error:
            raise _RefusedError(IN_USE) from error
