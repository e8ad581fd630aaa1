"""`fastcms serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console, migrate
from fastcms_cli.options import (
    DataDir,
    HooksDir,
    MigrationsDir,
    chosen_dir,
    default_hooks,
    default_public,
)

if TYPE_CHECKING:
    from fastcms.core import App


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
    expand_depth: Annotated[
        int,
        typer.Option(
            min=0, max=20, metavar="N", help="Relations that a path of expand may follow."
        ),
    ] = 6,
    dev: Annotated[
        bool, typer.Option("--dev/--no-dev", help="Print what the server does.")
    ] = False,
    log_json: Annotated[
        bool,
        typer.Option(
            "--log-json", help="Write a line of JSON on stdout for each request and each warning."
        ),
    ] = False,
    log_sample: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            metavar="SHARE",
            help="Of requests that worked, write so many of those lines: 0.1 is a tenth.",
        ),
    ] = 1.0,
    workers: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Serving processes; 0 is one for each core, four at most."
        ),
    ] = 0,
    query_timeout: Annotated[
        int,
        typer.Option(
            "--queryTimeout", min=1, metavar="SECONDS", help="When a read of records is given up."
        ),
    ] = 30,
    trusted_proxies: Annotated[
        str,
        typer.Option(
            metavar="NETWORKS",
            help="Whose headers about the client's address are believed, separated by commas; "
            "everybody's if not given.",
        ),
    ] = "",
    hsts: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="Strict-Transport-Security of answers that a proxy sends on by HTTPS.",
        ),
    ] = 0,
    referrer_policy: Annotated[
        str, typer.Option(metavar="POLICY", help="Referrer-Policy of all answers.")
    ] = "",
    permissions_policy: Annotated[
        str, typer.Option(metavar="POLICY", help="Permissions-Policy of all answers.")
    ] = "",
    content_security_policy: Annotated[
        str, typer.Option(metavar="POLICY", help="Content-Security-Policy of static files.")
    ] = "",
    automigrate: Annotated[
        bool,
        typer.Option(help="Write a migration for each change of a collection through the API."),
    ] = True,
    migrations_dir: MigrationsDir = None,
    hooks_dir: HooksDir = None,
    hooks_watch: Annotated[
        bool,
        typer.Option("--hooksWatch/--no-hooksWatch", help="Load hooks anew when they change."),
    ] = True,
    hooks_on: Annotated[
        bool,
        typer.Option("--hooks/--no-hooks", help="Load hooks; a bad one can be mended without."),
    ] = True,
    hooks_strict: Annotated[
        bool,
        typer.Option(
            "--hooksStrict/--no-hooksStrict",
            help="Do not start when a file of hooks cannot be loaded, or its start fails.",
        ),
    ] = False,
    hooks_threads: Annotated[
        int,
        typer.Option(
            "--hooksThreads",
            min=1,
            metavar="N",
            help="Plain functions of hooks that may run at once in each process.",
        ),
    ] = 8,
    public_dir: Annotated[
        Path | None,
        typer.Option(
            "--publicDir",
            metavar="DIRECTORY",
            help="The folder of static files; pb_public beside the data directory if not given.",
            show_default=False,
        ),
    ] = None,
    index_fallback: Annotated[
        bool,
        typer.Option(
            "--indexFallback/--no-indexFallback",
            help="Answer with the index.html of that folder where a file is missing.",
        ),
    ] = True,
    directory: DataDir = None,
) -> None:
    """Starts the web server, after the pending migrations.

    \b
    fastcms serve --http :8080 --workers 2
    """
    from fastcms import clock, server
    from fastcms.auth.installer import installer_token
    from fastcms.extend import live as hooks
    from fastcms.http.policy import Policy
    from fastcms.logs.stream import Stream
    from fastcms.migrations import automigrate as automatic
    from fastcms.migrations.files import default_folder

    host, port = _address(http)
    data_dir = chosen_dir(context, directory)
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    token = ""
    migrations = migrations_dir or default_folder(data_dir)
    hooks_folder = (hooks_dir or default_hooks(data_dir)).absolute()
    public = _public(public_dir or default_public(data_dir), data_dir)

    def say(text: str) -> None:
        if log_json:
            console.say_json({"time": clock.now_text(), "level": "info", "message": text})
        else:
            console.say(text)

    async def on_open(app: App) -> None:
        nonlocal token
        for name in await migrate.up_in(app, migrations):
            say(f"Applied {name}")
        _check_hooks(hooks_folder, is_strict=hooks_on and hooks_strict)
        token = await installer_token(app)

    proxies = _networks(trusted_proxies)
    policy = Policy(
        referrer=_text("--referrer-policy", referrer_policy),
        permissions=_text("--permissions-policy", permissions_policy),
        hsts=hsts,
        proxies=proxies,
    )
    page_policy = _text("--content-security-policy", content_security_policy)

    def connect(app: App) -> None:
        app.store.limit_reads(query_timeout)
        app.proxies, app.page_policy = proxies, page_policy
        if not policy.is_empty:
            app.more_headers = policy.headers
        app.public_dir, app.index_fallback = public, index_fallback
        if log_json:
            Stream(app, log_sample)
        if hooks_on:
            hooks.start(
                app,
                hooks_folder,
                watches=hooks_watch,
                threads=hooks_threads,
                is_strict=hooks_strict,
            )
        if automigrate:
            automatic.install(app, migrations)

    def on_ready() -> None:
        say(f"Server started at {base}" if log_json else _banner(base, token))
        if log_json and token:
            # It is worth an account: nothing for those who collect logs.
            console.note(_invitation(base, token))

    server.run(
        data_dir=data_dir,
        host=host,
        port=port,
        origins=tuple(part.strip() for part in origins.split(",") if part.strip()),
        expand_depth=expand_depth,
        dev=dev,
        workers=workers,
        on_open=on_open,
        connect=connect,
        on_ready=on_ready,
    )


def _check_hooks(folder: Path, *, is_strict: bool) -> None:
    """Raises Failure if a file of hooks cannot be loaded and that matters."""
    if not is_strict:
        return
    from fastcms.extend.load import load

    if broken := load(folder).broken:
        file, error, _ = broken[0]
        raise console.Failure(
            f"{file}: {error}; mend it, or start without --hooksStrict to do without the file"
        )


def _public(folder: Path, data_dir: Path) -> Path:
    """The folder of static files. Raises Failure for one whose files are not meant for all."""
    folder = folder.absolute()
    if data_dir.resolve().is_relative_to(folder.resolve()):
        raise console.Failure(
            f"--publicDir {folder}: the data directory is in it, so everybody could download the "
            "database; give a folder that holds static files alone"
        )
    return folder


def _networks(text: str) -> tuple[str, ...]:
    """The networks of a list with commas. Raises Failure for what is none."""
    from ipaddress import ip_network

    networks = tuple(part.strip() for part in text.split(",") if part.strip())
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise console.Failure(
                f"--trusted-proxies {network}: write addresses or networks, like 10.0.0.0/8"
            ) from error
    return networks


def _text(flag: str, text: str) -> str:
    """The text of a header. Raises Failure for what would break it."""
    if not (text.isascii() and text.isprintable()):
        raise console.Failure(f"{flag}: a header takes plain ASCII in one line")
    return text


def _address(http: str) -> tuple[str, int]:
    host, colon, port = http.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise console.Failure(f"--http {http}: write it as HOST:PORT, like 127.0.0.1:8090")
    # ":8090" asks for every address of the machine.
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104


def _banner(base: str, token: str) -> str:
    lines = [
        f"Server started at {base}",
        f"├─ REST API:  {base}/api/",
        f"└─ Dashboard: {base}/_/",
    ]
    if token:
        lines += ["", _invitation(base, token), ""]
    return "\n".join(lines)


def _invitation(base: str, token: str) -> str:
    return (
        "Open this address in a browser within 30 minutes to create the first superuser:\n"
        f"{base}/_/#/pbinstall/{token}\n"
        "(or run: fastcms superuser upsert EMAIL PASSWORD)"
    )
