"""The routes of signing in."""

from __future__ import annotations

from fastcms.auth.finish import require_auth_collection
from fastcms.auth.methods import password, refresh
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request


async def list_methods(request: Request) -> Reply:
    """GET …/auth-methods"""
    auth = require_auth_collection(request).auth
    assert auth is not None
    by_password = auth.password_auth
    fields = by_password.identity_fields if by_password.enabled else ()
    return json_reply(
        {
            "password": password.describe(auth),
            # The providers come with OAuth2 sign-in itself.
            "oauth2": {"providers": [], "enabled": auth.oauth2.enabled},
            "mfa": {
                "enabled": auth.mfa.enabled,
                "duration": auth.mfa.duration if auth.mfa.enabled else 0,
            },
            "otp": {
                "enabled": auth.otp.enabled,
                "duration": auth.otp.duration if auth.otp.enabled else 0,
            },
            # What clients before 0.23 read.
            "authProviders": [],
            "usernamePassword": "username" in fields,
            "emailPassword": "email" in fields,
        }
    )


COLLECTION = "/api/collections/{collection}"

ROUTES: tuple[Route, ...] = (
    endpoint(f"{COLLECTION}/auth-methods", GET=list_methods),
    endpoint(f"{COLLECTION}/auth-with-password", POST=password.sign_in),
    endpoint(f"{COLLECTION}/auth-refresh", POST=refresh.refresh),
)
