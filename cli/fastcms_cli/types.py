"""`fastcms types`: the records of a directory as types of TypeScript or Python."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import DataDir, existing_dir
from fastcms_cli.output import leave

EVERY = 0.3  # seconds between two looks at the schema


def types(
    context: typer.Context,
    *,
    ts: Annotated[bool, typer.Option("--ts", help="TypeScript, for the official client.")] = False,
    py: Annotated[bool, typer.Option("--py", help="Python.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them there; else they are printed.")
    ] = None,
    superuser: Annotated[
        bool,
        typer.Option("--superuser", help="Also hidden fields and the system's collections."),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and write them anew when collections change.")
    ] = False,
    directory: DataDir = None,
) -> None:
    """Makes types of the collections' records, for programs that call the API.

    \b
    fastcms types --ts --out src/records.ts
    fastcms types --py --out records.py --watch
    """
    if ts == py:
        raise console.Failure("say which: --ts or --py")
    if watch and out is None:
        raise console.Failure("--watch needs a file: --out FILE")
    from fastcms.directory import open_directory
    from fastcms.typegen.python import python
    from fastcms.typegen.typescript import typescript

    make = typescript if ts else python
    opened = open_directory(existing_dir(context, directory))
    try:
        _write(make(opened.schema, superuser=superuser), out)
        while watch:
            time.sleep(EVERY)
            before = opened.schema.version
            if opened.refresh().version != before:
                _write(make(opened.schema, superuser=superuser), out)
    except KeyboardInterrupt:
        # That is how watching ends.
        pass
    finally:
        opened.close()


def _write(text: str, out: Path | None) -> None:
    if leave(text, out) and out is not None:
        console.say(f"{out} written")
