"""Tokens right and wrong, in every form of the header, on open, ruled and guarded routes."""

from tests.parity.scenario import get, patch, post
from tests.parity.seed import rid

_TOKENS = (
    "ann", "superuser", "mia", "expired", "forged", "no_algorithm", "other_algorithm", "algorithm_lie", "no_signature",
    "cut", "two_parts", "garbage", "changed_claims", "file_type", "type_with_auth_key", "auth_with_file_key",
    "no_type", "no_id", "no_exp", "not_before", "unknown_record", "unknown_collection", "collection_name",
    "other_collection", "other_record", "static", "no_refreshable", "exp_text", "exp_fraction",
)
_HEADERS = ("Bearer ", "bearer ", "BEARER ", "Bearer  ", "Token ", "Basic ", " ", "Bearer", "bEaReR ")
OWN = f"/api/collections/users/records/{rid('ann')}"

ROWS = (
    *(get(f"{token} on a health check", "/api/health", who=token) for token in _TOKENS),
    *(get(f"{token} on a ruled record", OWN, who=token) for token in _TOKENS),
    *(get(f"{token} on a ruled list", "/api/collections/ruled_auth/records", who=token) for token in _TOKENS),
    *(get(f"{token} on a closed list", "/api/collections/vault/records", who=token) for token in _TOKENS),
    *(get(f"{token} on collections", "/api/collections?perPage=1", who=token) for token in _TOKENS),
    *(patch(f"{token} on a change", OWN, {"name": "Ann"}, who=token) for token in _TOKENS),
    post("token for the header rows", "/api/collections/users/auth-refresh", who="ann", save={"t": "token"}),
    *(get(f"header {prefix!r}", OWN, headers={"Authorization": prefix + "${t}"}) for prefix in _HEADERS),
    get("token with a tail", OWN, headers={"Authorization": "${t} "}),
    get("empty header", OWN, headers={"Authorization": ""}),
    get("token in the query", f"{OWN}?token=${{t}}"),
    get("token in the cookie", OWN, headers={"Cookie": "Authorization=${t}; pb_auth=${t}"}),
    get("very long token", OWN, headers={"Authorization": "a" * 8000}),
    get("odd bytes in the token", OWN, headers={"Authorization": "\u00e4.\u00f6.\u00fc"}),
)
