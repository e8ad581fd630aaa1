"""The routes of signing in."""

from __future__ import annotations

from typing import Any

from fastcms.auth import (
    apple_secret,
    lockout_requests,
    password_strength,
    sample_mail,
    session_requests,
)
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.methods import (
    change_email,
    impersonate,
    oauth2,
    oauth2_redirect,
    otp,
    passkey,
    password,
    refresh,
    reset,
    sms_otp,
    totp,
    verification,
)
from fastcms.http.endpoint import Handler, Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.schema.options import AuthOptions


async def list_methods(request: Request) -> Reply:
    """GET …/auth-methods"""
    auth = require_auth_collection(request).auth
    assert auth is not None
    by_password = auth.password_auth
    providers = await oauth2.describe(auth.oauth2)
    fields = by_password.identity_fields if by_password.enabled else ()
    return json_reply(
        {
            "password": password.describe(auth),
            "oauth2": {"providers": providers, "enabled": auth.oauth2.enabled},
            "mfa": {
                "enabled": auth.mfa.enabled,
                "duration": auth.mfa.duration if auth.mfa.enabled else 0,
            },
            "otp": {
                "enabled": auth.otp.enabled,
                "duration": auth.otp.duration if auth.otp.enabled else 0,
            },
            # What clients before 0.23 read.
            "authProviders": [{**provider, "logo": ""} for provider in providers],
            "usernamePassword": "username" in fields,
            "emailPassword": "email" in fields,
            **_own_methods(auth),
        }
    )


def _own_methods(auth: AuthOptions) -> dict[str, Any]:
    """The methods that the reference does not have; only those that are enabled."""
    own = {"totp": auth.totp.enabled, "passkey": auth.passkey.enabled}
    found = {name: {"enabled": True} for name, is_enabled in own.items() if is_enabled}
    if auth.sms_otp.enabled:
        return {**found, "smsOTP": {"enabled": True, "duration": auth.sms_otp.duration}}
    return found


COLLECTION = "/api/collections/{collection}"


def _tagged(name: str, tags: tuple[str, ...], **methods: Handler) -> Route:
    """A route with names that rate limits go by."""
    route = endpoint(f"{COLLECTION}/{name}", **methods)
    return route.tagged(**dict.fromkeys(methods, tags))


ROUTES: tuple[Route, ...] = (
    _tagged("auth-methods", ("listAuthMethods",), GET=list_methods),
    _tagged("auth-with-password", ("authWithPassword", "auth"), POST=password.sign_in),
    _tagged("auth-with-oauth2", ("authWithOAuth2", "auth"), POST=oauth2.sign_in),
    endpoint("/api/settings/apple/generate-client-secret", POST=apple_secret.generate),
    endpoint("/api/oauth2-redirect", GET=oauth2_redirect.come_back, POST=oauth2_redirect.come_back),
    _tagged("auth-refresh", ("authRefresh",), POST=refresh.refresh),
    _tagged("auth-with-passkey", ("authWithPasskey", "auth"), POST=passkey.sign_in),
    endpoint(f"{COLLECTION}/auth-with-passkey/options", POST=passkey.sign_in_options),
    endpoint(f"{COLLECTION}/passkeys", GET=passkey.show, POST=passkey.register),
    endpoint(f"{COLLECTION}/passkeys/options", POST=passkey.registration_options),
    endpoint(f"{COLLECTION}/passkeys/{{id}}", PATCH=passkey.rename, DELETE=passkey.remove),
    _tagged("auth-with-totp", ("authWithTOTP", "auth"), POST=totp.sign_in),
    _tagged("request-sms-otp", ("requestSMSOTP",), POST=sms_otp.request_code),
    _tagged("auth-with-sms-otp", ("authWithSMSOTP", "auth"), POST=sms_otp.sign_in),
    _tagged(
        "request-phone-verification",
        ("requestPhoneVerification",),
        POST=sms_otp.request_verification,
    ),
    _tagged(
        "confirm-phone-verification",
        ("confirmPhoneVerification",),
        POST=sms_otp.confirm_verification,
    ),
    endpoint(f"{COLLECTION}/totp", GET=totp.show),
    endpoint(f"{COLLECTION}/totp/enroll", POST=totp.enroll),
    endpoint(f"{COLLECTION}/totp/confirm", POST=totp.confirm),
    endpoint(f"{COLLECTION}/totp/recovery-codes", POST=totp.renew_recovery_codes),
    endpoint(f"{COLLECTION}/totp/disable", POST=totp.disable),
    endpoint(f"{COLLECTION}/totp/devices", DELETE=totp.forget_devices),
    endpoint(f"{COLLECTION}/totp/devices/{{id}}", DELETE=totp.forget_device),
    endpoint(f"{COLLECTION}/totp/{{id}}", DELETE=totp.reset),
    endpoint(f"{COLLECTION}/password-strength", POST=password_strength.estimate),
    endpoint(f"{COLLECTION}/lockouts", GET=lockout_requests.list_),
    endpoint(f"{COLLECTION}/lockouts/{{id}}", DELETE=lockout_requests.lift),
    endpoint(f"{COLLECTION}/unlock/{{id}}", POST=lockout_requests.unlock),
    _tagged("request-otp", ("requestOTP",), POST=otp.request_code),
    _tagged("auth-with-otp", ("authWithOTP", "auth"), POST=otp.sign_in),
    _tagged("request-verification", ("requestVerification",), POST=verification.request_link),
    _tagged("confirm-verification", ("confirmVerification",), POST=verification.confirm),
    _tagged("request-password-reset", ("requestPasswordReset",), POST=reset.request_link),
    _tagged("confirm-password-reset", ("confirmPasswordReset",), POST=reset.confirm),
    _tagged("request-email-change", ("requestEmailChange",), POST=change_email.request_link),
    _tagged("confirm-email-change", ("confirmEmailChange",), POST=change_email.confirm),
    endpoint("/api/settings/test/email", POST=sample_mail.send),
    endpoint("/api/settings/preview/email", POST=sample_mail.preview),
    endpoint(f"{COLLECTION}/impersonate/{{id}}", POST=impersonate.impersonate),
    endpoint(f"{COLLECTION}/impersonate-exit", POST=session_requests.exit_impersonation),
    endpoint(f"{COLLECTION}/auth-logout", POST=session_requests.sign_out),
    endpoint(
        f"{COLLECTION}/sessions", GET=session_requests.list_, DELETE=session_requests.end_others
    ),
    endpoint(f"{COLLECTION}/sessions/{{id}}", DELETE=session_requests.end_one),
    endpoint("/api/audit", GET=session_requests.list_audit),
)
