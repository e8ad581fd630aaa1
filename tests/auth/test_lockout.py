"""Locks after failed attempts: whom they stop, whom not, and that they tell nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from fastcms.auth import lockout
from fastcms.passwords import hash_password
from fastcms.settings.load import save_password_hash
from tests.auth.accounts import arrived, mail_to, sent
from tests.inprocess import Answer, Client, served
from tests.mailserver import MailServer

USERS = "/api/collections/users"
ANN, BOB, NOBODY = "ann@example.com", "bob@example.com", "nobody@example.com"
RIGHT = "password123"
HOME, ABROAD = "192.0.2.1", "198.51.100.1"

Scenario: TypeAlias = Callable[[Client], Awaitable[None]]

LIMITS = {"attempts": 3, "accountAttempts": 5, "addressAttempts": 8, "delay": 30, "duration": 120}
REFUSED = (429, "Too many failed attempts, please try again later.")
WRONG = (400, "Failed to authenticate.")


class Clock:
    """The time that locks go by."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lockout, "time", clock)
    monkeypatch.setattr("fastcms.auth.lockout_requests.time", clock)
    return clock


@pytest.fixture
def with_users(tmp_path: Path) -> Callable[[Scenario], None]:
    """Runs a scenario on a server with Ann and Bob, behind a proxy that says where who is."""

    def run(body: Scenario) -> None:
        async def scenario(client: Client) -> None:
            # Hashes that cost next to nothing.
            await client.app.store.write(lambda tx: save_password_hash(tx, "bcrypt"))
            client.app.reload()
            for email in (ANN, BOB):
                new = {"email": email, "password": RIGHT, "passwordConfirm": RIGHT}
                assert (await client("POST", f"{USERS}/records", new)).status == 200
            await cheapen(client)
            proxy = {"trustedProxy": {"headers": ["X-Real-IP"]}}
            assert (await client("PATCH", "/api/settings", proxy)).status == 200
            await options(client, lockout=LIMITS)
            await body(client)

        served(tmp_path, scenario)

    return run


async def cheapen(client: Client) -> None:
    cheap = hash_password(RIGHT, "bcrypt", 4)
    for table in ("users", "_superusers"):
        await client.app.store.write_one(f"UPDATE {table} SET password = ?", (cheap,))


async def options(client: Client, collection: str = USERS, **changes: object) -> None:
    answer = await client("PATCH", collection, changes)
    assert answer.status == 200, answer.body


async def attempt(
    client: Client,
    password: str = "wrong",
    *,
    who: str = ANN,
    at: str = HOME,
    collection: str = USERS,
    **more: object,
) -> Answer:
    body = {"identity": who, "password": password, **more}
    path = f"{collection}/auth-with-password"
    return await client("POST", path, body, token="", extra={"X-Real-IP": at})


async def outcome(client: Client, password: str = "wrong", **more: object) -> tuple[int, str]:
    answer = await attempt(client, password, **more)
    return answer.status, answer.json().get("message", "")


async def fail(client: Client, times: int, **more: object) -> None:
    for _ in range(times):
        assert await outcome(client, **more) == WRONG


# -- one account from one address ---------------------------------------------------------------


def test_locks_double_up_to_their_longest_and_are_the_same_for_who_does_not_exist(
    with_users, clock
):
    async def body(client: Client) -> None:
        async def seen(who: str) -> list[tuple[int, bytes, str]]:
            answers = []
            for wait in (0, 0, 0, 0, 29, 1, 0, 60, 0, 120, 0, 120, 0):
                clock.now += wait
                answer = await attempt(client, who=who)
                answers.append((answer.status, answer.body, answer.headers.get("retry-after", "")))
            return answers

        known = await seen(ANN)
        assert [status for status, _, _ in known] == [400] * 3 + [429, 429] + [400, 429] * 4
        waits = [wait for _, _, wait in known if wait]
        assert waits == ["30", "1", "60", "120", "120", "120"]
        clock.now += 7200
        assert await seen(NOBODY) == known

    with_users(body)


def test_the_right_password_does_not_open_a_lock_but_ends_the_count_after_it(with_users, clock):
    async def body(client: Client) -> None:
        await fail(client, 3)
        assert await outcome(client, RIGHT) == REFUSED
        clock.now += 30
        assert (await attempt(client, RIGHT)).status == 200
        await fail(client, 3)
        assert await outcome(client) == REFUSED

    with_users(body)


def test_right_passwords_are_never_counted(with_users, clock):
    async def body(client: Client) -> None:
        for _ in range(10):
            assert (await attempt(client, RIGHT)).status == 200
        assert await client.app.store.read("SELECT * FROM _fc_lockouts") == []
        # Nor is one that the collection's rule then keeps out.
        await options(client, authRule="name = 'nobody'")
        for _ in range(10):
            assert (await attempt(client, RIGHT)).status == 403

    with_users(body)


def test_a_crowd_of_attempts_at_once_does_not_slip_through(with_users, clock):
    async def body(client: Client) -> None:
        found = await asyncio.gather(*(outcome(client) for _ in range(20)))
        assert sorted(found) == [WRONG] * 3 + [REFUSED] * 17

    with_users(body)


def test_a_crowd_of_right_passwords_at_once_is_let_in(with_users, clock):
    async def body(client: Client) -> None:
        found = await asyncio.gather(*(outcome(client, RIGHT) for _ in range(20)))
        assert [status for status, _ in found] == [200] * 20

    with_users(body)


@pytest.mark.parametrize(
    "disguise",
    [
        {"who": "ANN@example.com"},
        {"identityField": "email"},
        {"more": "x"},
        {"collection": "/api/collections/_pb_users_auth_"},
        {"email": NOBODY},
    ],
    ids=str,
)
def test_the_count_does_not_hang_on_what_the_attacker_may_choose(with_users, clock, disguise):
    async def body(client: Client) -> None:
        await fail(client, 3)
        assert await outcome(client, **disguise) == REFUSED

    with_users(body)


def test_headers_of_a_proxy_that_is_not_trusted_change_no_count(with_users, clock):
    async def body(client: Client) -> None:
        await client("PATCH", "/api/settings", {"trustedProxy": {"headers": []}})
        for number in range(3):
            assert await outcome(client, at=f"203.0.113.{number}") == WRONG
        assert await outcome(client, at="203.0.113.9") == REFUSED

    with_users(body)


def test_failures_are_forgotten_after_a_day(with_users, clock):
    async def body(client: Client) -> None:
        await fail(client, 2)
        clock.now += lockout.ACCOUNT_MEMORY
        await fail(client, 3)
        assert await outcome(client) == REFUSED

    with_users(body)


def test_another_address_and_another_account_are_as_free_as_before(with_users, clock):
    async def body(client: Client) -> None:
        await fail(client, 3)
        assert (await attempt(client, RIGHT, at=ABROAD)).status == 200
        assert (await attempt(client, RIGHT, who=BOB)).status == 200
        assert await outcome(client, RIGHT) == REFUSED

    with_users(body)


def test_the_first_factor_ends_no_count(with_users, clock):
    async def body(client: Client) -> None:
        mfa = {"enabled": True, "duration": 600, "rule": ""}
        await options(client, mfa=mfa, otp={"enabled": True})
        await fail(client, 2)
        assert (await attempt(client, RIGHT)).status == 401
        await fail(client, 1)
        assert await outcome(client) == REFUSED

    with_users(body)


def test_without_lockout_nobody_is_refused(with_users, clock):
    async def body(client: Client) -> None:
        await options(client, lockout={"enabled": False})
        await fail(client, 12)

    with_users(body)


# -- one account from everywhere ----------------------------------------------------------------


async def attack(client: Client, *, who: str = ANN, times: int = 5, **more: object) -> None:
    """Failures from so many addresses, one each."""
    for number in range(times):
        await attempt(client, who=who, at=f"203.0.113.{number}", **more)


def test_an_account_under_attack_is_closed_except_to_where_it_is_used_from(with_users, clock):
    async def body(client: Client) -> None:
        assert (await attempt(client, RIGHT)).status == 200
        await attack(client)
        assert await outcome(client, RIGHT, at=ABROAD) == REFUSED
        assert (await attempt(client, RIGHT)).status == 200
        # The success at home has reset the count.
        assert (await attempt(client, RIGHT, at=ABROAD)).status == 200

    with_users(body)


def test_a_closed_account_answers_as_one_that_does_not_exist(with_users, clock):
    async def body(client: Client) -> None:
        await attempt(client, RIGHT)
        await attack(client)
        await attack(client, who=NOBODY)
        places = {"where it is used": HOME, "elsewhere": ABROAD}
        for place in places.values():
            answers = [await attempt(client, who=who, at=place) for who in (ANN, NOBODY)]
            assert len({(a.status, a.body, a.headers["retry-after"]) for a in answers}) == 1
            assert answers[0].status == 429

    with_users(body)


def test_who_runs_into_a_closed_account_does_not_keep_it_closed(with_users, clock):
    async def body(client: Client) -> None:
        await attack(client)
        for number in range(20):
            clock.now += 1
            assert await outcome(client, at=f"203.0.113.{100 + number}") == REFUSED
        clock.now += 10
        assert (await attempt(client, RIGHT, at=ABROAD)).status == 200

    with_users(body)


def test_superusers_come_in_from_their_addresses_whatever_happens(with_users, clock):
    async def body(client: Client) -> None:
        root = {"who": "root@example.com", "collection": "/api/collections/_superusers"}
        await options(client, root["collection"], lockout=LIMITS)
        await attack(client, **root)
        assert await outcome(client, RIGHT, at=HOME, **root) == REFUSED
        ips = {"superuserIPs": [HOME, "127.0.0.1"]}
        assert (await client("PATCH", "/api/settings", ips)).status == 200
        assert (await attempt(client, RIGHT, at=HOME, **root)).status == 200

    with_users(body)


def test_only_the_addresses_last_used_are_remembered(with_users, clock):
    async def body(client: Client) -> None:
        for number in range(lockout.KNOWN_NETWORKS + 1):
            clock.now += 1
            await attempt(client, RIGHT, at=f"192.0.2.{number}")
        known = await client.app.store.read("SELECT network FROM _fc_networks")
        assert ("192.0.2.0",) not in known
        assert len(known) == lockout.KNOWN_NETWORKS
        clock.now += lockout.KNOWN_SECONDS + 1
        await attack(client)
        assert await outcome(client, RIGHT, at="192.0.2.1") == REFUSED

    with_users(body)


# -- one address on all accounts ----------------------------------------------------------------


def test_an_address_that_tries_many_accounts_is_closed_to_them(with_users, clock):
    async def body(client: Client) -> None:
        for number in range(8):
            # A network of 64 bits is one address.
            await fail(client, 1, who=f"user{number}@example.com", at=f"2001:db8::{number}")
        assert await outcome(client, RIGHT, at="2001:db8::ffff") == REFUSED
        assert (await attempt(client, RIGHT, at="2001:db8:0:1::1")).status == 200
        clock.now += 30
        assert (await attempt(client, RIGHT, at="2001:db8::ffff")).status == 200

    with_users(body)


def test_signing_in_to_ones_own_account_resets_nothing_for_the_address(with_users, clock):
    async def body(client: Client) -> None:
        for number in range(8):
            await fail(client, 1, who=f"user{number}@example.com")
            if number < 7:
                assert (await attempt(client, RIGHT, who=BOB)).status == 200
        assert await outcome(client, RIGHT, who=BOB) == REFUSED

    with_users(body)


def test_failures_from_an_address_are_forgotten_an_hour_after_the_first(with_users, clock):
    async def body(client: Client) -> None:
        for number in range(14):
            await fail(client, 1, who=f"user{number}@example.com")
            assert (await attempt(client, RIGHT, who=BOB)).status == 200
            clock.now += lockout.ADDRESS_MEMORY / 7

    with_users(body)


# -- lifting locks ------------------------------------------------------------------------------


def test_only_superusers_see_and_lift_locks(with_users, clock):
    async def body(client: Client) -> None:
        tokens = [(await attempt(client, RIGHT, who=who)).json()["token"] for who in (ANN, BOB)]
        await fail(client, 3)
        (lock,) = (await client("GET", f"{USERS}/lockouts")).json()["items"]
        for method, path in (
            ("GET", f"{USERS}/lockouts"),
            ("DELETE", f"{USERS}/lockouts/{lock['id']}"),
            ("POST", f"{USERS}/unlock/{lock['record']}"),
        ):
            assert (await client(method, path, token="")).status == 401
            for token in tokens:
                assert (await client(method, path, token=token)).status == 403
        assert await outcome(client, RIGHT) == REFUSED

    with_users(body)


def test_what_is_locked(with_users, clock):
    async def body(client: Client) -> None:
        await fail(client, 3)
        items = (await client("GET", f"{USERS}/lockouts")).json()["items"]
        ann = (await client.app.store.read("SELECT id FROM users WHERE email = ?", (ANN,)))[0][0]
        (lock,) = items
        assert lock.pop("id")
        assert lock == {
            "scope": "pair",
            "record": ann,
            "address": HOME,
            "failures": 3,
            "until": "2027-01-15 08:00:30.000Z",
        }
        # What somebody typed for a name is kept nowhere.
        await fail(client, 3, who="my secret password")
        stored = await client.app.store.read("SELECT * FROM _fc_lockouts")
        assert "my secret password" not in str(stored)
        clock.now += 30
        assert (await client("GET", f"{USERS}/lockouts")).json() == {"items": []}
        superusers = "/api/collections/_superusers/lockouts"
        assert (await client("GET", superusers)).json() == {"items": []}

    with_users(body)


@pytest.mark.parametrize("way", ["lock", "account"])
def test_a_superuser_lifts_a_lock(with_users, clock, way):
    async def body(client: Client) -> None:
        await fail(client, 3)
        (lock,) = (await client("GET", f"{USERS}/lockouts")).json()["items"]
        if way == "lock":
            answer = await client("DELETE", f"{USERS}/lockouts/{lock['id']}")
        else:
            answer = await client("POST", f"{USERS}/unlock/{lock['record']}")
        assert (answer.status, answer.body) == (204, b"")
        assert (await attempt(client, RIGHT)).status == 200

    with_users(body)


def test_an_account_that_trusts_an_address_is_open_from_there_while_the_attack_goes_on(
    with_users, clock
):
    async def body(client: Client) -> None:
        await attack(client, times=8)
        (lock,) = (await client("GET", f"{USERS}/lockouts")).json()["items"]
        for number in range(8):
            await attempt(client, who=f"user{number}@example.com", at=ABROAD)
        path = f"{USERS}/unlock/{lock['record']}"
        assert (await client("POST", path, {"address": ABROAD})).status == 204
        await attack(client, times=20)
        assert await outcome(client, RIGHT) == REFUSED
        assert (await attempt(client, RIGHT, at=ABROAD)).status == 200

    with_users(body)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", f"{USERS}/unlock/nothing", None, 404),
        ("DELETE", f"{USERS}/lockouts/nothing", None, 404),
        ("POST", f"{USERS}/unlock/nothing", {"address": "home"}, 400),
        ("POST", f"{USERS}/unlock/nothing", {"address": 5}, 400),
        ("GET", "/api/collections/nothing/lockouts", None, 404),
    ],
)
def test_requests_that_make_no_sense(with_users, method, path, sent, status):
    async def body(client: Client) -> None:
        assert (await client(method, path, sent)).status == status

    with_users(body)


@pytest.mark.parametrize("way", ["own record", "refresh", "other collection"])
def test_nothing_else_lifts_a_lock(with_users, clock, way):
    async def body(client: Client) -> None:
        token = (await attempt(client, RIGHT)).json()["token"]
        me = (await client("POST", f"{USERS}/auth-refresh", token=token)).json()["record"]["id"]
        await fail(client, 3)
        at_home = {"X-Real-IP": HOME}
        if way == "own record":
            changed = await client(
                "PATCH", f"{USERS}/records/{me}", {"name": "A"}, token=token, extra=at_home
            )
            assert changed.status == 200
        elif way == "refresh":
            await client("POST", f"{USERS}/auth-refresh", token=token, extra=at_home)
        else:
            superusers = "/api/collections/_superusers"
            await attempt(client, RIGHT, who="root@example.com", collection=superusers)
        assert await outcome(client) == REFUSED

    with_users(body)


# -- what the owner learns ----------------------------------------------------------------------


def test_the_owner_is_told_once_a_day(with_users, clock):
    async def body(client: Client) -> None:
        with MailServer() as mails:
            await mail_to(client, mails)
            await attack(client, who=NOBODY, times=9)
            await fail(client, 3)
            for number in range(5):
                await attempt(client, at=f"203.0.113.{number}")
            (mail,) = await arrived(client, mails)
            assert mail.to == (ANN,)
            assert mail.subject == "Failed attempts to sign in to your Acme account"
            assert HOME in mail.text

    with_users(body)


def test_who_does_not_want_to_be_told_is_not(with_users, clock):
    async def body(client: Client) -> None:
        await options(client, lockout=LIMITS | {"notify": False})
        with MailServer() as mails:
            await mail_to(client, mails)
            await fail(client, 3)
            await sent(client)
            assert mails.mails == []

    with_users(body)


def test_a_reset_by_mail_opens_the_account_to_who_made_it(with_users, clock):
    async def body(client: Client) -> None:
        with MailServer() as mails:
            await mail_to(client, mails)
            await options(client, lockout=LIMITS | {"notify": False})
            await attack(client, times=8)
            await client("POST", f"{USERS}/request-password-reset", {"email": ANN}, token="")
            (mail,) = await arrived(client, mails)
            new = {"token": mail.token, "password": RIGHT, "passwordConfirm": RIGHT}
            done = await client(
                "POST", f"{USERS}/confirm-password-reset", new, token="", extra={"X-Real-IP": HOME}
            )
            assert done.status == 204
        await attack(client, times=8)
        assert await outcome(client, RIGHT, at=ABROAD) == REFUSED
        assert (await attempt(client, RIGHT)).status == 200

    with_users(body)


# -- updates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("guesser", [ANN, BOB])
def test_the_old_password_of_an_update_cannot_be_guessed(with_users, clock, guesser):
    """Neither by who has found a token nor by who may update the records of others."""

    async def body(client: Client) -> None:
        await options(client, updateRule="@request.auth.id != ''")
        token = (await attempt(client, RIGHT, who=guesser)).json()["token"]
        (ann,) = (await client("GET", f"{USERS}/records?filter=email='{ANN}'")).json()["items"]

        async def update(old: str, **more: object) -> tuple[int, str]:
            sent = {"oldPassword": old, "password": RIGHT, "passwordConfirm": RIGHT, **more}
            path = f"{USERS}/records/{ann['id']}"
            answer = await client("PATCH", path, sent, token=token, extra={"X-Real-IP": HOME})
            return answer.status, answer.json().get("message", "")

        refused = (400, "Failed to update record.")
        with MailServer() as mails:
            await mail_to(client, mails)
            for _ in range(3):
                # Whatever else is wrong with it, the answer tells whether it was right.
                assert await update("wrong", passwordConfirm="x", email="eve@x.com") == refused
            assert await update(RIGHT) == REFUSED
            (mail,) = await arrived(client, mails)
            assert mail.to == (ANN,)
        clock.now += 30
        assert await update(RIGHT) == (200, "")

    with_users(body)


def test_right_old_passwords_are_never_counted(with_users, clock):
    async def body(client: Client) -> None:
        await options(client, updateRule="")
        (ann,) = (await client("GET", f"{USERS}/records?filter=email='{ANN}'")).json()["items"]
        sent = {"oldPassword": RIGHT, "password": RIGHT, "passwordConfirm": RIGHT}
        for _ in range(5):
            answer = await client("PATCH", f"{USERS}/records/{ann['id']}", sent, token="")
            assert answer.status == 200

    with_users(body)


# -- options ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"attempts": 2}, "attempts"),
        ({"attempts": 0}, "attempts"),
        ({"attempts": 20, "accountAttempts": 19}, "accountAttempts"),
        ({"addressAttempts": 1}, "addressAttempts"),
        ({"delay": 901}, "delay"),
        ({"duration": 86401}, "duration"),
    ],
)
def test_options_that_make_no_sense(with_users, changes, key):
    async def body(client: Client) -> None:
        await options(client, lockout=None)
        answer = await client("PATCH", USERS, {"lockout": changes})
        assert answer.status == 400
        assert key in answer.json()["data"]["lockout"]

    with_users(body)


def test_defaults_are_not_on_the_wire(with_users):
    async def body(client: Client) -> None:
        shown = (await client("GET", USERS)).json()["lockout"]
        assert shown == {key: LIMITS[key] for key in LIMITS if key != "delay"}
        await options(client, lockout=None)
        assert "lockout" not in (await client("GET", USERS)).json()

    with_users(body)
