"""Related records inside answers: paths, rules of each level, hidden values, merging, limits."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import PASSWORD, rid

_RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
_USERS = "_pb_users_auth_"
_MEMBERS = "pbc_2620428958"
_MINE = "owner = @request.auth.id && @request.auth.id != ''"


def _relation(name: str, target: str, many: int = 1, **options: Any) -> dict[str, Any]:
    target = target if target == _USERS else f"ex_{target}"
    return {"type": "relation", "name": name, "collectionId": target, "maxSelect": many, **options}


def _text(name: str, **options: Any) -> dict[str, Any]:
    return {"type": "text", "name": name, **options}


def _collection(name: str, *fields: dict[str, Any], rule: str | None = "", **options: Any) -> Row:
    body = {
        "id": f"ex_{name}",
        "name": f"x_{name}",
        "type": "base",
        **dict.fromkeys(_RULES, ""),
        "viewRule": rule,
        "fields": [_text("title"), *fields],
        **options,
    }
    return post(f"collection {name}", "/api/collections", body, who="superuser")


def _path(name: str, record: str = "") -> str:
    return f"/api/collections/x_{name}/records" + (f"/{rid(record)}" if record else "")


def _record(name: str, record: str, **values: Any) -> Row:
    body = {"id": rid(record), "title": record, **values}
    return post(f"record {name} {record}", _path(name), body, who="superuser")


_WORLD = (
    _collection("closed", rule=None),
    _collection("tags", _text("hush", hidden=True)),
    _collection("mine", _relation("owner", _USERS), rule=_MINE),
    _collection("inside", rule="@request.context = 'expand'"),
    _collection("outside", rule="@request.context = 'default'"),
    _collection("method", rule="@request.method = 'GET'"),
    _collection("asked", rule="@request.query.expand ~ 'asked'"),
    _collection("sent", rule="@request.body.title = 'open'"),
    _collection("picky", _relation("tags", "tags", 9), rule="tags.title ?= 'red' || title = 'none'"),
    _collection(
        "authors",
        _relation("user", _USERS),
        _relation("closed", "closed"),
        _relation("tags", "tags", 9),
        _text("hush", hidden=True),
    ),
    _collection(
        "books",
        _relation("author", "authors"),
        _relation("authors", "authors", 9),
        _relation("tag", "tags"),
        _relation("tags", "tags", 9),
        _relation("closed", "closed"),
        _relation("mine", "mine"),
        _relation("mines", "mine", 9),
        _relation("inside", "inside"),
        _relation("outside", "outside"),
        _relation("method", "method"),
        _relation("asked", "asked"),
        _relation("sent", "sent"),
        _relation("picky", "picky", 9),
        _relation("user", _USERS),
        {"type": "json", "name": "zzz"},
    ),
    _collection(
        "profiles",
        _relation("author", "authors"),
        indexes=["CREATE UNIQUE INDEX idx_x_profiles ON x_profiles (author)"],
    ),
    _collection(
        "cards",
        _relation("author", "authors"),
        _text("kind"),
        indexes=["CREATE UNIQUE INDEX idx_x_cards ON x_cards (author, kind)"],
    ),
    _collection(
        "teams",
        {"type": "relation", "name": "crew", "collectionId": _MEMBERS, "maxSelect": 9},
        {"type": "relation", "name": "head", "collectionId": _MEMBERS, "maxSelect": 1},
        {"type": "relation", "name": "users", "collectionId": _USERS, "maxSelect": 9},
    ),
    _collection("notes", _relation("author", "authors"), _relation("owner", _USERS), rule=_MINE),
    _collection("secrets", _relation("author", "authors"), rule=None),
    _record("closed", "shut"),
    _record("tags", "red", hush="hot"),
    _record("tags", "green"),
    _record("tags", "blue"),
    _record("mine", "anns", owner=rid("ann")),
    _record("mine", "bobs", owner=rid("bob")),
    *(_record(name, name) for name in ("inside", "outside", "method", "asked")),
    _record("sent", "open"),
    _record("picky", "both", tags=[rid("red"), rid("green")]),
    _record("picky", "green", tags=[rid("green")]),
    _record("picky", "none"),
    _record("authors", "amy", user=rid("ann"), closed=rid("shut"), tags=[rid("blue"), rid("red")], hush="h"),
    _record("authors", "ben", user=rid("bob"), tags=[rid("green")]),
    _record("authors", "cat"),
    _record(
        "books",
        "full",
        author=rid("amy"),
        authors=[rid("ben"), rid("amy"), rid("cat")],
        tag=rid("red"),
        tags=[rid("blue"), rid("red")],
        closed=rid("shut"),
        mine=rid("anns"),
        mines=[rid("bobs"), rid("anns")],
        inside=rid("inside"),
        outside=rid("outside"),
        method=rid("method"),
        asked=rid("asked"),
        sent=rid("open"),
        picky=[rid("none"), rid("green"), rid("both")],
        user=rid("bob"),
        zzz={"k": [1, "two"]},
    ),
    _record("books", "half", author=rid("ben"), tags=[rid("green")], mine=rid("bobs"), user=rid("ann")),
    _record("books", "empty"),
    _record("teams", "team", crew=[rid("moe"), rid("max"), rid("mia")], head=rid("moe"), users=[rid("ann"), rid("bob"), rid("cid")]),
    _record("profiles", "pamy", author=rid("amy")),
    _record("cards", "camy", author=rid("amy"), kind="z"),
    _record("notes", "nann", author=rid("amy"), owner=rid("ann")),
    _record("notes", "nbob", author=rid("amy"), owner=rid("bob")),
    _record("notes", "nben", author=rid("ben"), owner=rid("ann")),
    _record("secrets", "samy", author=rid("amy")),
    # Relations of a collection to itself can only be added once it is there.
    _collection("nodes"),
    patch("nodes meet nodes", "/api/collections/x_nodes", {"fields": [
        _text("title"), _relation("next", "nodes"), _relation("peers", "nodes", 9),
        _relation("hidden", "nodes", hidden=True), _relation("hiddens", "nodes", 9, hidden=True),
    ]}, who="superuser"),
    *(_record("nodes", f"n{n}") for n in range(1, 10)),
    *(patch(f"next of n{n}", _path("nodes", f"n{n}"), {
        "next": rid(f"n{n % 9 + 1}"), "peers": [rid(f"n{m}") for m in (n % 9 + 1, (n + 6) % 9 + 1)],
        "hidden": rid("n1"), "hiddens": [rid("n2")],
    }, who="superuser") for n in range(1, 10)),
    # A row whose relation names what is no longer there.
    _record("tags", "gone"),
)


def _view(path: str, book: str = "full", who: str = "guest", note: str = "") -> Row:
    return get(f"{who}: {path!r} of {book}{note}", _path("books", book), query={"expand": path}, who=who)


_PLAIN = (
    "author", "authors", "tag", "tags", "tag,tags", "tags,tag", "zzz", "title", "id", "nothing", "",
    ",", ".", " ", "author,", ",author,,", ".author.", "author..", " author , tag ", "a u t h o r",
    "Author", "AUTHOR", "author;tag", "author|tag", "author tag", "author\ttag", "\tauthor",
    "author.user", "author.tags", "authors.tags", "authors.user,authors.tags", "author,author.tags",
    "author.tags,author", "author,author", "author.tags,author.tags", "author..tags", "author.nothing",
    "author.tags.nothing", "author.title", "author.tags,author.nothing", "author.nothing,tag",
    "author,author.nothing", "author,author.nothing,tag", "nothing.author", "nothing,tag", "*",
    "author.*", "author:each", "tags:length", "@request.auth", "author.id", "expand.author",
    "collectionId", "closed", "closed,tag", "author.closed", "author.closed,author.tags",
    "authors.closed", "closed.nothing", "inside", "outside", "inside,outside", "method", "asked", "sent",
    "picky", "picky.tags", "mine", "mines", "mine.owner", "mines.owner", "user", "author.user,user",
    "author'", 'author"', "author)", "(author)", "author;", "author--", "author%", "aut\x00hor", "äuthor",
    "author." * 7, "." * 50 + "tag", "," * 50 + "tag", ",".join(["tag"] * 60),
)
_BACK = (
    "x_books_via_author", "author.x_books_via_author", "author.x_books_via_authors", "author.x_BOOKS_via_author",
    "author.X_BOOKS_via_author,author.x_books_via_author", "author.ex_books_via_author", "author.EX_BOOKS_via_author",
    "author.x_books_via_AUTHOR", "author.x_books_VIA_author", "author.x_books_via_title", "author.x_books_via_nothing",
    "author.x_books_via_tag", "author.nothing_via_author", "author._via_author", "author.x_books_via_",
    "author.x_profiles_via_author", "authors.x_profiles_via_author", "author.x_cards_via_author",
    "author.x_notes_via_author", "author.x_notes_via_author.owner", "author.x_secrets_via_author",
    "author.x_secrets_via_author,author.x_cards_via_author", "author.x_books(author)", "author.x_profiles(author)",
    "author.x_books(authors).tags", "author.x_books(nothing)", "author.x_books()", "author.x_books(author",
    "author.x_books(author)x", "author.x_books (author)", "author.x_books_via_author.tag",
    "author.x_books_via_author.author.x_books_via_author", "tags.x_books_via_tags", "tags.x_books_via_tag",
    "tags.x_authors_via_tags.x_books_via_author.tag", "tags.x_authors_via_tags,tags.x_books_via_tags",
    "user.x_books_via_user", "user.x_authors_via_user", "user.users_via_id", "author.items_via_owner",
    "author.x_books_via_author_via_author", "author.x books_via_author", "closed.x_books_via_closed",
)
_NODES = (
    *(".".join(["next"] * n) for n in range(1, 10)), ".".join(["peers"] * 4),
    "next.peers,peers.next", "next.next.next,next.peers", "x_nodes_via_next", "x_nodes_via_peers",
    "x_nodes_via_next.x_nodes_via_next.x_nodes_via_next.x_nodes_via_next.x_nodes_via_next.x_nodes_via_next.next",
    "next.x_nodes_via_next.next.x_nodes_via_next", "next.next.next.next.next.nothing",
    "next.next.next.next.next.next.nothing", "next.next.next.next.next.next.next.nothing",
)
_HIDDEN = (
    "hidden", "hiddens", "hidden.next", "next.hidden", "x_nodes_via_hidden", "x_nodes_via_hiddens",
    "x_nodes(hidden)", "next,hidden", "next.x_nodes_via_hidden",
)
_SIGN_IN = "/api/collections/users/auth-with-password"
_ANN = {"identity": "ann@example.com", "password": PASSWORD}
_OF_USER = (
    "x_books_via_user", "x_mine_via_owner", "x_notes_via_owner.author.user", "x_secrets_via_author", "nothing",
    "x_authors_via_user.closed", "x_authors_via_user.x_books_via_author.inside", "items_via_owner.tag",
    "x_books_via_user.sent", "x_books_via_user.method", "x_books_via_user.user", ",",
)


def _written(path: str, who: str = "guest") -> tuple[Row, ...]:
    body = {"title": "open", "author": rid("amy"), "mine": rid("anns"), "sent": rid("open"), "method": rid("method"), "closed": rid("shut")}
    return (
        post(f"{who}: create with {path!r}", _path("books"), body, query={"expand": path}, who=who),
        patch(f"{who}: update with {path!r}", _path("books", "half"), {"title": "open"}, query={"expand": path}, who=who),
    )


ROWS = (
    *_WORLD,
    *(_view(path) for path in _PLAIN),
    *(_view(path) for path in _BACK),
    *(
        _view(path, who=who)
        for path in (
            "mine", "mines", "mines.owner", "user", "author.user", "closed", "author.closed", "tag",
            "author.x_notes_via_author", "author.x_notes_via_author.owner", "author.x_secrets_via_author",
            "author.nothing", "nothing", "inside", "outside", "method", "picky",
        )
        for who in ("ann", "bob", "superuser")
    ),
    *(_view(path, book) for book in ("half", "empty") for path in (
        "author", "authors", "tags.nothing", "closed", "closed.nothing", "mine", "nothing", "outside", "author,nothing",
        "author.closed", "author.x_profiles_via_author", "author.closed.nothing",
    )),
    *(get(f"{who}: list with {path!r}", _path("books"), query={"expand": path, "sort": "title"}, who=who) for path in (
        "author", "authors,tags", "mine", "mines.owner", "nothing", "closed", "author.x_books_via_author.tags",
        "tags.x_books_via_tags.author", "author.user,user", "picky.tags",
    ) for who in ("guest", "ann", "superuser")),
    get("empty list", _path("books"), query={"expand": "author", "filter": "title = 'no'"}),
    get("back to users", "/api/collections/users/records", query={"expand": "x_books_via_user"}, who="superuser"),
    *(get(f"{who}: addresses with {path!r}", _path("teams"), query={"expand": path}, who=who) for path in (
        "crew", "head", "users", "head.x_teams_via_crew.head", "crew.x_teams_via_crew.users",
    ) for who in ("guest", "ann", "mia", "max", "superuser")),
    *(get(f"{who}: back from members", "/api/collections/members/records", query={"expand": "x_teams_via_crew.crew,x_teams_via_head"}, who=who) for who in ("guest", "mia")),
    *(get(f"nodes: {path!r}", _path("nodes", "n1"), query={"expand": path}) for path in _NODES),
    *(get(f"hidden relation, superuser: {path!r}", _path("nodes", "n2"), query={"expand": path}, who="superuser") for path in _HIDDEN),
    *(get(f"hidden relation, guest: {path!r}", _path("nodes", "n2"), query={"expand": path}) for path in _HIDDEN),
    *(row for path in ("author", "mine", "sent", "method", "closed", "author.x_books_via_author.tag", "nothing") for row in _written(path)),
    *(row for path in ("mine.owner", "closed") for who in ("ann", "superuser") for row in _written(path, who)),
    post("create that fails", _path("books"), {"author": "nothing"}, query={"expand": "author"}),
    get("view of nothing", _path("books", "none"), query={"expand": "author"}),
    *(post(f"sign in with {path!r}", _SIGN_IN, _ANN, query={"expand": path}) for path in _OF_USER),
    *(post(f"sign in of ann by a superuser with {path!r}", _SIGN_IN, _ANN, query={"expand": path}, who="superuser") for path in ("x_mine_via_owner", "x_authors_via_user.closed")),
    *(post(f"refresh with {path!r}", "/api/collections/users/auth-refresh", query={"expand": path}, who="ann") for path in _OF_USER),
    post("refresh of a superuser", "/api/collections/_superusers/auth-refresh", query={"expand": "x_books_via_user"}, who="superuser"),
    get("repeated", f"{_path('books', 'full')}?expand=tag&expand=author"),
    get("in another case", f"{_path('books', 'full')}?Expand=tag"),
    post("in a form", _path("books"), {"title": "x", "tag": rid("red"), "expand": "tag"}),
    delete("delete", _path("books", "empty"), query={"expand": "author"}),
    delete("the tag goes", _path("tags", "blue"), who="superuser"),
    _view("tags", note=" without blue"),
    _view("author.tags", note=" without blue"),
)
