"""Signing in with an account elsewhere, at a provider that speaks OAuth2."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastcms import ids
from fastcms.auth import apple_names, external
from fastcms.auth.events import OAuth2AuthEvent
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import UNREADABLE, text
from fastcms.clock import to_text
from fastcms.errors import REQUIRED, Problem, bad_request, forbidden
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.schema.options import OAuth2, OAuth2Provider

if TYPE_CHECKING:
    from fastcms.oauth2.provider import Provider, User
    from fastcms.oauth2.token import Token

STATE_LENGTH = 30
VERIFIER_LENGTH = 43
SECONDS = 30.0  # for all that the provider is asked

log = logging.getLogger("fastcms.oauth2")


async def describe(options: OAuth2) -> list[dict[str, Any]]:
    """The providers as `auth-methods` tells of them, each with what one sign-in needs.

    One that cannot be used now is left out.
    """
    if not options.enabled or not options.providers:
        return []
    # Providers bring in a client for HTTP.
    from fastcms.oauth2.errors import TokenError
    from fastcms.oauth2.providers import configured

    described = []
    for config in options.providers:
        provider = configured(config)
        if provider is None:
            continue
        try:
            await provider.prepare()
        except TokenError as error:
            log.warning("OAuth2 provider %s is left out: %s", config.name, error)
            continue
        described.append(_described(provider))
    return described


def _described(provider: Provider) -> dict[str, Any]:
    from fastcms.oauth2.provider import challenge

    state = ids.random_text(STATE_LENGTH)
    verifier = ids.random_text(VERIFIER_LENGTH) if provider.pkce else ""
    url = provider.login_url(state, verifier)
    return {
        "name": provider.name,
        "displayName": provider.display_name,
        "logo": provider.logo,
        "state": state,
        "authURL": url,
        # The name that clients before 0.23 know.
        "authUrl": url,
        "codeVerifier": verifier,
        "codeChallenge": challenge(verifier) if provider.pkce else "",
        "codeChallengeMethod": "S256" if provider.pkce else "",
    }


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-oauth2"""
    # An identity linked in another's name would outlast the impersonation.
    request.refuse_impersonated()
    collection = require_auth_collection(request)
    assert collection.auth is not None
    options = collection.auth.oauth2
    if not options.enabled:
        raise forbidden("The collection is not configured to allow OAuth2 authentication.")
    request.body = await request.read_body(error=UNREADABLE)
    name, code, verifier = (text(request, key) for key in ("provider", "code", "codeVerifier"))
    # The second is the name that clients before 0.23 know.
    redirect_url = text(request, "redirectURL") or text(request, "redirectUrl")
    create_data = _create_data(request.body)
    config = next((known for known in options.providers if known.name == name), None)
    problems = {key: REQUIRED for key, value in (("provider", name), ("code", code)) if not value}
    if name and config is None:
        problems["provider"] = Problem(
            "validation_invalid_provider",
            f"Provider with name {name} is missing or is not enabled.",
            {"name": name},
        )
    if problems or config is None:
        raise bad_request(UNREADABLE, problems)
    token, user = await _ask(config, code, verifier, redirect_url)
    if not user.name and (name_elsewhere := await apple_names.take(request.app, code)):
        user = user._replace(name=name_elsewhere)
    plan = compiled(request.schema, collection)
    record, is_linked = await external.resolve(request, plan, name, user)
    event = OAuth2AuthEvent(
        request, collection, record=record, provider=name, user=user, create_data=create_data
    )
    reply: list[Reply] = []

    async def execute(_: object) -> None:
        known = event.record
        if known is None:
            signed_in = await external.sign_up(event, plan)
        else:
            signed_in = known
            await external.link(event, known, is_linked=is_linked)
        meta = _meta(event.user, token, is_new=known is None)
        reply.append(await finish(request, signed_in, "oauth2", meta=meta))

    hook = request.app.hooks.record_auth_with_oauth2_request
    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)
    if not reply:
        raise bad_request(external.FAILED)
    return reply[0]


def _create_data(body: Mapping[str, Any]) -> dict[str, Any]:
    found = body.get("createData")
    if found is not None and not isinstance(found, dict):
        raise bad_request(UNREADABLE)
    return found or {}


async def _ask(
    config: OAuth2Provider, code: str, verifier: str, redirect_url: str
) -> tuple[Token, User]:
    """Trades the code for who has signed in. Raises 400 at the step that fails."""
    from fastcms.oauth2.errors import TokenError, UserError
    from fastcms.oauth2.providers import configured

    provider = configured(config)
    assert provider is not None  # the collection would not have been saved
    try:
        async with asyncio.timeout(SECONDS):
            await provider.prepare()
            token = await provider.token(code, verifier, redirect_url)
            return token, await provider.user(token)
    except TokenError as error:
        log.warning("OAuth2 provider %s: %s", config.name, error)
        raise bad_request("Failed to fetch OAuth2 token.") from error
    except (UserError, TimeoutError) as error:
        log.warning("OAuth2 provider %s: %s", config.name, str(error) or "too slow")
        raise bad_request("Failed to fetch OAuth2 user.") from error


def _meta(user: User, token: Token, *, is_new: bool) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "email": user.email,
        "avatarURL": user.avatar_url,
        # The name that clients before 0.23 know.
        "avatarUrl": user.avatar_url,
        "accessToken": token.access,
        "refreshToken": token.refresh,
        "expiry": to_text(token.expiry) if token.expiry is not None else "",
        "rawUser": user.raw,
        "isNew": is_new,
    }
