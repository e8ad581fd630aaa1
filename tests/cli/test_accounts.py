"""`fastcms superuser` and `fastcms user`: the reference's words, and the same accounts."""

import json
from pathlib import Path

import pytest

from tests.auth.factors import place
from tests.cli.commands import Done, run, run_line
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser, command

# In this order, on one directory of each server.
SESSION = [
    ("upsert", "a@b.co", "password-1"),
    ("upsert", "a@b.co", "password-2"),
    ("create", "a@b.co", "password-1"),
    ("create", "c@b.co", "password-1"),
    ("create", "d@b.co", "short"),
    ("create", "nobody", "password-1"),
    ("create", "d@b.co"),
    ("create",),
    ("upsert", "nobody", "password-1"),
    ("upsert", "d@b.co", "short"),
    ("upsert", "d@b.co"),
    ("upsert",),
    ("update", "a@b.co", "password-3"),
    ("update", "z@b.co", "password-3"),
    ("update", "a@b.co", "short"),
    ("update", "a@b.co"),
    ("update",),
    ("delete", "c@b.co"),
    ("delete", "c@b.co"),
    ("delete", "a@b.co"),
    ("delete", "nobody"),
    ("delete",),
    ("ips", "10.0.0.1"),
    ("ips", "10.0.0.0/8", "::1"),
    ("ips", "x"),
    ("ips", "::1", "10.0.0.1,10.0.0.2", ""),
    ("ips",),
]


def test_the_same_words_as_the_reference(tmp_path: Path) -> None:
    def played(kind: Kind) -> list[tuple[tuple[str, ...], Done]]:
        directory = tmp_path / kind / "pb_data"
        return [(row, run(kind, "superuser", *row, directory=directory)) for row in SESSION]

    assert played(Kind.FASTCMS) == played(Kind.REFERENCE)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "pb_data"


def fastcms(directory: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, *arguments, directory=directory)


def test_accounts_of_other_collections(directory: Path) -> None:
    assert fastcms(directory, "user", "create", "a@b.co", "password-1") == Done(
        0, 'Successfully created new user "a@b.co"!', ""
    )
    assert fastcms(directory, "user", "update", "z@b.co", "password-1") == Done(
        1, "", 'user with email "z@b.co" doesn\'t exist'
    )
    assert fastcms(
        directory, "user", "upsert", "a@b.co", "password-1", "--collection", "_superusers"
    ) == Done(0, 'Successfully saved user "a@b.co"!', "")
    for name in ("nothing", "_mfas"):
        assert fastcms(directory, "user", "delete", "a@b.co", "--collection", name) == Done(
            1, "", f'there is no auth collection "{name}"'
        )


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (
            ("create", "a@b.co", "password-1"),
            0,
            {"ok": True, "email": "a@b.co", "message": 'Successfully created new user "a@b.co"!'},
        ),
        (
            ("create", "a@b.co", "short"),
            1,
            {
                "ok": False,
                "message": "failed to create new user account: "
                "password: Must be at least 8 character(s).",
            },
        ),
        (("delete", "x"), 1, {"ok": False, "message": "invalid or missing email address"}),
    ],
)
def test_json(
    directory: Path, arguments: tuple[str, ...], code: int, expected: dict[str, object]
) -> None:
    done = fastcms(directory, "user", *arguments, "--json")
    assert (done.code, done.err, json.loads(done.out)) == (code, "", expected)


@pytest.mark.parametrize(
    ("given", "environment", "arguments", "expected"),
    [
        (
            "password-1\n",
            {},
            ("--password-stdin",),
            Done(0, 'Successfully saved user "a@b.co"!', ""),
        ),
        (
            "",
            {"FASTCMS_PASSWORD": "password-1"},
            (),
            Done(0, 'Successfully saved user "a@b.co"!', ""),
        ),
        (
            "",
            {},
            ("x", "--password-stdin"),
            Done(1, "", "give the password once: as PASSWORD, or with --password-stdin"),
        ),
        (
            "",
            {},
            ("--password-stdin",),
            Done(
                1, "", "failed to upsert user account: password: Must be at least 8 character(s)."
            ),
        ),
        ("", {}, (), Done(1, "", "missing email and password arguments")),
    ],
)
def test_passwords_that_no_process_list_shows(
    directory: Path,
    given: str,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    expected: Done,
) -> None:
    line = command(Kind.FASTCMS, "user", "upsert", "a@b.co", *arguments, directory=directory)
    assert run_line(line, given, environment) == expected
    if expected.code == 0:
        with Server(Kind.FASTCMS, directory) as server:
            server.sign_in("users", "a@b.co", "password-1")


def test_accounts_and_their_sessions(directory: Path) -> None:
    add_superuser(Kind.FASTCMS, directory)
    for email in ("a@b.co", "c@b.co"):
        fastcms(directory, "user", "create", email, "password-1")
    listed = json.loads(fastcms(directory, "user", "list", "--json").out)
    emails = [(item["email"], item["verified"]) for item in listed["items"]]
    assert emails == [("a@b.co", True), ("c@b.co", True)]
    assert fastcms(directory, "superuser", "list").out.endswith(f"  {ROOT_EMAIL}")
    assert fastcms(directory, "user", "list", "--collection", "x") == Done(
        1, "", 'there is no auth collection "x"'
    )

    def sessions(*arguments: str) -> Done:
        return fastcms(directory, "user", "sessions", *arguments)

    assert sessions("list", "a@b.co") == Done(0, "Nobody is signed in.", "")
    assert sessions("list", "z@b.co") == Done(1, "", 'there is no account "z@b.co" in users')
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        first, second = (server.sign_in("users", "a@b.co", "password-1") for _ in range(2))
        other = server.sign_in("users", "c@b.co", "password-1")

        def refresh(token: str) -> int:
            return server.send("POST", "/api/collections/users/auth-refresh", token=token).status

        found = json.loads(sessions("list", "a@b.co", "--json").out)["items"]
        assert [item["method"] for item in found] == ["password", "password"]
        assert found[0]["address"] == "127.0.0.1"
        ended = found[0]["id"]
        assert sessions("revoke", "a@b.co", ended).code == 0
        assert sorted([refresh(first), refresh(second)]) == [200, 401]
        assert sessions("revoke", "a@b.co", ended) == Done(
            1, "", f'"a@b.co" has no session "{ended}"; see sessions list a@b.co'
        )
        assert sessions("revoke", "a@b.co") == Done(
            0, 'Successfully ended all sessions of "a@b.co"!', ""
        )
        assert [refresh(first), refresh(second), refresh(other)] == [401, 401, 200]
    assert sessions("list", "a@b.co").out == "Nobody is signed in."


def test_superusers_get_no_password_that_everybody_tries(directory: Path) -> None:
    refused = (
        "this password is one of the first that anybody tries; take another one, "
        "or say --allow-common"
    )
    for password in ("1234567890", "Password123", "a@b.co"):
        done = fastcms(directory, "superuser", "upsert", "a@b.co", password)
        assert done == Done(1, "", refused)
    done = fastcms(directory, "superuser", "create", "a@b.co", "1234567890", "--allow-common")
    assert done == Done(0, 'Successfully created new superuser "a@b.co"!', "")
    # The accounts of other collections are held to their collection's policy alone.
    assert fastcms(directory, "user", "create", "a@b.co", "1234567890").code == 0


def test_while_the_server_runs(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        fastcms(directory, "superuser", "create", "a@b.co", "password-1")
        before = server.sign_in("_superusers", "a@b.co", "password-1")
        fastcms(directory, "superuser", "update", "a@b.co", "password-2")
        assert server.send("GET", "/api/settings", token=before).status == 401
        server.sign_in("_superusers", "a@b.co", "password-2")


def test_a_lost_authenticator_app(tmp_path: Path) -> None:
    with place(tmp_path / "pb_data", totp={"enabled": True}) as there:
        there.change("_superusers", totp={"enabled": True})
        directory = there.server.directory
        for noun, collection in (("user", "users"), ("superuser", "_superusers")):
            person = there.enrolled(collection)
            assert there.sign_in(person).status == 401
            assert fastcms(directory, noun, "totp", "disable", person.email) == Done(
                0, f'Successfully disabled the authenticator app of {noun} "{person.email}"!', ""
            )
            assert there.sign_in(person).status == 200
            assert fastcms(directory, noun, "totp", "disable", person.email) == Done(
                0, f'{noun} "{person.email}" has no authenticator app', ""
            )
            assert fastcms(directory, noun, "totp", "disable", "z@b.co") == Done(
                1, "", f'{noun} with email "z@b.co" doesn\'t exist'
            )
            assert fastcms(directory, noun, "totp", "disable") == Done(
                1, "", "invalid or missing email address"
            )
