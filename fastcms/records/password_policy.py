"""What an auth collection demands of new passwords beyond their length; all of it is optional.

Asked at every write of a password but those of imports and migrations, which bring accounts along.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha1
from time import time
from typing import NamedTuple

from fastcms import resources
from fastcms.core import App
from fastcms.errors import Problem
from fastcms.passwords import on_thread, verify_on_thread
from fastcms.records.record import Record
from fastcms.schema.options import PasswordPolicy
from fastcms.store.store import Tx

DAY = 24 * 3600
BREACH_SECONDS = 3  # that the list of breached passwords has for its answer

COMMON = Problem("validation_password_common", "Must not be one of the most common passwords.")
WEAK = Problem("validation_password_weak", "Must be harder to guess.")
BREACHED = Problem(
    "validation_password_breached", "Must not be one that is known from a data breach."
)
REUSED = Problem("validation_password_reused", "Must not be one that was used before.")

log = logging.getLogger("fastcms.records")


class Strength(NamedTuple):
    """An estimate: zxcvbn's score from 0 to 4, guesses as a power of 10, and what to do better."""

    score: int
    guesses: float
    warning: str
    suggestions: list[str]


_KINDS: dict[str, tuple[Callable[[str], bool], str]] = {
    "lower": (str.islower, "a lower-case letter"),
    "upper": (str.isupper, "an upper-case letter"),
    "digit": (str.isdigit, "a digit"),
    "symbol": (lambda letter: not letter.isalnum(), "a symbol"),
}


async def problem_of(app: App, record: Record, plain: str) -> Problem | None:
    """What is wrong with a new password of the record, by its collection's policy."""
    auth = record.collection.auth
    if auth is None or auth.password_policy == PasswordPolicy():
        return None
    policy = auth.password_policy
    found = await problem_in_itself(policy, plain, _about(app, record))
    if found is None and policy.history and await _is_reused(app, record, plain, policy.history):
        found = REUSED
    if found is None and policy.block_breached and await _is_breached(policy, plain):
        found = BREACHED
    return found


async def problem_in_itself(policy: PasswordPolicy, plain: str, about: list[str]) -> Problem | None:
    """What is wrong with a password, whoever's it is; `about` are words that would be guessed."""
    if missing := next(_missing(policy, plain), None):
        return missing
    if policy.block_common and is_common(plain, about):
        return COMMON
    if policy.min_strength:
        found = await strength(plain, about)
        if found.score < policy.min_strength:
            return WEAK
    return None


def is_common(plain: str, about: list[str]) -> bool:
    """Whether a password is on the shipped list of the 30,000 most common ones, or is a name."""
    folded = plain.casefold()
    if "\n" in folded:
        return False
    return folded in {word.casefold() for word in about} or f"\n{folded}\n".encode() in _common()


async def strength(plain: str, about: list[str]) -> Strength:
    """How many guesses a password withstands, as zxcvbn estimates."""
    from zxcvbn_rs_py import zxcvbn

    found = await on_thread(zxcvbn, plain, about)
    feedback = found.feedback
    warning = str(feedback.warning) if feedback and feedback.warning else ""
    suggestions = [str(item) for item in feedback.suggestions] if feedback else []
    return Strength(int(found.score), round(found.guesses_log10, 2), warning, suggestions)


async def remember(app: App, record: Record) -> None:
    """Notes the record's new hash, where the policy will ask for it."""
    auth = record.collection.auth
    assert auth is not None
    policy = auth.password_policy
    if not (policy.history or policy.expires):
        return
    account = (record.collection.id, record.id)
    keep = max(policy.history, 1)

    def run(tx: Tx) -> None:
        tx.execute(
            "INSERT INTO _fc_passwords VALUES (?, ?, ?, ?)",
            (*account, str(record.values["password"]), time()),
        )
        tx.execute(
            "DELETE FROM _fc_passwords WHERE collectionRef = ?1 AND recordRef = ?2 AND rowid NOT IN"
            " (SELECT rowid FROM _fc_passwords WHERE collectionRef = ?1 AND recordRef = ?2"
            " ORDER BY created DESC, rowid DESC LIMIT ?3)",
            (*account, keep),
        )

    await app.store.write(run)


async def is_expired(app: App, record: Record) -> bool:
    """Whether the password is older than the policy lets it be."""
    auth = record.collection.auth
    if auth is None or not auth.password_policy.expires:
        return False
    rows = await app.store.read(
        "SELECT MAX(created) FROM _fc_passwords WHERE collectionRef = ? AND recordRef = ?",
        (record.collection.id, record.id),
    )
    if rows[0][0] is None:
        # From before the policy: its time begins now.
        await remember(app, record)
        return False
    age: float = time() - rows[0][0]
    return age > auth.password_policy.expires * DAY


def _about(app: App, record: Record) -> list[str]:
    """Words that whoever knows the account tries first."""
    email = str(record.values["email"])
    auth = record.collection.auth
    names = auth.password_auth.identity_fields if auth is not None else ()
    identities = [str(record.values.get(name, "")) for name in names]
    words = [email, email.partition("@")[0], app.settings.meta.app_name, *identities]
    return [word for word in words if word]


def _missing(policy: PasswordPolicy, plain: str) -> Iterator[Problem]:
    for kind in policy.require:
        is_one, name = _KINDS[kind]
        if not any(is_one(letter) for letter in plain):
            yield Problem(
                "validation_password_composition", f"Must contain {name}.", {"kind": kind}
            )


async def _is_reused(app: App, record: Record, plain: str, history: int) -> bool:
    if record.stored is None:
        return False
    rows = await app.store.read(
        "SELECT hash FROM _fc_passwords WHERE collectionRef = ? AND recordRef = ?"
        " ORDER BY created DESC LIMIT ?",
        (record.collection.id, record.id, history),
    )
    # The present one may be from before the policy.
    hashes = {str(record.stored["password"]), *(hash_ for (hash_,) in rows)}
    for hash_ in hashes:
        if hash_ and await verify_on_thread(plain, hash_):
            return True
    return False


async def _is_breached(policy: PasswordPolicy, plain: str) -> bool:
    """Whether the list knows the password; it learns five digits of its digest and no more.

    A list that does not answer keeps nobody from a new password.
    """
    from fastcms.fetch import FetchError, fetch

    # The list's own choice; nothing is protected by it.
    digest = sha1(plain.encode(), usedforsecurity=False).hexdigest().upper()
    # Answers as long as each other do not tell which one it was.
    headers = {"add-padding": "true"}
    try:
        answer = await fetch(
            "GET", policy.breach_url + digest[:5], headers=headers, seconds=BREACH_SECONDS
        )
        if answer.status != 200:
            raise FetchError(f"it answered {answer.status}")
    except FetchError as error:
        log.warning("the list of breached passwords was not asked: %s", error)
        return False
    for line in answer.body.decode("ascii", "replace").splitlines():
        rest, _, count = line.strip().partition(":")
        if rest.upper() == digest[5:]:
            # Padding has a count of zero.
            return count.strip() != "0"
    return False


@lru_cache(maxsize=1)
def _common() -> bytes:
    # 240 KB, in memory from the first question on.
    return gzip.decompress((resources.shipped("records") / "common_passwords.txt.gz").read_bytes())
