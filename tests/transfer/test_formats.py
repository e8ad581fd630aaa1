"""Files as they come: encodings, delimiters, and what is broken or hostile."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
import sqlite_utils
import xlsxwriter

from fastcms.transfer import formats
from fastcms.transfer.formats import xlsx
from fastcms.transfer.table import FileError, ReadOptions, WriteOptions
from tests.transfer.place import Place, bad, inside, number, text

FIELDS = (text("title"), number("n"), {"name": "data", "type": "json"})
PLAIN = "title,n\nä,1\n"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (PLAIN, ReadOptions()),
        (PLAIN.replace(",", ";"), ReadOptions()),
        (PLAIN.replace(",", "\t"), ReadOptions()),
        (PLAIN.replace(",", "|"), ReadOptions()),
        (PLAIN.replace(",", "#"), ReadOptions(delimiter="#")),
        (PLAIN.replace("\n", "\r\n"), ReadOptions()),
        (PLAIN.replace("\n", "\r"), ReadOptions()),
        ('"title","n"\n\n"ä","1"\n\n', ReadOptions()),
        ("\ufeff" + PLAIN, ReadOptions()),
        (PLAIN.encode("utf-16"), ReadOptions()),
        (PLAIN.encode("utf-32"), ReadOptions()),
        (PLAIN.encode("windows-1252"), ReadOptions(encoding="windows-1252")),
    ],
)
def test_csv_in_many_guises(tmp_path: Path, content: str | bytes, read: ReadOptions) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS)
        report = await place.load("posts", content, read=read)
        assert report.bad_rows == []
        assert place.rows("SELECT title, n FROM posts") == [("ä", 1)]

    inside(tmp_path, run)


ROWS: list[tuple[str, str | bytes, dict[int, dict[str, str]]]] = [
    ("csv", b"title,n\n\xe4,1\nok,2\n", {2: {"@row": "The byte 0xe4 is not utf-8"}}),
    ("csv", b"title,n\na\0b,1\nok,2\n", {2: {"@row": "A cell holds the character NUL."}}),
    ("csv", 'title,n\n"a"b,1\nok,2\n', {2: {"@row": "After a closing quote the cell goes on"}}),
    ("csv", 'title,n\nok,2\n"a,1\n', {3: {"@row": "A quote is opened and never closed."}}),
    ("csv", "title,n\na,1,2\nok,2\n", {2: {"@row": "The row has 3 cells, the header has 2."}}),
    ("csv", f"title,n\n{'x' * (17 << 20)},1\nok,2\n", {2: {"@row": "A cell is longer than 16 MB"}}),
    ("tsv", "title\tn\na\t1e999\nok\t2\n", {2: {"n": '"1e999" is no number'}}),
    ("ndjson", '{"n":1\n{"title":"ok"}\n', {1: {"@row": "Is no JSON object"}}),
    ("ndjson", '[1]\n{"title":"ok"}\n', {1: {"@row": "Is no JSON object"}}),
    ("ndjson", b'{"title":"\xff"}\n{"title":"ok"}\n', {1: {"title": "Is no JSON"}}),
    ("json", '[1,{"title":"ok"}]', {1: {"@row": "Is no JSON object"}}),
    ("json", '[{"title":{}},{"title":"ok"}]', {1: {"title": "Is a list or an object"}}),
    ("json", '[{"n":[1]},{"title":"ok"}]', {1: {"n": "Is no number."}}),
    ("json", '[{"n":true},{"title":"ok"},{}]', {}),
    ("ndjson", f'{{"data":{"[" * 5000}{"]" * 5000}}}\n{{"title":"ok"}}\n', {1: {"@row": "Is no"}}),
    ("ndjson", b'{"data":"\xff"}\n{"title":"ok"}\n', {1: {"data": "Is no JSON"}}),
]


@pytest.mark.parametrize(("format_name", "content", "problems"), ROWS)
def test_a_broken_row_spoils_itself_alone(
    tmp_path: Path, format_name: str, content: str | bytes, problems: dict[int, dict[str, str]]
) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS)
        report = await place.load("posts", content, format_name, skip_bad=True)
        found = bad(report)
        assert found.keys() == problems.keys()
        for row, expected in problems.items():
            assert found[row].keys() == expected.keys()
            for field, message in expected.items():
                assert found[row][field].startswith(message)
        assert ("ok",) in place.rows("SELECT title FROM posts")

    inside(tmp_path, run)


def archive(**entries: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def workbook(*rows: list[object]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("data")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def bomb() -> bytes:
    """A workbook of two cells in opposite corners of the sheet."""
    file = io.BytesIO(workbook(["title"], ["a"]))
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = content.replace(b'r="A2"', b'r="XFD1048576"')
            new.writestr(entry.filename, content)
    return out.getvalue()


def database(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    content: bytes = connection.serialize()
    connection.close()
    return content


FILES: list[tuple[str, str | bytes, str]] = [
    ("csv", "", "the header cannot be read: The file is empty"),
    ("csv", "\ufeff", "the header cannot be read"),
    ("csv", '"title\n', "the header cannot be read: A quote is opened"),
    ("csv", b"\xff\xfet\0", "not utf-16|header cannot be read|no field"),
    ("csv", PLAIN.encode("utf-16") + b"\0\xd8", "row 3 is not utf-16 text"),
    ("ndjson", b"x" * (17 << 20), "line 1 is longer than 16 MB"),
    ("json", "", "the file is empty"),
    ("json", "{}", "no JSON list of objects"),
    ("json", '[{"title":1}', "no JSON list of objects"),
    ("json", "[" * 100_000, "no JSON list of objects"),
    ("xlsx", b"", "no XLSX workbook"),
    ("xlsx", b"PK\3\4 and nothing else", "no XLSX workbook"),
    ("xlsx", archive(a="b"), "no XLSX workbook"),
    ("xlsx", archive(xl__workbook_xml="<workbook", b="<"), "no XLSX workbook"),
    ("xlsx", archive(xl__workbook_xml="x" * (3 << 20)), "unpacks to more than 2 MB"),
    ("xlsx", bomb(), "spans 1,048,576 rows and 16,384 columns"),
    ("xlsx", workbook(), "is empty"),
    ("sqlite", b"", "the file has: none"),
    ("sqlite", b"SQLite format 3\0 and nothing else" * 100, "no SQLite database"),
    ("sqlite", database("CREATE TABLE a (x)", "CREATE TABLE b (x)"), "the file has: a, b"),
    ("sqlite", database("CREATE VIEW posts AS SELECT 1 AS title"), "the file has: none"),
    (
        "sqlite",
        database("CREATE VIRTUAL TABLE posts USING fts5(title)"),
        'no field for "block"|say',
    ),
]


@pytest.mark.parametrize(("format_name", "content", "what"), FILES)
def test_a_broken_file_is_refused(
    tmp_path: Path,
    format_name: str,
    content: str | bytes,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 2 << 20)

    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS)
        with pytest.raises(FileError, match=what):
            await place.load("posts", content, format_name)
        assert place.rows("SELECT * FROM posts") == []

    inside(tmp_path, run)


@pytest.mark.parametrize(
    ("read", "what"),
    [
        (ReadOptions(encoding="klingon"), 'no text encoding "klingon"'),
        (ReadOptions(encoding="rot13"), 'no text encoding "rot13"'),
        (ReadOptions(delimiter='"'), "one character"),
        (ReadOptions(delimiter=";;"), "one character"),
    ],
)
def test_options_that_mean_nothing(tmp_path: Path, read: ReadOptions, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN)
    with pytest.raises(FileError, match=what):
        formats.by_name("csv").read(path, read)


def test_workbooks(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS, {"name": "at", "type": "date"})
        content = workbook(["title", "n", "data"], [5, 2.5, '{"a":1}'], [], ["=1+1", True, 7])
        assert (await place.load("posts", content, "xlsx")).bad_rows == []
        assert place.rows("SELECT title, n, data FROM posts") == [
            ("5", 2.5, '{"a":1}'),
            # A formula has no value before a spreadsheet program has opened it.
            ("0", 1, 7),
        ]
        with pytest.raises(FileError, match='no sheet "x"; it has: data'):
            await place.load("posts", content, "xlsx", read=ReadOptions(table="x"))

    inside(tmp_path, run)


def test_tables_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    theirs = sqlite_utils.Database(path)
    theirs["books"].insert_all([{"title": "a", "n": 1}, {"title": "b", "n": None}])
    theirs["other"].insert({"title": b"\xff"})
    theirs.execute("CREATE TRIGGER t AFTER INSERT ON books BEGIN DELETE FROM books; END")
    theirs.close()
    before = path.read_bytes()

    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS)
        await place.make("books", *FIELDS)
        books = ReadOptions(table="books")
        assert (await place.load("posts", path, "sqlite", read=books)).created == 2
        # A table of the collection's name needs no option.
        assert (await place.load("books", path, "sqlite")).created == 2
        report = await place.load("posts", path, "sqlite", read=ReadOptions(table="other"))
        assert bad(report) == {1: {"title": "Is binary data, which no field takes."}}
        assert path.read_bytes() == before
        out = sqlite_utils.Database(await place.dump("posts", "sqlite", fields=("title", "n")))
        assert list(out["posts"].rows) == [{"title": "a", "n": 1}, {"title": "b", "n": 0}]
        out.close()

    inside(tmp_path, run)


def test_what_is_exported(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS, text("secret", hidden=True))
        lines = 'title,n,data,secret\n=1+1,-1,"{""b"":[1]}",s\nplain,2,,s\n-x,3,,s\n'
        await place.load("posts", lines)
        shown = (await place.dump("posts", fields=("title", "n", "data"))).read_text()
        assert shown == 'title,n,data\n=1+1,-1,"{""b"":[1]}"\nplain,2,\n-x,3,\n'
        assert "secret" not in (await place.dump("posts")).read_text()
        assert "secret" in (await place.dump("posts", hidden=True)).read_text()
        some = await place.dump("posts", "json", filter="n > 0", sort="-n", fields=("n", "title"))
        assert json.loads(some.read_text()) == [{"n": 3, "title": "-x"}, {"n": 2, "title": "plain"}]
        empty = await place.dump("posts", "json", filter="n > 9")
        assert json.loads(empty.read_text()) == []
        for order, what in (
            ({"fields": ("nothing",)}, "no field"),
            ({"fields": ("secret",)}, "hidden"),
            ({"filter": "n >"}, "cannot be read"),
            ({"sort": "nothing"}, "cannot be read"),
        ):
            with pytest.raises(FileError, match=what):
                await place.dump("posts", **order)

    inside(tmp_path, run)


def test_formulas_can_be_escaped(tmp_path: Path) -> None:
    async def run(place: Place) -> None:
        await place.make("posts", *FIELDS)
        await place.load("posts", "title,n\n=1+1,-1\n@x,2\nplain,3\n")
        path = await place.dump(
            "posts", fields=("title", "n"), write=WriteOptions(escape_formulas=True)
        )
        assert path.read_text() == "title,n\n'=1+1,-1\n'@x,2\nplain,3\n"

    inside(tmp_path, run)


@pytest.mark.parametrize("format_name", formats.NAMES)
def test_secrets_are_never_exported(tmp_path: Path, format_name: str) -> None:
    async def run(place: Place) -> None:
        await place.load("users", "email,password\na@example.com,correct-horse\n")
        ((password, key),) = place.rows("SELECT password, tokenKey FROM users")
        content = (await place.dump("users", format_name, hidden=True)).read_bytes()
        for secret in (password, key, "tokenKey", "password"):
            assert secret.encode() not in content
        for name in ("password", "tokenKey"):
            with pytest.raises(FileError, match="never exported"):
                await place.dump("users", format_name, hidden=True, fields=(name,))

    inside(tmp_path, run)
