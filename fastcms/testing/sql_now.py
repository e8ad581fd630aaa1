"""SQLite's functions of time on connections of tests: their `now` is that of the test's clock."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial

import apsw

# At which place each takes the time; it is now if nothing is there.
_FUNCTIONS = {
    **dict.fromkeys(("date", "datetime", "julianday", "time", "unixepoch"), 0),
    "strftime": 1,
}
_CONSTANTS = {
    "current_date": "%Y-%m-%d",
    "current_time": "%H:%M:%S",
    "current_timestamp": "%Y-%m-%d %H:%M:%S",
}


class _Own(threading.local):
    """SQLite's own functions, on this thread."""

    connection: apsw.Connection | None = None
    is_making = False


_own = _Own()


def install() -> None:
    """Gives them to all connections that are opened from now on."""
    if _put not in apsw.connection_hooks:
        apsw.connection_hooks.append(_put)


def _put(connection: apsw.Connection) -> None:
    if _own.is_making:
        return
    flags = apsw.SQLITE_INNOCUOUS
    for name, place in _FUNCTIONS.items():
        call = partial(_call, name, place)
        connection.create_scalar_function(name, call, -1, deterministic=True, flags=flags)
    for name, form in _CONSTANTS.items():
        connection.create_scalar_function(name, partial(_text, form), 0, flags=flags)


def _text(form: str) -> str:
    return f"{datetime.now(UTC):{form}}"


def _call(name: str, place: int, *arguments: apsw.SQLiteValue) -> apsw.SQLiteValue:
    given = list(arguments)
    if len(given) == place:
        given.append("now")
    if len(given) > place and isinstance(moment := given[place], str) and _is_now(moment):
        given[place] = _text("%Y-%m-%d %H:%M:%S.%f")[:-3]
    connection = _own.connection
    if connection is None:
        _own.is_making = True
        try:
            connection = _own.connection = apsw.Connection(":memory:")
        finally:
            _own.is_making = False
    marks = ", ".join("?" * len(given))
    found: apsw.SQLiteValue = connection.execute(f"SELECT {name}({marks})", given).get
    return found


def _is_now(moment: str) -> bool:
    return moment.strip().lower() == "now"
