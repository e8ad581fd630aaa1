"""`fastcms collection import-records` and `export-records` as processes."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Done, run
from tests.servers import Kind, Server, add_superuser

LINES = "name,price\nApple,1.5\nPear,2\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "fruit.csv").write_text(LINES)
    done = cli(tmp_path, "import-records", "fruit", str(tmp_path / "fruit.csv"), "--create")
    assert done == Done(
        0,
        "Fields of fruit: name (text), price (number)\n"
        "Imported 2 rows into fruit: 2 created, 0 updated.",
        "",
    )
    return tmp_path


def cli(place: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "collection", *arguments, directory=place / "pb_data")


def test_bad_rows(shop: Path) -> None:
    file = shop / "more.csv"
    file.write_text("Name;price\nPlum;x\nFig;3\n")
    done = cli(shop, "import-records", "fruit", str(file))
    assert done == Done(
        1,
        'row 2, price: "x" is no number; write it like 1234.5.',
        "nothing was imported: 1 of 2 rows are bad; mend them, or leave them out with --skip-bad",
    )
    done = cli(shop, "import-records", "fruit", str(file), "--dry-run", "--json")
    report = json.loads(done.out)
    assert (done.code, report["ok"], report["badRows"][0]["row"]) == (1, False, 2)
    done = cli(shop, "import-records", "fruit", str(file), "--skip-bad")
    assert (done.code, done.out.splitlines()[-1]) == (
        0,
        "Imported 2 rows into fruit: 1 created, 0 updated, 1 bad.",
    )


def test_export(shop: Path) -> None:
    done = cli(shop, "export-records", "fruit", "--fields", "name", "--filter", "price > 1.5")
    assert done == Done(0, "name\nPear", "")
    out = shop / "fruit.xlsx"
    done = cli(shop, "export-records", "fruit", str(out), "--sort=-name", "--json")
    assert json.loads(done.out) == {"ok": True, "file": str(out), "rows": 2}
    done = cli(shop, "import-records", "copy", str(out), "--create", "--json")
    assert json.loads(done.out)["fields"] == {"name": "text", "price": "number"}
    done = cli(shop, "export-records", "copy", "--format", "ndjson", "--fields=name,price")
    assert done.out == '{"name":"Pear","price":2}\n{"name":"Apple","price":1.5}'
    # Nothing but the file that was asked for.
    assert {path.name for path in shop.iterdir()} == {"pb_data", "fruit.csv", "fruit.xlsx"}


def test_beside_a_server(shop: Path) -> None:
    add_superuser(Kind.FASTCMS, shop / "pb_data")
    with Server(Kind.FASTCMS, shop / "pb_data", workers=1) as server:
        done = cli(shop, "import-records", "fruit", str(shop / "fruit.csv"))
        assert done.code == 0, done.err
        shown = server.expect(
            "GET", "/api/collections/fruit/records", token=server.superuser_token()
        )
        assert shown["totalItems"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import-records", "fruit", "nothing.csv"], "nothing.csv cannot be read: No such file"),
        (["import-records", "fruit", sys.executable], "does not tell its format; say --format"),
        (["import-records", "fruit", "-"], "standard input tells no format; say --format"),
        (["import-records", "nothing", "{csv}"], 'there is no collection "nothing"; --create'),
        (["import-records", "fruit", "{csv}", "--map", "name"], "--map has the form COLUMN=FIELD"),
        (["import-records", "fruit", "{csv}", "--format", "x"], 'there is no format "x"'),
        (["import-records", "fruit", "{csv}", "--format", "xlsx"], "the file is no XLSX workbook"),
        (["import-records", "users", "{csv}"], 'the collection has no field for "price"; map'),
        (["export-records", "nothing"], 'there is no collection "nothing"'),
        (["export-records", "fruit", "no/such/place.csv"], "there is no directory"),
        (["export-records", "fruit", "--json"], "--json needs a file"),
        (["export-records", "users", "--fields", "password"], "is secret and never exported"),
    ],
)
def test_failures_are_one_line(shop: Path, arguments: list[str], message: str) -> None:
    csv = str(shop / "fruit.csv")
    done = cli(shop, *(part.replace("{csv}", csv) for part in arguments))
    assert done.code == 1
    text = json.loads(done.out)["message"] if "--json" in arguments else done.err
    assert message in text
    assert "\n" not in done.err
