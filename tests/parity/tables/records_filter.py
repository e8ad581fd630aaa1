"""The filter language, by a guest's filter and by a superuser's."""

from tests.parity.scenario import Row, get
from tests.parity.seed import rid

PATH = "/api/collections/items/records"

_PLAIN = (
    # operators on text
    "title = 'One'", "title = 'one'", "title != 'One'", "title ~ 'one'", "title !~ 'one'",
    "title > 'One'", "title >= 'One'", "title < 'One'", "title <= 'One'", "title ?= 'One'",
    "title ?!= 'One'", "title ?~ 'one'", "title ?!~ 'one'", "title ?> 'a'", "title ?>= 'a'",
    "title ?< 'a'", "title ?<= 'a'",
    # wildcards and escapes
    "title ~ 'One%'", "title ~ '%more'", "title ~ 'o%e'", "title ~ '100%'", r"title ~ '100\%'",
    "title ~ '_under_'", r"title ~ '\back\'", "title ~ ''", "title !~ ''", "title ~ '%'",
    "title ~ 'ÄÖÜ'", "title ~ 'äöü'", "title = 'vier ÄÖÜ ß €'", "num ~ 1", "num ~ '1'",
    'title ~ "one"', "title = \"it's 100% _under_ \\back\\ \\\"quoted\\\"\"",
    r"title ~ 'it\'s'", "title = 'nine\nlines'", "title = 'nine\\nlines'", "title ~ title",
    "title ~ kind", "'One' ~ title", "'one more' ~ title", "title = \"<b>ten</b> & 'more'\"",
    # numbers
    "num = 1", "num = 1.0", "num = -3", "num = 2.5", "num != 1", "num > 1", "num >= 1", "num < 1",
    "num <= 1", "num = '1'", "num = 'x'", "num = 1000000000000000000000", "num > -4 && num < -2",
    "num = 007", "1 = num", "1 < num", "num = 00", "num = -0", "num = 9.25", "num > 'a'",
    "num = 0", "num = ''", "num = null", "num != null", "num != ''",
    # bools and keywords in any case
    "flag = true", "flag = TRUE", "flag = True", "flag = tRuE", "flag = false", "flag != true",
    "flag != false", "flag = 1", "flag = 0", "flag = 'true'", "flag = null", "flag > 0",
    "true = true", "true = false", "null = null", "null != null", "null = ''", "'' = ''",
    "'a' = 'a'", "'a' = 'b'", "1 = 1", "1 = 2", "1=1&&2=2", "true = 1", "false = 0", "false = null",
    # emptiness
    "title = ''", "title = null", "title = NULL", "title != ''", "title != null", "title = Null",
    "kind = ''", "kind != ''", "kind = null", "moment = ''", "moment != ''", "tag = ''",
    "tag != ''", "'' = title", "null != title", "mail = ''", "link != ''", "tags = ''",
    "tags = '[]'", "kinds = null", "data = null", "data != null", "data = ''", "title > ''",
    # grouping
    "num = 1 || num = 7 && flag = true", "(num = 1 || num = 7) && flag = true",
    "num = 1 && flag = true || num = 7", "num = 1 && (flag = true || num = 7)",
    "((((num = 1))))", "(num = 1) && (flag = true)", "num=1||num=7||num=10", "  num=1  ",
    "num\t=\n1", "num = 1 // a comment", "// first\nnum = 1", "num = 1 && // why\n flag = true",
    "(num>0&&num<5)||(num>8&&num<11)", "(num = 1 || (num = 7 && (flag = true || num = 8)))",
    # dates
    "moment > '2024-06-01'", "moment < '2024-06-01 00:00:00.000Z'", "moment ~ '2024-'",
    "moment = '2024-01-01 10:00:00.000Z'", "moment >= '2024-01-01 10:00:00.000Z'",
    "moment = '2024-01-01 10:00:00Z'", "moment != ''&& moment < @now", "created <= @now",
    "created > @yesterday", "created < @tomorrow", "created >= @todayStart", "updated < @yearStart",
    "created < @todayEnd", "created < @monthEnd && created > @monthStart && created < @yearEnd",
    "@now > '2020'", "@year > 2020 && @month > 0 && @day > 0 && @hour >= 0 && @weekday < 7",
    "@minute < 60 && @second < 60",
    # select and relation
    "kind = 'a'", "kind ~ 'A'", "kinds ~ 'a'", "kinds = '[\"a\"]'", "kinds:length = 1",
    "kinds:length > 1", "kinds:length = 0", "kinds:each = 'a'", "kinds:each ?= 'a'",
    "kinds:each != 'a'", "kinds:each ?!= 'a'", "kind:length = 1", "kind:each = 'a'",
    "tags:length > 1", "tags:each = 'x'", f"tags:each ?= '{rid('red')}'",
    f"tags:each = '{rid('red')}'", f"tag = '{rid('red')}'", f"tags ~ '{rid('red')}'",
    f"tags.id ?= '{rid('red')}'", "tag.title = 'red'", "tag.title != 'red'", "tag.title ~ 'e'",
    "tag.title = ''", "tags.title = 'red'", "tags.title ?= 'red'", "tags.title != 'red'",
    "tags.title ?!= 'red'", "tags.title ~ 'e'", "tags.title ?~ 'u'", "tags.title = ''",
    "tags.title > 'b' && num < 5", "tag.id = tags.id", "tag.id ?= tags.id", "tag.title ?= tags.title",
    "owner.name = 'Ann'", "owner.role = 'editor'", "owner.email = 'ann@example.com'",
    "owner.email != ''", "shelf.title = 'open'", "shelf.title = 'closed'", "shelf.id != ''",
    "shelf.title != 'x' || num = 7", f"locked = '{rid('box')}'", "locked.id != ''",
    "items_via_tag.num > 0", "tag.items_via_tag.num ?= 1", "tag.items_via_tags.title ?= 'two'",
    "owner.items_via_owner.num > 0", "tag.title:lower = 'red'", "title:lower = 'one'",
    "title:lower ~ 'ONE'", "title:length = 3", "num:each = 1",
    # json and geo
    "data.n = 5", "data.n = '5'", "data.n > 4", "data.s = 'five'", "data.s ~ 'iv'", "data.b = true",
    "data.b = 1", "data.list.0 = 1", "data.list.2.k = 'v'", "data.nothing = null",
    "data.missing = null", "data.missing = ''", "data.missing != null", "data.0 = 1", "data.1 > 1",
    "data = 'text'", "data = 7", "data > 6", "data = '[1,2,3]'", "data ~ 'five'", "data = false",
    "data.n:lower = 5", "place.lat > 50", "place.lon = 13.4", "place.lat = 0", "place ~ 'lon'",
    "place.x = null", "geoDistance(place.lon, place.lat, 13.4, 52.5) < 1",
    "geoDistance(13, 52, 14, 53) > 100", "geoDistance(place.lon, place.lat, 2.3, 48.8) > 800",
    "strftime('%Y', moment) = '2024'", "strftime('%Y-%m', moment, '+1 month') = '2024-07'",
    "strftime('%Y', title) = ''", "strftime('%Y') > '2000'", "strftime('%s', moment) > '0'",
    # password and others
    "pin = '1234'", "pin != ''", "mail = 'nine@example.com'", "mail ~ 'nine@example.com'",
    "link ~ 'example'", "text ~ '<p>'", "id = 'one000000000000'", "id ~ 'one'", "id != ''",
)

_WRONG = (
    "", " ", "title", "title =", "= 'a'", "title == 'a'", "title = 'a", "title = \"a'", "title = a",
    "nothing = 1", "title = nothing", "title.x = 1", "tag.nothing = 1", "tag. = 1", ".title = 1",
    "title = 'a' and num = 1", "title = 'a' AND num = 1", "title = 'a' & num = 1",
    "title = 'a' | num = 1", "title IN ('a')", "not title = 'a'", "!title = 'a'", "num + 1 = 2",
    "num = 1e3", "num = .5", "num = 1.", "num = +1", "num = 0x10", "(num = 1", "num = 1)", "()",
    "(num = 1) (num = 2)", "num = 1 num = 2", "num = 1 &&", "&& num = 1", "// only", "num = 1;",
    "num = 1 -- x", "num = 1 /* x */", "tïtle = 'a'", "títle = 1", "title = \u2018a\u2019",
    "title\r= 'a'", "title <> 'a'", "title === 'a'", "title =~ 'a'", "title !== 'a'", "num => 1",
    "title is null", "title like 'a'", "title between 1 and 2", "data[0] = 1", "hush = 'quiet'",
    "locked.title = 'box'", "shelf.hush = 'dusty'", "owner.secret = 'x'", "owner.password != ''",
    "owner.tokenKey != ''", "@nothing = 1", "@NOW > ''", "@now:lower > ''", "now() > 1",
    "geoDistance(1,2,3) < 1", "geoDistance('1',2,3,4) < 1", "geoDistance(1,2,3,4,5) < 1",
    "geoDistance (1,2,3,4) < 1", "strftime(title) = ''", "strftime() = ''", "strftime('%Y',) = ''",
    "lower(title) = 'one'", "title:nothing = 1", "title:isset = true", "title: = 1", "collectionId = 'x'",
    "collectionName = 'items'", "expand = 1", "@rowid = 1", "@random = 1", "title = @collection",
    "@request.auth.id = ''", "@request.method = 'GET'", "@request.nothing = 1",
    "@collection.tags.title = 'red'", "title = '@request.'", "title = '@collection.'",
    "nothing_via_tag.num = 1", "tags_via_tag.num = 1", "items_via_nothing.num = 1",
    "tag.items_via_nothing.num = 1", "vault_via_title.id = 1", "\u0000title = 1",
    "title = 'a' && (nothing = 1)", "title ? 'a'", "title ?", "'a'", "1", "true", "null", "((",
    "title = ''''", "title='a'='b'", "a" * 3501, "title = '" + "x" * 3480 + "'",
    " || ".join(["num = 1"] * 200), " || ".join(["num = 1"] * 201),
    "tag.items_via_tag.tag.items_via_tag.tag.items_via_tag.tag.items_via_tag.num = 1",
)

_SUPERUSER = (
    "hush = 'quiet'", "hush = 'loud' || hush = 'quiet'", "locked.title = 'box'",
    "locked.title != 'box'", "shelf.title = 'closed'", "shelf.hush = 'clean'",
    "owner.email = 'bob@example.com'", "owner.secret != ''", "@request.auth.id = ''",
    "@request.auth.collectionName = '_superusers'", "@request.auth.email = 'root@example.com'",
    "@request.auth.nothing = null", "@request.auth.nothing = 1", "@request.method = 'GET'",
    "@request.method = 'get'", "@request.context = 'default'", "@request.query.perPage = '20'",
    "@request.query.perPage = 20", "@request.query.none = null", "@request.query.none:isset = false",
    "@request.query.filter:isset = true", "@request.headers.x_key = 'v'",
    "@request.headers.x_key:isset = true", "@request.headers.X_Key = 'v'",
    "@request.headers.x_key:lower = 'v'", "@request.body.x = null", "@request.body.x:isset = false",
    "@request.body.title = title", "@request.nothing = 1", "@request = 1", "@request.auth = ''",
    "@request.auth.id.x = 1", "@collection.tags.title = 'red'", "@collection.tags.title ?= 'red'",
    "@collection.tags.title ?= title", "@collection.tags:a.title ?= 'red'",
    "@collection.tags:a.title ?= 'red' && @collection.tags:b.title ?= 'blue'",
    "@collection.tags:a.title ?= 'red' && @collection.tags:a.id ?= tag", "@collection.nothing.x = 1",
    "@collection.tags.nothing = 1", "@collection.tags = 1", "@collection.vault.title = 'box'",
    "@collection.vault.title = 'nothing'", "@collection.users.email ?= mail",
    "@collection.items.title ?= title && num = 1", "locked.vault_via_x.id = ''",
    "owner.items_via_owner.hush ?= 'loud'", "items_via_locked.id = ''",
    "tag.items_via_tag.locked.title ?= 'box'", "title = '@request.'", "pin ~ '$2a$'",
)


def _filtered(text: str, **rest: str) -> Row:
    return get(_shortened(text), PATH, query={"perPage": "20", "filter": text}, **rest)


def _shortened(text: str) -> str:
    return text if len(text) < 90 else f"{text[:60]}… of {len(text)} characters"


ROWS = (
    *(_filtered(text) for text in _PLAIN),
    *(_filtered(text) for text in _WRONG),
    *(
        get(f"superuser: {text}", PATH, query={"perPage": "20", "filter": text},
            headers={"X-Key": "v"}, who="superuser")
        for text in _SUPERUSER
    ),
    get("filter and sort", PATH, query={"filter": "num > 0", "sort": "-num"}),
    get("filter through a relation and sort through it", PATH,
        query={"filter": "tag.title != ''", "sort": "-tag.title,id"}),
    get("filter by many and sort by many", PATH,
        query={"filter": "tags.title ?~ 'e'", "sort": "-num", "skipTotal": "1"}),
    get("email of others", "/api/collections/members/records",
        query={"filter": "email ~ 'example'", "sort": "id"}),
    get("one's own hidden email", "/api/collections/members/records", who="moe",
        query={"filter": "email = 'moe@example.com'"}),
    get("emails by a superuser", "/api/collections/members/records", who="superuser",
        query={"filter": "email ~ 'example'", "sort": "id"}),
    get("sort by email", "/api/collections/members/records", query={"sort": "-email"}),
    get("filter by a password", "/api/collections/members/records",
        query={"filter": "password != ''"}),
    get("filter by a token key", "/api/collections/members/records",
        query={"filter": "tokenKey != ''"}),
    get("filter on visibility", "/api/collections/members/records",
        query={"filter": "emailVisibility = true"}),
)
