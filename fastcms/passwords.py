"""Password hashes: argon2id for new directories, bcrypt for those that PocketBase made."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Algorithm: TypeAlias = Literal["argon2id", "bcrypt"]

BCRYPT_COST = 10
BCRYPT_BYTES = 72  # bcrypt reads no further; longer input is refused, never cut


def hash_password(plain: str, algorithm: Algorithm, cost: int = 0) -> str:
    """The hash to store. `cost` is bcrypt's, 0 for the default.

    Raises ValueError for input that the algorithm would cut short.
    """
    if algorithm == "bcrypt":
        import bcrypt

        encoded = plain.encode()
        if len(encoded) > BCRYPT_BYTES:
            raise ValueError("bcrypt reads at most 72 bytes")
        # "2a" is the prefix that the reference writes and expects.
        return bcrypt.hashpw(encoded, bcrypt.gensalt(cost or BCRYPT_COST, b"2a")).decode()
    return _argon2().hash(plain)


def verify_password(plain: str, stored: str) -> bool:
    """Whether a password fits a stored hash of either kind; never raises."""
    if stored.startswith("$argon2"):
        from argon2.exceptions import VerificationError

        try:
            return _argon2().verify(stored, plain)
        except (VerificationError, ValueError):
            return False
    import bcrypt

    encoded = plain.encode()
    try:
        return len(encoded) <= BCRYPT_BYTES and bcrypt.checkpw(encoded, stored.encode())
    except ValueError:
        return False


def is_hashed_with(stored: str, algorithm: Algorithm) -> bool:
    """Whether a hash is of this kind."""
    return stored.startswith("$argon2id$") == (algorithm == "argon2id")


@lru_cache
def decoy(algorithm: Algorithm) -> str:
    """A hash that no password fits, to spend on unknown accounts the time that known ones take."""
    from fastcms.ids import random_text

    return hash_password(random_text(32), algorithm)


async def hash_on_thread(plain: str, algorithm: Algorithm, cost: int = 0) -> str:
    """hash_password without stalling the event loop (30 to 70 ms of work)."""
    return await asyncio.to_thread(hash_password, plain, algorithm, cost)


async def verify_on_thread(plain: str, stored: str) -> bool:
    """verify_password without stalling the event loop."""
    return await asyncio.to_thread(verify_password, plain, stored)


@lru_cache
def _argon2() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    # OWASP's profile: 19 MiB, two passes, one lane; 31 ms on the 2-core box of the benchmarks.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
