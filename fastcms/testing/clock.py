"""The time of a test: it stands still, and moves when the test says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from time_machine import Traveller, travel

# What moves a clock is told of it: from when on, and until when.
Passed = Callable[[datetime, datetime], None]


class Clock:
    """Stands still from the first use on. It is the clock of this whole process: of all its threads
    and all of Python, functions of hooks included, and of `now` in SQL, by `sql_now`.

    Not moved are other processes and waiting: `sleep`, timeouts.
    """

    def __init__(self, passed: Passed) -> None:
        self._passed = passed
        self._travel: travel | None = None
        self._traveller: Traveller | None = None

    @property
    def now(self) -> datetime:
        """The moment at which it stands, in UTC."""
        self._started()
        return datetime.now(UTC)

    def tick(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Lets time pass. Jobs that became due in it run once, however often they did, and so does
        what waited in the queue; it returns when they have ended.
        """
        __tracebackhide__ = True
        before = self.now
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        now = self.move_to(before + step)
        self._passed(before, now)
        return now

    def move_to(self, moment: datetime | str) -> datetime:
        """Puts the clock to a moment, `"2026-01-31 02:59"`, in UTC where no zone is named. That is
        no time that passes: nothing becomes due.
        """
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        self._started().move_to(moment)
        return moment

    def stand_still(self) -> None:
        """Stands still from now on, if it does not yet."""
        self._started()

    def stop(self) -> None:
        """Goes on as the clock of the machine; safe to call twice."""
        if self._travel is not None:
            self._travel.stop()
        self._travel = self._traveller = None

    def _started(self) -> Traveller:
        if self._traveller is None:
            try:
                from time_machine import travel
            except ImportError as error:
                raise ImportError(
                    "the clock of tests needs time-machine: pip install 'fastcms-server[testing]'"
                ) from error
            self._travel = travel(datetime.now(UTC), tick=False)
            self._traveller = self._travel.start()
        return self._traveller
