"""`@request.*` and `@collection.*` in a superuser's filter, where they may stand."""

from tests.parity.lab import lab_id
from tests.parity.scenario import get
from tests.parity.tables.language_filters import WORKS

_FILTERS = (
    # what the request is
    "@request.method = 'GET'", "@request.method = 'get'", "@request.method:lower = 'get'", "@request.method ~ 'E'",
    "@request.method != 'POST'", "@request.method = method", "@request.method.x = 1", "@request.method:isset = true",
    "@request.context = 'default'", "@request.context != 'realtime'", "@request.context:lower = 'default'", "@request.context.x = ''",
    "@request.Method = 'GET'", "@request.nope = 1", "@request.nope.x = 1", "@request. = 1", "@request = 1", "@request.auth = ''",
    "@request.query = ''", "@request.headers = ''", "@request.body = ''", "@request.data.x = 1", "@REQUEST.method = 'GET'", "@request..method = ''",
    # query
    "@request.query.key = 't1'", "@request.query.key = title", "title = @request.query.key", "title ~ @request.query.key",
    "title !~ @request.query.key", "@request.query.key ~ title", "@request.query.pattern ~ title", "title ~ @request.query.pattern",
    "title = @request.query.pattern", "@request.query.number = 5", "@request.query.number = '5'", "num = @request.query.number",
    "num > @request.query.number", "@request.query.num = 5", "num = @request.query.num", "@request.query.num > 1", "@request.query.empty = ''",
    "@request.query.empty = null", "@request.query.empty:isset = true", "title = @request.query.empty", "title != @request.query.empty",
    "@request.query.none = ''", "@request.query.none = null", "@request.query.none != ''", "@request.query.none:isset = true",
    "@request.query.none:isset = false", "@request.query.none:isset != true", "title = @request.query.none", "num = @request.query.none",
    "teams.title = @request.query.key", "teams.title ?= @request.query.key", "@request.query.key ?= teams.title", "data.s = @request.query.key",
    "kinds:each ?= @request.query.kind", "@request.query.key:lower = 't1'", "title:lower = @request.query.UPPER:lower", "@request.query.UPPER = 'T1'",
    "@request.query.key.x = ''", "@request.query.key:length = 2", "@request.query.key:each = 't1'", "@request.query.key:changed = true",
    "@request.query.key:nope = 1", "@request.query.a.b = 'dotted'", "@request.query.filter ~ 'filter'", "@request.query.perPage = '100'",
    "@request.query.twice = 'first'", "strftime('%Y', @request.query.date) = '2024'", "moment >= @request.query.date", "@request.query.date < @now",
    "geoDistance(@request.query.number, 0, 0, 0) > 500", "@request.query.yes = true", "@request.query.yes = 'true'", "flag = @request.query.yes",
    # headers
    "@request.headers.x_key = 'v'", "@request.headers.x_key:isset = true", "@request.headers.x_none:isset = true", "@request.headers.x_none = ''",
    "@request.headers.X_KEY = 'v'", "@request.headers.x-key = 'v'", "@request.headers.xkey = 'v'", "@request.headers.x_mixed_case = 'Mixed'",
    "@request.headers.x_mixed_case:lower = 'mixed'", "@request.headers.authorization = ''", "@request.headers.authorization:isset = true",
    "@request.headers.authorization ~ 'ey'", "@request.headers.content_type = ''", "title ~ @request.headers.x_key", "@request.headers.x_num = 5",
    "@request.headers.user_agent = ''", "@request.headers.accept_encoding:isset = true",
    # the caller
    "@request.auth.id != ''", "@request.auth.id:isset = true", "@request.auth.id:lower != ''", "@request.auth.collectionName = '_superusers'",
    "@request.auth.collectionId != ''", "@request.auth.email = 'root@example.com'", "@request.auth.email:lower ~ 'ROOT'", "@request.auth.verified = true",
    "@request.auth.emailVisibility = false", "@request.auth.created < @now", "@request.auth.name = ''", "@request.auth.nothing = ''",
    "@request.auth.nothing != ''", "@request.auth.nothing.deep = null", "@request.auth.password != ''", "@request.auth.tokenKey != ''",
    "@request.auth.tokenKey ~ 'a'", "@request.auth.lab_works_via_owner.id = ''", "@request.auth.lab_works_via_none.id = ''", "owner = @request.auth.id",
    "owner != @request.auth.id", "owners.id ?= @request.auth.id", "@request.auth.record = 1", "@request.auth.type = ''", "@request.auth.verified:length = 1",
    # the body of a GET
    "@request.body.title = ''", "@request.body.title:isset = false", "@request.body.title:isset = true", "@request.body.title:changed = false",
    "@request.body.title:changed = true", "@request.body.title:lower = ''", "@request.body.num > 0", "@request.body.num = null",
    "@request.body.kinds:length = 0", "@request.body.kinds:each = ''", "@request.body.teams:each = 'x'", "@request.body.teams.title = ''",
    "@request.body.teams.title ?= 't1'", "@request.body.team.title = null", "@request.body.team.up.title = ''", "@request.body.data.a = null",
    "@request.body.none = ''", "@request.body.none:isset = true", "@request.body.none.x.y = ''", "@request.body.title:length = 1",
    "@request.body.title:each = ''", "@request.body.num:each = ''", "@request.body.none:length = 0", "@request.body.none:changed = true",
    "@request.body.title:nope = ''", "@request.body.hush:isset = false", "@request.body.teams.none = ''", "@request.body.title = title",
    "@request.body.docs:length = 0", "@request.body.place.lat = null", "@request.body.teams:length > 0",
    # any row of a collection
    "@collection.lab_teams.title = 't1'", "@collection.lab_teams.title ?= 't1'", "@collection.lab_teams.title ?= title",
    "title ?= @collection.lab_teams.title", "@collection.lab_teams.title = title", "@collection.lab_teams.n ?> num", "@collection.lab_teams.n > -1",
    "@collection.lab_teams.n >= 0 && num = 1", "@collection.lab_teams.id ?= team", "@collection.lab_teams.id = team", "@collection.lab_teams.note ?= 'n1'",
    "@collection.pbc_lab_teams.title ?= title", "@collection.lab_rooms.title ?= 'room 1'", "@collection.lab_rooms.title = 'room 1'",
    "@collection.lab_teams.n ?= 1 && @collection.lab_teams.title ?= 't2'", "@collection.lab_teams.n ?= 1 && @collection.lab_teams.title ?= 't1'",
    "@collection.lab_teams:a.n ?= 1 && @collection.lab_teams:b.title ?= 't1'", "@collection.lab_teams:a.n ?= 1 && @collection.lab_teams:a.title ?= 't1'",
    "@collection.lab_teams:a.n ?= @collection.lab_badges:b.level", "@collection.lab_teams:a.n ?> @collection.lab_teams:b.n && num = 1",
    "@collection.lab_teams:a.n = @collection.lab_teams:b.n", "@collection.lab_teams.up.title ?= title", "@collection.lab_teams.lead.name ?= owner.name",
    "@collection.lab_teams.up.id ?= team", "@collection.lab_works.id ?= id", "@collection.lab_works:x.parent ?= id", "@collection.lab_works.friends.id ?= id",
    "@collection.lab_works:x.friends:each ?= id", "@collection.lab_works:x.kinds:each ?= kind", "@collection.lab_works:x.kinds:length ?> 2",
    "@collection.lab_works:x.data.n ?= num", "@collection.lab_works:x.place.lat ?= place.lat", "@collection.lab_view.title ?= title",
    "@collection.lab_view.num = 1", "@collection.users.email ?= mail", "@collection.users.email ?~ '@'", "@collection.users.password ?!= ''",
    "@collection.lab_badges.user ?= owner && @collection.lab_badges.level ?= 1", "@collection.lab_badges:b.user ?= owner && @collection.lab_badges:c.level ?= 1",
    "@collection.lab_replies.work ?= id && @collection.lab_replies.n ?> 3", "@collection.lab_replies.author.lab_badges_via_user.level ?= 1 && num = 1",
    "@collection.required.text ?= ''", "@collection.required.text = ''", "@collection.required.id ?= id", "@collection.required.num > 0",
    f"@collection.lab_teams.id ?= '{lab_id('team1')}' && @collection.lab_teams.title ?= title", "@collection.lab_teams.title:lower ?= title:lower",
    "@collection.none.title = 1", "@collection.lab_teams = 1", "@collection.lab_teams. = 1", "@collection.lab_teams.none = 1",
    "@collection.lab_teams:.title = 1", "@collection.lab_teams:a:b.title = 1", "@collection.lab_teams:a.b.title = 1", "@collection..title = 1",
    "@collection = 1", "@collection.lab_teams.title.x = 1", "@collection.lab_teams:isset.title ?= 't1'", "@collections.lab_teams.title = 1",
    "@collection.lab_teams:a1_b.title ?= 't1'", "@collection.LAB_TEAMS.title ?= 't1'", "@collection._superusers.email ?= 'root@example.com'",
    # moments
    "@now > '2024'", "@now = @now", "@now:lower = ''", "@now.x = 1", "@Now > ''", "@nows > ''", "@todayStart < @todayEnd", "@todayStart ~ ' 00:00:00.000Z'",
    "@todayEnd ~ ' 23:59:59.999Z'", "@monthStart ~ '-01 00:00:00.000Z'", "@monthEnd >= @todayEnd", "@yearStart ~ '-01-01 00:00:00.000Z'",
    "@yearEnd ~ '-12-31 23:59:59.999Z'", "@yesterday < @now && @tomorrow > @now", "@year = 'x'", "@month >= 1 && @month <= 12", "@day >= 1 && @day <= 31",
    "@weekday >= 0 && @weekday <= 6", "@hour >= 0 && @hour <= 23", "@minute >= 0 && @second >= 0", "@year ?> 2000", "@year > '1'", "created > @todayStart || 1 = 1",
    "moment < @yearEnd", "moment > @yesterday", "@weekStart > ''", "@date > ''", "@millisecond > 0", "@now ~ strftime('%Y')",
    # calls with literals beside many values and behind ~, :isset on the right
    "data. = 1", "num != @request.query.key:isset", "num != @request.query.none:isset", "data.n = @request.query.key:isset",
    "data.n != @request.query.key:isset", "@request.query.key:isset = data.n", "@request.query.key:isset != num",
    "@request.query.key:isset != data.n", "title != @request.query.key:isset", "title = @request.query.key:isset", "flag != @request.query.key:isset",
    "@request.query.key:isset != flag", "@request.query.key:isset != @request.query.none:isset", "@request.query.key:isset != null",
    "@request.query.key:isset = null", "teams.n != @request.query.key:isset", "teams.n != @request.query.none:isset",
    "teams.n ?!= @request.query.key:isset", "data.n != true", "num != true", "geoDistance(0,0,0,0) != @request.query.key:isset",
    "strftime('%Y', friends.moment) = '2024'", "strftime('%Y', friends.moment) != '2024'", "strftime('%Y', friends.moment) = ''",
    "strftime('%Y', friends.moment) != ''", "strftime('%Y', friends.moment) = null", "strftime('%Y', friends.moment) = title",
    "strftime('%Y', friends.moment) != title", "title = strftime('%Y', friends.moment)", "title != strftime('%Y', friends.moment)",
    "strftime('%Y', moment) = friends.title", "strftime('%Y', moment) != friends.title", "strftime('', moment) != friends.title",
    "strftime('%Y', moment) = friends.room", "strftime('', moment) = friends.room", "strftime('%Y', friends.moment) = teams.title",
    "strftime('%Y', friends.moment) != teams.title", "teams.title != strftime('%Y', friends.moment)", "strftime('%Y', friends.moment) > '2020'",
    "strftime('%Y', friends.moment) < '2020'", "strftime('%Y', friends.moment) ~ '2'", "strftime('%Y', friends.moment) !~ '2'",
    "title ~ strftime('%Y', friends.moment)", "title !~ strftime('%Y', friends.moment)", "friends.title !~ strftime('%Y', moment)",
    "friends.title ~ strftime('%Y', moment)", "friends.moment ~ strftime('%Y', moment)", "friends.moment ~ strftime('', moment)",
    "friends.moment !~ strftime('x', moment)", "strftime('%Y', friends.moment) = strftime('%Y', moment)",
    "strftime('%Y', friends.moment) != strftime('%Y', moment)", "strftime('%Y', moment) = strftime('%Y', friends.moment)",
    "strftime('%Y', friends.moment) = strftime('%Y', friends.moment)", "strftime('%Y', friends.moment) = data.n", "strftime('%Y', owner.email) = ''",
    "strftime('%Y', @collection.lab_works.moment) = '2024'", "strftime('%Y', kinds:each) = ''", "null != @request.query.none:isset",
    "'' != @request.query.none:isset", "null != @request.query.key:isset", "title ~ -0", "id ~ -0", "id !~ geoDistance(1,2,num,4)",
    "id !~ geoDistance(team.n,num,num,num)", "geoDistance(place.lon, 0, num, parent.num) = friends.num",
    "geoDistance(place.lon, 0, num, parent.num) != friends.num", "geoDistance(place.lon, num, num, parent.num) != friends.num",
    "strftime('%Y', @request.query.none) != friends.title", "strftime('%Y', @request.query.key) != friends.title",
    "strftime('%Y', @request.query.key) ~ friends.title", "title ~ strftime('%Y', @now)", "created ~ strftime('%Y')",
    "created ~ strftime('%Y', created)", "created !~ strftime('%Y')", "created ~ strftime('%Y-%%', created)",
    "title ~ strftime('%Y', friends.moment, '+1 day')", "@hour !~ strftime('plain', friends.moment, '-1 day', '-1 day')",
    "friends.title !~ strftime('plain', friends.moment)", "title !~ strftime('plain', friends.moment)", "title !~ strftime('plain', moment)",
    "title !~ strftime('%Y', friends.moment, '-1 day')", "lab_replies_via_work.author !~ strftime('%Y', teams.n, 'weekday 0')",
    "lab_replies_via_work.author !~ strftime('%Y', teams.n)", "lab_replies_via_work.author !~ strftime('%Y', friends.moment)",
    "friends.title !~ strftime('%Y', teams.n)", "title !~ strftime('%Y', teams.n, 'weekday 0')",
    "@collection.lab_badges:x.id ?= '' || @collection.lab_teams:x.n ?= num",
    # What docs/differences.md calls odd corners.
    "title ?~ @request.body.kinds:each", "@collection.lab_teams:x.n ?= num && @collection.lab_badges:x.level ?= num",
)  # fmt: skip

ROWS = tuple(
    get(
        text, f"{WORKS}?twice=first&twice=second", who="superuser",
        headers={"X-Key": "v", "X-Mixed-Case": "Mixed", "X-Num": "5"},
    ) if "twice" in text else
    get(
        text, WORKS, who="superuser", headers={"X-Key": "v", "X-Mixed-Case": "Mixed", "X-Num": "5"},
        query={
            "perPage": "100", "sort": "id", "filter": text, "key": "t1", "pattern": "a%", "number": "5", "num": "5", "empty": "", "kind": "a",
            "UPPER": "T1", "a.b": "dotted", "date": "2024-05-05", "yes": "true",
        },
    )
    for text in _FILTERS
)
