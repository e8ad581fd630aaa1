"""What an auth record has in the reference's system collections: sessions, links, origins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastcms.errors import Problem
from fastcms.ids import random_text
from fastcms.records.compiled import among, quote
from fastcms.records.record import Record
from fastcms.schema.collection import BELONGINGS, Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.reads import Reads
from fastcms.store.store import Tx

_NO_COLLECTION = Problem("validation_invalid_collection_id", "Missing or invalid collection.")
_NO_ACCOUNTS = Problem(
    "validation_invalid_collection_type", "Invalid collection type - must be auth."
)
_NO_ACCOUNT = Problem("validation_invalid_record", "Missing or invalid record.")

# The fields of an account whose change ends some of them.
CONCERNED_BY = frozenset({"tokenKey", "password", "verified"})

# Ways to sign in that need neither the password nor the address.
_WAYS_IN = ("_fc_passkeys", "_fc_phones")


async def reference_problems(record: Record, schema: Schema, store: Reads) -> dict[str, Problem]:
    """What is wrong with whom a record of one of these collections is said to belong to."""
    owner = schema.by_id.get(str(record["collectionRef"]))
    if owner is None:
        return {"collectionRef": _NO_COLLECTION}
    if not owner.is_auth:
        return {"collectionRef": _NO_ACCOUNTS}
    sql = f'SELECT 1 FROM {quote(owner.name)} WHERE "id" = ?'
    if not await store.read(sql, (str(record["recordRef"]),)):
        return {"recordRef": _NO_ACCOUNT}
    return {}


def delete_belongings(
    tx: Tx, collection: Collection, ids: Sequence[str], names: Iterable[str] = BELONGINGS
) -> int:
    """Deletes what records have in these collections; tells how much that was."""
    deleted = 0
    one_of, param = among(ids)
    for name in names:
        tx.execute(
            f'DELETE FROM {quote(name)} WHERE "collectionRef" = ? AND "recordRef" {one_of}',
            (collection.id, param),
        )
        deleted += tx.changes()
    return deleted


def are_concerned(record: Record) -> bool:
    """Whether a change of the record ends some of them."""
    return record.collection.is_auth and any(map(record.is_changed, CONCERNED_BY))


def end_outdated(tx: Tx, record: Record) -> None:
    """Deletes what a change of the record makes void, in the transaction of its update.

    A verified address ends the links to other accounts that were made before anybody had proved
    it, and the sessions that began by them. Where it was proved without the password, by one's mail
    or provider, so do passkeys and phone numbers. An authenticator app lets nobody in and stays.
    """

    def delete(*names: str) -> int:
        return delete_belongings(tx, record.collection, [record.id], names)

    is_proved = record.values["verified"] and record.is_changed("verified")
    # Their maker may be somebody else than who owns the address.
    if is_proved and record.is_changed("tokenKey") and not record.is_changed("email"):
        delete(*_WAYS_IN)
    if is_proved and delete("_externalAuths"):
        record.values["tokenKey"] = random_text(50)
    if record.is_changed("tokenKey"):
        delete("_otps")
    if record.is_changed("password"):
        delete("_mfas", "_authOrigins")
