"""Why a sign-in with a provider failed, as the log has it; clients learn only at which step."""

from __future__ import annotations


class TokenError(Exception):
    """The provider gave no access token for the code."""


class UserError(Exception):
    """The provider told nothing, or nothing that can be trusted, of who has signed in."""
