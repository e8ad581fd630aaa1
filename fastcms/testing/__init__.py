"""The public kit for tests of hooks, routes, jobs and plugins: a whole server inside of a test."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if getattr(sys, "frozen", False):
    raise ImportError(
        "the executable runs no tests: pip install 'fastcms-server[testing]' "
        "puts fastcms.testing beside your pytest"
    )

if TYPE_CHECKING:
    from fastcms.testing.app import App as App
    from fastcms.testing.client import Answer as Answer
    from fastcms.testing.client import Client as Client
    from fastcms.testing.mailbox import Mail as Mail
    from fastcms.testing.scenario import Scenario as Scenario
    from fastcms.testing.scenario import scenarios as scenarios
    from fastcms.testing.template import Template as Template
    from fastcms.testing.template import start as start

_PUBLIC = {
    "Answer": "fastcms.testing.client",
    "App": "fastcms.testing.app",
    "Client": "fastcms.testing.client",
    "Mail": "fastcms.testing.mailbox",
    "Scenario": "fastcms.testing.scenario",
    "Template": "fastcms.testing.template",
    "scenarios": "fastcms.testing.scenario",
    "start": "fastcms.testing.template",
}


def __getattr__(name: str) -> Any:
    # pytest imports the fixtures before anybody needs a server.
    if module := _PUBLIC.get(name):
        return getattr(import_module(module), name)
    raise AttributeError(f"module 'fastcms.testing' has no attribute {name!r}")
