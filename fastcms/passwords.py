"""Password hashes: argon2id for new directories, bcrypt for those that PocketBase made."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from fastcms.ids import random_text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

P = ParamSpec("P")
T = TypeVar("T")

NICENESS = 10  # of threads that hash
BCRYPT_COST = 10
BCRYPT_BYTES = 72  # bcrypt reads no further; longer input is refused, never cut


class Argon2(msgspec.Struct, frozen=True):
    """What an argon2id hash costs: memory in MiB, passes over it, threads.

    The default is OWASP's profile: 31 ms on the 2-core box of the benchmarks.
    """

    memory: Annotated[int, Meta(ge=7, le=1024)] = 19
    time: Annotated[int, Meta(ge=1, le=20)] = 2
    parallelism: Annotated[int, Meta(ge=1, le=16)] = 1

    @property
    def is_weak(self) -> bool:
        """Whether it is less than the least that OWASP lists (7 MiB in 5 passes)."""
        return self.memory * self.time < 35


# How passwords are hashed. bcrypt's cost stands in each password field.
Hashing: TypeAlias = Argon2 | Literal["bcrypt"]


def hash_password(plain: str, how: Hashing, cost: int = 0) -> str:
    """The hash to store. `cost` is bcrypt's, 0 for the default.

    Raises ValueError for input that the algorithm would cut short.
    """
    if how == "bcrypt":
        import bcrypt

        encoded = plain.encode()
        if len(encoded) > BCRYPT_BYTES:
            raise ValueError("bcrypt reads at most 72 bytes")
        # "2a" is the prefix that the reference writes and expects.
        return bcrypt.hashpw(encoded, bcrypt.gensalt(cost or BCRYPT_COST, b"2a")).decode()
    return _argon2(how).hash(plain)


def verify_password(plain: str, stored: str) -> bool:
    """Whether a password fits a stored hash of either kind; never raises."""
    if stored.startswith("$argon2"):
        from argon2.exceptions import VerificationError

        try:
            return _argon2(Argon2()).verify(stored, plain)
        except (VerificationError, ValueError):
            return False
    import bcrypt

    encoded = plain.encode()
    try:
        return len(encoded) <= BCRYPT_BYTES and bcrypt.checkpw(encoded, stored.encode())
    except ValueError:
        return False


def is_hashed_with(stored: str, how: Hashing) -> bool:
    """Whether a hash is of this kind, of argon2id with these costs."""
    if how == "bcrypt":
        return not stored.startswith("$argon2")
    costs = f"m={how.memory << 10},t={how.time},p={how.parallelism}"
    return stored.startswith(f"$argon2id$v=19${costs}$")


@lru_cache
def decoy(how: Hashing) -> str:
    """A hash that no password fits, to spend on unknown accounts the time that known ones take."""
    from fastcms.ids import random_text

    return hash_password(random_text(32), how)


async def hash_on_thread(plain: str, how: Hashing, cost: int = 0) -> str:
    """hash_password without stalling the event loop (30 to 70 ms of work)."""
    return await on_thread(hash_password, plain, how, cost)


async def verify_on_thread(plain: str, stored: str) -> bool:
    """verify_password without stalling the event loop."""
    return await on_thread(verify_password, plain, stored)


async def decoy_on_thread(how: Hashing) -> str:
    """decoy without stalling the event loop the first time."""
    return await on_thread(decoy, how)


async def on_thread(run: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs what costs as much as a hash without stalling the event loop."""
    work = _threads().submit(run, *args, **kwargs)
    return await asyncio.wrap_future(work)


@lru_cache
def _threads() -> ThreadPoolExecutor:
    """Few threads, so that a crowd that signs in leaves cores, and memory, to everybody else."""
    few = max(1, min(4, (os.cpu_count() or 1) // 2))
    return ThreadPoolExecutor(few, "hash", initializer=_step_back)


def _step_back() -> None:
    """Lets the system prefer every other thread to this one."""
    # Only Linux has priorities of threads; elsewhere this would be the whole process's.
    if sys.platform == "linux":
        os.nice(NICENESS)


if sys.platform != "win32":
    # A fork takes no threads along.
    os.register_at_fork(after_in_child=_threads.cache_clear)


@lru_cache
def _argon2(how: Argon2) -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(how.time, how.memory << 10, how.parallelism, type=Type.ID)


def unknown() -> str:
    """A password that nobody knows, with a letter of each kind that a policy may ask for."""
    return f"{random_text(30)}aA1-"
