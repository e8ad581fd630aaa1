"""Listing and viewing collections, and who may touch them at all."""

from tests.parity.scenario import Row, delete, get, patch, post

PATH = "/api/collections"
_GUARDED = (
    Row("list", "GET", PATH), Row("view", "GET", f"{PATH}/items"), Row("create", "POST", PATH, body={"name": "x"}),
    Row("update", "PATCH", f"{PATH}/items", body={"name": "x"}), Row("delete", "DELETE", f"{PATH}/items"),
    Row("truncate", "DELETE", f"{PATH}/items/truncate"), Row("view of nothing", "GET", f"{PATH}/nothing"),
)


def _list(**query: str) -> Row:
    name = " ".join(f"{key}={value!r}" for key, value in query.items())
    return get(f"list {name}", PATH, query=query, who="superuser")


ROWS = (
    *(Row(f"{row.name} as {who}", row.method, row.path, body=row.body, who=who)
      for row in _GUARDED for who in ("guest", "ann", "expired")),
    _list(),
    *(_list(perPage=size, page=page) for size, page in (("2", "1"), ("2", "2"), ("5", "99"), ("0", "0"), ("2000", "1"), ("x", "1"), ("2", "x"))),
    *(_list(skipTotal=flag, perPage="1") for flag in ("1", "true", "yes")),
    *(_list(sort=sort, perPage="4") for sort in (
        "name", "-name", "id", "-created,name", "type,name", "-system,name", "updated,-name", "@rowid", "-@rowid", "fields", "options", "nothing",
        "name,", "listRule", "indexes",
    )),
    *(_list(filter=text, sort="name", perPage="4") for text in (
        "name = 'items'", "name ~ 'ruled'", "type = 'auth'", "system = true", "system = false && type != 'auth'", "id = '_pb_users_auth_'",
        "created > '2020-01-01'", "name = ''", "name != null && (type = 'auth' || name = 'tags')", "listRule = ''", "fields ~ 'x'", "nothing = 1",
        "@request.auth.id != ''", "@collection.items.id != ''", "name = ", "name:lower = 'items'", "name:length = 1", "options.x = 1",
    )),
    *(get(f"view {name}", f"{PATH}/{name}", who="superuser") for name in (
        "items", "ITEMS", "limits", "required", "codes", "short_ids", "members", "closed", "nobody", "verified", "users", "_pb_users_auth_", "_superusers",
        "_mfas", "_otps", "_externalAuths", "_authOrigins", "ruled_back", "child_cascade", "nothing", "_params", "meta", "import", "%20items",
    )),
    get("view with a slash", f"{PATH}/items/", who="superuser"),
    patch("update of nothing", f"{PATH}/nothing", {"name": "x"}, who="superuser"),
    delete("delete of nothing", f"{PATH}/nothing", who="superuser"),
    delete("truncate of nothing", f"{PATH}/nothing/truncate", who="superuser"),
    get("OAuth2 providers", f"{PATH}/meta/oauth2-providers", who="superuser", query={"fields": "name,displayName"}),
    get("OAuth2 providers, picked", f"{PATH}/meta/oauth2-providers", who="superuser", query={"fields": "name", "page": "2", "perPage": "1", "sort": "-name"}),
    get("a collection named meta", f"{PATH}/meta/records", who="superuser"),
    post("scaffold by post", f"{PATH}/meta/scaffolds", {}, who="superuser"),
)
