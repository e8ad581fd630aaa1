"""What the server sets itself in a record that is about to be written."""

from __future__ import annotations

from fastcms import clock, ids
from fastcms.records.record import Record
from fastcms.values import NewPassword

CREATE_FAILED = "Failed to create record."
UPDATE_FAILED = "Failed to update record."


def settle(record: Record) -> None:
    """Sets what the server sets itself: generated ids and texts, dates, keys of sessions."""
    now = clock.now_text()
    values = record.values
    for field in record.collection.fields:
        values[field.name] = field.on_save(values[field.name], now, is_new=record.is_new)
    if record.collection.is_auth:
        _keep_auth_sound(record)


def _keep_auth_sound(record: Record) -> None:
    values = record.values
    if record.collection.is_superusers:
        values["verified"] = True
    if record.stored is None or record.is_changed("tokenKey"):
        return
    if record.is_changed("email") or isinstance(values["password"], NewPassword):
        # Ends every session that knew the old address or password.
        values["tokenKey"] = ids.random_text(50)
