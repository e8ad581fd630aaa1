"""The only answers that may differ from the reference, told to people in docs/differences.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.parity.compare import Mismatch


@dataclass(frozen=True, slots=True)
class Difference:
    """A deliberate difference.

    id: the heading of its entry in docs/differences.md.
    rows: `TABLE/ROW NAME` of the rows that show it, shell wildcards allowed; empty when no
      request of the tables can show it.
    parts: what differs in them, as in `Mismatch.part`, shell wildcards allowed.
    """

    id: str
    rows: Sequence[str] = ()
    parts: Sequence[str] = ()

    def covers(self, mismatch: Mismatch) -> bool:
        return any(fnmatchcase(mismatch.row, row) for row in self.rows) and any(
            fnmatchcase(mismatch.part, part) for part in self.parts
        )


_ALL_TEAMS = (
    "title = ''",
    "title != 't1'",
    "title !~ 't'",
    "n > 2",
    "n >= 2",
    "n > 1 && teams.n < 5",
    "n >= teams.n",
    "n != friends.num",
    "title = friends.title",
    "title !~ friends.title",
)

DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "extended-file-names",
        ["uploads_bodies/body: extended name *", "uploads_bodies/body: name in pieces"],
        ["status", "body*"],
    ),
    Difference(
        "odd-multipart-bodies",
        [
            "uploads_bodies/body: preamble",
            "uploads_bodies/body: single line feeds",
            "uploads_bodies/body: folded header",
            "uploads_bodies/body: boundary in the content",
        ],
        ["status", "body*"],
    ),
    Difference(
        "many-ranges", ["downloads_ranges/range long.bin: many"], ["status", "header *", "body"]
    ),
    Difference(
        "tags-of-files",
        [
            "downloads*/*",
            "superuser_ips/* file *at *",
            "backups/download: *",
            "routes/* /api/files/*",
        ],
        ["header etag"],
    ),
    Difference(
        "rate-limits",
        ["rate_limits/*", "batch_limits/*"],
        ["header retry-after", "header access-control-expose-headers"],
    ),
    Difference("networks-of-clients", ["rate_limits/one network: 2. *"], ["status", "body*"]),
    Difference(
        "odd-batches",
        ["batch_reading/*an item null*", "batch_reading/xml"],
        ["status", "body*"],
    ),
    Difference("xml-bodies", ["routes/*: xml"], ["status", "header *", "body*"]),
    Difference(
        "bodies-that-nobody-reads",
        [
            f"routes/POST /api/{route}: too large"
            for route in (
                "collections/{c}/auth-with-oauth2",
                "collections/{c}/request-otp",
                "collections/{c}/auth-with-otp",
                "oauth2-redirect",
                "files/token",
                "crons/{id}",
            )
        ],
        ["status", "header *", "body"],
    ),
    Difference("files-of-batches", ["batch_files/files: *too big"], ["body.data*"]),
    Difference("runs-of-jobs"),
    Difference("secrets-stay-out-of-the-log", ["logs/what of a token"], ["body.items.*.data.url"]),
    Difference(
        "guarded-sql",
        ["sql/create *", "sql/drop *", "sql/detach nope"],
        ["body.affectedRows", "body.message"],
    ),
    Difference("lockout"),
    Difference("password-policies"),
    Difference("long-passwords"),
    Difference(
        "superusers-from-elsewhere",
        ["superuser_ips/*", "backups/* from 11.*"],
        ["header cross-origin-opener-policy", "header x-*"],
    ),
    Difference(
        "unknown-http-method", ["http_routes/unknown method"], ["status", "header *", "body*"]
    ),
    Difference("unusable-settings"),
    Difference(
        "settings-beyond-javascript",
        [
            "settings_values/*: 9007199254740992",
            "settings_values/*: 9223372036854775807",
            "settings_values/rateLimits.rules: * 9007199254740992",
        ],
        ["status", "body*"],
    ),
    Difference(
        "cleared-secrets", ["settings_values/* on again without its secret"], ["status", "body*"]
    ),
    Difference("settings-null", ["settings/changed: null"], ["status", "body*"]),
    Difference("email-change-null", ["auth_change/request: null"], ["status", "body*"]),
    Difference("mails"),
    Difference("codes-of-nobody"),
    Difference("collection-patch-null", ["collections_update/body: null"], ["status", "body*"]),
    Difference(
        "collection-keys-in-another-case",
        ["collections_create/body: keys in another case"],
        ["status", "body*"],
    ),
    Difference(
        "form-collections-stay-closed",
        ["collections_create/body: form", "collections_create/body: payload"],
        ["body.*Rule"],
    ),
    Difference("tokens-without-end", ["tokens/no_exp on *"], ["status", "body*"]),
    Difference(
        "sessions-and-audit",
        ["impersonate/new: *"],
        ["status", "header *", "body*"],
    ),
    Difference("sign-in-by-cookie"),
    Difference("suspicious-sign-ins"),
    Difference("first-proof"),
    Difference(
        "impersonated-superusers",
        ["impersonate/locked: *"],
        ["status", "header *", "body*"],
    ),
    Difference(
        "password-over-72-bytes",
        ["records_create/pin: over 72 bytes", "accounts/sign up: long in bytes"],
        ["body.data*"],
    ),
    Difference(
        "number-out-of-range", ["records_create/raw too big number"], ["body.message", "body.data*"]
    ),
    Difference("minus-zero", ["records_create/num: minus zero"], ["body.num"]),
    Difference(
        "order-of-unsorted-joins",
        [
            "records_filter/superuser: @request.auth.nothing = null",
            "records_filter/superuser: @collection.vault.title = 'box'",
        ],
        ["body.items*"],
    ),
    Difference(
        "hidden-relations-stay-closed", ["expand/hidden relation, guest: *"], ["body.expand*"]
    ),
    Difference("fields-of-mixed-lists", ["fields/json: mixed, *"], ["status", "body*"]),
    Difference("excerpts-of-odd-html"),
    Difference("too-much-expanded"),
    Difference("order-of-back-relations"),
    Difference(
        "all-of-those-one-may-list",
        [
            *(f"language_filters/guest at lab_works: teams.{rest}" for rest in _ALL_TEAMS),
            "language_filters/ann at lab_works: owners.name = 'Ann'",
        ],
        ["body.items*", "body.total*"],
    ),
    Difference(
        "cursor-pages",
        ["records_list/cursor"],
        ["body.nextCursor", "body.prevCursor", "body.page", "body.total*"],
    ),
    Difference(
        "explained-rules",
        ["http_routes/explain a rule", "http_routes/check a rule"],
        ["status", "body*"],
    ),
    Difference(
        "exports-and-templates",
        ["collections_import/export", "collections_import/templates"],
        ["status", "body*"],
    ),
    Difference("malformed-imports"),
    Difference("views-of-an-import"),
    Difference(
        "more-in-filters",
        [
            "records_filter/title IN *",
            "records_filter/title is null",
            "records_filter/title like 'a'",
            "records_filter/title between 1 and 2",
            "records_filter/lower(title) = 'one'",
        ],
        ["status", "body*"],
    ),
    Difference("placeholders-in-generated-texts", ["modifiers/placeholders"], ["body.code"]),
    Difference(
        "geojson",
        ["modifiers/place: a GeoJSON point", "modifiers/list as GeoJSON"],
        ["header *", "body*"],
    ),
    Difference("modifiers-at-once"),
    Difference(
        "needed-by-what-goes",
        ["cascades/who needs it goes later", "cascades/truncate all that need each other"],
        ["status", "header *", "body*"],
    ),
    Difference("sort-by-hidden-emails", ["records_filter/sort by email"], ["body.items*"]),
    Difference(
        "create-rules-with-back-relations",
        ["language_rules_saved/back relation: create"],
        ["status", "body*"],
    ),
    Difference(
        "odd-corners-of-filters",
        [
            "language_requests/title ?~ @request.body.kinds:each",
            "language_requests/@collection.lab_teams:x.n ?= num && @collection.lab_badges:x.level*",
            "language_filters/guest at lab_works: strftime('%Y', owner.email) = ''",
            "language_rules_saved/empty key",
            "language_rules_saved/*'1 = (2)'",
            "language_rules_saved/*(title = 'a && title = 'a')*",
        ],
        ["status", "body*"],
    ),
    Difference("brackets-without-end"),
    Difference("json-nesting"),
    Difference("geo-point-texts"),
    Difference("generated-texts"),
    Difference("pattern-engine"),
    Difference("places-in-view-queries", ["views_*/*"], ["body.data.viewQuery.params"]),
    Difference(
        "secrets-stay-out-of-views",
        ["views_making/secret: *", "views_making/foreign: *"],
        ["status", "body*"],
    ),
    Difference(
        "hidden-fields-stay-hidden-in-views",
        [
            "views_making/*in_function*",
            "views_making/*through_cte*",
            "views_changing/first after hidden: collection",
        ],
        ["body.fields.?.hidden", "body.items.*"],
    ),
    Difference(
        "circular-views",
        ["views_changing/reads itself", "views_changing/first reads second"],
        ["body.message", "body.data*"],
    ),
    Difference(
        "beside-broken-views",
        ["views_changing/delete beside a broken view"],
        ["status", "header content-type", "body*"],
    ),
    Difference("provider-extra-order"),
    Difference("names-of-references"),
    Difference("argon2id"),
    Difference("migrations-in-python"),
    Difference("functions-at-events"),
    Difference("more-second-factors"),
    Difference(
        "planning-center-works", ["oauth2_profiles/planningcenter: all"], ["status", "body*"]
    ),
    Difference("ids-of-nobody", ["oauth2_profiles/github: no id"], ["status", "body*"]),
    Difference(
        "sessions-before-proof",
        ["oauth2_linking/token: unverified, older token"],
        ["status", "body*"],
    ),
    Difference(
        "hidden-fields-after-sign-up",
        [
            "oauth2_sign_up/hidden mapped, by a superuser",
            "oauth2_linking/while a superuser is signed in",
        ],
        ["body.record.secret"],
    ),
    Difference(
        "keys-of-id-tokens",
        ["oauth2_id_tokens/key without an algorithm", "oauth2_id_tokens/elliptic key"],
        ["status", "body*"],
    ),
    Difference("secrets-stay-with-their-host"),
    Difference(
        "words-about-bad-keys",
        ["settings_apple/privateKey: *AAAA*", "settings_apple/privateKey: *bad*"],
        ["body.message"],
    ),
    Difference("words-about-buckets"),
    Difference("images"),
    Difference(
        "realtime-one-message-a-deletion",
        ["realtime_topics/heard: all tags go"],
        ["body.all.*items*"],
    ),
    Difference(
        "realtime-nothing-for-the-deleted",
        ["realtime_callers/heard: bob goes"],
        ["body.bob.*ruled_auth"],
    ),
    Difference("uploads-before-records"),
    Difference(
        "refused-before-read",
        ["uploads/closed to guests, broken"],
        ["status", "body"],
    ),
    Difference(
        "types-of-static-files",
        [
            f"public_kinds/kind of kind.{name}"
            for name in ("map", "webmanifest", "otf", "eot", "ts")
        ],
        ["header content-type"],
    ),
    Difference(
        "addresses-of-static-files",
        [
            "public/get /a%20b.txt/",
            "public/get /%C3%A9.txt/",
            "public/get /%3Cb%3E.txt/",
            "public/get /sub/noindex.html",
        ],
        ["status", "header *", "body"],
    ),
    Difference(
        "more-about-health",
        ["http_routes/*health, FastCMS's own"],
        ["status", "body*"],
    ),
    Difference(
        "the-dashboard",
        [
            "dashboard/*",
            "public*/* /_/nope",
            "public/nothing below the dashboard",
            "routes/* /_/*",
        ],
        [
            "header accept-ranges",
            "header cache-control",
            "header content-security-policy",
            "header etag",
        ],
    ),
)
