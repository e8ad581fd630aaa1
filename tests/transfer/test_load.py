"""What an import does with good and bad rows, and that it leaves nothing where it fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fastcms import ids
from fastcms.errors import bad_request
from fastcms.passwords import verify_password
from fastcms.records.events import RecordChanged, RecordEvent
from fastcms.transfer import formats
from fastcms.transfer import load as loading
from fastcms.transfer.table import FileError
from tests.transfer.place import Place, bad, inside, number, text, unique

BLANK = "Cannot be blank."
TAKEN = "Value must be unique."
NO_RECORD = "Failed to find all relation records with the provided ids."
POSTS = (
    text("title", required=True, max=10),
    number("views", max=100),
    {"name": "live", "type": "bool"},
    {"name": "created", "type": "autodate", "onCreate": True},
)


def test_good_rows_become_records(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        report = await place.load("posts", "Title,views,LIVE\nOne,1,yes\nTwo,,\n")
        assert (report.rows, report.created, report.imported) == (2, 2, True)
        assert place.rows("SELECT title, views, live FROM posts") == [("One", 1, 1), ("Two", 0, 0)]
        assert place.rows("SELECT COUNT(*) FROM posts WHERE length(id) = 15 AND created > ''") == [
            (2,)
        ]

    inside(tmp_path, run)


BAD = "title,views,live\nOne,1,true\n,x,maybe\nThree,1000,no\nA title too long,1,1\nshort,1\n"
WHAT = {
    3: {"views": '"x" is no number; write it like 1234.5.'},
    4: {"views": "Must be less or equal than 100."},
    5: {"title": "Must be no more than 10 character(s)."},
    6: {"@row": "The row has 2 cells, the header has 3."},
}


@pytest.mark.parametrize("dry_run", [True, False])
def test_one_bad_row_and_nothing_is_imported(tmp_path: Path, dry_run: bool) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        report = await place.load("posts", BAD, dry_run=dry_run)
        assert (report.rows, report.bad, report.imported) == (5, 4, False)
        assert report.created == (1 if dry_run else 0)
        found = bad(report)
        assert found[3].pop("live") == '"maybe" is neither true nor false.'
        assert found == WHAT
        assert place.rows("SELECT * FROM posts") == []

    inside(tmp_path, run)


def test_bad_rows_can_be_left_out(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        report = await place.load("posts", BAD, skip_bad=True)
        assert (report.created, report.bad, report.imported) == (1, 4, True)
        assert sorted(bad(report)) == [3, 4, 5, 6]
        assert place.rows("SELECT title FROM posts") == [("One",)]

    inside(tmp_path, run)


@pytest.mark.parametrize(("skip_bad", "dry_run"), [(False, False), (False, True), (True, False)])
def test_unique_indexes_refuse_rows(tmp_path: Path, skip_bad: bool, dry_run: bool) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", text("slug"), indexes=[unique("posts", "slug")])
        await place.load("posts", "slug\ntaken\n")
        lines = "id,slug\n,a\n,taken\n,b\n,a\nabcdefghijklmno,c\nabcdefghijklmno,d\n"
        report = await place.load("posts", lines, skip_bad=skip_bad, dry_run=dry_run)
        assert bad(report) == {3: {"slug": TAKEN}, 5: {"slug": TAKEN}, 7: {"id": TAKEN}}
        stored = {slug for (slug,) in place.rows("SELECT slug FROM posts")}
        assert stored == ({"taken", "a", "b", "c"} if skip_bad else {"taken"})
        assert report.created == (0 if not (skip_bad or dry_run) else 3)

    inside(tmp_path, run)


def test_upsert(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make(
            "shop",
            text("sku"),
            number("price"),
            text("note"),
            {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
            indexes=[unique("shop", "sku")],
        )
        await place.load("shop", "sku,price,note\na,1,first\nb,2,second\n")
        before = dict(place.rows("SELECT sku, id || updated FROM shop"))
        lines = "sku,price\na,5\nb,2\nc,3\n,4\nc,9\n"
        refused = await place.load("shop", lines, upsert_by="sku")
        assert bad(refused) == {
            5: {"sku": "The key to update by is empty."},
            6: {"sku": "Row 4 has the same key."},
        }
        report = await place.load("shop", lines, upsert_by="sku", skip_bad=True)
        assert (report.created, report.updated, report.unchanged) == (1, 1, 1)
        # What the file does not name stays.
        assert place.rows("SELECT sku, price, note FROM shop") == [
            ("a", 5, "first"),
            ("b", 2, "second"),
            ("c", 3, ""),
        ]
        after = dict(place.rows("SELECT sku, id || updated FROM shop"))
        assert after["b"] == before["b"]
        assert after["a"][:15] == before["a"][:15]
        for key, what in (("price", "unique index"), ("nothing", "no field")):
            with pytest.raises(FileError, match=what):
                await place.load("shop", lines, upsert_by=key)
        with pytest.raises(FileError, match="no column"):
            await place.load("shop", "price\n1\n", upsert_by="sku")

    inside(tmp_path, run)


def test_upsert_by_an_index_that_ignores_case(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        index = "CREATE UNIQUE INDEX idx_people ON people (email COLLATE NOCASE)"
        fields = ({"name": "email", "type": "email"}, number("age"))
        await place.make("people", *fields, indexes=[index])
        await place.load("people", "email,age\nAda@Example.com,1\n")
        report = await place.load("people", "email,age\nada@example.com,36\n", upsert_by="email")
        assert (report.created, report.updated) == (0, 1)
        assert place.rows("SELECT email, age FROM people") == [("ada@example.com", 36)]

    inside(tmp_path, run)


def test_relations_lead_somewhere(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("tags", text("name"))
        await place.load("tags", "id,name\ntag000000000001,a\ntag000000000002,b\n")
        tags = place.app.schema.find("tags")
        assert tags is not None
        relation = {"name": "tags", "type": "relation", "collectionId": tags.id, "maxSelect": 5}
        await place.make("posts", relation)
        both = "tag000000000001,tag000000000002"
        report = await place.load("posts", f'tags\n"{both}"\ntag000000000001;tag000000000009\n')
        assert bad(report) == {3: {"tags": NO_RECORD}}
        report = await place.load("posts", f'tags\n"{both}"\n"[""tag000000000002""]"\n""\n')
        assert place.rows("SELECT tags FROM posts") == [
            ('["tag000000000001","tag000000000002"]',),
            ('["tag000000000002"]',),
            ("[]",),
        ]

    inside(tmp_path, run)


CHILD_FIRST = "id,parent\nchild0000000001,root00000000001\nroot00000000001,\n"


@pytest.mark.parametrize(
    ("lines", "skip_bad", "problems"),
    [
        (CHILD_FIRST, False, {}),
        (CHILD_FIRST, True, {2: {"parent": NO_RECORD}}),
        ("id,parent\nchild0000000001,nobody000000001\n", False, {2: {"parent": NO_RECORD}}),
    ],
)
def test_relations_within_the_file(
    tmp_path: Path, lines: str, skip_bad: bool, problems: dict[int, dict[str, str]]
) -> None:
    async def run(place: Place) -> None:
        await place.make("tree")
        tree = place.app.schema.find("tree")
        assert tree is not None
        await place.add("tree", {"name": "parent", "type": "relation", "collectionId": tree.id})
        report = await place.load("tree", lines, skip_bad=skip_bad)
        assert bad(report) == problems
        missing = "SELECT * FROM tree WHERE parent != '' AND parent NOT IN (SELECT id FROM tree)"
        assert place.rows(missing) == []

    inside(tmp_path, run)


def test_accounts(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        lines = "email,password,verified\nada@example.com,correct-horse,yes\nbob@example.com,,no\n"
        report = await place.load("users", lines)
        assert bad(report) == {3: {"password": BLANK}}
        report = await place.load("users", lines.partition("bob")[0])
        ((password, key, verified),) = place.rows("SELECT password, tokenKey, verified FROM users")
        assert verify_password("correct-horse", password)
        assert verified == 1
        # A new password ends the sessions, as any change of it does.
        change = "email,password\nada@example.com,battery-staple\n"
        assert (await place.load("users", change, upsert_by="email")).updated == 1
        ((password, new_key),) = place.rows("SELECT password, tokenKey FROM users")
        assert verify_password("battery-staple", password)
        assert key != new_key

    inside(tmp_path, run)


@pytest.mark.parametrize("skip_bad", [False, True])
def test_what_a_change_of_an_account_ends(tmp_path: Path, skip_bad: bool) -> None:
    """The same as that of a single update."""
    names = ("_externalAuths", "_otps", "_mfas", "_authOrigins", "_fc_passkeys")
    columns = {
        "_externalAuths": {"provider": "google", "providerId": "1"},
        "_otps": {"password": "x"},
        "_mfas": {"method": "password"},
        "_authOrigins": {"fingerprint": "x"},
        "_fc_passkeys": {
            "credential": "x", "publicKey": "x", "signCount": 0, "backedUp": 0,
            "transports": "[]", "name": "x", "created": "", "used": "",
        },
    }  # fmt: skip

    async def run(place: Place) -> None:
        await place.load("users", "email,password\nada@example.com,correct-horse\n")

        async def left(line: str) -> set[str]:
            collection = place.app.schema.find("users")
            assert collection is not None
            ((id_,),) = place.rows("SELECT id FROM users")
            for name in names:
                row = {"id": "x", "collectionRef": collection.id, "recordRef": id_, **columns[name]}
                keys, marks = ",".join(row), ",".join("?" * len(row))
                sql = f"INSERT OR REPLACE INTO {name} ({keys}) VALUES ({marks})"
                await place.app.store.write_one(sql, list(row.values()))
            report = await place.load("users", line, upsert_by="email", skip_bad=skip_bad)
            assert (report.imported, report.updated) == (True, 1)
            return {name for name in names if place.rows(f"SELECT 1 FROM {name}")}

        assert await left("email,name\nada@example.com,Ada\n") == set(names)
        changed = await left("email,password\nada@example.com,battery-staple\n")
        assert changed == {"_externalAuths", "_fc_passkeys"}
        ((key,),) = place.rows("SELECT tokenKey FROM users")
        verified = await left("email,verified\nada@example.com,yes\n")
        assert verified == {"_mfas", "_authOrigins", "_fc_passkeys"}
        assert place.rows("SELECT tokenKey FROM users") != [(key,)]

    inside(tmp_path, run)


def test_ids_of_other_auth_collections_are_taken(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("members", type="auth")
        line = "id,email,password\nsame00000000001,ada@example.com,correct-horse\n"
        assert (await place.load("members", line)).created == 1
        report = await place.load("users", line)
        assert bad(report) == {2: {"id": "Invalid or duplicated auth record id."}}

    inside(tmp_path, run)


def test_ids_that_differ_in_case_only(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        id_field = {
            "name": "id",
            "type": "text",
            "primaryKey": True,
            "required": True,
            "system": True,
            "pattern": "^[A-Za-z]+$",
        }
        await place.make("codes", id_field)
        await place.load("codes", "id\nAlpha\n")
        report = await place.load("codes", "id\nalpha\nBeta\nbeta\n")
        assert sorted(bad(report)) == [2, 4]

    inside(tmp_path, run)


def test_dates_of_the_server(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        lines = "title,created\nOne,2020-01-02 03:04:05.678Z\n"
        report = await place.load("posts", lines)
        assert report.ignored == ["created"]
        assert place.rows("SELECT * FROM posts WHERE created < '2021'") == []
        await place.load("posts", lines, keep_dates=True)
        kept = place.rows("SELECT created FROM posts WHERE created < '2021'")
        assert kept == [("2020-01-02 03:04:05.678Z",)]

    inside(tmp_path, run)


@pytest.mark.parametrize(
    ("header", "mapping", "what"),
    [
        ("title,colour", {}, 'no field for "colour"'),
        ("title,title", {}, 'more than one column "title"'),
        ("title,TITLE", {}, 'more than one column is for the field "title"'),
        ("title,x", {"x": "nothing"}, 'no field "nothing"'),
        ("title", {"y": "title"}, 'no column "y"'),
        ("title,,", {"x": ""}, 'more than one column ""'),
    ],
)
def test_columns_that_fit_nothing(
    tmp_path: Path, header: str, mapping: dict[str, str], what: str
) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        with pytest.raises(FileError, match=what):
            await place.load("posts", f"{header}\n", mapping=mapping)

    inside(tmp_path, run)


def test_columns_are_mapped_or_left_out(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        mapping = {"Überschrift": "title", "x": ""}
        report = await place.load("posts", "Überschrift,x,collectionId\nOne,1,2\n", mapping=mapping)
        assert report.ignored == ["x", "collectionId"]
        assert place.rows("SELECT title FROM posts") == [("One",)]

    inside(tmp_path, run)


def test_a_collection_is_made_for_the_file(tmp_path: Path) -> None:
    lines = (
        "id,Name,Age,Mail,Since,Live,Zip,Home page,Data,created\n"
        "abcdefghijklmno,Ada,36,a@example.com,2020-01-02,true,01234,https://a.example.com,"
        '"{""a"":1}",2020-01-01 00:00:00Z\n'
        ",Bob,1.5,,2021-05-06 07:08,false,99999,,[],2020-01-01 00:00:00Z\n"
    )
    types = {
        "Name": "text",
        "Age": "number",
        "Mail": "email",
        "Since": "date",
        "Live": "bool",
        "Zip": "text",
        "Home_page": "url",
        "Data": "json",
        "created": "autodate",
    }

    async def run(place: Place) -> None:
        with pytest.raises(FileError, match="there is no collection"):
            await place.load("people", lines)
        report = await place.load("people", lines, create=True, dry_run=True)
        assert report.fields == types
        assert place.app.refresh().find("people") is None
        # What fails leaves no collection either.
        twice = lines + lines.splitlines()[1] + "\n"
        assert not (await place.load("people", twice, create=True)).imported
        assert place.app.refresh().find("people") is None
        report = await place.load("people", lines, create=True, keep_dates=True)
        assert (report.created, report.fields) == (2, types)
        assert place.rows("SELECT Name, Age, Zip, Live, created FROM people") == [
            ("Ada", 36, "01234", 1, "2020-01-01 00:00:00.000Z"),
            ("Bob", 1.5, "99999", 0, "2020-01-01 00:00:00.000Z"),
        ]

    inside(tmp_path, run)


def test_hooks_see_every_record(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        seen: list[str] = []

        async def before(event: RecordEvent) -> None:
            title = event.record.values["title"]
            if title == "no":
                raise bad_request("Not this one.")
            if title == "skip":
                return
            event.record.values["title"] = str(title).upper()
            await event.next()

        async def after(event: RecordEvent) -> None:
            seen.append(str(event.record.values["title"]))
            await event.next()

        place.app.hooks.record_create.add(before)
        place.app.hooks.record_after_create_success.add(after)
        report = await place.load("posts", "title\na\nno\nskip\nb\n")
        assert bad(report) == {3: {"@row": "Not this one."}}
        assert seen == []
        report = await place.load("posts", "title\na\nskip\nb\n")
        assert (report.created, report.unchanged) == (2, 1)
        assert seen == ["A", "B"]

    inside(tmp_path, run)


def test_listeners_hear_of_what_was_committed(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("shop", text("sku"), number("n"), indexes=[unique("shop", "sku")])
        heard: list[tuple[str, object]] = []

        def listen(event: object) -> None:
            assert isinstance(event, RecordChanged)
            heard.append((event.action, event.record.values["n"]))

        place.app.store.listeners.append(listen)
        await place.load("shop", "sku,n\na,1\na,2\n")
        await place.load("shop", "sku,n\na,1\n", dry_run=True)
        assert heard == []
        await place.load("shop", "sku,n\na,1\n")
        await place.load("shop", "sku,n\na,2\nb,3\n", upsert_by="sku")
        assert heard == [("create", 1), ("update", 2), ("create", 3)]

    inside(tmp_path, run)


@pytest.mark.parametrize("skip_bad", [False, True])
def test_a_schema_that_changes_meanwhile(
    tmp_path: Path, skip_bad: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHUNK", 2)

    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        await place.make("others")
        touched = False
        write = place.app.store.write

        def change_once(run: object, **more: object) -> asyncio.Future[object]:
            nonlocal touched
            if not touched:
                touched = True
                place.app.shared.touch()
            return write(run, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(place.app.store, "write", change_once)
        report = await place.load("posts", "title\na\nb\n,\nc\n", skip_bad=skip_bad)
        assert touched is (skip_bad or report.bad == 0)
        report = await place.load("posts", "title\na\nb\nc\n", skip_bad=skip_bad)
        assert (report.rows, report.created, report.bad) == (3, 3, 0)

    inside(tmp_path, run)


def test_other_writers_get_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are judged before the one transaction begins."""
    monkeypatch.setattr(loading, "CHUNK", 10)

    async def run(place: Place) -> None:
        await place.make("posts", *POSTS)
        await place.make("others", text("name"))
        rounds: list[str] = []
        writing = asyncio.Event()
        path = tmp_path / "many.csv"
        path.write_text("title\n" + "a\n" * 200)

        async def write_others() -> None:
            while not writing.is_set():
                rounds.append(ids.record_id())
                sql = "INSERT INTO others (id, name) VALUES (?, '')"
                await place.app.store.write_one(sql, (rounds[-1],))

        def progress(step: str, _: float) -> None:
            if step == "writing":
                writing.set()

        order = loading.LoadOrder(collection="posts")
        _, report = await asyncio.gather(
            write_others(),
            loading.load(place.app, order, formats.by_name("csv"), path, progress),
        )
        assert report.created == 200
        # How many depends on the disk: each waits for its commit.
        assert len(rounds) > 2

    inside(tmp_path, run)
