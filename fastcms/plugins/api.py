"""What superusers see of plugins."""

from __future__ import annotations

from typing import Any

from fastcms.core import App
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request


async def show(request: Request) -> Reply:
    """GET /api/plugins

    Those that are loaded, with their screens of the dashboard, and why others are not.
    """
    request.require_superuser()
    return json_reply(_listed(request.app))


def _listed(app: App) -> dict[str, Any]:
    plugins = app.plugins
    items = [] if plugins is None else [_shown(one) for one in plugins.loaded.values()]
    problems = {} if plugins is None else plugins.problems
    broken = [{"name": name, "error": error} for name, error in problems.items()]
    return {"items": items, "broken": broken}


def _shown(plugged: Any) -> dict[str, Any]:
    spec, additions = plugged.spec, plugged.additions
    root = f"/_/plugins/{spec.name}"
    return {
        "name": spec.name,
        "version": spec.version,
        "description": spec.description,
        "functions": len(plugged.registry.all),
        "fieldTypes": [str(type_.__struct_config__.tag) for type_ in additions.field_types],
        "providers": [provider.name for provider in additions.providers],
        "screens": [{"title": s.title, "module": f"{root}/{s.module}"} for s in spec.screens],
    }


ROUTES: tuple[Route, ...] = (endpoint("/api/plugins", GET=show),)
