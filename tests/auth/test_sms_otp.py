"""One-time passwords by text message: numbers are proven, messages are few, codes serve once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from tests.auth.factors import Person, Place, place
from tests.servers import Answer
from tests.smsserver import SMSServer

WRONG = "Invalid or expired code."
TOO_MANY = "Too many attempts, please try again later."
PHONE_FIELD = {"type": "text", "name": "phone"}
_numbers = count(4915100000000)


@pytest.fixture(scope="module")
def sms() -> Iterator[SMSServer]:
    with SMSServer() as found:
        yield found


@pytest.fixture(scope="module")
def module_place(tmp_path_factory: pytest.TempPathFactory, sms: SMSServer) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("sms") / "pb_data") as found:
        found.server.expect("PATCH", "/api/settings/sms", token=found.root, json_body=sms.twilio)
        yield found


@pytest.fixture
def there(module_place: Place) -> Place:
    """With the limits of an address as if nobody had asked yet."""
    module_place.sql("DELETE FROM _fc_attempts WHERE key LIKE 'sms from:%'")
    return module_place


def collection(there: Place, **options: Any) -> str:
    sms_otp = {"enabled": True, **options.pop("smsOTP", {})}
    return there.new_collection(fields=[PHONE_FIELD], smsOTP=sms_otp, **options)


def number() -> str:
    return f"+{next(_numbers)}"


def phone_of(there: Place, person: Person) -> str:
    sql = f"SELECT phone FROM {person.collection} WHERE id = ?"
    return str(there.sql(sql, person.id)[0][0])


def asked(there: Place, name: str, phone: str, **more: Any) -> str:
    answer = there.post(f"{name}/request-sms-otp", {"phone": phone, **more})
    assert answer.status == 200, answer.body
    return str(answer.json()["otpId"])


def verified(there: Place, sms: SMSServer, name: str, **values: Any) -> Person:
    """Somebody whose number is proven."""
    person = there.person(name, **{"phone": number(), **values})
    answer = there.post(f"{name}/request-phone-verification", None, person.token)
    body = {"otpId": answer.json()["otpId"], "code": sms.take().code}
    assert there.post(f"{name}/confirm-phone-verification", body, person.token).status == 204
    return person


def show(there: Place, name: str, otp_id: str, code: str, **more: Any) -> Answer:
    return there.post(f"{name}/auth-with-sms-otp", {"otpId": otp_id, "code": code, **more})


def test_a_code_signs_in_once(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    otp_id = asked(there, name, phone_of(there, person))
    text = sms.take()
    assert text.to == phone_of(there, person)
    assert text.text == f"{text.code} is your code for Acme."
    assert len(text.code) == 6
    answer = show(there, name, otp_id, text.code)
    assert answer.status == 200, answer.body
    assert answer.json()["record"]["id"] == person.id
    again = show(there, name, otp_id, text.code)
    assert (again.status, again.json()["message"]) == (400, WRONG)


def test_of_many_requests_with_one_code_one_gets_in(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    otp_id = asked(there, name, phone_of(there, person))
    code = sms.take().code
    start = threading.Barrier(5)

    def attempt(_: int) -> int:
        start.wait()
        return show(there, name, otp_id, code).status

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(attempt, range(5))) == [200, 400, 400, 400, 400]


def test_a_number_is_found_however_it_is_written(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name, phone="+49 (170) 555-01.00")
    for written in ("+491705550100", "0049 170 5550100", "+49-170/5550100"):
        otp_id = asked(there, name, written)
        answer = show(there, name, otp_id, sms.take().code)
        assert answer.json()["record"]["id"] == person.id


def test_amazon_sends_them_too(there: Place, sms: SMSServer):
    name = collection(there, smsOTP={"length": 8, "text": "{APP_NAME}: {OTP}"})
    settings = "/api/settings/sms"
    there.server.expect("PATCH", settings, token=there.root, json_body=sms.sns)
    try:
        person = verified(there, sms, name)
        otp_id = asked(there, name, phone_of(there, person))
        text = sms.take()
        assert (text.sender, text.text) == ("Acme", f"Acme: {text.code}")
        assert len(text.code) == 8
        assert show(there, name, otp_id, text.code).status == 200
    finally:
        there.server.expect("PATCH", settings, token=there.root, json_body=sms.twilio)


# -- whose number it is -------------------------------------------------------------------------


def test_a_number_that_is_not_proven_signs_nobody_in(there: Place, sms: SMSServer):
    """Whoever writes somebody else's number into a profile gets no messages sent there."""
    name = collection(there)
    phone = number()
    there.person(name, phone=phone)
    otp_id = asked(there, name, phone)
    assert show(there, name, otp_id, "000000").status == 400
    assert sms.is_empty


def test_an_unknown_number_is_answered_as_a_known_one(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    known = there.post(f"{name}/request-sms-otp", {"phone": phone_of(there, person)})
    sms.take()
    unknown = there.post(f"{name}/request-sms-otp", {"phone": number()})
    assert (known.status, list(known.json())) == (unknown.status, list(unknown.json()))
    ids = [answer.json()["otpId"] for answer in (known, unknown)]
    assert [len(id_) for id_ in ids] == [15, 15]
    tries = [[show(there, name, id_, "000000").status for _ in range(6)] for id_ in ids]
    assert tries == [[400] * 5 + [429]] * 2
    assert sms.is_empty


def test_a_changed_number_has_to_be_proven_again(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    old, new = phone_of(there, person), number()
    waiting = asked(there, name, old)
    code = sms.take().code
    path = f"/api/collections/{name}/records/{person.id}"
    there.server.expect("PATCH", path, token=there.root, json_body={"phone": new})
    # A message that is under way is of the old number.
    assert show(there, name, waiting, code).json()["message"] == WRONG
    for phone in (old, new):
        assert show(there, name, asked(there, name, phone), "000000").status == 400
    assert sms.is_empty


def test_a_number_is_of_who_proved_it_last(there: Place, sms: SMSServer):
    name = collection(there)
    ann = verified(there, sms, name)
    phone = phone_of(there, ann)
    bob = verified(there, sms, name, phone=phone)
    answer = show(there, name, asked(there, name, phone), sms.take().code)
    assert answer.json()["record"]["id"] == bob.id


def test_the_proof_is_of_the_number_that_was_written_to(there: Place, sms: SMSServer):
    name = collection(there)
    ann, bob = there.person(name, phone=number()), there.person(name, phone=number())
    begun = there.post(f"{name}/request-phone-verification", None, ann.token).json()
    body = {**begun, "code": sms.take().code}
    confirm = f"{name}/confirm-phone-verification"
    assert there.post(confirm, body, bob.token).json()["message"] == WRONG
    begun = there.post(f"{name}/request-phone-verification", None, ann.token).json()
    body = {**begun, "code": sms.take().code}
    path = f"/api/collections/{name}/records/{ann.id}"
    there.server.expect("PATCH", path, token=there.root, json_body={"phone": number()})
    assert there.post(confirm, body, ann.token).json()["message"] == WRONG


def test_a_code_for_the_proof_signs_nobody_in(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    begun = there.post(f"{name}/request-phone-verification", None, person.token).json()
    code = sms.take().code
    assert show(there, name, begun["otpId"], code).json()["message"] == WRONG
    otp_id = asked(there, name, phone_of(there, person))
    body = {"otpId": otp_id, "code": sms.take().code}
    confirm = f"{name}/confirm-phone-verification"
    assert there.post(confirm, body, person.token).json()["message"] == WRONG


# -- limits -------------------------------------------------------------------------------------


def test_five_wrong_codes_and_no_more(there: Place, sms: SMSServer):
    name = collection(there)
    otp_id = asked(there, name, phone_of(there, verified(there, sms, name)))
    code = sms.take().code
    wrong = "000000" if code != "000000" else "111111"
    assert [show(there, name, otp_id, wrong).status for _ in range(5)] == [400] * 5
    answer = show(there, name, otp_id, code)
    assert (answer.status, answer.json()["message"]) == (429, TOO_MANY)
    assert answer.headers["retry-after"] == "3600"


def test_a_code_ends(there: Place, sms: SMSServer):
    name = collection(there)
    otp_id = asked(there, name, phone_of(there, verified(there, sms, name)))
    there.sql("UPDATE _fc_sms_codes SET until = 1 WHERE id = ?", otp_id)
    assert show(there, name, otp_id, sms.take().code).json()["message"] == WRONG


def test_a_code_is_for_one_collection(there: Place, sms: SMSServer):
    name, other = collection(there), collection(there)
    otp_id = asked(there, name, phone_of(there, verified(there, sms, name)))
    code = sms.take().code
    assert show(there, other, otp_id, code).json()["message"] == WRONG
    assert show(there, name, otp_id, code).status == 200


def _statuses(there: Place, name: str, numbers: list[str]) -> list[int]:
    path = f"{name}/request-sms-otp"
    return [there.post(path, {"phone": phone}).status for phone in numbers]


def test_messages_to_one_number(there: Place):
    """Also for a number that nobody has: the limit tells nothing."""
    name = collection(there)
    assert _statuses(there, name, [number()] * 6) == [200] * 5 + [429]


def test_messages_asked_for_from_one_address(there: Place):
    name = collection(there)
    numbers = [number() for _ in range(21)]
    assert _statuses(there, name, numbers) == [200] * 20 + [429]


def test_messages_of_a_collection(there: Place):
    name = collection(there, smsOTP={"hourlyLimit": 3})
    assert _statuses(there, name, [number() for _ in range(4)]) == [200] * 3 + [429]


def test_proofs_are_held_to_the_limits_too(there: Place, sms: SMSServer):
    """Whoever owns expensive numbers signs up and has messages sent to them."""
    name = collection(there, smsOTP={"hourlyLimit": 2})
    people = [there.person(name, phone=number()) for _ in range(3)]
    path = f"{name}/request-phone-verification"
    statuses = [there.post(path, None, person.token).status for person in people]
    assert statuses == [200, 200, 429]
    assert [sms.take().to for _ in range(2)]
    assert sms.is_empty


def test_only_some_countries(there: Place):
    name = collection(there, smsOTP={"countries": ["+49", "+43"]})
    numbers = ["+491705550101", "+436645550101", "+882165550101", "+1495550101"]
    assert _statuses(there, name, numbers) == [200, 200, 400, 400]
    person = there.person(name, phone="+882165550101")
    answer = there.post(f"{name}/request-phone-verification", None, person.token)
    assert answer.json()["message"] == "Messages are not sent to numbers of this country."


# -- with other factors -------------------------------------------------------------------------


def test_as_second_factor(there: Place, sms: SMSServer):
    name = collection(there)
    ann, bob = verified(there, sms, name), there.person(name, phone=number())
    there.change(name, mfa={"enabled": True})
    waiting = there.sign_in(ann).json()
    assert waiting["mfaMethods"] == ["smsOTP"]
    mfa_id = {"mfaId": waiting["mfaId"]}
    # To the record's own number, whatever the request says.
    otp_id = asked(there, name, number(), **mfa_id)
    text = sms.take()
    assert text.to == phone_of(there, ann)
    assert show(there, name, otp_id, text.code, **mfa_id).status == 200
    # By itself it is a first factor, and asks for another.
    otp_id = asked(there, name, phone_of(there, ann))
    waiting = show(there, name, otp_id, sms.take().code).json()
    assert waiting["mfaMethods"] == ["password"]
    assert there.sign_in(ann, mfaId=waiting["mfaId"]).status == 200
    answer = there.post(f"{name}/request-sms-otp", {"mfaId": there.mfa_id(bob)})
    assert (answer.status, answer.json()["message"]) == (
        400,
        "The record has no verified phone number.",
    )


def test_a_message_does_not_stand_in_for_the_authenticator_app(there: Place, sms: SMSServer):
    name = collection(there, totp={"enabled": True})
    person = there.enrolled(name)
    phone = number()
    path = f"/api/collections/{name}/records/{person.id}"
    there.server.expect("PATCH", path, token=there.root, json_body={"phone": phone})
    begun = there.post(f"{name}/request-phone-verification", None, person.token).json()
    body = {**begun, "code": sms.take().code}
    assert there.post(f"{name}/confirm-phone-verification", body, person.token).status == 204
    waiting = there.sign_in(person).json()
    assert waiting["mfaMethods"] == ["totp"]
    mfa_id = {"mfaId": waiting["mfaId"]}
    otp_id = asked(there, name, "", **mfa_id)
    answer = show(there, name, otp_id, sms.take().code, **mfa_id)
    assert answer.json()["message"] == "A different authentication method is required."
    otp_id = asked(there, name, phone)
    assert show(there, name, otp_id, sms.take().code).json()["mfaMethods"] == ["totp"]


def test_a_proven_number_lets_the_last_passkey_go(there: Place, sms: SMSServer):
    name = collection(there, passkey={"enabled": True})
    people = [verified(there, sms, name), there.person(name, phone=number())]
    there.change(name, passwordAuth={"enabled": False})
    for person, expected in zip(people, (204, 400), strict=True):
        there.sql(
            "INSERT INTO _fc_passkeys SELECT 'key' || id, CAST(id AS BLOB), ?, id, x'00', 0, 0, 0,"
            f" '[]', '', '', '' FROM {name} WHERE id = ?",
            there.sql("SELECT id FROM _collections WHERE name = ?", name)[0][0],
            person.id,
        )
        path = f"{name}/passkeys/key{person.id}"
        assert there.send("DELETE", path, person.token).status == expected


# -- what is kept, and what is told -------------------------------------------------------------


def test_codes_and_numbers_stay_inside(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    asked(there, name, phone_of(there, person))
    code = sms.take().code
    rows = there.sql("SELECT hash FROM _fc_sms_codes")
    assert not any(code in row[0] for row in rows)
    assert code not in there.server.output
    assert phone_of(there, person) not in there.server.output


def test_a_provider_that_refuses_is_logged(there: Place, sms: SMSServer):
    name = collection(there)
    person = verified(there, sms, name)
    refused = threading.Event()
    judged = sms._judged

    def judge(*request: Any) -> Any:
        refused.set()
        return judged(*request)

    sms.answer, sms._judged = (400, '{"code": 21211}'), judge
    try:
        asked(there, name, phone_of(there, person))
        assert refused.wait(10)
    finally:
        sms.answer, sms._judged = None, judged
    there.server.stop()
    assert "Twilio answered 400 (error 21211)" in there.server.output
    there.server.start()


def _record(there: Place, person: Person) -> None:
    path = f"/api/collections/{person.collection}/records/{person.id}"
    there.server.expect("DELETE", path, token=there.root)


def _collection(there: Place, person: Person) -> None:
    there.server.expect("DELETE", f"/api/collections/{person.collection}", token=there.root)


@pytest.mark.parametrize("delete", [_record, _collection])
def test_nothing_is_left_of_what_is_deleted(
    there: Place, sms: SMSServer, delete: Callable[[Place, Person], None]
):
    name = collection(there)
    person = verified(there, sms, name)
    asked(there, name, phone_of(there, person))
    sms.take()
    delete(there, person)
    for table in ("_fc_phones", "_fc_sms_codes"):
        assert there.sql(f"SELECT 1 FROM {table} WHERE recordRef = ?", person.id) == []


def test_auth_methods_tell_of_it_only_where_it_is_enabled(there: Place):
    name = collection(there)
    methods = there.send("GET", f"{name}/auth-methods").json()
    assert methods["smsOTP"] == {"enabled": True, "duration": 300}
    plain = there.new_collection()
    assert "smsOTP" not in there.send("GET", f"{plain}/auth-methods").json()
    assert "smsOTP" not in there.send("GET", plain, there.root).json()


# -- who may not, and what is missing -----------------------------------------------------------

FORMS: list[tuple[str, Any, dict[str, str]]] = [
    ("request-sms-otp", {}, {"phone": "validation_required"}),
    ("request-sms-otp", {"phone": "030 123456"}, {"phone": "validation_invalid_phone"}),
    ("request-sms-otp", {"phone": "+49"}, {"phone": "validation_invalid_phone"}),
    ("request-sms-otp", {"phone": "+0301234567"}, {"phone": "validation_invalid_phone"}),
    ("request-sms-otp", {"phone": "+49١٧٠٥٥٥٠١"}, {"phone": "validation_invalid_phone"}),
    ("auth-with-sms-otp", {}, {"otpId": "validation_required", "code": "validation_required"}),
    ("auth-with-sms-otp", {"otpId": "x"}, {"code": "validation_required"}),
    (
        "auth-with-sms-otp",
        {"otpId": "x", "code": "1" * 21},
        {"code": "validation_length_out_of_range"},
    ),
    ("confirm-phone-verification", {"otpId": "x"}, {"code": "validation_required"}),
]


@pytest.mark.parametrize(("route", "body", "codes"), FORMS)
def test_what_a_body_lacks(there: Place, route: str, body: Any, codes: dict[str, str]):
    name = collection(there)
    answer = there.post(f"{name}/{route}", body, there.person(name).token)
    assert answer.status == 400
    data = answer.json()["data"]
    assert {key: problem["code"] for key, problem in data.items()} == codes


ROUTES = [
    "request-sms-otp",
    "auth-with-sms-otp",
    "request-phone-verification",
    "confirm-phone-verification",
]


@pytest.mark.parametrize("route", ROUTES)
def test_where_it_is_not_enabled(there: Place, route: str):
    person = there.person(there.new_collection())
    answer = there.post(f"{person.collection}/{route}", {}, person.token)
    assert (answer.status, answer.json()["message"]) == (
        403,
        "The collection is not configured to allow SMS authentication.",
    )


@pytest.mark.parametrize("route", ROUTES[2:])
def test_only_owners_prove_numbers(there: Place, route: str):
    name, other = collection(there), collection(there)
    person = there.person(other, phone=number())
    assert there.post(f"{name}/{route}").status == 401
    assert there.post(f"{name}/{route}", None, person.token).status == 403
    answer = there.post(f"{other}/{route}", None, there.impersonated(person))
    assert answer.status == 403, answer.body


def test_a_record_without_a_number(there: Place):
    name = collection(there)
    person = there.person(name, phone="030 12345")
    answer = there.post(f"{name}/request-phone-verification", None, person.token)
    assert answer.json()["message"] == (
        "The record has no phone number with the code of its country."
    )
