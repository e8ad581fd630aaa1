"""`fastcms health`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson

if TYPE_CHECKING:
    from http.client import HTTPConnection

SECONDS = 5.0


def health(
    *,
    url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="The server's address; where the configuration has one listen if not given.",
            show_default=False,
        ),
    ] = "",
    live: Annotated[
        bool, typer.Option("--live", help="Ask only whether it answers, not whether it can work.")
    ] = False,
    as_json: AsJson = False,
    directory: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIRECTORY", help="Whose configuration.", show_default=False),
    ] = None,
) -> None:
    """Asks a running server whether it is ready. Exits with 1 if it is not.

    \b
    HEALTHCHECK CMD ["fastcms", "health"]               in a Dockerfile
    fastcms health --url https://api.example.com        elsewhere
    """
    from http.client import HTTPException

    import msgspec

    address = url or _configured()
    try:
        connection, path = _connection(address)
        connection.request("GET", f"{path}/api/health/{'live' if live else 'ready'}")
        response = connection.getresponse()
        status, answer = response.status, msgspec.json.decode(response.read())
        message = str(answer["message"])
    except (OSError, HTTPException) as error:
        status, message = 0, f"{address} does not answer: {error}"
    except (msgspec.DecodeError, KeyError, TypeError):
        status, message = 0, f"{address} is no FastCMS: its answer cannot be read"
    if as_json:
        console.say_json({"ok": status == 200, "message": message})
    elif status == 200:
        console.say(message)
    else:
        raise console.Failure(message)
    if status != 200:
        raise typer.Exit(1)


def _configured() -> str:
    from fastcms_cli.config import found

    listens = str(found["http"].value) if "http" in found else "127.0.0.1:8090"
    host, _, port = listens.rpartition(":")
    # "Every address of this machine" is none that one can ask.
    if host in ("", "0.0.0.0", "[::]"):  # noqa: S104
        host = "127.0.0.1"
    return f"http://{host}:{port}"


def _connection(address: str) -> tuple[HTTPConnection, str]:
    """A connection to a server, and the path that it is below. Raises Failure for no address."""
    from http.client import HTTPConnection, HTTPSConnection

    try:
        parts = urlsplit(address)
        kind = {"http": HTTPConnection, "https": HTTPSConnection}[parts.scheme]
        return kind(parts.hostname or "", parts.port, timeout=SECONDS), parts.path.rstrip("/")
    except (KeyError, ValueError) as error:
        raise console.Failure(f"--url {address}: write it like http://127.0.0.1:8090") from error
