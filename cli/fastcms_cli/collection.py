"""`fastcms collection`: the collections of a data directory and what is in them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console, plans
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

if TYPE_CHECKING:
    from fastcms.collections.plan import Plan
    from fastcms.core import App
    from fastcms.schema.collection import Collection

app = typer.Typer(help="Shows and changes the collections of a data directory.")

# What does an import, or only tries it.
Import = Callable[["App", bool], Coroutine[Any, Any, "Plan"]]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is done.")]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Shows and changes the collections of a data directory."""
    begin(context, directory)


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Lists the collections with the number of their records.

    \b
    fastcms collection list --json
    """
    with _answering(as_json), _opened(chosen_dir(context, directory)) as opened:
        counts = {c.id: _records(opened, c) for c in opened.schema}
        if as_json:
            keys = ("id", "name", "type", "system")
            items = [
                {**{key: getattr(c, key) for key in keys}, "records": counts[c.id]}
                for c in opened.schema
            ]
            console.say_json({"ok": True, "collections": items})
            return
        rows = [("NAME", "TYPE", "FIELDS", "RECORDS")]
        for c in opened.schema:
            records = "-" if counts[c.id] is None else str(counts[c.id])
            rows.append((c.name, c.type, str(len(c.fields)), records))
        for line in plans.table(rows):
            console.say(line)


@app.command()
def show(
    context: typer.Context,
    collection: Annotated[str, typer.Argument(help="Name or id of the collection.")],
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows the fields, rules and indexes of a collection.

    \b
    fastcms collection show posts
    """
    with _answering(as_json), _opened(chosen_dir(context, directory)) as opened:
        found = _find(opened, collection)
        if as_json:
            console.say_json({"ok": True, "collection": found.to_json()})
            return
        number = _records(opened, found)
        records = "" if number is None else f", {number} records"
        console.say(f"{found.name} ({found.type}, id {found.id}{records})")
        rows = [("FIELD", "TYPE", "ID", "")]
        for field in found.fields:
            flags = {
                "required": field.is_required,
                "hidden": field.hidden,
                "system": field.system,
            }
            shown = ", ".join(flag for flag, is_set in flags.items() if is_set)
            rows.append((field.name, field.type, field.id, shown))
        for line in plans.table(rows):
            console.say(line)
        for key, rule in found.rules().items():
            console.say(f"{key}: {plans.value(rule)}")
        for text in found.indexes:
            console.say(" ".join(text.split()))
        if found.is_view:
            console.say(f"viewQuery: {found.view_query}")


@app.command()
def export(
    context: typer.Context,
    collections: Annotated[
        list[str] | None, typer.Argument(help="Names or ids; all if left out.")
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write to this file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Prints collections as JSON that import takes; secrets are left out.

    Examples:

      fastcms collection export > collections.json

      fastcms collection export posts tags --out blog.json
    """
    with _answering(as_json), _opened(chosen_dir(context, directory)) as opened:
        from fastcms.collections.export import exported

        chosen = {_find(opened, name).id for name in collections or ()}
        found = [c for c in opened.schema if not chosen or c.id in chosen]
        text = json.dumps(exported(found), indent=2, ensure_ascii=False)
        if out is None:
            console.say(text)
            return
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise console.Failure(f"{out} cannot be written: {error.strerror or error}") from error
        if as_json:
            names = [c.name for c in found]
            console.say_json({"ok": True, "file": str(out), "collections": names})
        else:
            console.say(f"{len(found)} collections written to {out}")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A JSON file; - reads the input.")],
    *,
    dry_run: DryRun = False,
    delete_missing: Annotated[
        bool,
        typer.Option("--delete-missing", help="Delete collections and fields that FILE lacks."),
    ] = False,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Data that may be lost: posts or posts.title; repeatable."
        ),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Creates and changes collections as FILE says, all or none of them.

    It shows what it is going to do first. An import that would lose data is refused unless --drop
    names that data. FILE is what export prints, or a list of collections.

    Examples:

      fastcms collection import collections.json --dry-run

      fastcms collection import collections.json --delete-missing --drop posts.subtitle
    """
    with _answering(as_json), _opened(chosen_dir(context, directory)) as opened:
        entries = _read(file)

        async def run(opened: App, dry: bool) -> Plan:
            from fastcms.collections.importer import import_collections

            return await import_collections(
                opened,
                entries,
                delete_missing=delete_missing,
                drop=None if dry else drop or (),
                dry_run=dry,
            )

        _carry_out(opened, run, drop or [], dry_run=dry_run, yes=yes, as_json=as_json)


# -- templates ----------------------------------------------------------------------------------

templates = typer.Typer(help="Sets of collections to begin with.")
app.add_typer(templates, name="template")

Folder = Annotated[
    Path | None,
    typer.Option(
        help="Where one's own templates are; templates/ in the data directory if not given.",
        show_default=False,
    ),
]


@templates.callback(invoke_without_command=True)
def start_templates(context: typer.Context, directory: DataDir = None) -> None:
    """Sets of collections to begin with."""
    begin(context, directory)


@templates.command("list")
def list_templates(
    context: typer.Context,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Lists the templates that are shipped and one's own.

    \b
    fastcms collection template list
    """
    from fastcms.templates import library

    with _answering(as_json):
        where = folder or library.own_folder(chosen_dir(context, directory))
        found = library.available(where)
        if as_json:
            console.say_json({"ok": True, "templates": [t.to_json() for t in found]})
            return
        rows = [("NAME", "TITLE", "COLLECTIONS")]
        for template in found:
            names = ", ".join(entry["name"] for entry in template.collections)
            rows.append((template.name, template.title, template.problem or names))
        for line in plans.table(rows):
            console.say(line)


@templates.command("apply")
def apply_template(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the template.")],
    *,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Add what they lack to collections that are there already."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    folder: Folder = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Makes the collections of a template, all or none of them. Nothing that is there changes.

    Examples:

      fastcms collection template apply blog --dry-run

      fastcms collection template apply intranet --folder ./templates
    """
    with _answering(as_json), _opened(chosen_dir(context, directory)) as opened:
        from fastcms.templates import library

        template = library.find(folder or library.own_folder(opened.data_dir), name)

        async def run(opened: App, dry: bool) -> Plan:
            return await library.apply(opened, template, merge=merge, dry_run=dry)

        _carry_out(opened, run, [], dry_run=dry_run, yes=yes, as_json=as_json)


# -- what they share ----------------------------------------------------------------------------


def _carry_out(
    opened: App, run: Import, drop: list[str], *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Shows the plan, and does it unless it was only to be shown."""
    import asyncio

    plan = asyncio.run(run(opened, True))
    if not as_json:
        for line in plans.lines(plan):
            console.say(line)
    if not dry_run and plan.collections:
        if unnamed := [loss.name for loss in plan.losses if loss.name not in drop]:
            names = " ".join(f"--drop {name}" for name in unnamed)
            raise console.Failure(
                f"nothing was changed, because data would be lost; to agree, add {names}"
            )
        if console.can_ask() and not (yes or as_json):
            typer.confirm("Do this?", abort=True)
        plan = asyncio.run(run(opened, False))
        if not as_json:
            console.say("done")
    if as_json:
        from msgspec import to_builtins

        console.say_json({"ok": True, "applied": not dry_run, "plan": to_builtins(plan)})


@contextmanager
def _answering(as_json: bool) -> Iterator[None]:
    """Failures as one line, or as JSON where JSON was asked for."""
    from fastcms.errors import ApiError, leaves

    try:
        try:
            yield
        except ApiError as error:
            found = [f"{path}: {problem.message}" for path, problem in leaves(error.data)]
            raise console.Failure(" ".join([error.message, *found])) from error
    except console.Failure as failure:
        if as_json:
            console.say_json({"ok": False, "message": str(failure)})
            raise typer.Exit(1) from failure
        raise


@contextmanager
def _opened(data_dir: Path) -> Iterator[App]:
    """The open directory, which a server may be serving at the same time."""
    from fastcms.directory import open_directory

    opened = open_directory(data_dir)
    try:
        yield opened
    finally:
        opened.close()


def _find(opened: App, name: str) -> Collection:
    found = opened.schema.find(name)
    if found is None:
        raise console.Failure(f'there is no collection "{name}"')
    return found


def _records(opened: App, collection: Collection) -> int | None:
    """None for a view, which has no records of its own."""
    from fastcms.sql import ddl

    if collection.is_view:
        return None
    rows = opened.store.read_now(ddl.count_rows(collection.name))
    return int(rows[0][0])


def _read(file: str) -> list[dict[str, Any]]:
    """The collections of an import file: an object with a list of them, or the list alone."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise console.Failure(f"{file} cannot be read: {reason}") from error
    try:
        found = json.loads(text)
    except ValueError as error:
        raise console.Failure(f"{file} is no JSON: {error}") from error
    entries = found.get("collections") if isinstance(found, dict) else found
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise console.Failure(f"{file} holds no list of collections")
    if not entries:
        raise console.Failure(f"{file} holds an empty list of collections")
    return entries
