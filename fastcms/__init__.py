"""FastCMS: a backend in one file that speaks PocketBase's wire protocol."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fastcms import errors as errors
    from fastcms.extend.on import cron as cron
    from fastcms.extend.on import on as on

_PUBLIC = {"cron", "on"}


def __getattr__(name: str) -> Any:
    # What files of pb_hooks import, not before one does: commands start without it.
    if name in _PUBLIC:
        from fastcms.extend import on as public

        return getattr(public, name)
    raise AttributeError(f"module 'fastcms' has no attribute {name!r}")
