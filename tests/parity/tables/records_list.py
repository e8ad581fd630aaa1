"""Paging, sorting and the envelope of a list."""

from tests.parity.scenario import Row, get
from tests.parity.seed import rid

PATH = "/api/collections/items/records"


def _list(**query: str) -> Row:
    name = " ".join(f"{key}={value!r}" for key, value in query.items())
    return get(name or "everything", PATH, query=query)


_SORTS = (
    "num", "-num", "+num", "title", "-title", "title:lower", "-title:lower,num", "flag,-num",
    " flag , -title ", "moment", "-moment,id", "id", "-id", "@rowid", "-@rowid", "kind,-id",
    "kinds:length,id", "data.n,id", "-data.n,id", "data,id", "place.lat,id", "tag.title,id",
    "-tag.title,id", "shelf.title,id", "owner.name,id", "mail,id", "pin,id", "created,id",
    "tags:length,-id", "num,num,num,num,num,num,num,num",
)
_BAD_SORTS = (
    "nothing", "-nothing", "hush", ",", "num,", ",num", "--num", "-", "num desc", "null", "true",
    "@now", "1", "'a'", "num;", "tag.nothing", "title.x", "locked.title", "@request.auth.id",
    "@collection.tags.title", "count(*)", "num,id,title,flag,mail,link,text,moment,kind", "n" * 300,
    "collectionId", "@random.x", "expand",
)

ROWS = (
    _list(),
    *(_list(page=page, perPage="3") for page in (
        "1", "2", "4", "5", "0", "-1", "9999999", "x", "1.5", "", " 1", "1e1", "99999999999999999999",
    )),
    *(_list(perPage=size) for size in (
        "1", "0", "-5", "1000", "1001", "99999", "x", "", "2.5", "99999999999999999999",
    )),
    *(_list(skipTotal=flag, perPage="2") for flag in (
        "1", "true", "TRUE", "True", "t", "T", "0", "false", "f", "F", "yes", "2", "",
    )),
    *(_list(sort=sort, perPage="20") for sort in _SORTS),
    *(_list(sort=sort) for sort in _BAD_SORTS),
    get("sort with a decoded plus", f"{PATH}?sort=+num"),
    get("repeated parameter", f"{PATH}?perPage=2&perPage=5&page=2&page=x"),
    get("unknown parameters", f"{PATH}?perPage=1&x=1&PAGE=2&filters=x"),
    get("parameter without a value", f"{PATH}?page&perPage&sort&filter&skipTotal"),
    get("semicolon in the query", f"{PATH}?perPage=1;page=2"),
    get("broken escape in the query", f"{PATH}?perPage=1&filter=%zz"),
    get("by collection id", "/api/collections/_pb_users_auth_/records", who="ann"),
    get("name in another case", "/api/collections/ITEMS/records?perPage=1"),
    get("unknown collection", "/api/collections/nothing/records"),
    get("internal table", "/api/collections/_params/records", who="superuser"),
    get("sqlite's table", "/api/collections/sqlite_master/records", who="superuser"),
    get("superusers as a guest", "/api/collections/_superusers/records"),
    get("superusers as a user", "/api/collections/_superusers/records", who="ann"),
    get("superusers", "/api/collections/_superusers/records", who="superuser"),
    get("one-time passwords", "/api/collections/_otps/records", who="superuser"),
    get("own origins", "/api/collections/_authOrigins/records", who="ann"),
    get("origins as a guest", "/api/collections/_authOrigins/records"),
    get("hidden fields for a superuser", f"{PATH}?sort=num", who="superuser"),
    get("sort by a hidden field", f"{PATH}?sort=hush,id", who="superuser"),
    get("sort through a closed collection", f"{PATH}?sort=locked.title,id", who="superuser"),
    get("sort by the request", f"{PATH}?sort=@request.auth.id", who="superuser"),
    get("sort by a collection", f"{PATH}?sort=@collection.tags.title,id", who="superuser"),
    get("empty collection", "/api/collections/required/records"),
    get("page and filter together", f"{PATH}?filter=num>0&sort=num&perPage=2&page=2"),
    get("cursor", f"{PATH}?sort=id&cursor="),
    get("view", f"{PATH}/{rid('one')}"),
    get("view of empty values", f"{PATH}/{rid('five')}"),
    get("view by a superuser", f"{PATH}/{rid('one')}", who="superuser"),
    get("view with a bad token", f"{PATH}/{rid('one')}", who="forged"),
    get("view of nothing", f"{PATH}/{rid('none')}"),
    get("view of a short id", f"{PATH}/x"),
    get("view in upper case", f"{PATH}/{rid('one').upper()}"),
    get("view in an unknown collection", f"/api/collections/nothing/records/{rid('one')}"),
    get("view with an odd id", "/api/collections/short_ids/records/abc"),
    get("view with an odd id in upper case", "/api/collections/short_ids/records/ABC"),
    get("view ignores the filter", f"{PATH}/{rid('one')}?filter=1=2&sort=nothing&page=x"),
)
