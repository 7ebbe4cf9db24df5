"""Handover: who comes and who goes at each boundary, and whose case has to go back in line.

Both follow from the published days alone, so that a run that was missed, late, doubled or beside
another comes to the same end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.domain.datetimes import require_aware
from chalicelib.rota.domain.duty import DutyDay, Shift

FRESH_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Boundary:
    """An instant at which somebody comes on duty, or goes off, each with the shift that says so.

    Whoever goes on to another shift at once neither comes nor goes.
    """

    at: datetime
    coming: tuple[tuple[str, Shift], ...]
    going: tuple[tuple[str, Shift], ...]


def boundaries(days: Iterable[DutyDay], after: datetime, through: datetime) -> list[Boundary]:
    """Find the boundaries in ``(after, through]``, in order.

    ``days`` begin with the day before the first one that matters: a shift may end at midnight.
    """
    require_aware(after)
    shifts = [shift for day in days for shift in day.shifts]
    edges = {edge for shift in shifts for edge in (shift.start, shift.end)}
    found = (_boundary(shifts, at) for at in sorted(edges) if after < at <= through)
    return [boundary for boundary in found if boundary.coming or boundary.going]


def is_fresh(ended: datetime, now: datetime) -> bool:
    """Whether to thank for a shift that has ended: much later, they wonder which one it was."""
    return now - ended < FRESH_FOR


def on_duty_until(days: Sequence[DutyDay], who: str, since: datetime) -> datetime:
    """Return when somebody's duty ends that goes on from ``since``; ``since`` where there is none.

    A shift that follows at once continues it. A case that was taken off duty, or before a break, is
    not theirs to keep.
    """
    at = require_aware(since)
    spans = sorted(
        (shift.start, shift.end) for day in days for shift in day.shifts if who in shift.on
    )
    for start, end in spans:
        if start <= at < end:
            at = end
    return at


def _boundary(shifts: Sequence[Shift], at: datetime) -> Boundary:
    before = _serving(shift for shift in shifts if shift.start < at <= shift.end)
    after = _serving(shift for shift in shifts if shift.covers(at))
    return Boundary(
        at,
        coming=tuple((who, shift) for who, shift in after.items() if who not in before),
        going=tuple((who, shift) for who, shift in before.items() if who not in after),
    )


def _serving(shifts: Iterable[Shift]) -> dict[str, Shift]:
    return {who: shift for shift in shifts for who in shift.on}
