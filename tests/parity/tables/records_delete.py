"""DELETE: cascades, optional and required references, who may."""

from tests.parity.scenario import Row, delete, get
from tests.parity.seed import rid


def _path(collection: str, name: str) -> str:
    return f"/api/collections/{collection}/records/{rid(name)}"


def _left(what: str) -> tuple[Row, ...]:
    """What stands in the referencing collections."""
    names = ("parents", "child_cascade", "grandchild", "child_cascade_many", "child_optional", "child_required")
    return tuple(
        get(f"{what}: {name}", f"/api/collections/{name}/records", query={"sort": "id"}) for name in names
    )


ROWS = (
    delete("cascade over two levels", _path("parents", "p1")),
    *_left("after the cascade"),
    delete("one of many and an optional one", _path("parents", "p2")),
    *_left("after one of many"),
    delete("the last of many", _path("parents", "p3")),
    *_left("after the last of many"),
    delete("required reference", _path("parents", "p4")),
    delete("required reference, superuser", _path("parents", "p4"), who="superuser"),
    delete("cascade and required", _path("parents", "p5")),
    *_left("after the refusals"),
    delete("the referencing record", _path("child_required", "q4")),
    delete("the referencing record, by its name", _path("child_required", "q1")),
    delete("reference gone", _path("parents", "p4")),
    delete("no references", _path("parents", "p6")),
    delete("again", _path("parents", "p6")),
    delete("of nothing", _path("items", "none")),
    delete("in an unknown collection", _path("nothing", "one")),
    delete("with a body", _path("items", "one"), body={"x": 1}),
    delete("with parameters", f"{_path('items', 'two')}?filter=1=2"),
    delete("closed to guests", _path("vault", "box")),
    delete("closed and missing", _path("vault", "none")),
    delete("closed to users", _path("vault", "box"), who="ann"),
    delete("tag that many point to", _path("tags", "red"), who="superuser"),
    get("tags are taken out", "/api/collections/items/records", query={"sort": "id", "perPage": "20"}),
    delete("by a superuser", _path("vault", "box"), who="superuser"),
    delete("user who owns items", _path("users", "ann"), who="ann"),
    get("owner is taken out", "/api/collections/items/records", query={"filter": "owner != ''"}),
    get("token of the deleted", "/api/collections/users/records", who="ann"),
    delete("another user", _path("users", "bob"), who="cid"),
    get("origins of the deleted", "/api/collections/_authOrigins/records",
        query={"filter": f"recordRef = '{rid('ann')}'"}, who="superuser"),
    get("the only superuser", "/api/collections/_superusers/records", who="superuser",
        save={"root": "items.0.id"}),
    delete("the last superuser", "/api/collections/_superusers/records/${root}", who="superuser"),
    delete("superuser by a user", "/api/collections/_superusers/records/${root}", who="cid"),
)
