"""A month of the rota as weeks of days of shifts: what the calendar's page shows, and nothing else.

Pure: what was read goes in, what is drawn comes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from chalicelib.core.domain.datetimes import IST, calendar_day
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.local_minutes import to_minute
from chalicelib.rota.domain.model import Leave, Override, Temporary
from chalicelib.rota.domain.swaps import OfferState
from chalicelib.rota.services.ports import Dated, Kept
from chalicelib.rota.services.publish_rota import sources_of
from chalicelib.rota.services.rota_calendar import CalendarDays, PickedShift

_ONE_DAY = timedelta(days=1)
_WEEK = 7
_MONTH = re.compile(r"2[01][0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


class Standing(StrEnum):
    """How firm a day is."""

    PUBLISHED = "published"
    PLANNED = "planned"
    NONE = "none"


class Closed(StrEnum):
    """Why the helpline has no hours on a day."""

    HOLIDAY = "holiday"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody on a shift, as they are called."""

    id: str
    name: str
    confirmed: bool = False
    offered: bool = False


@dataclass(frozen=True, slots=True)
class ShiftCell:
    """A shift as it is drawn: ``hue`` is its line's place, by which lines are told apart."""

    id: str
    line: str
    hue: int
    start: datetime
    end: datetime
    on: tuple[Place, ...]
    missing: int = 0
    silent: tuple[str, ...] = ()
    by_hand: bool = False
    is_over: bool = False

    @property
    def span(self) -> tuple[str, str]:
        """Tell from when to when, by the clock on the wall."""
        return span_of(self.start, self.end)

    @property
    def is_gap(self) -> bool:
        """Whether somebody, or a language, is missing, and it is not yet too late."""
        return self.lacks and not self.is_over

    @property
    def lacks(self) -> bool:
        """Whether somebody, or a language, is missing, or was."""
        return bool(self.missing or self.silent)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day as it is drawn; ``special`` is what its hours are where they are not the usual."""

    day: date
    standing: Standing
    closed: Closed | None
    special: tuple[tuple[str, str], ...]
    is_today: bool
    is_past: bool
    shifts: tuple[ShiftCell, ...]
    away: tuple[str, ...]

    @property
    def has_gap(self) -> bool:
        """Whether any of its shifts has one."""
        return any(shift.is_gap for shift in self.shifts)


@dataclass(frozen=True)
class Month:
    """The days of one month, in weeks that begin on Monday; None: a day of another month."""

    first: date
    days: tuple[DayCell, ...]

    @cached_property
    def weeks(self) -> tuple[tuple[DayCell | None, ...], ...]:
        """Lay the days out in weeks."""
        before = self.first.weekday()
        after = -(before + len(self.days)) % _WEEK
        cells = (*(None,) * before, *self.days, *(None,) * after)
        return tuple(cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK))

    @cached_property
    def gaps(self) -> tuple[tuple[DayCell, ShiftCell], ...]:
        """List the gaps that can still be closed."""
        return tuple((day, shift) for day in self.days for shift in day.shifts if shift.is_gap)

    @property
    def previous(self) -> date:
        """Tell the first of the month before."""
        return (self.first - _ONE_DAY).replace(day=1)

    @property
    def next(self) -> date:
        """Tell the first of the month after."""
        return first_after(self.first)


def clock(at: time | datetime) -> str:
    """Write a time of the day: ``13:30``."""
    return f"{at:%H:%M}"


def end_clock(at: time | datetime) -> str:
    """Write the time at which something ends; midnight is the end of the day."""
    text = clock(at)
    return "24:00" if text == "00:00" else text


def span_of(start: datetime, end: datetime) -> tuple[str, str]:
    """Write from when to when something lasts, by the clock in India."""
    return clock(start.astimezone(IST)), end_clock(end.astimezone(IST))


def month_in(text: str) -> date | None:
    """Read the first day of a month like ``2026-12``; None where it is none."""
    return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None


def first_after(first: date) -> date:
    """Tell the first of the next month."""
    return (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1)


def month_of(first: date, read: CalendarDays, now: datetime) -> Month:
    """Draw the month that begins at ``first``."""
    drawing = Drawing(read, now)
    count = (first_after(first) - first).days
    return Month(first, tuple(drawing.day(first + ahead * _ONE_DAY) for ahead in range(count)))


def exceptions(dated: Dated, shift: Shift) -> list[Kept[Override] | Kept[Temporary]]:
    """List the overrides and temporary schedules that touch a shift."""
    every: list[Kept[Override] | Kept[Temporary]] = [*dated.overrides, *dated.temporary]
    return [
        kept
        for kept in every
        if kept.value.line == shift.line
        and kept.value.start < shift.end
        and shift.start < kept.value.end
    ]


class Drawing:
    """Draws days and shifts of what was read."""

    def __init__(self, read: CalendarDays, now: datetime) -> None:
        """Look up once what every cell needs."""
        documents = read.documents
        self._now = now
        self._today = calendar_day(now)
        self._hours: WorkingHours = documents.hours.value
        self._hues = {line.id: place for place, line in enumerate(documents.lines.value)}
        self._names = {who.id: who.name for who in documents.people}
        self._gaps = documents.gap_finder
        self._days = {day.day: (day, Standing.PLANNED) for day in read.planned}
        self._days |= {day.day: (day, Standing.PUBLISHED) for day in read.published}
        self._dated = read.dated
        self._offered = {
            (offer.shift.id, offer.offered_by)
            for offer in read.offers
            if offer.state is OfferState.OPEN
        }
        self._confirmed = {(each.shift, each.oncologist) for each in read.confirmed}

    def name(self, who: str) -> str:
        """Tell what somebody is called."""
        return self._names.get(who) or who

    def day(self, day: date) -> DayCell:
        """Draw a day."""
        found, standing = self._days.get(day, (None, Standing.NONE))
        windows = self._hours.windows_on(day)
        closed = None
        if not windows:
            closed = Closed.HOLIDAY if self._hours.weekly[day.weekday()] else Closed.WEEKLY
        special = windows if day in self._hours.extra else ()
        return DayCell(
            day=day,
            standing=standing,
            closed=closed,
            special=tuple((clock(opens), end_clock(closes)) for opens, closes in special),
            is_today=day == self._today,
            is_past=day < self._today,
            shifts=tuple(self.shift(shift) for shift in (found.shifts if found else ())),
            away=tuple(
                self.name(kept.value.oncologist) + self._hours_of(kept.value)
                for kept in self._dated.leave
                if kept.value.start <= day < kept.value.end
            ),
        )

    def _hours_of(self, leave: Leave) -> str:
        """Return from when to when somebody is away, where it is not for whole days."""
        if leave.since is None or leave.until is None:
            return ""
        start, end = span_of(leave.since, leave.until)
        return f" {start}\N{EN DASH}{end}"

    def shift(self, shift: Shift) -> ShiftCell:
        """Draw a shift; of a line that is no more, nothing is missing."""
        gap = self._gaps.find(shift)
        return ShiftCell(
            id=shift.id,
            line=shift.line,
            hue=self._hues.get(shift.line, len(self._hues)),
            start=shift.start,
            end=shift.end,
            on=tuple(
                Place(
                    who,
                    self.name(who),
                    confirmed=(shift.id, who) in self._confirmed,
                    offered=(shift.id, who) in self._offered,
                )
                for who in shift.on
            ),
            missing=gap.missing if gap else 0,
            silent=gap.languages if gap else (),
            by_hand=bool(exceptions(self._dated, shift)),
            is_over=shift.end <= self._now,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is not on the shift; ``hindered`` is the code of why they can't be."""

    id: str
    name: str
    languages: tuple[str, ...]
    is_member: bool
    hindered: str | None = None


def candidates(picked: PickedShift) -> list[Candidate]:
    """List who is not on: those who are free first, and of them the line's members."""
    documents = picked.around.documents
    shift = picked.shift
    lines = {line.id: line for line in documents.lines.value}
    members = lines[shift.line].rotation.members if shift.line in lines else ()
    sources = sources_of(documents, picked.around.dated)
    zone = sources.hours.zone
    presence = Presence(sources.oncologists, sources.leave, zone)
    span = to_minute(shift.start, zone), to_minute(shift.end, zone)
    elsewhere = {
        who
        for other in picked.day.shifts
        if other.start < shift.end and shift.start < other.end
        for who in other.on
    }
    found = [
        Candidate(
            who.id,
            who.name,
            who.languages,
            who.id in members,
            presence.hindrance(who.id, picked.day.day.toordinal(), *span)
            or ("on_two_lines" if who.id in elsewhere else None),
        )
        for who in sources.oncologists
        if who.id not in shift.on
    ]
    return sorted(found, key=lambda each: (bool(each.hindered), not each.is_member, each.name))
