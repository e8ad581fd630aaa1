"""The key of encrypted settings, which every command that opens a directory may need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperOption

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, existing_dir

if TYPE_CHECKING:
    from fastcms.settings.seal import Key
    from fastcms.store.store import Tx

# What fastcms.settings.seal reads; its module is not loaded for these.
ENV = "FASTCMS_ENCRYPTION_ENV"
KEY_FILE = "FASTCMS_ENCRYPTION_KEY_FILE"
# What fastcms.settings.overrides reads.
CONFIG = "FASTCMS_CONFIG"


def give_options(command: Any) -> Any:
    """Gives a group and all commands below it the options that everything which opens a directory
    goes by.
    """
    command.params += [
        _option("--config", CONFIG, "FILE", "The configuration file."),
        _option("--encryptionEnv", ENV, "NAME", "The variable that holds the encryption key."),
        _option("--encryption-key-file", KEY_FILE, "FILE", "The file that holds it."),
    ]
    for below in getattr(command, "commands", {}).values():
        give_options(below)
    return command


def _option(flag: str, variable: str, metavar: str, text: str) -> TyperOption:
    def keep(*given: Any) -> None:
        # The last one is the value. Serving processes and those for images inherit it.
        if given[-1]:
            os.environ[variable] = given[-1]

    return TyperOption(
        param_decls=[flag], metavar=metavar, help=text, expose_value=False, callback=keep
    )


def rotate_key(
    context: typer.Context,
    *,
    new_env: Annotated[
        str, typer.Option(metavar="NAME", help="The variable that holds the new key.")
    ] = "",
    new_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file that holds it.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Encrypt no more.")] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Encrypts the settings with another key, all at once or not at all.

    The present key, if there is one, is given as to every command. The directory may not be served:
    a running server has the old key.

    \b
    fastcms settings rotate-key --new-env KEY                        from none
    fastcms settings rotate-key --encryptionEnv OLD --new-env KEY    from one to another
    fastcms settings rotate-key --encryptionEnv OLD --none           to none
    """
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.settings.rotate import rotate

    new = _new_key(new_env, new_key_file, none=none)
    opened = open_directory(existing_dir(context, directory))

    def write(tx: Tx) -> None:
        if opened.scratch.is_shared:
            raise console.Failure(
                "another process works on the directory, with the old key; "
                "stop the server and try again"
            )
        rotate(tx, new)

    async def run() -> None:
        await opened.store.write(write)

    try:
        asyncio.run(run())
    finally:
        opened.close()
    where = f"--encryptionEnv {new_env}" if new_env else f"--encryption-key-file {new_key_file}"
    if as_json:
        console.say_json({"ok": True, "encrypted": new is not None})
    elif new is None:
        console.say("The settings are stored in plain text now.")
    else:
        console.say(f"The settings are encrypted with the new key; from now on say {where}.")


def _new_key(env: str, file: Path | None, *, none: bool) -> Key | None:
    from fastcms.settings.seal import key_in_env, key_in_file

    if (bool(env), file is not None, none).count(True) != 1:
        raise console.Failure("say one of --new-env NAME, --new-key-file FILE and --none")
    if file is not None:
        return key_in_file(file)
    key = key_in_env(env)
    if env and key is None:
        raise console.Failure(f"the variable {env} is not set; put the new key into it")
    return key
