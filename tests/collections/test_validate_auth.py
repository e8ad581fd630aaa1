"""What the options of an auth collection may not be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collections.site import COLLECTIONS, Site, text

LOW = "validation_min_greater_equal_than_required"
HIGH = "validation_max_less_equal_than_required"
REQUIRED = "validation_required"
GOOGLE = {"name": "google", "clientId": "id", "clientSecret": "secret"}

REFUSED: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"authRule": "id ="}, {"authRule": "validation_invalid_rule"}),
    ({"manageRule": ""}, {"manageRule": "validation_nil_or_not_empty_required"}),
    ({"passwordAuth": {"identityFields": []}}, {"passwordAuth.identityFields": REQUIRED}),
    (
        {"passwordAuth": {"identityFields": ["nick"]}},
        {"passwordAuth.identityFields": "validation_missing_unique_constraint"},
    ),
    (
        {"passwordAuth": {"identityFields": ["nope"]}},
        {"passwordAuth.identityFields": "validation_missing_field"},
    ),
    ({"mfa": {"enabled": True}}, {"mfa.enabled": "validation_mfa_not_enough_auths"}),
    (
        {"mfa": {"enabled": True, "rule": "id ="}, "otp": {"enabled": True}},
        {"mfa.rule": "validation_invalid_rule"},
    ),
    (
        {
            "mfa": {"enabled": True, "duration": 86401},
            "otp": {"enabled": True, "length": 3, "duration": 9},
        },
        {"mfa.duration": HIGH, "otp.duration": LOW, "otp.length": LOW},
    ),
    (
        {"otp": {"enabled": True, "length": 0, "duration": None}},
        {"otp.duration": REQUIRED, "otp.length": REQUIRED},
    ),
    (
        {"otp": {"emailTemplate": {"subject": ""}}},
        {"otp.emailTemplate.subject": REQUIRED},
    ),
    (
        {"authAlert": {"enabled": False, "emailTemplate": None}},
        {"authAlert.emailTemplate.body": REQUIRED, "authAlert.emailTemplate.subject": REQUIRED},
    ),
    ({"verificationTemplate": {"body": ""}}, {"verificationTemplate.body": REQUIRED}),
    (
        {"authToken": {"secret": "short", "duration": 9}},
        {"authToken.duration": LOW, "authToken.secret": "validation_length_out_of_range"},
    ),
    ({"fileToken": {"duration": 94670857}}, {"fileToken.duration": HIGH}),
    ({"fileToken": None}, {"fileToken.duration": REQUIRED, "fileToken.secret": REQUIRED}),
    (
        {"oauth2": {"enabled": True, "providers": [{"name": "nope"}, {}]}},
        {
            "oauth2.providers.0.clientId": REQUIRED,
            "oauth2.providers.0.clientSecret": REQUIRED,
            "oauth2.providers.0.name": "validation_missing_provider",
            "oauth2.providers.1.clientId": REQUIRED,
            "oauth2.providers.1.clientSecret": REQUIRED,
            "oauth2.providers.1.name": REQUIRED,
        },
    ),
    (
        {"oauth2": {"enabled": True, "providers": [GOOGLE, GOOGLE]}},
        {"oauth2.providers.1.name": "validation_duplicated_provider"},
    ),
    (
        {"oauth2": {"enabled": True, "providers": [GOOGLE | {"authURL": "zz"}]}},
        {"oauth2.providers.0.authURL": "validation_is_url"},
    ),
    (
        {"totp": {"issuer": "x" * 101, "rememberDuration": 59}},
        {"totp.issuer": "validation_length_out_of_range", "totp.rememberDuration": LOW},
    ),
    ({"totp": {"rememberDuration": 31536001}}, {"totp.rememberDuration": HIGH}),
    (
        {"passkey": {"rpID": "https://x", "origins": ["https://ok.example.com", "x", "*"]}},
        {
            "passkey.rpID": "validation_match_invalid",
            "passkey.origins.1": "validation_match_invalid",
            "passkey.origins.2": "validation_match_invalid",
        },
    ),
    *(
        ({"passkey": {"origins": [text]}}, {"passkey.origins.0": "validation_match_invalid"})
        for text in ("https://x.com/", "ftp://x.com", "https://X.com", "https://x.com:port", "")
    ),
    (
        {"smsOTP": {"enabled": True, "phoneField": "nope", "length": 5, "duration": 9}},
        {
            "smsOTP.phoneField": "validation_missing_field",
            "smsOTP.length": LOW,
            "smsOTP.duration": LOW,
        },
    ),
    (
        {
            "smsOTP": {
                "enabled": True,
                "phoneField": "email",
                "text": "no code",
                "countries": ["+49", "49", "+0"],
                "hourlyLimit": 0,
            }
        },
        {
            "smsOTP.phoneField": "validation_missing_field",
            "smsOTP.text": "validation_match_invalid",
            "smsOTP.countries.1": "validation_match_invalid",
            "smsOTP.countries.2": "validation_match_invalid",
            "smsOTP.hourlyLimit": REQUIRED,
        },
    ),
    (
        {"mfa": {"enabled": True}, "totp": {"enabled": False}},
        {"mfa.enabled": "validation_mfa_not_enough_auths"},
    ),
]


@pytest.mark.parametrize(("options", "codes"), REFUSED)
def test_refused(site: Site, options: dict[str, Any], codes: dict[str, str]) -> None:
    body = {"name": "members", "type": "auth", "fields": [text("nick")], **options}
    answer = site.ask("POST", COLLECTIONS, body)
    assert answer.status == 400
    assert answer.codes == codes


ACCEPTED: list[dict[str, Any]] = [
    {"passwordAuth": None},
    {"passwordAuth": {"enabled": False, "identityFields": []}},
    {"mfa": {"rule": "nobody looks while it is off ="}},
    {"mfa": {"enabled": True}, "otp": {"enabled": True}},
    {"mfa": {"enabled": True}, "totp": {"enabled": True}},
    {"totp": {"enabled": True, "issuer": "x" * 100, "rememberDuration": 0}},
    {"totp": None},
    {"smsOTP": {"enabled": False, "length": 1}},
    {"mfa": {"enabled": True}, "smsOTP": {"enabled": True, "phoneField": "nick"}},
    {"mfa": {"enabled": True}, "passkey": {"enabled": True}},
    {
        "passkey": {
            "enabled": True,
            "rpID": "example.com",
            "origins": ["https://a.example.com:8443", "android:apk-key-hash:a-b_C"],
        }
    },
    {"oauth2": {"enabled": False, "providers": [{"name": "nope"}]}},
    {"otp": {"length": -4}},
    {"manageRule": "id = ''", "authRule": None},
    {
        "passwordAuth": {"identityFields": ["email", "nick"]},
        "indexes": ["create unique index nicks on members (nick collate nocase) where nick != ''"],
    },
]


@pytest.mark.parametrize("options", ACCEPTED)
def test_accepted(site: Site, options: dict[str, Any]) -> None:
    site.create(name="members", type="auth", fields=[text("nick")], **options)
