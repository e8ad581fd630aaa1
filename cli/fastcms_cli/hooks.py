"""`fastcms hooks`: what is in their folder, whether it works, and the packages it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, HooksDir, begin, chosen_dir, hooks_folder

if TYPE_CHECKING:
    from fastcms.extend.load import Loaded

app = typer.Typer(
    name="hooks", help="Hooks in Python.", rich_markup_mode=None, invoke_without_command=True
)


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Hooks in Python, and the packages that they ask for."""
    begin(context, directory)


@app.command("install")
def install(
    context: typer.Context,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be installed.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no index; PIP_FIND_LINKS names a folder.")
    ] = False,
    hooks_dir: HooksDir = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Installs the packages that the hooks ask for, beside them, all or none.

    They are what the files state as inline script metadata, what requirements.txt lists, and what
    enabled plugins ask for. A server that runs goes by them at once. Variables of pip, like
    PIP_INDEX_URL, hold.

    \b
    fastcms hooks install --dry-run
    """
    from fastcms.extend.packages import Packages
    from fastcms.extend.pip import PipError
    from fastcms.extend.requirements import stated
    from fastcms.plugins import load as plugins

    data_dir = chosen_dir(context, directory)
    folder = hooks_folder(data_dir, hooks_dir)
    asked = stated(folder) + plugins.asked(data_dir)
    packages = Packages(folder)
    problems = [f"{one.file.name}: {one.problem}" for one in asked if one.problem]
    problems += [str(one) for one in packages.lacking(asked) if one.is_own]
    if problems:
        raise console.Failure("; ".join(problems))
    # Where something is installed that nothing asks for any more, it goes.
    if not asked and packages.folder is None:
        if as_json:
            console.say_json({"ok": True, "folder": "", "packages": {}})
        else:
            console.say(f"No file in {folder} asks for a package.")
        return
    tell = (lambda _: None) if as_json else console.note
    try:
        done = packages.install(asked, dry_run=dry_run, offline=offline, tell=tell)
    except PipError as error:
        raise console.Failure(f"nothing was installed: {error}") from error
    except OSError as error:
        raise console.Failure(
            f"{error.filename or packages.root} cannot be written: {error.strerror or error}"
        ) from error
    if as_json:
        place = "" if dry_run else str(done.folder)
        console.say_json({"ok": True, "folder": place, "packages": done.packages})
        return
    for name, version in done.packages.items():
        console.say(f"{name} {version}")
    if dry_run:
        console.say(f"{len(done.packages)} would be installed.")
    else:
        console.say(f"Installed {len(done.packages)} in {done.folder}")


@app.command("list")
def list_(
    context: typer.Context,
    *,
    hooks_dir: HooksDir = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows the files of hooks, their functions, and whether their packages are there.

    \b
    fastcms hooks list
    """
    folder = hooks_folder(chosen_dir(context, directory), hooks_dir)
    loaded, lacking = _look(folder)
    if as_json:
        console.say_json({"ok": True, **_told(folder, loaded, lacking)})
        return
    if not (loaded.registries or loaded.broken):
        console.say(f"There are no hooks in {folder}.")
    for file, registry in loaded.registries.items():
        console.say(file.name)
        for item, _ in registry.all:
            console.say(f"  {item.function.__name__:<24} {_what(item)}")
    for broken in loaded.broken:
        console.say(f"{broken.file.name}: broken, {broken.error}")
    for line in lacking:
        console.say(line)


@app.command("check")
def check(
    context: typer.Context,
    *,
    hooks_dir: HooksDir = None,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Loads all files of hooks without serving, and exits with 1 if that cannot be done.

    \b
    fastcms hooks check
    """
    folder = hooks_folder(chosen_dir(context, directory), hooks_dir)
    loaded, lacking = _look(folder)
    problems = [broken.error for broken in loaded.broken] + lacking
    if as_json:
        console.say_json({"ok": not problems, **_told(folder, loaded, lacking)})
        raise typer.Exit(1 if problems else 0)
    for line in problems[:-1]:
        console.note(line)
    if problems:
        raise console.Failure(problems[-1])
    count = sum(len(registry.all) for registry in loaded.registries.values())
    console.say(f"{len(loaded.registries)} files with {count} functions: all is well.")


def _look(folder: Path) -> tuple[Loaded, list[str]]:
    from fastcms.extend.load import load
    from fastcms.extend.packages import lacking

    return load(folder), lacking(folder)


def _told(folder: Path, loaded: Loaded, lacking: list[str]) -> dict[str, Any]:
    files = [
        {
            "file": file.name,
            "functions": [
                {"name": item.function.__name__, "for": _what(item)} for item, _ in registry.all
            ],
        }
        for file, registry in loaded.registries.items()
    ]
    broken = [{"file": file.name, "error": error} for file, error, _ in loaded.broken]
    return {"folder": str(folder), "files": files, "broken": broken, "lacking": lacking}


def _what(item: Any) -> str:
    """What a function is for: the first that its kind says of the event, the time or the path."""
    for name in ("hook", "expression", "path", "prefix", "name", "id"):
        if found := getattr(item, name, ""):
            return str(found)
    return ""
