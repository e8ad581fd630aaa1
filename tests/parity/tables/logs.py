"""The log: what is in it, filters, sorting, statistics, and what is not logged."""

from tests.parity.scenario import Row, delete, get, patch, post

_WHO = ("guest", "ann", "forged", "expired")
_MINE = "data.url ~ 'mark'"


def _log(name: str, filter_: str = _MINE, *, sort: str = "message", more: str = "", fields: str = "level,message,data.auth,data.error,data.method,data.referer,data.remoteIP,data.userIP,data.status,data.type,data.url,data.userAgent", **rest) -> Row:
    query = {"filter": filter_, "sort": sort, "perPage": "200", "fields": fields}
    query |= dict(part.split("=") for part in more.split("&") if part)
    return get(name, "/api/logs", query=query, who="superuser", **rest)


_REQUESTS = (
    get("health", "/api/health?mark=a"), get("health by ann", "/api/health?mark=b", who="ann"), get("health by a superuser", "/api/health?mark=c&fields=code", who="superuser"),
    get("list", "/api/collections/tags/records?mark=d&fields=page"), get("no collection", "/api/collections/nothing/records?mark=e"), get("no record", "/api/collections/tags/records/mark-f"),
    get("no route", "/api/mark-g"), get("no file", "/mark-h"), Row("no method", "PUT", "/api/health?mark=i"), get("guest at settings", "/api/settings?mark=j"), get("ann at settings", "/api/settings?mark=k", who="ann"),
    post("broken create", "/api/collections/tags/records?mark=l", {"title": ""}), post("create", "/api/collections/tags/records?mark=m&fields=title", {"title": "logged"}, who="superuser"),
    Row("head", "HEAD", "/api/health?mark=n"), Row("preflight", "OPTIONS", "/api/health?mark=o"), get("slash", "/api/health/?mark=p"), get("unclean", "//api//health?mark=q"),
    get("escapes", "/api/mark%20r?x=%E2%82%AC"), get("agent", "/api/health?mark=s", headers={"User-Agent": "someone/1.0", "Referer": "http://a.b/c"}), get("long agent", "/api/health?mark=t", headers={"User-Agent": "u" * 2500, "Referer": "r" * 2500}),
    get("long", "/api/health?mark=u" + "y" * 3500), get("logs", "/api/logs?mark=v&fields=page&perPage=1&skipTotal=1", who="superuser"), get("bad logs", "/api/logs?mark=w&sort=x", who="superuser"), get("redirect", "/api/oauth2-redirect?mark=x"),
    post("sign-in", "/api/collections/users/auth-with-password?mark=y", {"identity": "no@example.com", "password": "wrong"}), get("forged token", "/api/health?mark=0", who="forged"),
    delete("delete", "/api/collections/tags/records/mark-1"), get("file", "/api/files/tags/x/mark-2"), post("batch", "/api/batch?mark=3", {"requests": []}),
)
_COUNT = {"totalItems": "25"}
# Entries are read and counted one after the other, by both: they may go between the two.
_NONE = {"totalItems": "0", "items": r"\[\]"}

_FILTERS = (
    "level > 0", "level = 0", "message ~ 'health'", "message = 'GET /api/mark-g'", "data.status = 404", "data.status >= 400 && data.auth = ''", "data.auth = 'users' || data.auth = '_superusers'", "data.error ~ 'not'", "data.nope = null", "data.nope = 1",
    "data ~ 'someone'", "id != ''", "created <= @now", "created > '2100-01-01'", "data.method = 'HEAD'", "data.execTime >= 0", "data.type = 'request'", "data.userIP = '127.0.0.1'", "data.url !~ 'health'", "level ?= 8", "(level = 8 && data.method != 'GET')",
)
_BAD = ("nope = 1", "(", "rowid > 1", "@request.auth.id = ''", "data:length > 1", "message:lower = 'x'", "@collection.tags.id = 1", "level", "data. = 1", "@rowid > 1")
_STATS = {"filter": _MINE, "fields": "total"}

ROWS = (
    *(Row(f"{name} by {who}", method, path, who=who) for who in _WHO for name, method, path in (("list", "GET", "/api/logs"), ("stats", "GET", "/api/logs/stats"), ("view", "GET", "/api/logs/x"), ("clear", "DELETE", "/api/logs"))),
    *_REQUESTS,
    get("all are there", "/api/logs", query={"filter": _MINE, "fields": "page,perPage,totalItems,totalPages", "perPage": "1"}, who="superuser", until=_COUNT),
    _log("what is there"),
    get("token", "/api/health?hushed=1&token=abcdef"),
    get("token is there", "/api/logs", query={"filter": "data.url ~ 'hushed'", "fields": "totalItems"}, who="superuser", until={"totalItems": "1"}),
    _log("what of a token", "data.url ~ 'hushed'", fields="data.url"),
    *(_log(f"filter {text}", f"{_MINE} && {text}" if text[0] != "(" else f"{text} && {_MINE}", fields="message,level") for text in _FILTERS),
    *(get(f"bad filter {text}", "/api/logs", query={"filter": text}, who="superuser") for text in _BAD),
    *(get(f"bad filter of stats {text}", "/api/logs/stats", query={"filter": text}, who="superuser") for text in _BAD),
    *(_log(f"sort {sort}", sort=sort, fields="message") for sort in ("message", "-message", "level,message", "-level,-message", "data.status,message", "-data.url", "data.nope,message")),
    *(get(f"bad sort {sort}", "/api/logs", query={"sort": sort}, who="superuser") for sort in ("nope", "rowid", "message:lower", "@request.auth.id")),
    *(_log(f"sort {sort}", sort=sort, fields="type", more="perPage=1") for sort in ("@rowid", "-@rowid", "@random", "created", "-created", "id")),
    *(_log(f"page {more}", more=more, fields="message") for more in ("page=2&perPage=5", "page=99", "perPage=0", "perPage=-1", "perPage=2000", "skipTotal=1", "skipTotal=true&perPage=3", "page=0")),
    *(get(f"bad page {key}", "/api/logs", query={key: "x"}, who="superuser") for key in ("page", "perPage", "skipTotal")),
    get("stats", "/api/logs/stats", query=_STATS, who="superuser"),
    get("stats of none", "/api/logs/stats", query={"filter": "level > 100"}, who="superuser"),
    get("stats of failures", "/api/logs/stats", query={"filter": f"{_MINE} && level > 0", "fields": "total"}, who="superuser"),
    get("one", "/api/logs", query={"filter": "data.url = '/api/mark-g'", "fields": "id"}, who="superuser", save={"one": "items.0.id"}),
    get("view", "/api/logs/${one}", query={"fields": "data.status,data.url,message,level"}, who="superuser"),
    get("view of none", "/api/logs/nothing", who="superuser"),
    get("view of none, longer", "/api/logs/nothing/x", who="superuser"),
    Row("head of the list", "HEAD", "/api/logs", who="superuser"),
    *(Row(f"{method} of the list", method, "/api/logs", who="superuser") for method in ("POST", "PATCH", "PUT")),
    Row("DELETE of one", "DELETE", "/api/logs/x", who="superuser"),
    patch("failures only, no addresses, with ids", "/api/settings", {"logs": {"minLevel": 8, "logIP": False, "logAuthId": True}}, who="superuser", query={"fields": "logs"}),
    get("others are gone", "/api/logs", query={"filter": f"{_MINE} && level < 8", "fields": "totalItems"}, who="superuser", until=_NONE),
    get("well", "/api/health?second=a", who="ann"), get("not well", "/api/second-b", who="ann"), get("not well, guest", "/api/second-c"),
    get("second are there", "/api/logs", query={"filter": "data.url ~ 'second'", "fields": "totalItems"}, who="superuser", until={"totalItems": "2", "items.1": "{}"}),
    _log("second", "data.url ~ 'second'", fields="level,message,data.auth,data.authId,data.remoteIP,data.userIP,data.status"),
    patch("off", "/api/settings", {"logs": {"maxDays": 0}}, who="superuser", query={"fields": "logs"}),
    get("all are gone", "/api/logs", query={"fields": "totalItems"}, who="superuser", until=_NONE),
    patch("on again", "/api/settings", {"logs": {"maxDays": 5, "minLevel": 0}}, who="superuser", query={"fields": "logs"}),
    get("third", "/api/health?third=a"),
    get("third is there", "/api/logs", query={"filter": "data.url ~ 'third'", "fields": "totalItems"}, who="superuser", until={"totalItems": "1", "items.0": "{}"}),
    delete("clear", "/api/logs", who="superuser"),
    get("cleared", "/api/logs", query={"filter": "data.url ~ 'third'"}, who="superuser"),
    get("stats of an empty log", "/api/logs/stats", query={"filter": "data.url ~ 'third'"}, who="superuser"),
)
