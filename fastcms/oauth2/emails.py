"""The verified address of people whose provider lists their addresses apart, as GitHub does."""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import NO_PERMISSION, Provider
from fastcms.oauth2.token import Token


async def verified_primary_email(provider: Provider, token: Token) -> str:
    """The primary address if it is verified, "" if not, or where we may not ask.

    Raises UserError for any other failure: to take it for "no address" would make a second account
    of somebody who has one.
    """
    answer = await provider.ask("GET", f"{provider.user_info_url}/emails", token)
    if answer.status in NO_PERMISSION:
        return ""
    if not answer.body.lstrip().startswith(b"["):
        raise UserError("the list of addresses is none")
    for entry in Profile.parse(b'{"emails":%b}' % answer.body).items("emails"):
        if entry.flag("verified") and entry.flag("primary"):
            return entry.text("email")
    return ""
