"""`fastcms superuser otp` and `fastcms user otp`: the reference's words, and codes that work."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.commands import Done, run
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser

_OPTIONS = {"otp": {"enabled": True, "duration": 120}}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """With OTP for users, and one of them."""
    path = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, path)
    run(Kind.FASTCMS, "user", "create", "ann@example.com", "password-1", directory=path)
    with Server(Kind.FASTCMS, path) as server:
        root = server.superuser_token()
        server.expect("PATCH", "/api/collections/users", token=root, json_body=_OPTIONS)
    return path


def _masked(done: Done) -> Done:
    out = re.sub(r"(?<=Id:    )[a-z0-9]{15}", "<id>", done.out)
    return done._replace(out=re.sub(r"(?<=Pass:  )\d{8}", "<code>", out))


def test_the_same_words_as_the_reference(tmp_path: Path) -> None:
    def played(kind: Kind) -> list[Done]:
        path = tmp_path / kind / "pb_data"
        add_superuser(kind, path)
        rows = [(), ("nobody",), ("z@example.com",), (ROOT_EMAIL,)]
        done = [run(kind, "superuser", "otp", *row, directory=path) for row in rows]
        with Server(kind, path) as server:
            root = server.superuser_token()
            place = "/api/collections/_superusers"
            server.expect("PATCH", place, token=root, json_body=_OPTIONS)
        done += [run(kind, "superuser", "otp", *row, directory=path) for row in rows]
        return [_masked(one) for one in done]

    assert played(Kind.FASTCMS) == played(Kind.REFERENCE)


def test_a_code_signs_in_and_proves_no_address(directory: Path) -> None:
    command = ("user", "otp", "ann@example.com", "--json")
    run(Kind.FASTCMS, *command, directory=directory)
    issued = json.loads(run(Kind.FASTCMS, *command, directory=directory).out)
    assert issued["seconds"] == 120
    with Server(Kind.FASTCMS, directory) as server:
        root = server.superuser_token()
        ann = server.expect("GET", "/api/collections/users/records", token=root)["items"][0]
        place = f"/api/collections/users/records/{ann['id']}"
        server.expect("PATCH", place, token=root, json_body={"verified": False})
        answer = server.expect(
            "POST",
            "/api/collections/users/auth-with-otp",
            json_body={"otpId": issued["otpId"], "password": issued["password"]},
        )
    assert answer["record"]["verified"] is False


def test_each_call_makes_a_code_however_many_there_are(directory: Path) -> None:
    command = ("user", "otp", "ann@example.com", "--json")
    made = {run(Kind.FASTCMS, *command, directory=directory).out for _ in range(12)}
    assert len({json.loads(one)["otpId"] for one in made}) == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ann@example.com", "--collection", "nothing"), 'there is no auth collection "nothing"'),
        (("z@example.com",), 'user with email "z@example.com" doesn\'t exist'),
        (("ann",), "invalid or missing email address"),
    ],
)
def test_what_cannot_be_done(directory: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run(Kind.FASTCMS, "user", "otp", *arguments, directory=directory)
    assert done == Done(1, "", message)
    told = run(Kind.FASTCMS, "user", "otp", *arguments, "--json", directory=directory)
    assert (told.code, json.loads(told.out)) == (1, {"ok": False, "message": message})
