"""`locks` and `unlock` of `fastcms superuser` and `fastcms user`, beside a running server."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import Done, run
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

IN = "/api/collections/_superusers/auth-with-password"
LIMITS = {"attempts": 3, "delay": 900}


def test_a_locked_superuser_is_let_in_again(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"

    def fastcms(*arguments: str) -> Done:
        return run(Kind.FASTCMS, "superuser", *arguments, directory=directory)

    def attempt(server: Server, password: str, identity: str = ROOT_EMAIL) -> int:
        body = {"identity": identity, "password": password}
        return server.send("POST", IN, json_body=body).status

    add_superuser(Kind.FASTCMS, directory)
    assert fastcms("locks") == Done(0, "Nothing is locked.", "")
    # Two processes, which count together.
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        options = {"lockout": LIMITS}
        token = server.superuser_token()
        server.expect("PATCH", "/api/collections/_superusers", token=token, json_body=options)
        for identity in (ROOT_EMAIL, "nobody@example.com"):
            found = [attempt(server, "wrong", identity) for _ in range(5)]
            assert found == [400, 400, 400, 429, 429]
        assert attempt(server, ROOT_PASSWORD) == 429

        listed = json.loads(fastcms("locks", "--json").out)
        assert listed["ok"] is True
        shown = [(item["scope"], item["email"], item["failures"]) for item in listed["items"]]
        assert sorted(shown) == [("pair", "", 3), ("pair", ROOT_EMAIL, 3)]
        lines = sorted(line.partition(": until ")[0] for line in fastcms("locks").out.splitlines())
        assert lines == ["an unknown account from 127.0.0.1", f"{ROOT_EMAIL} from 127.0.0.1"]

        done = fastcms("unlock", ROOT_EMAIL, "--trust", "127.0.0.1")
        assert done == Done(0, f'Successfully unlocked "{ROOT_EMAIL}"!', "")
        assert attempt(server, ROOT_PASSWORD) == 200


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("unlock",), "missing email argument"),
        (("unlock", "a@b.co"), 'there is no account "a@b.co" in users'),
        (("unlock", "a@b.co", "--trust", "home"), '"home" is no IP address'),
        (("locks", "--collection", "nothing"), 'there is no auth collection "nothing"'),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, arguments: tuple[str, ...], why: str) -> None:
    assert run(Kind.FASTCMS, "user", *arguments, directory=tmp_path) == Done(1, "", why)


def test_json_of_an_unlocked_account(tmp_path: Path) -> None:
    run(Kind.FASTCMS, "user", "create", "a@b.co", "password-1", directory=tmp_path)
    done = run(Kind.FASTCMS, "user", "unlock", "a@b.co", "--json", directory=tmp_path)
    assert json.loads(done.out) == {"ok": True, "email": "a@b.co"}
