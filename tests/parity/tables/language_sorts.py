"""Every form of sort over the lab, by a guest, a user and a superuser."""

from tests.parity.scenario import get
from tests.parity.tables.language_filters import WORKS

_SORTS = (
    "title,id", "-title,id", "+title,id", "title:lower,id", "-title:lower,-id", "num,-id", "flag,kind,id",
    "mail:lower,id", "link,id", "-rich,id", "moment,id", "-moment,-id", "kinds,id", "kinds:length,id",
    "-kinds:length,id", "kind:length,id", "doc,id", "docs:length,id", "teams:length,-id", "team:length,id", "owner,id", "owners,id",
    "data,id", "-data,id", "data.n,id", "-data.n,id", "data.a.b.0,id", "data.missing,id", "data.s:lower,id", "data.0.k,id",
    "place,id", "place.lat,id", "-place.lon,id", "place.none,id", "team.title,id", "-team.title,id", "team.n,-id",
    "team.title:lower,id", "team.id,id", "-team.id,id", "team.up.title,id", "team.lead.name,id", "team.lead.email,id",
    "team.note,id", "owner.name,id", "owner.email,id", "owner.secret,id", "owner.tokenKey,id", "room.title,id", "room.id,id", "room,id",
    "parent.title,id", "parent.parent.num,id", "parent.data.n,id", "parent.place.lat,id", "owner.lab_badges_via_user.level,id",
    "parent.parent.parent.parent.parent.parent.num,id", "parent.parent.parent.parent.parent.parent.parent.num,id",
    "@rowid", "-@rowid", "+@rowid", "@rowid,title", "title,@rowid", "-num,@rowid", " -num , id ", "\tnum\n,id", "num , -id",
    "id", "-id", "+id", "id,id", "pin,id", "hush,id", "created,id", "-updated,id", "num:nope,id", "num:isset,id", "num:each,id",
    "data.,id", "-place.,id", "parent.data.,id",
)
_WRONG = (
    "", ",", "id,", ",id", "id,,num", "-", "+", "--id", "+-id", "-+id", "++id", "- id", "id desc", "id DESC", "id;num", "nothing",
    "Title", "title.x", "team.nothing", "teams.nothing", "data..n", ".data", "null", "true", "1", "'id'", "\"id\"", "(id)",
    "@now", "@random.x", "@RANDOM", "@rowid.x", "rowid", "_rowid_", "@request.auth.id", "@request.query.key", "@collection.lab_teams.title",
    "count(id)", "geoDistance(place.lon,place.lat,1,2)", "strftime('%Y', moment)", "id id", "id,title,num,flag,mail,link,rich,moment",
    "id,title,num,flag,mail,link,rich,moment,kind", "x" * 255, "x" * 256, "é", "title:", ":lower", "title::lower", "collectionName", "expand",
    "lab_replies_via_nothing.n", "lab_replies_via_work", "id`", "id]", "[id]", "{{id}}", "id--", "id/*x*/", "// id",
)

ROWS = (
    *(get(f"{who}: {sort!r}", WORKS, query={"perPage": "100", "sort": sort}, who=who) for sort in _SORTS for who in ("guest", "superuser")),
    *(get(f"wrong for {who}: {sort[:60]!r}, {len(sort)}", WORKS, query={"perPage": "5", "sort": sort}, who=who)
      for sort in _WRONG for who in ("guest", "superuser")),
    # A record comes once whatever the number of its related ones.
    *(get(f"once each: {sort}", WORKS, query={"perPage": "100", "sort": f"{sort}", "filter": "num = 1"}, who="superuser")
      for sort in ("id,teams.title", "id,lab_replies_via_work.n", "id,lab_reviews_via_works.stars", "id,kinds:each", "id,owners.email")),
    # The filter compares what the sort joins with something else that is joined.
    *(get(f"beside a filter, {who}", WORKS, query={"perPage": "100", "sort": "owners.id,id", "fields": "id",
          "filter": "strftime('%Y', owner.lab_badges_via_user.id) ?= owners.id"}, who=who) for who in ("guest", "superuser")),
    *(get(f"page {page}: {sort}", WORKS, query={"perPage": "7", "page": page, "sort": sort, "filter": "teams.n ?>= 0"})
      for sort in ("id", "-team.title,id", "data.n,-id") for page in ("1", "2", "3", "4", "9")),
    *(get(f"view as {who}: {sort}", "/api/collections/lab_view/records", query={"perPage": "100", "sort": sort}, who=who)
      for sort in ("id", "-num,id", "team.title,id", "data.n,id", "@rowid", "-@rowid", "teams:length,id", "created") for who in ("guest", "superuser")),
)
