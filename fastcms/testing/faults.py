"""What goes wrong in a server under test, so that it fails the test with its traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from fastcms.observe.warnings import named

_LOGGER = logging.getLogger("fastcms")
# What they tell of is no part of a request.
_BESIDE = {"fastcms.background", "fastcms.jobs", "fastcms.queue"}


class Fault(NamedTuple):
    """An error that the server told of."""

    message: str
    error: BaseException
    # Whether that was no part of a request, but beside them.
    is_beside: bool


class Faults(logging.Handler):
    """The errors that the server told of and that no test has seen yet.

    An answer of 4xx that a function gives by `errors` is none.
    """

    def __init__(self, is_ours: Callable[[], bool]) -> None:
        super().__init__(logging.ERROR)
        # Whether what is said at this moment is said by the server of this test.
        self._is_ours = is_ours
        self._found: list[Fault] = []
        self._expected: list[list[BaseException]] = []
        _LOGGER.addHandler(self)

    def close(self) -> None:
        """Hears no more."""
        _LOGGER.removeHandler(self)
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging for each error."""
        # That the loop stands still is no news where a debugger has stopped it.
        if record.module == "watchdog" or not self._is_ours():
            return
        message = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        values = record.args if isinstance(record.args, tuple) else ()
        error = error or next((v for v in values if isinstance(v, BaseException)), None)
        if error is None:
            # What was told where it happened is told again by who called.
            if any(named(fault.error) in message for fault in self._found):
                return
            error = AssertionError(message)
        if not any(fault.error is error for fault in self._found):
            self._found.append(Fault(message, error, record.name in _BESIDE))

    def tell(self, during: str = "", *, beside: bool = True) -> None:
        """Raises what was found, as it was raised, with what was `beside` the requests or without;
        nothing where there is nothing.
        """
        __tracebackhide__ = True
        found = [fault for fault in self._found if beside or not fault.is_beside]
        self._found = [fault for fault in self._found if fault not in found]
        if self._expected:
            self._expected[-1] += [fault.error for fault in found]
            return
        errors: list[Exception] = []
        for message, error, _ in found:
            if isinstance(error, Exception):
                told = error
            else:
                # One that ends a process is not to end the run of the tests.
                told = RuntimeError(named(error))
                told.__cause__ = error
            told.add_note(f"{message} ({during})" if during else message)
            errors.append(told)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("errors of the server under test", errors)

    @contextmanager
    def expected(
        self, kind: type[BaseException], wait: Callable[[], None]
    ) -> Iterator[list[BaseException]]:
        """While this lasts errors of a kind are expected: at its end there has to be one."""
        self.tell()
        errors: list[BaseException] = []
        self._expected.append(errors)
        try:
            yield errors
            wait()
            self.tell()
        finally:
            self._expected.pop()
        others = [error for error in errors if not isinstance(error, kind)]
        if others:
            raise others[0]
        assert errors, f"no {kind.__name__} was raised in the server"
