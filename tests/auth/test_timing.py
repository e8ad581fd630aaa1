"""Times tell nothing of who exists: rank tests over samples in a shuffled order.

Nothing is compared with a clock's figure: a load on the machine makes both sides slower alike. With
nothing to tell the two sides apart a test fails once in 100,000 runs by chance.
"""

import random
from collections.abc import Awaitable, Callable
from math import erfc, sqrt
from time import perf_counter

from fastcms.auth.methods import password as by_password
from fastcms.passwords import verify_on_thread
from tests.auth.accounts import USERS, add, mail_to, sent
from tests.inprocess import Client, served
from tests.mailserver import MailServer

SIGNIFICANCE = 1e-5
SAMPLES = 40  # of each side

# Sends one request about this address.
Send = Callable[[Client, str], Awaitable[None]]


def likelihood(known: list[float], unknown: list[float]) -> float:
    """How likely ranks as far apart as these are where both sides are the same (Mann-Whitney)."""
    ranked = sorted([(time, True) for time in known] + [(time, False) for time in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    n, m = len(known), len(unknown)
    expected = n * (n + m + 1) / 2
    deviation = sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(ranks - expected) / deviation / sqrt(2))


async def measured(client: Client, send: Send) -> float:
    """The likelihood for requests about accounts that exist and about others."""
    names = [
        (f"{kind}{number}@example.com", kind)
        for kind in ("known", "unknown")
        for number in range(SAMPLES)
    ]
    random.Random(7).shuffle(names)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    # What is made at the first request of all is nobody's.
    await send(client, "warm@example.com")
    for email, kind in names:
        started = perf_counter()
        await send(client, email)
        times[kind].append(perf_counter() - started)
        await sent(client)
    return likelihood(times["known"], times["unknown"])


def test_the_measure_itself():
    pick = random.Random(3)
    same = [[pick.gauss(30, 5) for _ in range(SAMPLES)] for _ in range(2)]
    assert likelihood(*same) > 0.01
    assert likelihood(same[0], [time + 15 for time in same[1]]) < SIGNIFICANCE
    assert likelihood([time + 15 for time in same[0]], same[1]) < SIGNIFICANCE


async def sign_in(client: Client, email: str) -> None:
    body = {"identity": email, "password": "wrong-password"}
    answer = await client("POST", f"{USERS}/auth-with-password", body, token="")
    assert answer.status == 400


async def ask_for_reset(client: Client, email: str) -> None:
    path = f"{USERS}/request-password-reset"
    assert (await client("POST", path, {"email": email}, token="")).status == 204


async def add_known(client: Client) -> None:
    for number in range(SAMPLES):
        await add(client, f"known{number}")
    # One address tries them all.
    await client("PATCH", USERS, {"lockout": {"enabled": False}})


def test_a_sign_in_takes_as_long_for_who_does_not_exist(tmp_path):
    async def body(client: Client) -> None:
        await add_known(client)
        assert await measured(client, sign_in) > SIGNIFICANCE

    served(tmp_path, body)


def test_the_measure_sees_a_sign_in_without_its_guard(tmp_path, monkeypatch):
    async def unguarded(record, password, stand_in):
        return record is not None and await verify_on_thread(password, record["password"])

    monkeypatch.setattr(by_password, "_is_right", unguarded)

    async def body(client: Client) -> None:
        await add_known(client)
        assert await measured(client, sign_in) < SIGNIFICANCE

    served(tmp_path, body)


def test_a_request_for_a_reset_takes_as_long_for_who_does_not_exist(tmp_path):
    async def body(client: Client) -> None:
        await add_known(client)
        with MailServer() as mails:
            await mail_to(client, mails)
            assert await measured(client, ask_for_reset) > SIGNIFICANCE

    served(tmp_path, body)
