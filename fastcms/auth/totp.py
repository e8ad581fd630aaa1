"""Time-based codes (RFC 6238): the secret of each record's authenticator app, and its last code."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from time import time
from typing import NamedTuple

from fastcms.auth import devices, recovery
from fastcms.core import App
from fastcms.records.record import Record
from fastcms.store.store import Tx

# What every authenticator app assumes; most ignore other values.
PERIOD = 30  # seconds
DIGITS = 6
# Steps before and after the present one whose codes count: clocks differ, and typing takes time.
TOLERANCE = 1


class Enrolled(NamedTuple):
    """The secret in base32; it counts as soon as a first code has proven that the app has it."""

    secret: str
    is_confirmed: bool


async def find(app: App, record: Record) -> Enrolled | None:
    """What the record has enrolled."""
    rows = await app.store.read(
        "SELECT secret, confirmed FROM _fc_totps WHERE collectionRef = ? AND recordRef = ?",
        _owner(record),
    )
    return Enrolled(rows[0][0], bool(rows[0][1])) if rows else None


async def is_confirmed(app: App, record: Record) -> bool:
    """Whether the record's authenticator app counts."""
    enrolled = await find(app, record)
    return enrolled is not None and enrolled.is_confirmed


async def begin(app: App, record: Record) -> str:
    """A new secret that waits for its first code, "" if an app is confirmed already."""
    import pyotp

    secret = pyotp.random_base32()
    changed = await app.store.write_one(
        "INSERT INTO _fc_totps (collectionRef, recordRef, secret) VALUES (?, ?, ?)"
        " ON CONFLICT (collectionRef, recordRef) DO UPDATE SET secret = excluded.secret, step = 0"
        " WHERE NOT confirmed",
        (*_owner(record), secret),
    )
    return secret if changed else ""


async def use(app: App, record: Record, code: str) -> bool:
    """Whether the code is the app's and was not used before; afterwards it was."""
    enrolled = await find(app, record)
    if enrolled is None or not enrolled.is_confirmed:
        return False
    step = _step(enrolled.secret, code)
    sql = _USE.format("confirmed")
    return bool(step and await app.store.write_one(sql, (step, *_owner(record), enrolled.secret)))


async def confirm(app: App, record: Record, code: str) -> list[str]:
    """Takes the first code of a new app: from now on it counts. Gives the new recovery codes.

    The list is empty for a wrong code, and when nothing waits for one.
    """
    enrolled = await find(app, record)
    if enrolled is None or enrolled.is_confirmed:
        return []
    step = _step(enrolled.secret, code)
    if not step:
        return []

    def run(tx: Tx) -> list[str]:
        tx.execute(_USE.format("NOT confirmed"), (step, *_owner(record), enrolled.secret))
        return recovery.replace_in(tx, record) if tx.changes() else []

    return await app.store.write(run)


async def remove(app: App, record: Record) -> bool:
    """Forgets the app with its recovery codes and remembered devices; whether there was one."""

    def run(tx: Tx) -> bool:
        recovery.remove_in(tx, record)
        devices.remove_in(tx, record)
        tx.execute(
            "DELETE FROM _fc_totps WHERE collectionRef = ? AND recordRef = ?", _owner(record)
        )
        return bool(tx.changes())

    return await app.store.write(run)


def uri(secret: str, account: str, issuer: str) -> str:
    """The `otpauth` address that authenticator apps read."""
    import pyotp

    # The colon parts issuer and account, even where it is escaped.
    return pyotp.TOTP(secret).provisioning_uri(
        name=account.replace(":", " "), issuer_name=issuer.replace(":", " ") or None
    )


def image(text: str) -> str:
    """A QR code of the text as SVG."""
    import segno

    return segno.make(text, error="m", micro=False).svg_inline(scale=4, omitsize=True)


# Of two requests with the same code only one finds an older step.
_USE = (
    "UPDATE _fc_totps SET step = ?1, confirmed = 1"
    " WHERE collectionRef = ?2 AND recordRef = ?3 AND secret = ?4 AND step < ?1 AND {}"
)


def _owner(record: Record) -> tuple[str, str]:
    return record.collection.id, record.id


def _step(secret: str, code: str) -> int:
    """The time step that the code belongs to, 0 if to none near the present one."""
    found = 0
    given = code.encode()
    for step, expected in _codes(secret):
        # All are compared, so that the time does not tell which one fits.
        if hmac.compare_digest(expected.encode(), given):
            found = step
    return found


def _codes(secret: str) -> Iterator[tuple[int, str]]:
    import pyotp

    present = int(time()) // PERIOD
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        yield step, generator.generate_otp(step)
