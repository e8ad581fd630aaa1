"""Hashes of both kinds, and what they refuse."""

import asyncio
import os
import sys
import threading

import msgspec
import pytest

from fastcms.passwords import (
    NICENESS,
    Argon2,
    decoy,
    hash_password,
    is_hashed_with,
    on_thread,
    verify_password,
)

ARGON2 = Argon2()
STRONGER = Argon2(memory=21, time=3, parallelism=2)


@pytest.mark.parametrize("algorithm", [ARGON2, STRONGER, "bcrypt"])
@pytest.mark.parametrize("password", ["secret123", "pässwörd ✓", "a" * 71, " ", "\0nul"])
def test_a_password_fits_its_hash_and_no_other(algorithm, password):
    stored = hash_password(password, algorithm, 4)
    assert is_hashed_with(stored, algorithm)
    assert verify_password(password, stored)
    assert not verify_password(password + "x", stored)
    assert hash_password(password, algorithm, 4) != stored


@pytest.mark.parametrize(
    ("algorithm", "start"),
    [
        ("bcrypt", "$2a$04$"),
        (ARGON2, "$argon2id$v=19$m=19456,t=2,p=1$"),
        (STRONGER, "$argon2id$v=19$m=21504,t=3,p=2$"),
    ],
)
def test_the_parameters_of_a_hash(algorithm, start):
    assert hash_password("secret123", algorithm, 4).startswith(start)


def test_bcrypt_refuses_what_it_would_cut():
    stored = hash_password("a" * 72, "bcrypt", 4)
    with pytest.raises(ValueError, match="72"):
        hash_password("a" * 73, "bcrypt", 4)
    assert not verify_password("a" * 73, stored)
    assert not verify_password("ä" * 40, stored)


@pytest.mark.parametrize("stored", ["", "plain", "$2a$10$short", "$argon2id$broken", "$argon2id$v"])
def test_a_broken_hash_fits_nothing(stored):
    assert not verify_password("secret123", stored)
    assert not verify_password("", stored)


@pytest.mark.parametrize("algorithm", [ARGON2, STRONGER, "bcrypt"])
def test_the_decoy_costs_what_a_hash_costs_and_fits_nothing(algorithm):
    assert is_hashed_with(decoy(algorithm), algorithm)
    assert decoy(algorithm) is decoy(algorithm)
    assert not verify_password("", decoy(algorithm))


@pytest.mark.parametrize("how", [ARGON2, STRONGER, "bcrypt"])
@pytest.mark.parametrize("now", [ARGON2, STRONGER, "bcrypt"])
def test_a_hash_of_other_costs_is_another_kind(how, now):
    assert is_hashed_with(decoy(how), now) is (how == now)


@pytest.mark.parametrize(
    ("memory", "time", "weak"), [(7, 5, False), (7, 4, True), (46, 1, False), (19, 1, True)]
)
def test_what_is_less_than_owasps_least(memory, time, weak):
    assert Argon2(memory=memory, time=time).is_weak is weak


@pytest.mark.parametrize("costs", [{"memory": 6}, {"time": 0}, {"parallelism": 17}])
def test_costs_out_of_range_are_refused(costs):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(costs, Argon2)


def test_a_crowd_is_hashed_by_few_threads_at_a_time():
    lock, running, most = threading.Lock(), 0, 0
    full = threading.Event()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait()
        with lock:
            running -= 1

    async def crowd() -> None:
        waiting = asyncio.gather(*(on_thread(work) for _ in range(50)))
        # The event loop is free meanwhile.
        asyncio.get_running_loop().call_soon(full.set)
        await waiting

    asyncio.run(crowd())
    assert most <= max(1, (os.cpu_count() or 1) // 2)


def test_who_hashes_lets_others_go_first():
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    # Only Linux has priorities of threads.
    expected = priority() + (NICENESS if sys.platform == "linux" else 0)
    assert asyncio.run(on_thread(priority)) == expected
