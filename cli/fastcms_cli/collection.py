"""`fastcms collection`: the collections of a data directory and what is in them."""

from __future__ import annotations

import typer

from fastcms_cli.options import DataDir, begin

app = typer.Typer(help="Shows and changes the collections of a data directory.")


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Shows and changes the collections of a data directory."""
    begin(context, directory)
