"""When an unanswered call is tried again: in working time, so that a night costs nobody a try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.domain.working_hours import WorkingHours


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried, and how long after one try the next comes.

    ``delays`` are working time after the first, second… try; where there are more tries than
    delays, each further one is at the opening of the next working day. ``after_failures`` are
    working time after a fault of ours, the first, the second in a row…; the last repeats. It ends
    no case.
    """

    tries: int = 3
    delays: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(minutes=60))
    after_failures: tuple[timedelta, ...] = (
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(minutes=30),
        timedelta(minutes=60),
    )

    def next_try(self, tried: int, at: datetime, hours: WorkingHours) -> datetime | None:
        """Tell when to try again after the ``tried``-th try ended at ``at``; None: no more."""
        if tried >= self.tries:
            return None
        if tried <= len(self.delays):
            return hours.add(at, self.delays[tried - 1])
        return hours.next_working_day_opening(at)

    def after_failure(self, failures: int, at: datetime, hours: WorkingHours) -> datetime:
        """Return when to try again after so many faults of ours in a row (one or more)."""
        return hours.add(at, self.after_failures[min(failures, len(self.after_failures)) - 1])
