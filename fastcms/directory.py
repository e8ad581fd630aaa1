"""Opens a data directory: makes a fresh one, takes one of the reference as it is, or refuses.

Whatever is wrong is found by reading alone, before the first byte is written.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastcms import admission, resources, swap
from fastcms.auth import tables as auth_tables
from fastcms.bus import tables as bus_tables
from fastcms.collections.template import insert_collections
from fastcms.core import App
from fastcms.embed import kv
from fastcms.errors import StartError
from fastcms.files import removals
from fastcms.jobs import tables as jobs_tables
from fastcms.mail import log as mail_log
from fastcms.plugins.state import FILE as PLUGINS
from fastcms.presence import Presence
from fastcms.queue import tables as queue_tables
from fastcms.settings.load import OWN_TABLE, save_own, save_settings
from fastcms.settings.model import Settings
from fastcms.settings.overrides import overrides_of
from fastcms.store.connection import Connection
from fastcms.store.errors import StoreError
from fastcms.store.job import Tx
from fastcms.store.shared import Shared
from fastcms.uploads import tables as uploads_tables

if TYPE_CHECKING:
    from fastcms.plugins.load import Plugins

# What the features keep beside the reference's tables.
_OWN_TABLES = {
    **auth_tables.TABLES,
    **bus_tables.TABLES,
    **jobs_tables.TABLES,
    **kv.TABLES,
    **mail_log.TABLES,
    **queue_tables.TABLES,
    **removals.TABLES,
    **uploads_tables.TABLES,
}


def open_directory(path: Path, *, dev: bool = False) -> App:
    """The app on the directory `path`, which is made when there is none.

    Raises StartError, in one line, for a directory that cannot be served.
    """
    path = path.absolute()
    overrides = overrides_of(path)
    try:
        with ExitStack() as if_it_fails:
            presence = _entered(path) if path.is_dir() else None
            if presence:
                if_it_fails.callback(presence.close)
            # Before the schema is read: they may bring types of its fields.
            plugins = _plugins(path)
            has_data, has_log = admission.check(path)
            if presence is None:
                # Accounts and secrets will be in it.
                path.mkdir(0o700, parents=True, exist_ok=True)
                presence = _entered(path)
                if_it_fails.callback(presence.close)
            if not has_data:
                _create(path)
            if not has_log:
                _create_log(path / "auxiliary.db")
            app = App(path, presence, overrides, dev=dev)
            if plugins is not None:
                plugins.put_in(app)
            app.store.create_tables(_OWN_TABLES)
            if_it_fails.pop_all()
    except OSError as error:
        raise StartError(
            f"{error.filename or path} cannot be used: {error.strerror or error}; "
            "mend that or give another directory with --dir"
        ) from error
    except StoreError as error:
        raise StartError(f"{path} cannot be used: {error}; {admission.remedy(error)}") from error
    return app


def _plugins(path: Path) -> Plugins | None:
    if not (path / PLUGINS).exists():
        return None
    from fastcms.plugins.load import load

    return load(path)


def _entered(path: Path) -> Presence:
    """This process's presence in a directory whose content is not being replaced."""
    while True:
        swap.settle(path)
        presence = Presence(path)
        presence.share()
        if swap.pending(path) is None:
            return presence
        # New content has come in between.
        presence.close()


def _create(path: Path) -> None:
    """Fills an empty data.db, in one transaction: a start that dies half way leaves it empty."""
    shared = Shared(path)
    connection = Connection(path / "data.db")
    shared.lock()
    try:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have been faster.
        if not connection.execute(admission.TABLES):
            _fill(Tx(connection))
        connection.execute("COMMIT")
    finally:
        shared.unlock()
        connection.close()
        shared.close()


def _fill(tx: Tx) -> None:
    tx.execute(resources.template("data.sql").read_text("utf-8"))
    for name in admission.known_migrations():
        tx.execute("INSERT INTO _migrations VALUES (?, ?)", (name, time.time_ns() // 1000))
    insert_collections(tx, msgspec.json.decode(resources.template("collections.json").read_bytes()))
    settings = resources.template("settings.json").read_bytes()
    save_settings(tx, msgspec.json.decode(settings, type=Settings))
    tx.execute(OWN_TABLE)
    save_own(tx, "version", admission.VERSION)
    save_own(tx, "passwordHash", "argon2id")


def _create_log(file: Path) -> None:
    connection = Connection(file)
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute(admission.TABLES):
            connection.execute(resources.template("auxiliary.sql").read_text("utf-8"))
        connection.execute("COMMIT")
    finally:
        connection.close()
