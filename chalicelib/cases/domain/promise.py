"""The promise made at intake: an honest window for the callback, in working hours.

It follows from those ahead in line, those on duty and recent handling times. The window widens
with the length of the wait, because the error of an estimate grows with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from chalicelib.cases.domain.case import Case
from chalicelib.core.domain.datetimes import Window, require_aware
from chalicelib.core.domain.working_hours import WorkingHours

STEP = timedelta(minutes=15)
EARLY = 0.75
LATE = 1.5
SLACK_MINUTES = 30
DEFAULT_HANDLING_MINUTES = 15


def promise(
    *,
    not_before: datetime,
    ahead: int,
    doctors: int,
    handling_minutes: int,
    hours: WorkingHours,
) -> Window:
    """Tell from when to when the call is to be expected.

    ``ahead`` people are called first, by ``doctors`` at a time (none known counts as one), each
    taking ``handling_minutes`` of working time. Both ends lie in working hours and on a quarter of
    an hour: the start rounded down (never before ``not_before``), the end rounded up.
    """
    require_aware(not_before)
    wait = ceil(ahead / max(doctors, 1)) * handling_minutes
    start = hours.add(not_before, timedelta(minutes=int(wait * EARLY)))
    end = hours.finish(not_before, timedelta(minutes=ceil(wait * LATE) + SLACK_MINUTES))
    return Window(max(_floor(start), hours.next_opening(not_before)), _ceil(end))


def promise_kept(before: Case | None, after: Case) -> bool | None:
    """Tell whether the first call came within the promised window; None: no first call is this.

    Whoever was called early, or did not answer, was called: that is what was promised.
    """
    if not after.attempts or (before is not None and before.attempts):
        return None
    return after.attempts[0].at < after.expected.end


def _floor(at: datetime) -> datetime:
    return at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % STEP


def _ceil(at: datetime) -> datetime:
    floored = _floor(at)
    return floored if floored == at else floored + STEP
