"""Authenticator apps: enrolling, the second factor, recovery codes, remembered devices."""

import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests import oathtool
from tests.auth.factors import PASSWORD, Person, Place, place

INVALID = "An error occurred while validating the submitted data."
FAILED = "Invalid or already used code."
OTHER_METHOD = "A different authentication method is required."
TOO_MANY = "Too many attempts, please try again later."


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("totp") / "pb_data", totp={"enabled": True}) as found:
        yield found


# -- enrolling ----------------------------------------------------------------------------------


def test_enrolling_shows_secret_address_and_image(there: Place):
    person = there.person()
    begun = there.post("users/totp/enroll", {"password": PASSWORD}, person.token).json()
    address = urlsplit(begun["uri"])
    query = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/Acme:{person.email}"
    assert query == {"secret": [begun["secret"]], "issuer": ["Acme"]}
    assert len(begun["secret"]) == 32
    image = ET.fromstring(begun["qr"])
    assert image.tag.endswith("svg")
    assert list(image)


def test_an_app_counts_only_after_its_first_code(there: Place):
    person = there.person()
    first = there.post("users/totp/enroll", {"password": PASSWORD}, person.token).json()
    assert status(there, person) == (False, 0, [])
    assert there.sign_in(person).status == 200
    # Whoever begins anew gets another secret; the former one is worth nothing.
    second = there.post("users/totp/enroll", {"password": PASSWORD}, person.token).json()
    assert second["secret"] != first["secret"]
    code = oathtool.code(first["secret"])
    assert there.post("users/totp/confirm", {"code": code}, person.token).status == 400
    code = oathtool.code(second["secret"])
    confirmed = there.post("users/totp/confirm", {"code": code}, person.token).json()
    assert len(set(confirmed["recoveryCodes"])) == 10
    assert status(there, person) == (True, 10, [])
    assert there.sign_in(person).status == 401


def test_an_app_is_not_replaced_by_another(there: Place):
    person = there.enrolled()
    answer = there.post("users/totp/enroll", {"password": PASSWORD}, person.token)
    assert (answer.status, answer.json()["message"]) == (
        400,
        "An authenticator app is enabled already; disable it first.",
    )
    code = oathtool.code(person.secret)
    assert there.post("users/totp/confirm", {"code": code}, person.token).status == 400


def test_the_issuer_is_the_applications_name_or_an_own_one(there: Place):
    name = there.new_collection(totp={"enabled": True, "issuer": "Shop: Süd & Co"})
    person = there.person(name)
    begun = there.post(f"{name}/totp/enroll", {"password": PASSWORD}, person.token).json()
    assert unquote(urlsplit(begun["uri"]).path) == f"/Shop  Süd & Co:{person.email}"


def test_where_nobody_has_a_password_none_is_asked_for(there: Place):
    name = there.new_collection(totp={"enabled": True})
    person = there.person(name)
    there.change(name, passwordAuth={"enabled": False})
    assert there.post(f"{name}/totp/enroll", None, person.token).status == 200


# -- the second factor --------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_code_lets_in_once(there: Place, seconds: int):
    person = there.enrolled()
    for _ in range(3):
        step = oathtool.step()
        code = oathtool.code(person.secret, seconds=seconds)
        answer = there.show_code(person, code)
        # Once more if the clock went on to the next code meanwhile.
        if step == oathtool.step() or answer.status == 200:
            break
    assert answer.status == 200, answer.body
    assert answer.json()["record"]["id"] == person.id
    assert list(answer.json()) == ["record", "token"]
    again = there.show_code(person, code)
    assert (again.status, again.json()["message"]) == (400, FAILED)


def test_no_code_older_than_the_last_one(there: Place):
    person = there.enrolled()
    older = oathtool.code(person.secret)
    assert there.show_code(person, oathtool.code(person.secret, seconds=30)).status == 200
    assert there.show_code(person, older).status == 400


def test_the_code_of_the_confirmation_is_used_up(there: Place):
    person = there.person()
    secret = there.post("users/totp/enroll", {"password": PASSWORD}, person.token).json()["secret"]
    code = oathtool.code(secret)
    assert there.post("users/totp/confirm", {"code": code}, person.token).status == 200
    assert there.show_code(person, code).status == 400


def test_of_many_requests_with_one_code_one_gets_in(there: Place):
    """The requests go to both processes; each has a session of its own."""
    person = there.enrolled()
    code = oathtool.code(person.secret)
    # Fewer than the attempts that are allowed at all.
    sessions = [there.mfa_id(person) for _ in range(5)]
    start = threading.Barrier(len(sessions))

    def show(session: str) -> int:
        start.wait()
        return there.post("users/auth-with-totp", {"mfaId": session, "code": code}).status

    with ThreadPoolExecutor(len(sessions)) as pool:
        statuses = sorted(pool.map(show, sessions))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400}


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦", " ", "-1"])
def test_wrong_codes(there: Place, code: str):
    answer = there.show_code(there.enrolled(), code)
    assert (answer.status, answer.json()["message"]) == (400, FAILED)


@pytest.mark.parametrize("seconds", [-90, 90, -3600])
def test_codes_of_another_time(there: Place, seconds: int):
    person = there.enrolled()
    assert there.show_code(person, oathtool.code(person.secret, seconds=seconds)).status == 400


def test_the_code_of_somebody_else(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    assert there.show_code(ann, oathtool.code(bob.secret)).status == 400


def test_five_wrong_codes_and_no_more(there: Place):
    person = there.enrolled()
    session = there.mfa_id(person)
    body = {"mfaId": session, "code": "000000"}
    assert [there.post("users/auth-with-totp", body).status for _ in range(5)] == [400] * 5
    body["code"] = oathtool.code(person.secret)
    answer = there.post("users/auth-with-totp", body)
    assert (answer.status, answer.json()["message"]) == (429, TOO_MANY)
    # A session that is begun anew begins no new count, and a recovery code is held to it as well.
    assert there.show_code(person).status == 429
    assert there.show_code(person, " ", recoveryCode=person.recovery_codes[0]).status == 429


def test_a_right_code_begins_the_count_anew(there: Place):
    person = there.enrolled()
    for _ in range(2):
        assert [there.show_code(person, "000000").status for _ in range(4)] == [400] * 4
        there.forget_last_code(person)
        assert there.show_code(person).status == 200


OVER = "Invalid or expired MFA session."
SESSIONS = [
    ("UPDATE _mfas SET id = 'other' WHERE id = ?", OVER),
    ("UPDATE _mfas SET created = '2020-01-01 00:00:00.000Z' WHERE id = ?", OVER),
    ("UPDATE _mfas SET recordRef = 'other' WHERE id = ?", "Invalid MFA session."),
    ("UPDATE _mfas SET collectionRef = 'other' WHERE id = ?", "Invalid MFA session."),
    ("UPDATE _mfas SET method = 'totp' WHERE id = ?", OTHER_METHOD),
]


@pytest.mark.parametrize(("spoil", "message"), SESSIONS)
def test_a_session_that_is_none(there: Place, spoil: str, message: str):
    person = there.enrolled()
    session = there.mfa_id(person)
    there.sql(spoil, session)
    body = {"mfaId": session, "code": oathtool.code(person.secret)}
    answer = there.post("users/auth-with-totp", body)
    assert (answer.status, answer.json()["message"]) == (400, message)


def test_a_session_lets_in_once(there: Place):
    person = there.enrolled()
    session = there.mfa_id(person)
    body = {"mfaId": session, "code": oathtool.code(person.secret)}
    assert there.post("users/auth-with-totp", body).status == 200
    there.forget_last_code(person)
    answer = there.post(f"users/auth-with-totp?mfaId={session}", {"code": body["code"]})
    assert (answer.status, answer.json()["message"]) == (400, "Invalid or expired MFA session.")


def test_a_session_of_somebody_else_is_of_no_use(there: Place):
    """The code has to be that of the record which showed the first factor."""
    ann, mallory = there.enrolled(), there.enrolled()
    body = {"mfaId": there.mfa_id(ann), "code": oathtool.code(mallory.secret)}
    assert there.post("users/auth-with-totp", body).status == 400


def test_a_first_factor_does_not_serve_twice(there: Place):
    person = there.enrolled()
    answer = there.sign_in(person, mfaId=there.mfa_id(person))
    assert (answer.status, answer.json()["message"]) == (
        400,
        OTHER_METHOD,
    )


@pytest.mark.parametrize("other", ["otp", "oauth2"])
def test_no_other_factor_stands_in_for_the_app(there: Place, other: str):
    """As if the session had been begun by the other one, and the password came second."""
    name = there.new_collection(totp={"enabled": True}, otp={"enabled": True})
    person = there.enrolled(name)
    there.change(name, mfa={"enabled": True})
    session = there.mfa_id(person)
    there.sql("UPDATE _mfas SET method = ? WHERE id = ?", other, session)
    answer = there.sign_in(person, mfaId=session)
    assert (answer.status, answer.json()["message"]) == (
        400,
        OTHER_METHOD,
    )
    body = {"mfaId": session, "code": oathtool.code(person.secret)}
    assert there.post(f"{name}/auth-with-totp", body).status == 200


def test_the_auth_rule_is_asked_of_the_second_factor_too(there: Place):
    name = there.new_collection(totp={"enabled": True})
    person = there.enrolled(name)
    there.change(name, authRule="@request.context != 'totp'")
    answer = there.show_code(person)
    assert answer.status == 403, answer.body


def test_without_the_option_an_app_does_not_count(there: Place):
    name = there.new_collection(totp={"enabled": True})
    person = there.enrolled(name)
    there.change(name, totp={"enabled": False})
    assert there.sign_in(person).status == 200
    there.change(name, totp={"enabled": True})
    assert there.sign_in(person).status == 401


def test_superusers_have_apps_too(there: Place):
    there.change("_superusers", totp={"enabled": True})
    person = there.enrolled("_superusers")
    answer = there.show_code(person)
    assert answer.status == 200, answer.body
    assert there.server.send("GET", "/api/settings", token=answer.json()["token"]).status == 200
    # Those without an app sign in as ever.
    assert there.server.superuser_token()


def test_a_refresh_asks_for_no_code(there: Place):
    person = there.enrolled()
    assert there.post("users/auth-refresh", None, person.token).status == 200


# -- what the answers tell ----------------------------------------------------------------------


def test_the_first_factor_says_what_comes_second(there: Place):
    answer = there.sign_in(there.enrolled()).json()
    assert answer == {"mfaId": answer["mfaId"], "mfaMethods": ["totp"]}
    assert len(answer["mfaId"]) == 15


def test_under_mfa_the_methods_are_those_of_the_record(there: Place):
    name = there.new_collection(totp={"enabled": True}, otp={"enabled": True})
    ann, bob = there.person(name), there.enrolled(name)
    there.change(name, mfa={"enabled": True})
    assert there.sign_in(ann).json()["mfaMethods"] == ["otp"]
    assert there.sign_in(bob).json()["mfaMethods"] == ["totp"]
    there.change(name, totp={"enabled": False})
    assert list(there.sign_in(ann).json()) == ["mfaId"]


def test_who_has_no_second_factor_yet_enrols_at_the_first_sign_in(there: Place):
    name = there.new_collection(totp={"enabled": True})
    person = there.person(name)
    there.change(name, mfa={"enabled": True})
    session = there.sign_in(person).json()
    assert session["mfaMethods"] == ["totpEnrollment"]
    mfa_id = {"mfaId": session["mfaId"]}
    begun = there.post(f"{name}/totp/enroll", mfa_id)
    assert begun.status == 200, begun.body
    body = {**mfa_id, "code": oathtool.code(begun.json()["secret"])}
    answer = there.post(f"{name}/auth-with-totp", body)
    assert answer.status == 200, answer.body
    assert there.sign_in(person).json()["mfaMethods"] == ["totp"]
    proof = {"password": PASSWORD}
    codes = there.post(f"{name}/totp/recovery-codes", proof, answer.json()["token"])
    assert len(codes.json()["recoveryCodes"]) == 10


def test_a_password_alone_enrols_nothing_where_there_is_another_way(there: Place):
    name = there.new_collection(totp={"enabled": True}, otp={"enabled": True})
    ann, bob = there.person(name), there.enrolled(name)
    there.change(name, mfa={"enabled": True})
    for person in (ann, bob):
        answer = there.post(f"{name}/totp/enroll", {"mfaId": there.mfa_id(person)})
        assert (answer.status, answer.json()["message"]) == (
            400,
            OTHER_METHOD,
        )
    # Nor does an app count that was never confirmed by the owner.
    begun = there.post(f"{name}/totp/enroll", {"password": PASSWORD}, ann.token).json()
    body = {"mfaId": there.mfa_id(ann), "code": oathtool.code(begun["secret"])}
    assert there.post(f"{name}/auth-with-totp", body).status == 400


def test_auth_methods_tell_of_it_only_where_it_is_enabled(there: Place):
    methods = there.send("GET", "users/auth-methods").json()
    assert methods["totp"] == {"enabled": True}
    plain = there.new_collection()
    assert "totp" not in there.send("GET", f"{plain}/auth-methods").json()
    assert "totp" not in there.send("GET", plain, there.root).json()


# -- recovery codes -----------------------------------------------------------------------------


def test_each_recovery_code_lets_in_once(there: Place):
    person = there.enrolled()
    first, second, *_ = person.recovery_codes

    def recover(code: str) -> int:
        body = {"mfaId": there.mfa_id(person), "recoveryCode": code}
        return there.post("users/auth-with-totp", body).status

    assert recover(first) == 200
    assert recover(first) == 400
    # However it is written.
    assert recover(second.replace("-", " ").upper()) == 200
    assert status(there, person)[1] == 8


def test_of_many_requests_with_one_recovery_code_one_gets_in(there: Place):
    person = there.enrolled()
    sessions = [there.mfa_id(person) for _ in range(5)]
    start = threading.Barrier(len(sessions))

    def show(session: str) -> int:
        start.wait()
        body = {"mfaId": session, "recoveryCode": person.recovery_codes[0]}
        return there.post("users/auth-with-totp", body).status

    with ThreadPoolExecutor(len(sessions)) as pool:
        statuses = sorted(pool.map(show, sessions))
    assert statuses == [200, 400, 400, 400, 400]


def test_a_recovery_code_of_somebody_else(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    body = {"mfaId": there.mfa_id(ann), "recoveryCode": bob.recovery_codes[0]}
    assert there.post("users/auth-with-totp", body).status == 400
    assert status(there, bob)[1] == 10


def test_new_recovery_codes_end_the_old_ones(there: Place):
    person = there.enrolled()
    new = there.post("users/totp/recovery-codes", {"password": PASSWORD}, person.token).json()
    assert not set(new["recoveryCodes"]) & set(person.recovery_codes)
    for code, expected in ((person.recovery_codes[0], 400), (new["recoveryCodes"][0], 200)):
        body = {"mfaId": there.mfa_id(person), "recoveryCode": code}
        assert there.post("users/auth-with-totp", body).status == expected


# -- remembered devices -------------------------------------------------------------------------


def remembered(there: Place, person: Person) -> str:
    there.forget_last_code(person)
    answer = there.show_code(person, rememberDevice=True)
    assert answer.status == 200, answer.body
    return str(answer.json()["deviceToken"])


def test_a_remembered_device_needs_no_code(there: Place):
    person = there.enrolled()
    token = remembered(there, person)
    assert there.sign_in(person, deviceToken=token).status == 200
    assert there.sign_in(person).status == 401
    assert there.sign_in(person, deviceToken=token + "x").status == 401
    assert there.sign_in(person, deviceToken="").status == 401
    (device,) = status(there, person)[2]
    assert device["created"] < device["lastUsed"] < device["expires"]
    assert len(token) == 43
    assert sorted(device) == ["created", "expires", "id", "lastUsed", "userAgent"]


def test_the_password_is_asked_for_on_a_remembered_device_too(there: Place):
    person = there.enrolled()
    token = remembered(there, person)
    assert there.sign_in(person, deviceToken=token, password="wrong").status == 400


def test_a_device_is_remembered_for_its_owner_only(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    assert there.sign_in(bob, deviceToken=remembered(there, ann)).status == 401


def test_a_device_token_is_stored_as_a_hash(there: Place):
    token = remembered(there, there.enrolled())
    rows = there.sql("SELECT * FROM _fc_devices")
    assert not any(token.encode() in bytes(str(row), "utf-8") for row in rows)


def _revoked(there: Place, person: Person) -> None:
    (device,) = status(there, person)[2]
    assert there.send("DELETE", f"users/totp/devices/{device['id']}", person.token).status == 204


def _all_revoked(there: Place, person: Person) -> None:
    assert there.send("DELETE", "users/totp/devices", person.token).status == 204


def _other_password(there: Place, person: Person) -> None:
    # The same one again: it is the change that counts.
    body = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    there.server.expect(
        "PATCH", f"/api/collections/users/records/{person.id}", token=there.root, json_body=body
    )


def _other_token_key(there: Place, person: Person) -> None:
    path = f"/api/collections/users/records/{person.id}"
    there.server.expect("PATCH", path, token=there.root, json_body={"tokenKey": "k" * 50})


def _over(there: Place, person: Person) -> None:
    sql = "UPDATE _fc_devices SET expires = '2020-01-01 00:00:00.000Z' WHERE recordRef = ?"
    there.sql(sql, person.id)


@pytest.mark.parametrize("end", [_revoked, _all_revoked, _other_password, _other_token_key, _over])
def test_what_ends_a_remembered_device(there: Place, end: Any):
    person = there.enrolled()
    token = remembered(there, person)
    assert there.sign_in(person, deviceToken=token).status == 200
    end(there, person)
    assert there.sign_in(person, deviceToken=token).status == 401


def test_a_device_of_somebody_else_cannot_be_revoked(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    token = remembered(there, ann)
    (device,) = status(there, ann)[2]
    assert there.send("DELETE", f"users/totp/devices/{device['id']}", bob.token).status == 404
    assert there.send("DELETE", "users/totp/devices", bob.token).status == 204
    assert there.sign_in(ann, deviceToken=token).status == 200


def test_where_the_options_say_so_no_device_is_remembered(there: Place):
    name = there.new_collection(totp={"enabled": True, "rememberDuration": 0})
    answer = there.show_code(there.enrolled(name), rememberDevice=True)
    assert list(answer.json()) == ["record", "token"]


def test_the_device_used_longest_ago_makes_room(there: Place):
    person = there.enrolled()
    first = remembered(there, person)
    there.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 19)"
        " INSERT INTO _fc_devices SELECT 'd' || i || recordRef, randomblob(32), collectionRef,"
        " recordRef, tokenKeyHash, '', created, used || 'x', expires FROM n, _fc_devices"
        " WHERE recordRef = ?",
        person.id,
    )
    assert len(status(there, person)[2]) == 20
    second = remembered(there, person)
    assert len(status(there, person)[2]) == 20
    assert there.sign_in(person, deviceToken=first).status == 401
    assert there.sign_in(person, deviceToken=second).status == 200


# -- the end of it ------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["code", "recoveryCode", "password"])
def test_disabling_takes_a_proof(there: Place, by: str):
    person = there.enrolled()
    remembered(there, person)
    there.forget_last_code(person)
    proofs = {
        "code": oathtool.code(person.secret),
        "recoveryCode": person.recovery_codes[0],
        "password": PASSWORD,
    }
    wrong = there.post("users/totp/disable", {by: "wrong"}, person.token)
    assert wrong.status == 400
    assert wrong.json()["data"] == {
        by: {"code": "validation_invalid_proof", "message": "The code or password is wrong."}
    }
    done = there.post("users/totp/disable", {by: proofs[by]}, person.token)
    assert (done.status, done.body) == (204, b"")
    assert status(there, person) == (False, 0, [])
    assert there.sign_in(person).status == 200
    tables = ("_fc_totps", "_fc_recovery_codes", "_fc_devices")
    assert [kept(there, table, person) for table in tables] == [0, 0, 0]


@pytest.mark.parametrize("route", ["enroll", "disable", "recovery-codes"])
def test_proofs_are_limited(there: Place, route: str):
    person = there.enrolled()
    path = f"users/totp/{route}"
    tries = [there.post(path, {"password": "wrong"}, person.token) for _ in range(6)]
    assert [answer.status for answer in tries] == [400] * 5 + [429]
    assert tries[-1].headers["retry-after"] == "600"
    assert there.post(path, {"password": PASSWORD}, person.token).status == 429


def test_confirmations_are_limited(there: Place):
    person = there.person()
    there.post("users/totp/enroll", {"password": PASSWORD}, person.token)
    tries = [there.post("users/totp/confirm", {"code": "000000"}, person.token) for _ in range(6)]
    assert [answer.status for answer in tries] == [400] * 5 + [429]


def test_a_code_that_was_a_proof_lets_nobody_in(there: Place):
    person = there.enrolled()
    code = oathtool.code(person.secret)
    renewed = there.post("users/totp/recovery-codes", {"code": code}, person.token)
    assert renewed.status == 200
    assert there.show_code(person, code).status == 400


def test_a_superuser_helps_who_has_lost_everything(there: Place):
    person = there.enrolled()
    assert there.send("DELETE", f"users/totp/{person.id}", there.root).status == 204
    assert there.sign_in(person).status == 200
    assert there.send("DELETE", f"users/totp/{person.id}", there.root).status == 404


def test_nothing_is_left_of_a_deleted_record(there: Place):
    person = there.enrolled()
    remembered(there, person)
    there.server.expect("DELETE", f"/api/collections/users/records/{person.id}", token=there.root)
    tables = ("_fc_totps", "_fc_recovery_codes", "_fc_devices")
    assert [kept(there, table, person) for table in tables] == [0, 0, 0]


def test_nothing_is_left_of_a_deleted_collection(there: Place):
    name = there.new_collection(totp={"enabled": True})
    person = there.enrolled(name)
    remembered(there, person)
    there.server.expect("DELETE", f"/api/collections/{name}", token=there.root)
    tables = ("_fc_totps", "_fc_recovery_codes", "_fc_devices")
    assert [kept(there, table, person) for table in tables] == [0, 0, 0]


# -- who may not, and what is missing -----------------------------------------------------------

GUEST = "The request requires valid record authorization token."
OWN_ROUTES = [
    ("GET", ""),
    ("POST", "/enroll"),
    ("POST", "/confirm"),
    ("POST", "/recovery-codes"),
    ("POST", "/disable"),
    ("DELETE", "/devices"),
    ("DELETE", "/devices/x"),
]


@pytest.mark.parametrize(("method", "route"), OWN_ROUTES)
def test_whose_routes_they_are(there: Place, method: str, route: str):
    other = there.person(there.new_collection())
    for collection, token, expected, message in (
        ("users", None, 401, GUEST),
        ("users", "forged", 401, GUEST),
        ("users", other.token, 403, f"requires auth record from {other.collection} collection."),
        ("users", there.root, 403, "requires auth record from _superusers collection."),
        ("nothing", other.token, 404, "collection context."),
    ):
        answer = there.send(method, f"{collection}/totp{route}", token)
        assert answer.status == expected, answer.body
        assert answer.json()["message"].endswith(message)


@pytest.mark.parametrize("route", ["enroll", "confirm", "recovery-codes", "disable"])
def test_nobody_changes_it_in_the_name_of_another(there: Place, route: str):
    person = there.enrolled()
    token = there.impersonated(person)
    answer = there.post(f"users/totp/{route}", {"password": PASSWORD, "code": "1"}, token)
    assert answer.status == 403, answer.body
    assert there.sign_in(person).status == 401


def test_only_superusers_reset(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    path = f"users/totp/{ann.id}"
    assert there.send("DELETE", path).status == 401
    assert there.send("DELETE", path, bob.token).status == 403
    assert there.send("DELETE", path, ann.token).status == 403
    assert there.send("DELETE", "users/totp/nobody", there.root).status == 404
    assert there.send("DELETE", f"_mfas/totp/{ann.id}", there.root).status == 404
    assert there.sign_in(ann).status == 401


FORMS: list[tuple[str, Any, dict[str, str]]] = [
    ("auth-with-totp", {}, {"mfaId": "validation_required", "code": "validation_required"}),
    ("auth-with-totp", {"mfaId": "x"}, {"code": "validation_required"}),
    ("auth-with-totp", {"code": "1"}, {"mfaId": "validation_required"}),
    ("auth-with-totp", {"mfaId": 1, "code": "1"}, {"mfaId": "validation_required"}),
    ("totp/confirm", {}, {"code": "validation_required"}),
    ("totp/confirm", {"code": "000000"}, {"code": "validation_invalid_proof"}),
    ("totp/enroll", {}, {"code": "validation_required"}),
    ("totp/disable", {}, {"code": "validation_required"}),
    ("totp/recovery-codes", {}, {"code": "validation_required"}),
    ("totp/enroll", {"password": "x"}, {"password": "validation_invalid_proof"}),
    ("totp/enroll", {"code": "000000"}, {"code": "validation_invalid_proof"}),
    ("totp/enroll", {"recoveryCode": "x"}, {"recoveryCode": "validation_invalid_proof"}),
]


@pytest.mark.parametrize(("route", "body", "codes"), FORMS)
def test_what_a_body_lacks(there: Place, route: str, body: Any, codes: dict[str, str]):
    answer = there.post(f"users/{route}", body, there.person().token)
    error = answer.json()
    assert (answer.status, error["message"]) == (400, INVALID)
    assert {key: problem["code"] for key, problem in error["data"].items()} == codes


@pytest.mark.parametrize("route", ["auth-with-totp", "totp/enroll", "totp/confirm", "totp/disable"])
def test_bodies_that_cannot_be_read(there: Place, route: str):
    token = there.person().token
    for body in ({"code": 123456, "mfaId": "x"}, {"code": ["1"], "mfaId": "x"}, ["x"]):
        answer = there.post(f"users/{route}", body, token)
        assert answer.status == 400, answer.body
        assert answer.json()["data"] == {} or route != "auth-with-totp"


@pytest.mark.parametrize("route", ["disable", "recovery-codes"])
def test_without_an_app(there: Place, route: str):
    answer = there.post(f"users/totp/{route}", {"password": PASSWORD}, there.person().token)
    assert (answer.status, answer.json()["message"]) == (400, "No authenticator app is enabled.")


@pytest.mark.parametrize("route", ["auth-with-totp", "totp/enroll", "totp/confirm"])
def test_where_it_is_not_enabled(there: Place, route: str):
    person = there.person(there.new_collection())
    answer = there.post(f"{person.collection}/{route}", {"code": "1"}, person.token)
    assert (answer.status, answer.json()["message"]) == (
        403,
        "The collection is not configured to allow TOTP authentication.",
    )


def test_no_answer_shows_the_secret_again(there: Place):
    person = there.enrolled()
    token = remembered(there, person)
    shown = [
        there.send("GET", "users/totp", person.token).body,
        there.send("GET", f"users/records/{person.id}", there.root).body,
        there.send("GET", "users", there.root).body,
        there.server.send("GET", "/api/collections/export", token=there.root).body,
    ]
    for secret in (person.secret, person.recovery_codes[1], token):
        assert not any(secret.encode() in body for body in shown)
        assert secret not in there.server.output


@pytest.mark.parametrize("table", ["_fc_totps", "_fc_recovery_codes", "_fc_devices"])
def test_no_view_and_no_filter_reads_the_tables(there: Place, table: str):
    query = f"SELECT recordRef AS id, collectionRef AS stolen FROM {table}"
    view = {"name": "spy", "type": "view", "viewQuery": query}
    answer = there.server.send("POST", "/api/collections", token=there.root, json_body=view)
    assert answer.status == 400, answer.body
    assert f"{table} is not a collection" in answer.json()["data"]["viewQuery"]["message"]
    path = f"users/records?filter=@collection.{table}.recordRef!=''"
    assert there.send("GET", path, there.root).status == 400


def status(there: Place, person: Person) -> tuple[bool, int, list[dict[str, Any]]]:
    shown = there.send("GET", f"{person.collection}/totp", person.token).json()
    return shown["enabled"], shown["recoveryCodes"], shown["devices"]


def kept(there: Place, table: str, person: Person) -> int:
    count: int = there.sql(f"SELECT count(*) FROM {table} WHERE recordRef = ?", person.id)[0][0]
    return count
