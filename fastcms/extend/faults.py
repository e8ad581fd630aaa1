"""What functions of users raise: whose end it is, and what the operator is told of it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import TracebackType

import fastcms

_OWN = str(Path(fastcms.__file__).parent)

log = logging.getLogger("fastcms.hooks")


def is_cancelled(error: BaseException) -> bool:
    """Whether the task is told to end, and not only a function says so."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, GeneratorExit)


def tell(error: BaseException, where: str) -> None:
    """Tells the operator of a fault: where it is in the code of users, not how it was called."""
    error.__traceback__ = of_users(error.__traceback__)
    log.error("%s failed", where, exc_info=error)


def of_users(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the steps of the server; the whole if there are no others."""
    steps: list[TracebackType] = []
    step = trace
    while step is not None:
        if not step.tb_frame.f_code.co_filename.startswith(_OWN):
            steps.append(step)
        step = step.tb_next
    shown: TracebackType | None = None
    for step in reversed(steps):
        shown = TracebackType(shown, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return shown or trace
