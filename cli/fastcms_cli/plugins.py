"""`fastcms plugins`: which there are, and which a directory goes by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir, existing_dir

if TYPE_CHECKING:
    from fastcms.plugins.discover import Found

app = typer.Typer(
    name="plugins", help="Plugins.", rich_markup_mode=None, invoke_without_command=True
)
Name = Annotated[str, typer.Argument(metavar="PLUGIN", help="The plugin's name.")]


@app.callback()
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Plugins: folders in pb_plugins beside the data directory, and installed packages."""
    begin(context, directory)


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False, directory: DataDir = None) -> None:
    """Shows all plugins that there are, whether they are enabled, and what is wrong with them.

    \b
    fastcms plugins list
    """
    data_dir = chosen_dir(context, directory)
    items = _items(data_dir)
    if as_json:
        console.say_json({"ok": True, "items": items})
        return
    if not items:
        from fastcms.plugins.discover import folder_of

        console.say(f"There are no plugins in {folder_of(data_dir)}, and none is installed.")
    for item in items:
        state = "enabled" if item["enabled"] else "off"
        line = f"{state:<8} {item['name']} {item['version']}  {item['description']}".rstrip()
        console.say(f"{line}: {item['problem']}" if item["problem"] else line)


@app.command("enable")
def enable(
    context: typer.Context, plugin: Name, *, as_json: AsJson = False, directory: DataDir = None
) -> None:
    """Lets the directory go by a plugin, from the next start of its server on.

    A plugin may do whatever the server may: enable those that you trust.

    \b
    fastcms plugins enable stars
    """
    from fastcms.plugins import state
    from fastcms.plugins.discover import discover
    from fastcms.plugins.load import why_not

    data_dir = existing_dir(context, directory)
    names = state.enabled(data_dir)
    if problem := why_not(discover(data_dir), plugin, [name for name in names if name != plugin]):
        raise console.Failure(f"{plugin} cannot be enabled: {problem}")
    changed = plugin not in names
    if changed:
        state.enable(data_dir, [*names, plugin])
    _say(plugin, "enabled", changed=changed, as_json=as_json)


@app.command("disable")
def disable(
    context: typer.Context, plugin: Name, *, as_json: AsJson = False, directory: DataDir = None
) -> None:
    """Lets the directory go by a plugin no more, from the next start of its server on.

    \b
    fastcms plugins disable stars
    """
    from fastcms.plugins import state
    from fastcms.plugins.discover import discover

    data_dir = existing_dir(context, directory)
    names = state.enabled(data_dir)
    if others := _that_require(plugin, discover(data_dir), names):
        raise console.Failure(f"{plugin} is required by {', '.join(others)}; disable that first")
    changed = plugin in names
    if changed:
        state.enable(data_dir, [name for name in names if name != plugin])
    _say(plugin, "disabled", changed=changed, as_json=as_json)


def _items(data_dir: Path) -> list[dict[str, Any]]:
    from fastcms.plugins import state
    from fastcms.plugins.discover import discover
    from fastcms.plugins.load import why_not

    found, enabled = discover(data_dir), state.enabled(data_dir)
    items = []
    for name in sorted({*found.specs, *found.problems, *enabled}):
        spec = found.specs.get(name)
        item = {
            "name": name,
            "version": spec.version if spec else "",
            "description": spec.description if spec else "",
            "folder": str(spec.folder) if spec else "",
            "requires": [str(one) for one in spec.requires] if spec else [],
            "packages": [str(one) for one in spec.packages] if spec else [],
            "enabled": name in enabled,
            "problem": why_not(found, name, enabled),
        }
        items.append(item)
    return items


def _that_require(plugin: str, found: Found, names: list[str]) -> list[str]:
    enabled = [found.specs[name] for name in names if name in found.specs]
    return [one.name for one in enabled if plugin in {r.name for r in one.requires}]


def _say(plugin: str, what: str, *, changed: bool, as_json: bool) -> None:
    if as_json:
        console.say_json({"ok": True, "plugin": plugin, "changed": changed})
    elif changed:
        console.say(f"{plugin} is {what}, once the server is started anew.")
    else:
        console.say(f"{plugin} is {what} already.")
