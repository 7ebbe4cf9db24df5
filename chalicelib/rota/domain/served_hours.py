"""What was really served: the published days, swaps and leave and all, as rotations count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_minute
from chalicelib.rota.domain.round_robin import RotationState


def as_served(
    state: RotationState, days: Iterable[DutyDay], since: date, zone: ZoneInfo
) -> RotationState:
    """Tell where the rotations stand, with the hours that were served and not those once planned.

    ``days`` are the published ones of ``[since, state.until)``.
    """
    served: defaultdict[str, dict[date, int]] = defaultdict(dict)
    last = {
        who: minute
        for who, minute in state.last.items()
        if minute <= since.toordinal() * DAY_MINUTES
    }
    midnight = state.until.toordinal() * DAY_MINUTES
    late: dict[str, int] = {}
    for day in days:
        for shift in day.shifts:
            start, end = to_minute(shift.start, zone), to_minute(shift.end, zone)
            for who in shift.on:
                served[who][day.day] = served[who].get(day.day, 0) + end - start
                last[who] = max(last.get(who, 0), end)
                if end > midnight:
                    late[who] = max(late.get(who, 0), end)
    return replace(state, served=dict(served), last=last, late=late)
