"""The promise made at intake: an honest window for the callback, in working hours.

It follows from all earlier cases that the same doctors serve, from who is on duty now and on the
published days ahead, and from recent handling times. The window widens with the length of the wait,
because the error of an estimate grows with it. Only doctors who can serve the case count: where
nobody does, nothing is promised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.coverage import Stretch
from chalicelib.core.domain.datetimes import Window, require_aware
from chalicelib.core.domain.working_hours import WorkingHours

STEP = timedelta(minutes=15)
EARLY: Final = 0.75
LATE: Final = 1.5
SLACK_MINUTES: Final = 15
DEFAULT_HANDLING_MINUTES: Final = 15
_TICK: Final = timedelta(microseconds=1)
_MINUTE: Final = 60.0
# So many cases are none; smaller, and an instant could not be told from the one before.
_HARDLY_ANYBODY: Final = 1e-4


class Turn(NamedTuple):
    """When a case's turn comes: in which stretch, at how many seconds since 1970."""

    place: int
    at: float


@dataclass(frozen=True, slots=True)
class Queues:
    """How many wait in each queue, by its name, all of them before the case in question."""

    waiting: Mapping[str, float]
    handling_minutes: int


def promise(
    name: str,
    queues: Queues,
    stretches: Sequence[Stretch],
    hours: WorkingHours,
    *,
    not_before: datetime,
) -> Window | None:
    """Return from when to when the call of a case in the queue ``name`` is to be expected.

    ``stretches`` begin at the present. None: the case's turn does not come within them, or nobody
    in them serves this queue. The window's start is the turn if calls take three quarters of their
    usual time, its end the turn if they take one and a half times as long, and a quarter of an hour
    and one call's time of duty more. Both lie in opening hours and on a quarter of an hour, or on
    the edge of the hours; the start is never before ``not_before``.
    """
    require_aware(not_before)
    start = turn_of(name, queues, stretches, not_before, EARLY)
    late = turn_of(name, queues, stretches, not_before, LATE)
    if start is None or late is None:
        return None
    slack = (SLACK_MINUTES + queues.handling_minutes) * _MINUTE
    end = _after(name, stretches, late, slack)
    if end is None:
        return None
    return Window(
        _down(_instant(start.at), not_before, hours),
        _up(_instant(end), hours),
    )


def turn_of(
    name: str,
    queues: Queues,
    stretches: Sequence[Stretch],
    not_before: datetime,
    pace: float,
) -> Turn | None:
    """Return when a doctor has taken all earlier cases of their queues, and so comes to this one.

    Every doctor takes the earliest case of all queues that they serve. Of these only the numbers
    are known, so that each doctor's time is shared out by them. ``pace`` is how long a call takes,
    in usual calls. The work grows with the stretches and the queues, not with the cases.
    """
    left = {each: float(count) for each, count in queues.waiting.items() if count > 0}
    a_call = max(queues.handling_minutes, 1) * _MINUTE * pace
    earliest = not_before.timestamp()
    for place, stretch in enumerate(stretches):
        serving = [served for served in stretch.doctors if name in served]
        at = stretch.start
        while at < stretch.end:
            if serving and at >= earliest and _is_next(serving, left):
                return Turn(place, at)
            rates = _rates(stretch.doctors, left)
            until = stretch.end
            if at < earliest < until:
                until = earliest
            for each, rate in rates.items():
                until = min(until, at + left[each] / rate * a_call)
            done = (until - at) / a_call
            for each, rate in rates.items():
                left[each] -= rate * done
                if left[each] < _HARDLY_ANYBODY:
                    del left[each]
            at = until
    return None


def promise_kept(before: Case | None, after: Case) -> bool | None:
    """Return whether the first call came within the promised window.

    None: this is no first call, or nothing was promised. A patient who was called early, or did not
    answer, was called: that is what was promised.
    """
    if not after.attempts or (before is not None and before.attempts):
        return None
    if after.expected is None:
        return None
    return after.attempts[0].at < after.expected.end


def is_within_hours(window: Window, hours: WorkingHours) -> bool:
    """Whether a promised window still starts and ends while the helpline is open."""
    return hours.is_open(window.start) and hours.is_open(window.end - _TICK)


def _is_next(serving: Sequence[tuple[str, ...]], left: Mapping[str, float]) -> bool:
    return not left or any(not any(each in left for each in served) for served in serving)


def _rates(doctors: Sequence[tuple[str, ...]], left: Mapping[str, float]) -> dict[str, float]:
    """Return how many doctors work on each queue, when each divides their time by its length."""
    rates: dict[str, float] = {}
    if not left:
        return rates
    for served in doctors:
        own = [each for each in served if each in left]
        total = sum(left[each] for each in own)
        for each in own:
            rates[each] = rates.get(each, 0.0) + left[each] / total
    return rates


def _after(name: str, stretches: Sequence[Stretch], turn: Turn, seconds: float) -> float | None:
    """Return when so much time of duty for this queue has passed since a turn."""
    at, needed = turn.at, seconds
    for stretch in stretches[turn.place :]:
        at = max(at, stretch.start)
        if not any(name in served for served in stretch.doctors):
            continue
        if needed <= stretch.end - at:
            return at + needed
        needed -= stretch.end - at
    return None


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _down(at: datetime, not_before: datetime, hours: WorkingHours) -> datetime:
    opening = hours.window_at(at)
    if opening is None:
        return max(hours.next_opening(at), not_before)
    return max(_floor(at), not_before, opening.start)


def _up(at: datetime, hours: WorkingHours) -> datetime:
    floored = _floor(at)
    raised = floored if floored == at else floored + STEP
    opening = hours.window_at(at - _TICK)
    if opening is None:
        return hours.next_closing(at) or raised
    return min(raised, opening.end)


def _floor(at: datetime) -> datetime:
    return at - (at - datetime.min.replace(tzinfo=UTC)) % STEP
