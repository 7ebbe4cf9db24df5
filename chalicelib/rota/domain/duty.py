"""Who is an oncologist, and who is on duty: the published duty day.

Shifts are half-open: whoever is on until 13:30 is off at 13:30.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.core.domain.datetimes import require_aware


@dataclass(frozen=True, slots=True)
class Oncologist:
    """A volunteer oncologist; ``languages`` in the order of preference."""

    id: str
    name: str
    registration: str
    phone: str
    languages: tuple[str, ...]
    gender: str
    sites: tuple[str, ...] = ()
    joined: date | None = None
    left: date | None = None

    @property
    def is_woman(self) -> bool:
        """Whether a patient who asked for a woman may be given to this oncologist."""
        return self.gender == "female"

    def is_there(self, day: date) -> bool:
        """Whether they work here on a day: ``left`` is the first on which they do not."""
        joined = self.joined is None or self.joined <= day
        return joined and not self.has_left(day)

    def has_left(self, day: date) -> bool:
        """Whether they worked here before a day and do so no longer."""
        return self.left is not None and self.left <= day

    @property
    def leaves_before_joining(self) -> bool:
        """Whether the dates make no sense together."""
        return bool(self.joined and self.left and self.left < self.joined)


@dataclass(frozen=True, slots=True)
class Shift:
    """One span of one line of the rota, and who is on, in the order taken."""

    id: str
    line: str
    start: datetime
    end: datetime
    on: tuple[str, ...]

    def covers(self, at: datetime) -> bool:
        """Tell whether the shift runs at this instant."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class DutyDay:
    """The published shifts of one day of the helpline's calendar."""

    day: date
    shifts: tuple[Shift, ...] = ()
    version: int = 1

    def on_duty_at(self, at: datetime) -> frozenset[str]:
        """Tell the ids of those on duty at this instant."""
        require_aware(at)
        return frozenset(who for shift in self.shifts if shift.covers(at) for who in shift.on)

    def shift_of(self, oncologist: str, at: datetime) -> Shift | None:
        """Find the shift which this oncologist serves at this instant."""
        return next(
            (shift for shift in self.shifts if shift.covers(at) and oncologist in shift.on), None
        )


def shifts_of(days: Iterable[DutyDay], who: str) -> list[Shift]:
    """List somebody's shifts on some days, in order."""
    return [shift for day in days for shift in day.shifts if who in shift.on]
