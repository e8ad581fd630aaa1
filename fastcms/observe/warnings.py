"""Warnings and errors of the server itself, as facts for whoever listens.

What is said by `logging.getLogger("fastcms.…").warning(text, *values)`, or as an error, comes by
here; `extra={"facts": {…}}` adds keys to its data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from traceback import format_exception

from fastcms.observe.events import Warned
from fastcms.observe.secrets import masked_text

# What the request that is being answered is called, where requests have names.
REQUEST: ContextVar[str] = ContextVar("REQUEST", default="")

A_MINUTE = 20  # of one kind
TRACE_LENGTH = 4_000  # characters, of the end
_LEVELS = ((logging.ERROR, 8), (logging.WARNING, 4))


class Warnings(logging.Handler):
    """Tells listeners, on whatever thread something is said. All of it still goes to stderr."""

    def __init__(self, listeners: Sequence[Callable[[Warned], None]]) -> None:
        super().__init__(logging.WARNING)
        self._listeners = listeners
        # How often each kind came in this minute and in the one before.
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._before: dict[str, int] = {}
        logging.getLogger("fastcms").addHandler(self)

    def close(self) -> None:
        """Hears no more."""
        logging.getLogger("fastcms").removeHandler(self)
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging for each warning and error."""
        # What logging itself does where nobody handles anything.
        if not logging.root.handlers and logging.lastResort is not None:
            logging.lastResort.handle(record)
        kind = f"{record.name} {record.msg}"
        if (left_out := self._count(kind, int(record.created // 60))) is None:
            return
        data: dict[str, object] = {"logger": record.name, "type": "server"}
        data |= getattr(record, "facts", {})
        if left_out:
            data["leftOut"] = left_out
        if name := REQUEST.get():
            data["requestId"] = name
        if record.exc_info and (error := record.exc_info[1]) is not None:
            data["error"] = masked_text(named(error))
            data["trace"] = masked_text("".join(format_exception(error))[-TRACE_LENGTH:])
        level = next(level for least, level in _LEVELS if record.levelno >= least)
        warned = Warned(record.created, level, masked_text(record.getMessage()), data)
        for listener in self._listeners:
            listener(warned)

    def _count(self, kind: str, minute: int) -> int | None:
        """None if there were enough of a kind; else how many of it were not told before."""
        if minute != self._minute:
            self._minute, self._before, self._counts = minute, self._counts, {}
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count > A_MINUTE:
            return None
        return max(0, self._before.get(kind, 0) - A_MINUTE) if count == 1 else 0


def named(error: BaseException) -> str:
    """The class of an error and what it says, in one go."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 (code of users writes errors, too)
        return f"{type(error).__name__} (it cannot be shown as text)"
