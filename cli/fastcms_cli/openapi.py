"""`fastcms openapi`: what a directory's API is, for programs that read OpenAPI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import DataDir, existing_dir
from fastcms_cli.output import leave


def openapi(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there; else it is printed.")
    ] = None,
    superuser: Annotated[
        bool,
        typer.Option("--superuser", help="Also hidden fields and the system's collections."),
    ] = False,
    directory: DataDir = None,
) -> None:
    """Makes an OpenAPI 3.1 document of the collections and their rules, as JSON.

    \b
    fastcms openapi --out openapi.json
    """
    from fastcms.directory import open_directory
    from fastcms.features import ROUTES
    from fastcms.openapi.document import document

    opened = open_directory(existing_dir(context, directory))
    try:
        made = document(ROUTES, opened.schema, opened.settings, superuser=superuser)
    finally:
        opened.close()
    if leave(json.dumps(made, ensure_ascii=False, indent=2) + "\n", out) and out is not None:
        console.say(f"{out} written")
