"""Fixtures of pytest: `pytest_plugins = "fastcms.testing.fixtures"` in `tests/conftest.py`.

Nothing of the server is imported before a test asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastcms.testing.app import App
    from fastcms.testing.client import Client
    from fastcms.testing.clock import Clock
    from fastcms.testing.mailbox import Mailbox
    from fastcms.testing.template import Template


@pytest.fixture(scope="session")
def template(pytestconfig: pytest.Config) -> Iterator[Template]:
    """What each test begins with: `pb_migrations` and `pb_hooks` of the project, where they are."""
    from fastcms.testing.template import Template

    root = pytestconfig.rootpath
    hooks, migrations = root / "pb_hooks", root / "pb_migrations"
    with Template(
        hooks=hooks if hooks.is_dir() else None,
        migrations=migrations if migrations.is_dir() else None,
    ) as made:
        yield made


@pytest.fixture
def app(template: Template) -> Iterator[App]:
    """A server on a copy of the template, and its app object."""
    with template.start() as started:
        yield started


@pytest.fixture
def client(app: App) -> Client:
    """A guest of the app."""
    return app.client


@pytest.fixture
def mailbox(app: App) -> Mailbox:
    """The mails that the app sends."""
    return app.mailbox


@pytest.fixture
def clock(app: App) -> Clock:
    """The time of the app, which stands still."""
    app.clock.stand_still()
    return app.clock
