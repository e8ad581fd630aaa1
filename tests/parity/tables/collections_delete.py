"""DELETE of collections and truncating them."""

from typing import Any

from tests.parity.scenario import delete, get, patch, post
from tests.parity.seed import rid

PATH = "/api/collections"
# The names come in random order.
_REFERENCED: dict[str, Any] = {
    "who": "superuser",
    "mask": {"message": "Failed to delete collection .* existing reference in ([a-z_]+, )+[a-z_]+."},
}

ROWS = (
    *(delete(f"system: {name}", f"{PATH}/{name}", who="superuser") for name in ("_superusers", "_otps", "_mfas", "_externalAuths", "_authOrigins", "_params")),
    delete("referenced by many", f"{PATH}/tags", **_REFERENCED),
    delete("referenced by one", f"{PATH}/child_cascade", who="superuser"),
    delete("users", f"{PATH}/users", **_REFERENCED),
    delete("without references", f"{PATH}/limits", who="superuser"),
    get("it is gone", f"{PATH}/limits", who="superuser"),
    get("its records are gone", f"{PATH}/limits/records", who="superuser"),
    delete("again", f"{PATH}/limits", who="superuser"),
    post("made anew", PATH, {"name": "limits", "fields": [{"type": "bool", "name": "b"}]}, who="superuser"),
    get("and empty", f"{PATH}/limits/records", who="superuser"),
    delete("the one that referenced", f"{PATH}/grandchild", who="superuser"),
    delete("no longer referenced", f"{PATH}/child_cascade", who="superuser"),
    delete("by its id", f"{PATH}/pbc_1672544671", who="superuser"),
    delete("in another case", f"{PATH}/CODES", who="superuser"),
    delete("an auth collection", f"{PATH}/nobody", who="superuser"),
    delete("with tokens alive", f"{PATH}/members", who="superuser"),
    get("token of the deleted collection", f"{PATH}/ruled_auth/records", who="mia"),
    post("made anew under the same id", PATH, {"name": "members", "type": "auth"}, who="superuser"),
    get("token of the former collection", f"{PATH}/ruled_auth/records", who="mia"),
    post("without a reference", PATH, {"name": "selfish"}, who="superuser", save={"selfish": "id"}),
    patch("self reference", f"{PATH}/selfish",
          {"fields": [{"type": "relation", "name": "up", "collectionId": "${selfish}"}]}, who="superuser"),
    delete("with a reference to itself", f"{PATH}/selfish", who="superuser"),
    delete("truncate", f"{PATH}/items/truncate", who="superuser"),
    get("truncated", f"{PATH}/items/records", who="superuser"),
    delete("truncate the empty", f"{PATH}/items/truncate", who="superuser"),
    delete("truncate with a required reference", f"{PATH}/parents/truncate", who="superuser"),
    get("nothing was truncated", f"{PATH}/parents/records", query={"sort": "id"}, who="superuser"),
    delete("truncate the referencing", f"{PATH}/child_required/truncate", who="superuser"),
    delete("truncate then", f"{PATH}/parents/truncate", who="superuser"),
    get("optional references are emptied", f"{PATH}/child_optional/records", who="superuser"),
    get("cascades are gone", f"{PATH}/child_cascade_many/records", who="superuser"),
    delete("truncate users", f"{PATH}/users/truncate", who="superuser"),
    get("token of a truncated user", f"{PATH}/ruled_auth/records", who="ann"),
    get("owners are emptied", f"{PATH}/ruled_open/records/{rid('r1')}", who="superuser"),
    delete("truncate a system collection", f"{PATH}/_authOrigins/truncate", who="superuser"),
    delete("truncate superusers", f"{PATH}/_superusers/truncate", who="superuser"),
    get("there is one still", f"{PATH}/_superusers/records", who="superuser"),
    delete("post is no truncate", f"{PATH}/items/truncate/", who="superuser"),
    get("what is left", PATH, query={"sort": "name", "perPage": "100"}, who="superuser"),
)
