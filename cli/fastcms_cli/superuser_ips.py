"""`fastcms superuser ips`. The texts are the reference's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastcms_cli import console, opened
from fastcms_cli.options import AsJson, DataDir, chosen_dir

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.store.store import Tx


def ips(
    context: typer.Context,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS...]", show_default=False)
    ] = None,
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Sets the only addresses and networks that superusers may come from; none at all lifts that.

    It helps who has locked themselves out of the API.

    \b
    fastcms superuser ips 127.0.0.1 10.0.0.0/24
    fastcms superuser ips
    """
    wanted = addresses or []
    try:
        opened.on(chosen_dir(context, directory), lambda app: _store(app, wanted))
    except console.Failure as failure:
        if not as_json:
            raise
        console.say_json({"ok": False, "message": str(failure)})
        raise typer.Exit(1) from failure
    if as_json:
        console.say_json({"ok": True, "superuserIPs": wanted})
    elif not wanted:
        console.say("Successfully cleared SuperuserIPs setting!")
    else:
        marks = ["├─"] * (len(wanted) - 1) + ["└─"]
        lines = [f"{mark} {address}" for mark, address in zip(marks, wanted, strict=True)]
        console.say("\n".join(["Successfully updated SuperuserIPs setting:", *lines]))


async def _store(app: App, addresses: list[str]) -> None:
    from fastcms.errors import leaves
    from fastcms.settings.change import changed
    from fastcms.settings.load import load_settings, save_settings
    from fastcms.settings.validate import problems

    def write(tx: Tx) -> None:
        settings = changed(load_settings(tx.execute), {"superuserIPs": addresses})
        if found := list(leaves(problems(settings))):
            told = (
                f"{path.rpartition('.')[2]}: {problem.message[:1].lower()}{problem.message[1:-1]}"
                for path, problem in found
                if path.startswith("superuserIPs.")
            )
            reasons = "; ".join(told)
            if not reasons:
                path, problem = found[0]
                raise console.Failure(f"{path}: {problem.message}")
            raise console.Failure(f"superuserIPs: ({reasons}.).")
        save_settings(tx, settings)

    await app.store.write(write)
