"""What is wrong with the options of an auth collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from fastcms.errors import REQUIRED, Problem, Problems
from fastcms.fields.text import TextField
from fastcms.fields.url import is_url
from fastcms.schema import indexes
from fastcms.schema.collection import Collection
from fastcms.schema.options import (
    MFA,
    OTP,
    SMSOTP,
    TOTP,
    AuthOptions,
    CookieAuth,
    EmailTemplate,
    Lockout,
    OAuth2,
    OAuth2Provider,
    Passkey,
    PasswordAuth,
    PasswordPolicy,
    SuspiciousSignIn,
    TokenOptions,
)

# A rule and what it was before.
CheckRule: TypeAlias = Callable[[str | None, str | None], Problem | None]

SAME_SITE = ("lax", "strict", "none")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_WEB_ORIGIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?")

# Seconds.
SHORT_DURATION = (10, 24 * 3600)
TOKEN_DURATION = (10, 94_670_856)
REMEMBER_DURATION = (60, 365 * 24 * 3600)
LOCK_DURATION = 24 * 3600
PASSWORD_KINDS = ("lower", "upper", "digit", "symbol")
MIN_CODE_LENGTH = 4
MAX_ISSUER_LENGTH = 100
SMS_LENGTH = (6, 10)
MAX_TEXT_LENGTH = 300

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_COUNTRY = re.compile(r"\+[1-9][0-9]{0,7}", re.ASCII)
# As Android names an app.
_APP_ORIGIN = re.compile(r"android:apk-key-hash:[\w-]+", re.ASCII)


def auth_problems(
    collection: Collection, options: AuthOptions, before: AuthOptions | None, check_rule: CheckRule
) -> Problems:
    """Everything wrong with the options by wire key.

    How the methods fit together is looked at only when each is fine by itself.
    """
    was = before or AuthOptions()
    manage = check_rule(options.manage_rule, was.manage_rule)
    if options.manage_rule == "":
        manage = Problem("validation_nil_or_not_empty_required", "Cannot be blank.")
    found: dict[str, Problem | Problems | None] = {
        "authRule": check_rule(options.auth_rule, was.auth_rule),
        "manageRule": manage,
        "authAlert": _under("emailTemplate", _template(options.auth_alert.email_template)),
        "suspiciousSignIn": _suspicious(options.suspicious_sign_in),
        "oauth2": _oauth2(options.oauth2),
        "passwordAuth": _password_auth(options.password_auth),
        "mfa": _mfa(options.mfa),
        "otp": _otp(options.otp),
        "authToken": _token(options.auth_token),
        "passwordResetToken": _token(options.password_reset_token),
        "emailChangeToken": _token(options.email_change_token),
        "verificationToken": _token(options.verification_token),
        "fileToken": _token(options.file_token),
        "verificationTemplate": _template(options.verification_template),
        "resetPasswordTemplate": _template(options.reset_password_template),
        "confirmEmailChangeTemplate": _template(options.confirm_email_change_template),
        "totp": _totp(options.totp),
        "lockout": _lockout(options.lockout),
        "passkey": _passkey(options.passkey),
        "cookieAuth": _cookie_auth(options.cookie_auth),
        "smsOTP": _sms_otp(collection, options.sms_otp),
        "passwordPolicy": _password_policy(options.password_policy),
    }
    problems = {key: problem for key, problem in found.items() if problem}
    return (
        problems
        or _second_factor(options, was, check_rule)
        or _identity_fields(collection, options.password_auth)
    )


def _second_factor(options: AuthOptions, was: AuthOptions, check_rule: CheckRule) -> Problems:
    if not options.mfa.enabled:
        return {}
    methods = (
        options.password_auth.enabled,
        options.oauth2.enabled,
        options.otp.enabled,
        options.totp.enabled,
        options.passkey.enabled,
        options.sms_otp.enabled,
    )
    if sum(methods) < 2:
        problem = Problem(
            "validation_mfa_not_enough_auths",
            "MFA requires at least 2 auth methods to be enabled.",
        )
        return {"mfa": {"enabled": problem}}
    rule_problem = check_rule(options.mfa.rule, was.mfa.rule)
    return {"mfa": {"rule": rule_problem}} if options.mfa.rule and rule_problem else {}


def _identity_fields(collection: Collection, options: PasswordAuth) -> Problems:
    """Sign-in needs fields whose value belongs to one record only."""
    if not options.enabled:
        return {}
    for name in options.identity_fields:
        problem = None
        if collection.field(name) is None:
            problem = Problem(
                "validation_missing_field",
                f"Invalid or missing field {name}.",
                {"fieldName": name},
            )
        elif indexes.find_unique(collection.indexes, name) is None:
            problem = Problem(
                "validation_missing_unique_constraint",
                f"The field {name} doesn't have a UNIQUE constraint.",
                {"fieldName": name},
            )
        if problem:
            return {"passwordAuth": {"identityFields": problem}}
    return {}


def _suspicious(options: SuspiciousSignIn) -> Problems:
    template = options.email_template
    return _under("emailTemplate", _template(template)) if template else {}


def _oauth2(options: OAuth2) -> Problems:
    if not options.enabled:
        return {}
    problems = _duplicate_provider(options.providers)
    if not problems:
        found = {str(i): _provider(provider) for i, provider in enumerate(options.providers)}
        problems = {key: problem for key, problem in found.items() if problem}
    return _under("providers", problems)


def _duplicate_provider(providers: Iterable[OAuth2Provider]) -> Problems:
    seen: set[str] = set()
    for position, provider in enumerate(providers):
        if provider.name in seen:
            problem = Problem(
                "validation_duplicated_provider",
                f"The provider {provider.name} is already registered.",
                {"name": provider.name},
            )
            return {str(position): {"name": problem}}
        seen.add(provider.name)
    return {}


def _provider(provider: OAuth2Provider) -> Problems:
    # Providers bring in a client for HTTP.
    from fastcms.oauth2.providers import is_known

    problems: dict[str, Problem] = {}
    if not provider.name:
        problems["name"] = REQUIRED
    elif not is_known(provider.name):
        problems["name"] = Problem(
            "validation_missing_provider",
            f"Invalid or missing provider with name {provider.name}.",
            {"name": provider.name},
        )
    for key in ("clientId", "clientSecret"):
        if not getattr(provider, key):
            problems[key] = REQUIRED
    for key in ("authURL", "tokenURL", "userInfoURL"):
        address = getattr(provider, key)
        if address and not is_url(address):
            problems[key] = Problem("validation_is_url", "Must be a valid URL.")
    return problems


def _password_auth(options: PasswordAuth) -> Problems:
    return {"identityFields": REQUIRED} if options.enabled and not options.identity_fields else {}


def _mfa(options: MFA) -> Problems:
    return _range("duration", options.duration, *SHORT_DURATION) if options.enabled else {}


def _otp(options: OTP) -> Problems:
    problems: dict[str, Problem | Problems] = {}
    if options.enabled:
        problems |= _range("duration", options.duration, *SHORT_DURATION)
        problems |= _range("length", options.length, MIN_CODE_LENGTH)
    return {**problems, **_under("emailTemplate", _template(options.email_template))}


def _totp(options: TOTP) -> Problems:
    problems: dict[str, Problem] = {}
    if len(options.issuer) > MAX_ISSUER_LENGTH:
        problems["issuer"] = Problem(
            "validation_length_out_of_range",
            f"The length must be no more than {MAX_ISSUER_LENGTH}.",
            {"max": MAX_ISSUER_LENGTH, "min": 0},
        )
    if options.remember_duration:
        problems |= _range("rememberDuration", options.remember_duration, *REMEMBER_DURATION)
    return problems


def _passkey(options: Passkey) -> Problems:
    problems: dict[str, Problem | Problems] = {}
    invalid = Problem("validation_match_invalid", "Must be in a valid format.")
    if options.rpID and not _DOMAIN.fullmatch(options.rpID):
        problems["rpID"] = invalid
    wrong = [
        i
        for i, text in enumerate(options.origins)
        if not (_WEB_ORIGIN.fullmatch(text) or _APP_ORIGIN.fullmatch(text))
    ]
    if wrong:
        problems["origins"] = {str(i): invalid for i in wrong}
    return problems


def _sms_otp(collection: Collection, options: SMSOTP) -> Problems:
    problems: dict[str, Problem | Problems] = {}
    if not options.enabled:
        return problems
    problems |= _range("duration", options.duration, *SHORT_DURATION)
    problems |= _range("length", options.length, *SMS_LENGTH)
    problems |= _range("hourlyLimit", options.hourly_limit, 1)
    if not isinstance(collection.field(options.phone_field), TextField):
        name = options.phone_field
        problems["phoneField"] = Problem(
            "validation_missing_field", f"Invalid or missing field {name}.", {"fieldName": name}
        )
    if "{OTP}" not in options.text or len(options.text) > MAX_TEXT_LENGTH:
        problems["text"] = Problem(
            "validation_match_invalid",
            f"Must have {{OTP}} in it and no more than {MAX_TEXT_LENGTH} characters.",
        )
    wrong = [i for i, text in enumerate(options.countries) if not _COUNTRY.fullmatch(text)]
    if wrong:
        invalid = Problem("validation_match_invalid", "Must be a + and digits.")
        problems["countries"] = {str(i): invalid for i in wrong}
    return problems


def _token(options: TokenOptions) -> Problems:
    problems: dict[str, Problem | Problems] = {}
    if not options.secret:
        problems["secret"] = REQUIRED
    elif not 30 <= len(options.secret) <= 255:
        problems["secret"] = Problem(
            "validation_length_out_of_range",
            "The length must be between 30 and 255.",
            {"max": 255, "min": 30},
        )
    return problems | _range("duration", options.duration, *TOKEN_DURATION)


def _cookie_auth(options: CookieAuth) -> Problems:
    problems: dict[str, Problem] = {}
    if options.same_site not in SAME_SITE:
        problems["sameSite"] = Problem("validation_in_invalid", "Must be a valid value.")
    if options.domain and not _HOST.fullmatch(options.domain):
        problems["domain"] = Problem("validation_is_domain", "Must be a valid domain.")
    # Whole origins only: a pattern would trust pages that nobody has thought of.
    if not all(_WEB_ORIGIN.fullmatch(origin) for origin in options.origins):
        problems["origins"] = Problem(
            "validation_invalid_origin", "Must be origins like https://app.example.com."
        )
    return problems


def _lockout(options: Lockout) -> Problems:
    if not options.enabled:
        return {}
    return (
        _range("attempts", options.attempts, 3, 1000)
        | _range("accountAttempts", options.account_attempts, options.attempts, 100_000)
        | _range("addressAttempts", options.address_attempts, options.attempts, 100_000)
        | _range("delay", options.delay, 1, options.duration)
        # No lock is for good.
        | _range("duration", options.duration, 1, LOCK_DURATION)
    )


def _password_policy(policy: PasswordPolicy) -> Problems:
    problems: dict[str, Problem] = {}
    # Each earlier one costs a check of a hash.
    for key, value, most in (
        ("minStrength", policy.min_strength, 4),
        ("history", policy.history, 10),
        ("expires", policy.expires, 3650),
    ):
        if value:
            problems |= _range(key, value, 1, most)
    if not is_url(policy.breach_url):
        problems["breachURL"] = Problem("validation_is_url", "Must be a valid URL.")
    if not set(policy.require) <= set(PASSWORD_KINDS):
        problems["require"] = Problem("validation_in_invalid", "Must be a valid value.")
    return problems


def _template(template: EmailTemplate) -> Problems:
    texts = {"subject": template.subject, "body": template.body}
    return {key: REQUIRED for key, text in texts.items() if not text}


def _range(key: str, value: int, low: int, high: int | None = None) -> dict[str, Problem]:
    """The problem of a required number, by its key."""
    if not value:
        return {key: REQUIRED}
    if value < low:
        problem = Problem(
            "validation_min_greater_equal_than_required",
            f"Must be no less than {low}.",
            {"threshold": low},
        )
        return {key: problem}
    if high is not None and value > high:
        problem = Problem(
            "validation_max_less_equal_than_required",
            f"Must be no greater than {high}.",
            {"threshold": high},
        )
        return {key: problem}
    return {}


def _under(key: str, problems: Problems) -> Problems:
    return {key: problems} if problems else {}
