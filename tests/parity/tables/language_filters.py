"""The filter language over the lab (`tests.parity.lab`), asked by a guest, a user and a superuser.

What `records_filter` asks of single values is not repeated here: these rows go through relations,
back, to many, into JSON, through functions, and against the rules of what lies on the way.
"""

from tests.parity.lab import lab_id
from tests.parity.scenario import Row, get

WORKS = "/api/collections/lab_works/records"
_CALLERS = ("guest", "ann", "superuser")

# Asked by all three, since the records on the way are not the same for each.
_PATHS = (
    # one relation, one with a list rule, one whose records nobody lists
    "team.title = 't1'", "team.title != 't1'", "team.title = ''", "team.title != ''",
    "team.n > 2", "team.n = null", "team.n != null", "team.id = ''", "team.id != ''",
    f"team.id = '{lab_id('team1')}'", f"team.id != '{lab_id('team1')}'", "team.id:lower != ''",
    f"team = '{lab_id('team1')}'", "team:length = 1", "team:each != ''", "team.title ~ 't'",
    "team.title !~ 't'", "team.n = 1 || num = 1", "team.title:lower = 't1'", "team.note = 'n1'",
    "room.title = 'room 1'", "room.title != ''", "room.id != ''", "room != ''", "room:length = 0",
    "owner.name = 'Ann'", "owner.role != 'editor'", "owner.email = 'ann@example.com'",
    "owner.email != 'ann@example.com'", "owner.email ~ 'example'", "owner.secret != ''",
    "owner.verified = true", "owner.emailVisibility = false", "owner.password != ''",
    "'ann@example.com' = owner.email", "owner.email:lower = 'ann@example.com'",
    # many: all of them, and any of them
    "teams.title = 't1'", "teams.title ?= 't1'", "teams.title != 't1'", "teams.title ?!= 't1'",
    "teams.title ~ 't'", "teams.title ?~ 't'", "teams.title !~ 't'", "teams.title ?!~ 't'",
    "teams.n > 2", "teams.n ?> 2", "teams.n >= 2", "teams.n ?>= 2", "teams.n < 5", "teams.n ?< 5",
    "teams.n <= 4", "teams.n ?<= 4", "teams.title = ''", "teams.title ?= ''", "teams.title != ''",
    "teams.id = ''", "teams.id != ''", "teams.id ?!= ''", f"teams.id ?= '{lab_id('team1')}'",
    "teams:length = 0", "teams:length > 1", "teams:length = num", "teams:each = ''",
    f"teams:each ?= '{lab_id('team1')}'", f"teams:each != '{lab_id('team1')}'",
    "teams:each ?= team", "teams:each = team", "team ?= teams:each", "teams.note ?= 'n1'",
    "teams.title:lower ?= 't1'", "teams.n ?= 1 && teams.n ?= 2", "teams.n ?= 1 || teams.n ?= 2",
    "teams.n > 1 && teams.n < 5", "(teams.n ?> 4 || team.n > 4) && num >= 0",
    "owners.name = 'Ann'", "owners.name ?= 'Ann'", "owners.email ?~ 'example'",
    "owners.email != ''", "owners.role ?!= 'editor'", "owners.secret ?= ''",
    # both sides lead to many
    "teams.title = friends.title", "teams.title ?= friends.title", "teams.n = owners.name",
    "teams.n > friends.num", "teams.n ?> friends.num", "teams.n != friends.num",
    "teams.title ~ friends.title", "teams.title ?~ friends.title", "teams.title !~ friends.title",
    "teams.id = team.id", "teams.id ?= team.id", "team.n ?= teams.n", "team.n = teams.n",
    "teams.n >= teams.n", "teams.n ?!= teams.n", "kinds:each = friends.kind",
    "kinds:each ?= friends.kinds:each", "kinds:each ?= kind", "kind = kinds:each",
    # further hops, and to itself
    "parent.title = ''", "parent.parent.title != ''", "parent.parent.parent.parent.num >= 0",
    "parent.team.title = 't1'", "parent.teams.title ?= 't1'", "parent.owner.email ~ 'ann'",
    "friends.friends.title ?~ 'a'", "friends.team.n ?> 2", "friends.teams.up.title ?= 't1'",
    "team.up.title = 't1'", "team.up.up.title != ''", "team.up.id != ''", "team.lead.name = 'Ann'",
    "team.lead.email != ''", "team.up.lead.email ~ '@'", "friends.room.title ?!= ''",
    "parent.parent.parent.parent.parent.parent.num = 1",
    "parent.parent.parent.parent.parent.parent.parent.num = 1",
    "parent.parent.parent.parent.parent.parent.id != ''",
    # back relations: to many, through a list rule, unique, multiple, hidden
    "lab_replies_via_work.text = 't1'", "lab_replies_via_work.text ?= 't1'",
    "lab_replies_via_work.text != ''", "lab_replies_via_work.n > 2", "lab_replies_via_work.n ?> 4",
    "lab_replies_via_work.id = ''", "lab_replies_via_work.id ?!= ''",
    "lab_replies_via_work.author.name ?= 'Ann'", "lab_replies_via_work.work ?= id",
    "lab_replies_via_work.work.title ?= title", "lab_replies_via_work.author.email ?~ '@'",
    "lab_reviews_via_works.stars > 2", "lab_reviews_via_works.stars ?> 2",
    "lab_reviews_via_works.stars = 0", "lab_reviews_via_works.works:length ?> 1",
    "lab_reviews_via_works.works:each ?= id", "lab_reviews_via_works.works.title ?= 'a'",
    "lab_reviews_via_works.text ?~ lab_replies_via_work.text",
    "lab_reviews_via_hidden_work.stars ?> 2", "lab_reviews_via_hidden_work.id = ''",
    "lab_works_via_parent.num > 1", "lab_works_via_parent.num ?> 1", "lab_works_via_friends.id = ''",
    "lab_works_via_parent.lab_works_via_parent.title ?!= ''", "lab_works_via_friends.num ?= num",
    "owner.lab_badges_via_user.title = 't1'", "owner.lab_badges_via_user.level != 1",
    "owner.lab_badges_via_user.id = ''", "owners.lab_badges_via_user.level ?= 1",
    "owner.lab_badges_via_user.user.name = 'Ann'", "team.lab_works_via_team.num ?> 5",
    "team.lab_works_via_teams.title ?= 'a'", "owner.lab_teams_via_lead.n ?> 2",
    "pbc_lab_replies_via_work.n ?> 2", "lab_replies_via_work.n:lower ?= '2'",
    "lab_replies_via_author.n = 1", "lab_badges_via_user.level = 1", "lab_replies_via_text.n = 1",
    "lab_replies_via_work = ''", "lab_replies_via_work:length = 1", "lab_none_via_work.n = 1",
    "lab_replies_via_.n = 1", "_via_work.n = 1", "lab_works_via_none.num = 1",
    # texts and numbers against each other's columns
    "title = num", "num = title", "title != kind", "title ~ num", "num ~ title", "num > title",
    "flag = num", "moment > created", "rich ~ title", "mail ~ title", "kinds ~ kind",
    "kind !~ kinds", "link ~ '%20'", "link ~ '/a%'", "mail = 'b@x.co'", "mail:lower = 'b@x.co'",
)
_VALUES = (
    # JSON
    "data.n = 5", "data.n != 5", "data.n ?= 5", "data.n = '5'", "data.n > 1", "data.n < '6'",
    "data.f = 1.5", "data.f ~ '1.'", "data.s ~ 'A'", "data.s ~ 'A%'", "data.s:lower = 's'",
    "data.b = true", "data.b = false", "data.b != true", "data.b > 0", "data.z = null",
    "data.z != null", "data.e = ''", "data.e = null", "data.e != ''", "data.a.b.0 = 1",
    "data.a.b.1.c = 'x'", "data.a.b.1 ~ 'c'", "data.a.0 = 5", "data.a ~ 'x'", "data.0.k = 1",
    "data.1.k = 2", "data.0 = 'zero'", "data.2 = 'a'", "data.A = 'upper'", "data.b:c = 'colon'",
    "data.b.c = 'dotted'", "data.missing = null", "data.missing != null", "data.missing = ''",
    "data.missing != ''", "data.missing > 0", "data.missing.deep.0.er = null", "data = 5",
    "data = '5'", "data = 'text'", "data = ''", "data = null", "data != null", "data = true",
    "data = '[]'", "data = '{}'", "data ~ 'dotted'", "data > 1", "data < 0", "data:length = 3",
    "data:each = 1", "data = data", "data != data.a", "data.n = num", "num = data.n",
    "data.n != num", "data.s ?~ title", "title ~ data.s", "data.n = teams.n", "data.n ?= teams.n",
    "data.n != teams.n", "friends.data.n = 5", "friends.data.n ?= 5", "friends.data.n != 5",
    "friends.data.missing = null", "friends.data.missing = ''", "parent.data.n = null",
    "parent.data.a.0 = 5", "data.007 = 1", "data.-1 = 1", "data.n. = 1", "data..n = 1",
    "data.9223372036854775808 = null", "data.é = 1", "data.a#b = null", "data.length = null",
    # points
    "place.lat > 45", "place.lon = 13.4", "place.lat = '45'", "place = ''", "place ~ '13.4'",
    "place = '{\"lon\":0,\"lat\":0}'", "place.none = null", "friends.place.lat ?> 45",
    "geoDistance(place.lon, place.lat, 13.4, 52.5) = 0", "geoDistance(0, 0, 0, 0) = 0",
    "geoDistance(0, 0, 180, 0) > 20015", "geoDistance(0, 0, 180, 0) < 20016",
    "geoDistance(place.lon, place.lat, 23.32, 42.69) <= 2000",
    "geoDistance(place.lon, place.lat, 23.32, 42.69) != 0",
    "geoDistance(parent.place.lon, parent.place.lat, place.lon, place.lat) > 100",
    "geoDistance(parent.place.lon, parent.place.lat, 0, 0) = null",
    "geoDistance(friends.place.lon, friends.place.lat, 0, 0) > 1000",
    "geoDistance(friends.place.lon, friends.place.lat, 0, 0) ?> 1000",
    "geoDistance(title, num, 0, 0) >= 0", "geoDistance(data.n, data.n, 0, 0) > 0",
    "geoDistance(-5.5,45,place.lon,place.lat)<1", "1000 > geoDistance(13.4, 52.5, place.lon, place.lat)",
    "geoDistance(// here\n place.lon, place.lat,\n13.4, 52.5 // there\n) < 1",
    "geoDistance(null, 1, 2, 3) = null", "geoDistance(true, 1, 2, 3) > 0",
    "geoDistance(@year, 1, 2, 3) > 0", "geoDistance(team.n, teams.n, 0, 0) ?> 0",
    "geoDistance() = 1", "geoDistance(1,2,3,4,) = 1", "geoDistance(,1,2,3,4) = 1",
    "geoDistance(1 2 3 4) = 1", "geoDistance(1,2,3,none) = 1", "geoDistance(1,2,3,\"4\") = 1",
    "geoDistance(geoDistance(1,2,3,4),2,3,4) = 1", "GeoDistance(1,2,3,4) = 1", "geoDistance = 1",
    "geoDistance(1,2,3,4", "geoDistance(1,2,3,4)) = 1", "geoDistance(1,2,3,(4)) = 1",
    # times
    "strftime('%Y-%m-%d', moment) = '2024-05-05'", "strftime('%Y', moment) != '2024'",
    "strftime('%Y', moment) = ''", "strftime('%Y', moment) = null", "strftime('%Y', moment) != ''",
    "strftime('%Y', moment, '-1 month') = '2023'", "strftime('%m', moment, '+1 month', '+1 day') = '06'",
    "strftime('%w', moment) = '0'", "strftime('%j', moment) > '100'", "strftime('%H:%M', moment) = '10:00'",
    "strftime('%Y-%m-%d', moment, 'start of month') = '2024-05-01'",
    "strftime('%d', moment, 'weekday 0') ~ '0'", "strftime('%Y', moment, 'nonsense') = ''",
    "strftime('', moment) = ''", "strftime('plain', moment) = 'plain'", "strftime('%%', moment) = '%'",
    "strftime('%Y', '2024-02-30') = '2024'", "strftime('%d', '2024-02-30') = '01'",
    "strftime('%Y', 0) < '0'", "strftime('%Y', 2460000) = '2023'", "strftime('%Y', num) = '-4713'",
    "strftime('%Y', 1700000000, 'unixepoch') = '2023'", "strftime('%Y', @now) >= '2024'",
    "strftime('%Y', @year) != ''", "strftime('%Y', null) = ''", "strftime('%Y', true) != ''",
    "strftime('%Y', title) = ''", "strftime('%Y', data) = '2024'", "strftime('%Y', data.s) = ''",
    "strftime('%Y', parent.moment) = '2024'", "strftime('%Y', friends.moment) = '2024'",
    "strftime('%Y', friends.moment) ?= '2024'", "strftime('%Y', friends.moment) != '2024'",
    "strftime('%Y', lab_works_via_parent.moment) ?~ '20'", "strftime('%Y', team.nothing) = ''",
    "strftime('%Y',moment)='2024'", "strftime(\"%Y\", moment) ~ '02'", "moment ~ strftime('%Y', moment)",
    "strftime('%Y', moment) > strftime('%m', moment)", "strftime('%Y', moment, moment) = ''",
    "strftime('%Y', moment, 1) = ''", "strftime('%Y', strftime('%Y', moment)) = ''",
    "strftime(moment, '%Y') = ''", "strftime(1, moment) = ''", "strftime('%Y' moment) = ''",
    "strftime('%Y', moment,'+1 day','+1 day','+1 day','+1 day','+1 day','+1 day','+1 day','+1 day') != ''",
    "strftime('%Y', moment,'+1 day','+1 day','+1 day','+1 day','+1 day','+1 day','+1 day','+1 day','+1 day') != ''",
    "STRFTIME('%Y') = ''", "date('now') = ''", "strftime('%Y', room.title) = ''",
    # files
    "doc != ''", "doc ~ '.txt'", "doc = ''", "doc:length = 1", "docs:length = 2", "docs:length > 0",
    "docs:each ~ 'one'", "docs:each ?~ 'one'", "docs:each ~ '.txt'", "docs = '[]'", "docs ~ 'three'",
    "doc:each = ''", "docs:each = doc", "friends.docs:each ?~ 'txt'", "parent.docs:length > 0",
    # lists of choices
    "kinds:each = 'a'", "kinds:each ?= 'a'", "kinds:each != 'a'", "kinds:each ?!= 'a'",
    "kinds:each ~ 'A'", "kinds:each ?> 'a'", "kinds:each > 'a'", "kinds:each ?= kind",
    "kinds:each = ''", "kinds:each ?= ''", "kinds:length != 0", "kinds:length >= kind:length",
    "kinds = '[\"a\",\"b\"]'", "kinds != '[]'", "kinds ~ '\"a\"'", "kinds:lower ~ 'A'",
    "friends.kinds:each = 'a'", "friends.kinds:each ?= 'a'", "friends.kinds:length > 1",
    "friends.kinds:length ?> 1", "parent.kinds:each ?= 'a'", "parent.kind:each = 'a'",
    "kinds:each:lower = 'a'", "kinds:length:each = 1", "kinds:isset = true", "kinds:changed = true",
    "kinds.each = 'a'", "kinds:Each = 'a'", "kinds:each", "kinds: each = 'a'",
)
_TEXTS = (
    # quoting
    "title = 'a\\\\b'", "title = \"a\\b\"", r"title = 'a\b'", "title = 'o\\'k'", 'title = "o\'k"',
    "title = '\"q\"'", 'title = "\\"q\\""', r"title = '\"q\"'", "title = 'line\nfeed'",
    "title = \"tab\there\"", r"title = 'line\nfeed'", "title = '😀'", "title = 'é'", "title ~ 'É'",
    "title = '// no comment'", "title = '// no comment' // a comment", "title = 'null'",
    "title = 'true'", "title = null", "title = true", "title = 'a' // '", "title = 'a' //",
    "title = // comment\n 'a'", "// one\n// two\ntitle = 'a'", "title // x\n=// y\n'a'// z",
    "title='a'//x\n||title='A'", "(// in\ntitle = 'a'// here\n)", "title = 'a' / 1", "title = 'a' /",
    "title = '\u0000'", "title = '\\'", "title = '\\\\'", "title = 'a''b'", "title = 'a\"",
    "title = \u00a0'a'", "title = 'a'\u2003", "title\u3000= 'a'", "title = 'a'\v", "title = 'a'\f",
    "\ufefftitle = 'a'", "title = ‘a’", "title = `a`", "title = 'a'; ", "title = 'a',",
    # patterns
    "title ~ 'A'", "title ~ 'a%'", "title ~ '%b'", "title ~ 'a%b'", "title ~ '%'", "title ~ '%%'",
    "title ~ '_'", "title ~ 'a_b'", "title ~ 'a_b%'", r"title ~ 'a\_b%'", r"title ~ '100\%'",
    r"title ~ '100\%%'", r"title ~ '\'", r"title ~ 'a\b'", r"title ~ 'a\\b'", r"title ~ 'a\%'",
    r"title ~ '%\_%'", r"title ~ '\%'", r"title ~ '\\%'", r"title ~ '__'", "title !~ 'a'",
    "title !~ 'a%'", "title !~ '%'", "title !~ ''", "title ~ '\"'", "title ~ '\n'", "title ~ '😀'",
    "'abc' ~ 'B'", "'abc' ~ 'b%'", "'abc' !~ 'x'", "'a%' ~ title", "'axb' ~ title", "'' ~ ''",
    "title ~ kind", "title !~ kind", "title ~ 0", "title ~ 1.0", "title ~ 5", "title ~ @year",
    "moment ~ @year", "title ~ @now", "null ~ 'a'", "title ~ null", "title !~ null", "null !~ null",
    "flag ~ 1", "flag ~ true", "num ~ '-'", "num ~ 1.5", "num !~ 1", "id ~ 'LABWORK0'",
    # emptiness of each type
    "num = ''", "num != ''", "num = null", "num != null", "flag = ''", "flag = null", "flag != null",
    "moment = ''", "moment != null", "moment < @now", "moment > ''", "mail = null", "link != ''",
    "rich = ''", "kind = null", "kinds = ''", "kinds != null", "doc = null", "docs = ''",
    "place = null", "owner = null", "owners = ''", "teams != ''", "pin = ''", "pin != ''",
    "'' = null", "null != ''", "'a' != null", "0 = null", "0 = ''", "0 != ''", "false = ''",
    "true != null", "@now != ''", "@year = null", "@hour >= 0", "@now > null", "null > null",
    "null >= null", "'' > null", "'' < 'a'", "1 > 'a'", "'a' > 1", "'2' > 10", "2 > '10'",
    # numbers
    "num = 1e15", "num = 1000000000000000", "num >= 1000000000000000.0", "num = -1.5", "num = - 1.5",
    "num = 0.10", "num = 00.1", "num < -1", "num<-1", "num>-1.5&&num<1", "-1.5 = num", "num = -3.0",
    "num = 9223372036854775807", "num < 9223372036854775808", "num = 0.1 || num = '0.1'",
    "num = ' 5'", "num = '5 '", "num = '5x'", "num = '05'", "num > ''", "num < 'z'", "flag > false",
    "flag = '1'", "flag != 'true'", "flag <= 1", "true > false", "TRUE = true", "nUlL = ''",
    "trues = 1", "nul = ''", "true.x = 1", "null:lower = ''", "true:each = 1",
    # joining and grouping
    "num = 1 || num = 2 && title = 'x' || flag = true", "(num = 1 || num = 2) && (flag = true || 1 = 1)",
    "((num = 1) || ((num = 2))) && flag = true", "num = 1 && num = 2 || num = 5 && num = 5",
    "num=1||(num=2||(num=5||(num=10)))", "1 = 1 || nothing = 1", "num = 1 &&& num = 2",
    "num = 1 ||| num = 2", "num = 1 && || num = 2", "(num = 1) && ()", "(num = 1 &&) flag = true",
    "num = 1) && (flag = true", "(((((((((num = 1", "num = 1 , flag = true",
    "num == 1", "num ? = 1", "num ?? 1", "num !? 1", "num >? 1", "num ?=> 1", "num ~= 1", "num ?? = 1",
    "= 1", "num", "num ?=", "?= 1", "num ?= ?= 1", "num = num = num", "num > 1 > 0", "!(num = 1)",
    "- = 1", "-- = 1", "num = -", "num = .", "num = 1.2.3", "num = 1_000", "num = ∞", "num = NaN",
    "_ = 1", "# = 1", "@ = 1", "@@now = 1", "num# = 1", "#num = 1", "num$ = 1", "[num] = 1", "{num} = 1",
    "num:lower: = 1", ":num = 1", "num..x = 1", "num. = 1", "num.:x = 1", "id.x = 1", "created.year = 1",
    "collectionId = 'pbc_lab_works'", "collectionName ~ 'lab'", "expand.team = 1", "ID = 'x'", "Title = 'a'",
)  # fmt: skip
_REFUSED = ("@collection.lab_teams.title ?= title", "@request.auth.id != ''", "title = '@request.'", "@collection. = 1")


def _asked(who: str, text: str, *, path: str = WORKS, sort: str = "id") -> Row:
    name = text if len(text) < 90 else f"{text[:60]}… of {len(text)} characters"
    query = {"perPage": "100", "sort": sort, "filter": text}
    return get(f"{who} at {path.split('/')[3]}: {name}", path, query=query, who=who)


ROWS = (
    *(_asked(who, text) for text in (*_PATHS, *_REFUSED) for who in _CALLERS),
    *(_asked("guest", text) for text in dict.fromkeys((*_VALUES, *_TEXTS)) if text not in _PATHS),
    # Limits: bytes, not characters, and the number of comparisons.
    *(_asked("guest", "title = '" + letter * times + "'") for letter, times in
      (("x", 3490), ("x", 3491), ("é", 1745), ("é", 1746), ("😀", 872), ("😀", 873))),
    *(_asked(who, "||".join(["num=1"] * times)) for times in (200, 201) for who in ("guest", "superuser")),
    *(_asked("guest", "(" * depth + "num=1" + ")" * depth) for depth in (50, 1000, 1747, 1748)),
    _asked("guest", "(" * 100 + "num=1" + ")" * 99),
    # Brackets right behind a term, which the terms before join.
    *(_asked("guest", text) for text in (
        "num = 1 (flag = true)", "num = 1 || (num = 2)(flag = true)", "(num = 1 || num = 2)(flag = true)", "num = 1 && (num = 2)(flag = true)",
        "num = 1 || num = 2 && (flag = true)(title != '')", "(num = 1)(flag = true) || (num = 5)", "num = 1 // so\n(flag = true)",
    )),
    # An address inside a call.
    _asked("guest", "strftime('%Y', owner.email) = ''"),
    # The same paths from a view and from an auth collection.
    *(_asked(who, text, path="/api/collections/lab_view/records") for text in (
        "title = 'a'", "num > 1", "data.n = 5", "team.title = 't1'", "teams.title ?= 't1'", "teams.title = 't1'",
        "kinds:each ?= 'a'", "kinds:length = 2", "team.lead.email ~ '@'", "hush = ''", "created < @now", "id ~ 'work'",
    ) for who in _CALLERS),
    *(_asked(who, text, path="/api/collections/users/records") for text in (
        "email = 'ann@example.com'", "email ~ 'example'", "email != ''", "verified = true", "emailVisibility = true",
        "lab_badges_via_user.level = 0", "lab_works_via_owner.num ?> 1", "lab_works_via_owners.team.title ?= 't1'",
        "lab_teams_via_lead.title ?= 't1'", "secret != ''", "tokenKey != ''", "password != ''", "avatar = ''",
    ) for who in _CALLERS),
)
