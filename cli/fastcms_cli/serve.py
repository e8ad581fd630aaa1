"""`fastcms serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastcms_cli import console
from fastcms_cli.options import DataDir, chosen_dir


def serve(
    context: typer.Context,
    *,
    http: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen.")
    ] = "127.0.0.1:8090",
    origins: Annotated[
        str,
        typer.Option(
            metavar="ORIGINS", help="Origins that browsers may call from, separated by commas."
        ),
    ] = "*",
    dev: Annotated[bool, typer.Option("--dev", help="Print what the server does.")] = False,
    workers: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Serving processes; 0 is one for each core, four at most."
        ),
    ] = 0,
    directory: DataDir = None,
) -> None:
    """Starts the web server."""
    from fastcms import server

    host, port = _address(http)
    data_dir = chosen_dir(context, directory)
    base = f"http://{http if host else f'0.0.0.0:{port}'}"
    token = _installer_token(data_dir)

    def on_ready() -> None:
        console.say(_banner(base, token))

    server.run(
        data_dir=data_dir,
        host=host or "0.0.0.0",  # noqa: S104 (as asked for by ":8090")
        port=port,
        origins=tuple(part.strip() for part in origins.split(",") if part.strip()),
        dev=dev,
        workers=workers,
        on_ready=on_ready,
    )


def _address(http: str) -> tuple[str, int]:
    host, colon, port = http.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise console.Failure(f"--http {http}: write it as HOST:PORT, like 127.0.0.1:8090")
    return host.strip("[]"), int(port)


def _installer_token(data_dir: Path) -> str:
    """What may create the first superuser; "" when there is one."""
    import asyncio

    from fastcms.auth.installer import installer_token
    from fastcms.directory import open_directory

    app = open_directory(data_dir)
    try:
        return asyncio.run(installer_token(app))
    finally:
        app.close()


def _banner(base: str, token: str) -> str:
    lines = [
        f"Server started at {base}",
        f"├─ REST API:  {base}/api/",
        f"└─ Dashboard: {base}/_/",
    ]
    if token:
        lines += [
            "",
            "Open this address in a browser within 30 minutes to create the first superuser:",
            f"{base}/_/#/pbinstall/{token}",
            "(or run: fastcms superuser upsert EMAIL PASSWORD)",
            "",
        ]
    return "\n".join(lines)
