"""FastCMS: a backend in one file that speaks PocketBase's wire protocol."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fastcms import errors as errors
    from fastcms.embed.app import app as app
    from fastcms.extend.commands import command as command
    from fastcms.extend.crons import cron as cron
    from fastcms.extend.lifecycle import shutdown as shutdown
    from fastcms.extend.lifecycle import startup as startup
    from fastcms.extend.middlewares import use as use
    from fastcms.extend.on import on as on
    from fastcms.extend.routes import route as route
    from fastcms.script import App as App

# What files of pb_hooks import, and where it is.
_PUBLIC = {
    "App": "fastcms.script",
    "app": "fastcms.embed.app",
    "command": "fastcms.extend.commands",
    "cron": "fastcms.extend.crons",
    "on": "fastcms.extend.on",
    "route": "fastcms.extend.routes",
    "shutdown": "fastcms.extend.lifecycle",
    "startup": "fastcms.extend.lifecycle",
    "use": "fastcms.extend.middlewares",
}


def __getattr__(name: str) -> Any:
    # Not before it is asked for: commands start without it.
    if module := _PUBLIC.get(name):
        return getattr(import_module(module), name)
    raise AttributeError(f"module 'fastcms' has no attribute {name!r}")
