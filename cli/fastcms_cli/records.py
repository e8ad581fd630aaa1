"""`fastcms collection import-records` and `export-records`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, chosen_dir

if TYPE_CHECKING:
    from fastcms.transfer.dump import DumpOrder
    from fastcms.transfer.load import LoadOrder
    from fastcms.transfer.report import Report

SHOWN = 20  # bad rows that are printed; a dry run and --json show all

CollectionName = Annotated[str, typer.Argument(help="Name or id of the collection.")]
FormatName = Annotated[
    str,
    typer.Option(
        "--format", metavar="NAME", help="csv, tsv, json, ndjson, xlsx or sqlite; else the file's."
    ),
]


def import_records(
    context: typer.Context,
    collection: CollectionName,
    file: Annotated[str, typer.Argument(help="The file, - for standard input.")],
    *,
    format_name: FormatName = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help="The field of a column, none to leave it out."
        ),
    ] = None,
    upsert_by: Annotated[
        str, typer.Option(metavar="FIELD", help="Update the records with this unique field.")
    ] = "",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out instead of importing nothing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing, report every bad row.")
    ] = False,
    create: Annotated[
        bool, typer.Option("--create", help="Make the collection if there is none.")
    ] = False,
    keep_dates: Annotated[
        bool, typer.Option("--keep-dates", help="Take autodate fields from the file.")
    ] = False,
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Of CSV and TSV.")] = "",
    delimiter: Annotated[str, typer.Option(metavar="CHARACTER", help="Of CSV.")] = "",
    table: Annotated[str, typer.Option(metavar="NAME", help="The sheet or table to read.")] = "",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Imports records from a CSV, TSV, JSON, NDJSON, XLSX or SQLite file, all or none.

    \b
    fastcms collection import-records people people.csv --upsert-by email --dry-run
    """
    from fastcms.transfer.load import LoadOrder
    from fastcms.transfer.table import ReadOptions

    with _json_failures(as_json):
        order = LoadOrder(
            collection=collection,
            read=ReadOptions(encoding, _character(delimiter), table),
            mapping=dict(_pair(text) for text in mapping or ()),
            upsert_by=upsert_by,
            skip_bad=skip_bad,
            dry_run=dry_run,
            keep_dates=keep_dates,
            create=create,
        )
        data_dir = chosen_dir(context, directory)
        report = _load(data_dir, order, file, format_name, quiet=as_json)
    ok = report.imported or (report.dry_run and not report.bad)
    if as_json:
        console.say_json({"ok": ok, **report.to_json()})
        raise typer.Exit(0 if ok else 1)
    for line in _lines(report):
        console.say(line)
    if not ok:
        mend = "mend them, or leave them out with --skip-bad"
        done = "would be" if report.dry_run else "was"
        some = f"{report.bad:,} of {report.rows:,} rows are bad"
        whole = f"nothing {done} imported" if not skip_bad else "some rows would be left out"
        raise console.Failure(f"{whole}: {some}" + ("" if skip_bad else f"; {mend}"))


def export_records(
    context: typer.Context,
    collection: CollectionName,
    file: Annotated[str, typer.Argument(help="The file, - for standard output.")] = "-",
    *,
    format_name: FormatName = "",
    filter_: Annotated[
        str, typer.Option("--filter", metavar="FILTER", help="Only records that it matches.")
    ] = "",
    sort: Annotated[str, typer.Option(metavar="FIELDS", help="As in lists: -created,title")] = "",
    fields: Annotated[
        str, typer.Option(metavar="NAMES", help="The fields to write, separated by commas.")
    ] = "",
    hidden: Annotated[bool, typer.Option("--hidden", help="Hidden fields, too.")] = False,
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas", help="In CSV and TSV, an apostrophe before what begins like one."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was done as JSON; needs a file.")
    ] = False,
    directory: DataDir = None,
) -> None:
    """Exports records to a CSV, TSV, JSON, NDJSON, XLSX or SQLite file.

    \b
    fastcms collection export-records people --filter "age > 30" > people.csv
    """
    from fastcms.transfer.dump import DumpOrder
    from fastcms.transfer.table import WriteOptions

    with _json_failures(as_json):
        if as_json and file == "-":
            raise console.Failure("--json needs a file: the records take standard output")
        order = DumpOrder(
            collection=collection,
            filter=filter_,
            sort=sort,
            fields=tuple(name.strip() for name in fields.split(",") if name.strip()),
            hidden=hidden,
            write=WriteOptions(escape_formulas),
        )
        count = _dump(chosen_dir(context, directory), order, file, format_name, quiet=as_json)
    if as_json:
        console.say_json({"ok": True, "file": file, "rows": count})
    elif file != "-":
        console.say(f"{count:,} records of {collection} written to {file}.")


def register(group: typer.Typer) -> None:
    """Adds the commands to `fastcms collection`."""
    group.command("import-records")(import_records)
    group.command("export-records")(export_records)


# -- doing it -----------------------------------------------------------------------------------


def _load(data_dir: Path, order: LoadOrder, file: str, format_name: str, *, quiet: bool) -> Report:
    import asyncio

    from fastcms.auth import installer
    from fastcms.directory import open_directory
    from fastcms.transfer import formats
    from fastcms.transfer.load import load

    with tempfile.TemporaryDirectory(prefix="fastcms-import-") as folder, _reported():
        path = Path(file)
        if file == "-":
            if not format_name:
                raise console.Failure("standard input tells no format; say --format")
            path = Path(folder, "input")
            with path.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        format_ = formats.by_name(format_name) if format_name else formats.by_suffix(path)
        app = open_directory(data_dir)
        try:
            installer.install(app)
            with console.progress(quiet=quiet) as progress:
                return asyncio.run(load(app, order, format_, path, progress))
        finally:
            app.close()


def _dump(data_dir: Path, order: DumpOrder, file: str, format_name: str, *, quiet: bool) -> int:
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.transfer import formats
    from fastcms.transfer.dump import dump

    to_pipe = file == "-"
    with _reported():
        if format_name or to_pipe:
            format_ = formats.by_name(format_name or "csv")
        else:
            format_ = formats.by_suffix(Path(file))
        target = Path(file).absolute()
        if not to_pipe and not target.parent.is_dir():
            raise console.Failure(f"there is no directory {target.parent}")
        # Beside the target, so that a failure leaves what was there before.
        place = None if to_pipe else target.parent
        with tempfile.TemporaryDirectory(prefix=".fastcms-export-", dir=place) as folder:
            path = Path(folder, f"records{format_.suffixes[0]}")
            app = open_directory(data_dir)
            try:
                with console.progress(quiet=quiet) as progress:
                    count = asyncio.run(dump(app, order, format_, path, progress=progress))
            finally:
                app.close()
            if to_pipe:
                _print(path)
            else:
                path.replace(target)
    return count


def _print(path: Path) -> None:
    """The file on standard output. A reader that has had enough is no error."""
    try:
        with path.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # So that Python's own flush at the end does not meet the closed pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _reported() -> Iterator[None]:
    """Turns errors of files and of collections into a line."""
    from fastcms.errors import ApiError, leaves
    from fastcms.transfer.table import FileError

    try:
        yield
    except ApiError as error:
        found = [f"{path}: {problem.message}" for path, problem in leaves(error.data)]
        raise console.Failure("; ".join(found) or error.message) from error
    except FileError as error:
        raise console.Failure(str(error)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise console.Failure(f"{error.filename or 'the file'}: {reason}") from error


@contextmanager
def _json_failures(as_json: bool) -> Iterator[None]:
    """With --json a failure is printed as JSON, too."""
    try:
        yield
    except console.Failure as failure:
        if not as_json:
            raise
        console.say_json({"ok": False, "message": str(failure)})
        raise typer.Exit(1) from failure


# -- reading options, showing results -----------------------------------------------------------


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.rpartition("=")
    if not sign:
        raise console.Failure("--map has the form COLUMN=FIELD")
    return column.strip(), field.strip()


def _character(text: str) -> str:
    return {"\\t": "\t", "tab": "\t"}.get(text, text)


def _lines(report: Report) -> Iterator[str]:
    if report.fields is not None:
        made = ", ".join(f"{name} ({type_})" for name, type_ in report.fields.items())
        yield f"Fields of {report.collection}: {made}"
    if report.ignored:
        yield f"Columns left out: {', '.join(report.ignored)}"
    shown = report.bad_rows if report.dry_run else report.bad_rows[:SHOWN]
    for bad in shown:
        for field, problem in bad.problems.items():
            place = f"row {bad.row}" if field.startswith("@") else f"row {bad.row}, {field}"
            yield f"{place}: {problem.message}"
    if report.bad > len(shown):
        yield f"… and {report.bad - len(shown):,} more; --dry-run or --json shows them"
    if report.imported or report.dry_run:
        counts = f"{report.created:,} created, {report.updated:,} updated"
        if report.unchanged:
            counts += f", {report.unchanged:,} unchanged"
        if report.bad:
            counts += f", {report.bad:,} bad"
        verb = "Would import" if report.dry_run else "Imported"
        yield f"{verb} {report.rows:,} rows into {report.collection}: {counts}."
