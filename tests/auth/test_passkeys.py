"""Passkeys: registering, signing in, the second factor, and everything a forger might try."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests import oathtool
from tests.auth.factors import PASSWORD, Person, Place, place
from tests.authenticator import BACKUP_ELIGIBLE, PRESENT, VERIFIED, Authenticator, raw, text
from tests.servers import Answer
from tests.waiting import until

FAILED = "Failed to authenticate."
OLD = "Invalid or expired challenge."
INVALID = "An error occurred while validating the submitted data."
NOT_REGISTERED = "Failed to register the passkey."


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    options = {"passkey": {"enabled": True}, "totp": {"enabled": True}}
    with place(tmp_path_factory.mktemp("passkeys") / "pb_data", **options) as found:
        yield found


# The application's address as a fresh directory has it; that the server is elsewhere is of no
# consequence, and must be of none.
ORIGIN = "http://localhost:8090"


def device(**lies: Any) -> Authenticator:
    return Authenticator(**{"origin": ORIGIN, **lies})


def creation(there: Place, person: Person) -> dict[str, Any]:
    path = f"{person.collection}/passkeys/options"
    answer = there.post(path, {"password": PASSWORD}, person.token)
    assert answer.status == 200, answer.body
    options: dict[str, Any] = answer.json()["publicKey"]
    return options


def keep(there: Place, person: Person, credential: Any, **more: Any) -> Answer:
    body = {"credential": credential, **more}
    return there.post(f"{person.collection}/passkeys", body, person.token)


def registered(there: Place, person: Person, **lies: Any) -> Authenticator:
    made = device(**lies)
    answer = keep(there, person, made.create(creation(there, person)))
    assert answer.status == 200, answer.body
    return made


def challenge(there: Place, collection: str = "users", **body: Any) -> dict[str, Any]:
    answer = there.post(f"{collection}/auth-with-passkey/options", body)
    assert answer.status == 200, answer.body
    options: dict[str, Any] = answer.json()["publicKey"]
    return options


def show(there: Place, credential: Any, collection: str = "users", **more: Any) -> Answer:
    return there.post(f"{collection}/auth-with-passkey", {"credential": credential, **more})


def passkeys(there: Place, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = there.send(
        "GET", f"{person.collection}/passkeys", person.token
    ).json()["items"]
    return found


# -- registering --------------------------------------------------------------------------------


def test_what_a_passkey_is_made_of(there: Place):
    person = there.person()
    options = creation(there, person)
    assert options["rp"] == {"id": "localhost", "name": "Acme"}
    assert options["user"]["name"] == person.email
    assert person.id.encode() not in raw(options["user"]["id"])
    assert len(raw(options["challenge"])) == 32
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert options["excludeCredentials"] == []
    key = registered(there, person)
    again = creation(there, person)
    assert [item["id"] for item in again["excludeCredentials"]] == [text(key.credential_id)]
    # The same account is the same user to the authenticator.
    assert again["user"]["id"] == options["user"]["id"]


def test_a_registered_passkey_is_listed(there: Place):
    person = there.person()
    flags = PRESENT | VERIFIED | BACKUP_ELIGIBLE
    credential = device(flags=flags).create(creation(there, person))
    kept = keep(there, person, credential, name=" Phone ").json()
    assert kept == {
        "id": kept["id"],
        "name": "Phone",
        "created": kept["created"],
        "lastUsed": "",
        "backedUp": False,
        "suspect": False,
    }
    registered(there, person)
    assert [item["name"] for item in passkeys(there, person)] == ["Phone", "Passkey"]


REGISTRATION_LIES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("another page", {"origin": "http://evil.example.com"}, {}, NOT_REGISTERED),
    ("another port", {"origin": "http://localhost:9999"}, {}, NOT_REGISTERED),
    ("a page below", {"origin": "http://x.localhost:8090"}, {}, NOT_REGISTERED),
    ("another domain", {"rp_id": "example.com"}, {}, NOT_REGISTERED),
    ("nobody verified", {"flags": PRESENT}, {}, NOT_REGISTERED),
    ("nobody present", {"flags": VERIFIED}, {}, NOT_REGISTERED),
    ("a sign-in", {}, {"type": "webauthn.get"}, NOT_REGISTERED),
    ("another challenge", {}, {"challenge": text(b"x" * 32)}, OLD),
    ("no challenge", {}, {"challenge": ""}, OLD),
    ("a challenge that is none", {}, {"challenge": 7}, OLD),
]


@pytest.mark.parametrize(
    ("lies", "client", "message"),
    [row[1:] for row in REGISTRATION_LIES],
    ids=[row[0] for row in REGISTRATION_LIES],
)
def test_a_forged_registration(
    there: Place, lies: dict[str, Any], client: dict[str, Any], message: str
):
    person = there.person()
    credential = device(**lies).create(creation(there, person), **client)
    answer = keep(there, person, credential)
    assert (answer.status, answer.json()["message"]) == (400, message)
    assert passkeys(there, person) == []


def test_a_challenge_registers_once(there: Place):
    person = there.person()
    options = creation(there, person)
    assert keep(there, person, device().create(options)).status == 200
    answer = keep(there, person, device().create(options))
    assert (answer.status, answer.json()["message"]) == (400, OLD)


def test_a_challenge_is_used_up_by_a_failure(there: Place):
    person = there.person()
    options = creation(there, person)
    assert keep(there, person, device(flags=PRESENT).create(options)).status == 400
    assert keep(there, person, device().create(options)).json()["message"] == OLD


def test_a_challenge_ends(there: Place):
    person = there.person()
    options = creation(there, person)
    there.sql("UPDATE _fc_challenges SET until = 1 WHERE challenge = ?", raw(options["challenge"]))
    assert keep(there, person, device().create(options)).json()["message"] == OLD


def test_a_challenge_is_for_one_purpose_and_one_record(there: Place):
    ann, bob = there.person(), there.person()
    assert keep(there, bob, device().create(creation(there, ann))).json()["message"] == OLD
    options = {**creation(there, ann), **challenge(there)}
    assert keep(there, ann, device().create(options)).json()["message"] == OLD
    key = registered(there, ann)
    assert show(there, key.get(creation(there, ann))).json()["message"] == OLD


def test_nobody_registers_the_passkey_of_somebody_else(there: Place):
    """Whoever claims a known credential with a key of his own would sign in as its owner, or keep
    the owner out."""
    ann, mallory = there.person(), there.person()
    key = registered(there, ann)
    copy = device(credential_id=key.credential_id)
    answer = keep(there, mallory, copy.create(creation(there, mallory)))
    assert (answer.status, answer.json()["message"]) == (400, NOT_REGISTERED)
    assert show(there, key.get(challenge(there))).json()["record"]["id"] == ann.id


def test_there_is_a_last_passkey(there: Place):
    person = there.person()
    registered(there, person)
    there.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49)"
        " INSERT INTO _fc_passkeys SELECT 'k' || i || recordRef, randomblob(16), collectionRef,"
        " recordRef, publicKey, 0, 0, 0, '[]', name, created, '' FROM n, _fc_passkeys"
        " WHERE recordRef = ?",
        person.id,
    )
    answer = there.post("users/passkeys/options", {"password": PASSWORD}, person.token)
    assert (answer.status, answer.json()["message"]) == (
        400,
        "There cannot be more than 50 passkeys.",
    )


# -- signing in ---------------------------------------------------------------------------------


def test_a_passkey_signs_in_without_a_name(there: Place):
    person = there.person()
    key = registered(there, person)
    options = challenge(there)
    assert options["rpId"] == "localhost"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    answer = show(there, key.get(options))
    assert answer.status == 200, answer.body
    assert list(answer.json()) == ["record", "token"]
    assert answer.json()["record"]["id"] == person.id
    (item,) = passkeys(there, person)
    assert item["lastUsed"] > item["created"]
    assert there.post("users/auth-refresh", None, answer.json()["token"]).status == 200


def _other_key(key: Authenticator, options: Any) -> Any:
    return device(credential_id=key.credential_id).get(options)


def _broken_signature(key: Authenticator, options: Any) -> Any:
    credential = key.get(options)
    signature = raw(credential["response"]["signature"])
    credential["response"]["signature"] = text(signature[:-1] + bytes([signature[-1] ^ 1]))
    return credential


def _two_ids(key: Authenticator, options: Any) -> Any:
    return {**key.get(options), "id": text(b"other")}


def _somebody_elses(key: Authenticator, options: Any) -> Any:
    key.user_handle = text(b"x" * 32)
    return key.get(options)


def _lie(**lies: Any) -> Callable[[Authenticator, Any], Any]:
    def get(key: Authenticator, options: Any) -> Any:
        for name, value in lies.items():
            setattr(key, name, value)
        return key.get(options)

    return get


def _client(**client: Any) -> Callable[[Authenticator, Any], Any]:
    return lambda key, options: key.get(options, **client)


SIGN_IN_LIES = [
    ("another key", _other_key, FAILED),
    ("a broken signature", _broken_signature, FAILED),
    ("two ids", _two_ids, FAILED),
    ("the handle of somebody else", _somebody_elses, FAILED),
    ("an unknown passkey", _lie(credential_id=b"unknown"), FAILED),
    ("another page", _lie(origin="http://evil.example.com"), FAILED),
    ("another domain", _lie(rp_id="evil.example.com"), FAILED),
    ("nobody verified", _lie(flags=PRESENT), FAILED),
    ("nobody present", _lie(flags=VERIFIED), FAILED),
    ("a registration", _client(type="webauthn.create"), FAILED),
    ("another challenge", _client(challenge=text(b"y" * 32)), OLD),
]


@pytest.mark.parametrize(
    ("forge", "message"),
    [row[1:] for row in SIGN_IN_LIES],
    ids=[row[0] for row in SIGN_IN_LIES],
)
def test_a_forged_sign_in(there: Place, forge: Callable[[Authenticator, Any], Any], message: str):
    key = registered(there, there.person())
    answer = show(there, forge(key, challenge(there)))
    assert (answer.status, answer.json()["message"]) == (400, message)


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": 1},
        {"response": {"clientDataJSON": 1}},
        {"response": {"clientDataJSON": "%%%"}},
        {"response": {"clientDataJSON": text(b"{}")}},
        {"response": {"clientDataJSON": text(b'{"challenge": []}')}},
        {"response": {"clientDataJSON": text(b"[]")}},
    ],
)
def test_what_is_no_credential(there: Place, credential: Any):
    answer = show(there, credential)
    assert (answer.status, answer.json()["message"]) == (400, OLD)
    person = there.person()
    assert keep(there, person, credential).json()["message"] == OLD


@pytest.mark.parametrize(
    "spoil",
    [
        {"rawId": None},
        {"rawId": ["x"]},
        {"type": "password"},
        {"id": None},
        {"response": {"authenticatorData": ""}},
        {"response": {"authenticatorData": text(b"x" * 40)}},
        {"response": {"signature": None}},
        {"response": {"userHandle": 7}},
    ],
)
def test_a_credential_that_is_damaged(there: Place, spoil: dict[str, Any]):
    key = registered(there, there.person())
    credential = key.get(challenge(there))
    response = {**credential["response"], **spoil.get("response", {})}
    answer = show(there, {**credential, **spoil, "response": response})
    assert (answer.status, answer.json()["message"]) == (400, FAILED)
    assert "Traceback" not in there.server.output


@pytest.mark.parametrize("attestation", ["", text(b"x"), text(b"\xa0"), 7, None])
def test_an_attestation_that_is_damaged(there: Place, attestation: Any):
    person = there.person()
    credential = device().create(creation(there, person))
    credential["response"]["attestationObject"] = attestation
    answer = keep(there, person, credential)
    assert (answer.status, answer.json()["message"]) == (400, NOT_REGISTERED)


def test_a_signature_serves_once(there: Place):
    """Also where the authenticator counts nothing."""
    key = registered(there, there.person(), step=0)
    credential = key.get(challenge(there))
    assert show(there, credential).status == 200
    answer = show(there, credential)
    assert (answer.status, answer.json()["message"]) == (400, OLD)
    assert show(there, key.get(challenge(there))).status == 200


def test_of_many_requests_with_one_signature_one_gets_in(there: Place):
    key = registered(there, there.person(), step=0)
    credential = key.get(challenge(there))
    start = threading.Barrier(8)

    def attempt(_: int) -> int:
        start.wait()
        return show(there, credential).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [200] + [400] * 7


def test_a_counter_that_goes_back_ends_the_passkey(there: Place):
    """Two devices with one key: nobody can tell which of them is the owner's."""
    person = there.person()
    key = registered(there, person)
    assert show(there, key.get(challenge(there))).status == 200
    key.count -= 1
    assert show(there, key.get(challenge(there))).json()["message"] == FAILED
    key.count += 10
    assert show(there, key.get(challenge(there))).status == 400
    assert [item["suspect"] for item in passkeys(there, person)] == [True]
    until(lambda: "seems to be copied" in there.server.output)


def test_a_challenge_is_for_one_collection(there: Place):
    other = there.new_collection(passkey={"enabled": True})
    ann, bob = there.person(), there.person(other)
    key = registered(there, ann)
    assert show(there, key.get(challenge(there, other))).json()["message"] == OLD
    assert show(there, key.get(challenge(there, other)), other).json()["message"] == FAILED
    assert show(there, registered(there, bob).get(challenge(there, other)), other).status == 200


def test_guests_do_not_fill_the_table(there: Place):
    challenge(there)
    there.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        " INSERT INTO _fc_challenges SELECT randomblob(32), 'sign in', 'x', '', '127.0.0.1',"
        " unixepoch() + 60 FROM n"
    )
    assert there.post("users/auth-with-passkey/options").status == 429
    there.sql("UPDATE _fc_challenges SET until = 1 WHERE collectionRef = 'x'")
    challenge(there)
    left = there.sql("SELECT count(*) FROM _fc_challenges WHERE collectionRef = 'x'")
    assert left == [(0,)]


def test_the_auth_rule_holds_for_passkeys_too(there: Place):
    name = there.new_collection(passkey={"enabled": True})
    key = registered(there, there.person(name))
    there.change(name, authRule="@request.context != 'passkey'")
    assert show(there, key.get(challenge(there, name)), name).status == 403


def test_superusers_have_passkeys_too(there: Place):
    there.change("_superusers", passkey={"enabled": True})
    person = there.person("_superusers")
    key = registered(there, person)
    answer = show(there, key.get(challenge(there, "_superusers")), "_superusers")
    token = answer.json()["token"]
    assert there.server.send("GET", "/api/settings", token=token).status == 200


# -- with other factors -------------------------------------------------------------------------


def test_a_passkey_is_both_factors(there: Place):
    name = there.new_collection(passkey={"enabled": True}, totp={"enabled": True})
    person = there.enrolled(name)
    key = registered(there, person)
    there.change(name, mfa={"enabled": True})
    assert show(there, key.get(challenge(there, name)), name).status == 200


def test_a_passkey_is_the_second_factor(there: Place):
    name = there.new_collection(passkey={"enabled": True}, totp={"enabled": True})
    person, other = there.enrolled(name), there.person(name)
    key, others = registered(there, person), registered(there, other)
    waiting = there.sign_in(person).json()
    assert waiting["mfaMethods"] == ["totp", "passkey"]
    mfa_id = {"mfaId": waiting["mfaId"]}
    options = challenge(there, name, **mfa_id)
    assert [item["id"] for item in options["allowCredentials"]] == [text(key.credential_id)]
    assert options["allowCredentials"][0]["transports"] == ["internal"]
    answer = show(there, key.get(options), name, **mfa_id)
    assert answer.status == 200, answer.body
    # The session is over with it.
    body = {**mfa_id, "code": oathtool.code(person.secret)}
    assert there.post(f"{name}/auth-with-totp", body).status == 400
    mfa_id = {"mfaId": there.mfa_id(person)}
    there.change(name, mfa={"enabled": True})
    answer = show(there, others.get(challenge(there, name)), name, **mfa_id)
    assert (answer.status, answer.json()["message"]) == (400, "Invalid MFA session.")


def test_with_mfa_a_passkey_is_one_of_the_methods(there: Place):
    name = there.new_collection(passkey={"enabled": True})
    person, other = there.person(name), there.person(name)
    registered(there, person)
    there.change(name, mfa={"enabled": True})
    assert there.sign_in(person).json()["mfaMethods"] == ["passkey"]
    assert list(there.sign_in(other).json()) == ["mfaId"]


def test_a_passkey_is_a_proof(there: Place):
    ann, bob = there.enrolled(), there.enrolled()
    key = registered(there, ann)
    wrong = {"passkey": key.get(challenge(there))}
    answer = there.post("users/totp/disable", wrong, bob.token)
    assert answer.json()["data"]["passkey"]["code"] == "validation_invalid_proof"
    again = there.post("users/totp/disable", wrong, ann.token)
    assert (again.status, again.json()["message"]) == (400, OLD)
    right = {"passkey": key.get(challenge(there))}
    assert there.post("users/totp/disable", right, ann.token).status == 204


def test_auth_methods_tell_of_it_only_where_it_is_enabled(there: Place):
    assert there.send("GET", "users/auth-methods").json()["passkey"] == {"enabled": True}
    plain = there.new_collection()
    assert "passkey" not in there.send("GET", f"{plain}/auth-methods").json()
    assert "passkey" not in there.send("GET", plain, there.root).json()


# -- the relying party --------------------------------------------------------------------------


def test_the_relying_party_is_that_of_the_options(there: Place):
    options = {"enabled": True, "rpID": "example.com", "origins": ["https://app.example.com"]}
    name = there.new_collection(passkey=options)
    person = there.person(name)
    assert creation(there, person)["rp"]["id"] == "example.com"
    key = registered(there, person, rp_id="example.com", origin="https://app.example.com")
    assert show(there, key.get(challenge(there, name)), name).status == 200
    key.origin = ORIGIN
    assert show(there, key.get(challenge(there, name)), name).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.com"},
        {"X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "https"},
        {"Origin": "https://evil.example.com"},
    ],
)
def test_no_header_makes_another_relying_party(there: Place, headers: dict[str, str]):
    path = "/api/collections/users/auth-with-passkey"
    answer = there.server.request("POST", f"{path}/options", headers=headers)
    options = answer.json()["publicKey"]
    assert options["rpId"] == "localhost"
    key = registered(there, there.person())
    key.origin, key.rp_id = "https://evil.example.com", "evil.example.com"
    body = json.dumps({"credential": key.get(options)}).encode()
    json_body = {"Content-Type": "application/json", **headers}
    assert there.server.request("POST", path, headers=json_body, body=body).status == 400


# -- one's own passkeys -------------------------------------------------------------------------


def test_renaming(there: Place):
    person = there.person()
    registered(there, person)
    (item,) = passkeys(there, person)

    def rename(name: Any, token: str) -> Answer:
        path = f"/api/collections/users/passkeys/{item['id']}"
        return there.server.send("PATCH", path, token=token, json_body={"name": name})

    assert rename("My key", person.token).json() == {**item, "name": "My key"}
    assert rename("Stolen", there.person().token).status == 404
    for name, code in ((" ", "validation_required"), ("x" * 101, "validation_length_out_of_range")):
        assert rename(name, person.token).json()["data"]["name"]["code"] == code
    assert [found["name"] for found in passkeys(there, person)] == ["My key"]


def removal(there: Place, person: Person, index: int = 0, token: str = "") -> Answer:
    id_ = passkeys(there, person)[index]["id"]
    return there.send("DELETE", f"{person.collection}/passkeys/{id_}", token or person.token)


def test_a_removed_passkey_signs_in_no_more(there: Place):
    person = there.person()
    key = registered(there, person)
    assert removal(there, person, token=there.person().token).status == 404
    assert show(there, key.get(challenge(there))).status == 200
    assert removal(there, person).status == 204
    assert show(there, key.get(challenge(there))).json()["message"] == FAILED
    assert passkeys(there, person) == []


def test_the_only_way_in_stays(there: Place):
    name = there.new_collection(passkey={"enabled": True})
    person = there.person(name)
    registered(there, person)
    registered(there, person)
    there.change(name, passwordAuth={"enabled": False})
    assert removal(there, person).status == 204
    answer = removal(there, person)
    assert answer.status == 400
    assert answer.json()["message"].startswith("It is the only way left to sign in")
    # One that is not trusted any more is none; and a superuser knows what to do.
    there.sql("UPDATE _fc_passkeys SET suspect = 1 WHERE recordRef = ?", person.id)
    assert removal(there, person).status == 204
    registered_anew = device()
    options = there.post(f"{name}/passkeys/options", None, person.token).json()["publicKey"]
    assert keep(there, person, registered_anew.create(options)).status == 200
    assert removal(there, person, token=there.root).status == 204


OTHER_WAYS: list[tuple[dict[str, Any], bool]] = [
    ({"otp": {"enabled": True}}, False),
    ({"oauth2": {"enabled": True}}, False),
    ({"oauth2": {"enabled": True}}, True),
    ({"passwordAuth": {"enabled": True}}, False),
]


@pytest.mark.parametrize(("options", "is_linked"), OTHER_WAYS)
def test_another_way_in_lets_the_last_passkey_go(
    there: Place, options: dict[str, Any], is_linked: bool
):
    name = there.new_collection(passkey={"enabled": True})
    person = there.person(name)
    registered(there, person)
    there.change(name, **{"passwordAuth": {"enabled": False}, **options})
    if is_linked:
        there.sql(
            "INSERT INTO _externalAuths (id, collectionRef, recordRef, provider, providerId)"
            " SELECT 'link' || recordRef, collectionRef, recordRef, 'google', id FROM _fc_passkeys"
            " WHERE recordRef = ?",
            person.id,
        )
    expected = 400 if "oauth2" in options and not is_linked else 204
    assert removal(there, person).status == expected


def test_a_superuser_sees_and_removes_the_passkeys_of_all(there: Place):
    person = there.person()
    registered(there, person)
    path = f"users/passkeys?recordId={person.id}"
    (item,) = there.send("GET", path, there.root).json()["items"]
    # For others the parameter means nothing.
    assert there.send("GET", path, there.person().token).json()["items"] == []
    assert there.send("GET", "users/passkeys?recordId=nobody", there.root).status == 404
    assert there.send("DELETE", "users/passkeys/nobody", there.root).status == 404
    assert there.send("DELETE", f"users/passkeys/{item['id']}", there.root).status == 204


def test_nothing_is_left_of_a_deleted_record(there: Place):
    person = there.person()
    key = registered(there, person)
    creation(there, person)
    path = f"/api/collections/users/records/{person.id}"
    there.server.expect("DELETE", path, token=there.root)
    for table in ("_fc_passkeys", "_fc_challenges"):
        sql = f"SELECT count(*) FROM {table} WHERE recordRef = ?"
        assert there.sql(sql, person.id) == [(0,)]
    assert show(there, key.get(challenge(there))).json()["message"] == FAILED


# -- who may not, and what is missing -----------------------------------------------------------

OWN_ROUTES = [
    ("GET", "passkeys"),
    ("POST", "passkeys"),
    ("POST", "passkeys/options"),
    ("PATCH", "passkeys/x"),
    ("DELETE", "passkeys/x"),
]


@pytest.mark.parametrize(("method", "route"), OWN_ROUTES)
def test_whose_routes_they_are(there: Place, method: str, route: str):
    other = there.person(there.new_collection())
    assert there.send(method, f"users/{route}").status == 401
    answer = there.send(method, f"users/{route}", other.token)
    assert answer.status == 403
    assert answer.json()["message"] == (
        f"The request requires auth record from {other.collection} collection."
    )
    assert there.send(method, f"_mfas/{route}", other.token).status in (403, 404)


def test_nobody_registers_in_the_name_of_another(there: Place):
    person = there.person()
    token = there.impersonated(person)
    for route in ("passkeys/options", "passkeys"):
        answer = there.post(f"users/{route}", {"password": PASSWORD}, token)
        assert answer.status == 403, answer.body


def test_who_impersonates_a_superuser_removes_no_passkey(there: Place):
    ann = there.person()
    registered(there, ann)
    (key,) = passkeys(there, ann)
    token = there.impersonated(there.person("_superusers"))
    assert there.send("DELETE", f"users/passkeys/{key['id']}", token).status == 403
    assert passkeys(there, ann) == [key]


@pytest.mark.parametrize(
    "route",
    ["auth-with-passkey", "auth-with-passkey/options", "passkeys", "passkeys/options"],
)
def test_where_it_is_not_enabled(there: Place, route: str):
    person = there.person(there.new_collection())
    answer = there.post(f"{person.collection}/{route}", {}, person.token)
    assert (answer.status, answer.json()["message"]) == (
        403,
        "The collection is not configured to allow passkey authentication.",
    )


FORMS: list[tuple[str, Any, dict[str, str]]] = [
    ("auth-with-passkey", {}, {"credential": "validation_required"}),
    ("auth-with-passkey", {"credential": "x"}, {"credential": "validation_required"}),
    ("passkeys", {}, {"credential": "validation_required"}),
    ("passkeys", {"credential": {}, "name": "x" * 101}, {"name": "validation_length_out_of_range"}),
    ("passkeys/options", {}, {"code": "validation_required"}),
    ("passkeys/options", {"password": "x"}, {"password": "validation_invalid_proof"}),
]


@pytest.mark.parametrize(("route", "body", "codes"), FORMS)
def test_what_a_body_lacks(there: Place, route: str, body: Any, codes: dict[str, str]):
    answer = there.post(f"users/{route}", body, there.person().token)
    error = answer.json()
    assert (answer.status, error["message"]) == (400, INVALID)
    assert {key: problem["code"] for key, problem in error["data"].items()} == codes


def test_an_mfa_id_that_is_none(there: Place):
    answer = there.post("users/auth-with-passkey/options", {"mfaId": "nothing"})
    assert (answer.status, answer.json()["message"]) == (400, "Invalid or expired MFA session.")


def test_a_body_too_long_for_a_passkey(there: Place):
    assert show(there, {"x": "x" * (65 << 10)}).status == 413
