"""The rota as a calendar: what is published, and beyond it what would be, with the exceptions.

What is not yet published is planned from where the rotations stand, just as the next publication
would; it is provisional, since people join, leave and take leave until then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import NotFound, VersionConflict
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.model import Line
from chalicelib.rota.domain.plan_diff import Comparison, compare
from chalicelib.rota.domain.planner import RotaPlan, plan
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.shift_ids import day_in
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.ports import (
    Confirmation,
    Dated,
    Documents,
    Head,
    RotaEdits,
    RotaLinks,
    Versioned,
)
from chalicelib.rota.services.publish_rota import (
    LOOK_BACK,
    read_until_fresh,
    rotations_at_head,
    sources_of,
)

# As far as a provisional day tells anything, and as much planning as a page may cost.
MOST_AHEAD: Final = timedelta(days=184)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """Some days of the rota: the ``published`` ones, and those only ``planned``.

    ``offers`` are those of their shifts, as they stand now.
    """

    published: tuple[DutyDay, ...]
    planned: tuple[DutyDay, ...]
    documents: Documents
    dated: Dated
    offers: tuple[SwapOffer, ...] = ()
    confirmed: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class PickedShift:
    """One shift with its whole day: what may be done with it depends on both."""

    shift: Shift
    day: DutyDay
    is_published: bool
    around: CalendarDays


@dataclass(frozen=True, slots=True)
class Previewed:
    """What changed lines do to the days of ``[start, end)``, the next to be published."""

    start: date
    end: date
    comparison: Comparison


@component
class RotaCalendar:
    """Reads a fixed number of times, however many days, people or cases there are."""

    edits: RotaEdits
    links: RotaLinks

    def days(self, start: date, end: date, now: datetime) -> CalendarDays:
        """Tell the days of ``[start, end)``; what is more than ``MOST_AHEAD`` away is not planned.

        ``dated`` may have sources of earlier days too. Raises Busy where others keep publishing.
        """
        return read_until_fresh(lambda: self._days(start, end, now))

    def _days(self, start: date, end: date, now: datetime) -> CalendarDays:
        head, documents = self.edits.head(), self.edits.documents()
        published = self.edits.duty_days(start, end)
        today = now.astimezone(IST).date()
        first = max(start, head.published_through or today, today)
        last = min(end, today + MOST_AHEAD)
        planned: tuple[DutyDay, ...] = ()
        if first < last and documents.lines.value:
            ahead = _read_ahead(self.edits, head, documents, (first, end))
            dated = ahead.dated if first == start else self.edits.dated(start, end)
            standing = {day.day for day in published}
            days = ahead.plan(documents.lines.value, first, last).days()
            planned = tuple(day for day in days if day.day not in standing)
        else:
            dated = self.edits.dated(start, end)
        zone = documents.hours.value.zone
        midnights = [datetime.combine(day, MIDNIGHT, zone) for day in (start, end)]
        return CalendarDays(
            published=tuple(published),
            planned=planned,
            documents=documents,
            dated=dated,
            offers=tuple(offer.at(now) for offer in self.edits.offers(*midnights)),
            confirmed=tuple(self.links.confirmations(start, end)),
        )

    def shift(self, shift: str, now: datetime) -> PickedShift:
        """Find a shift by its id, a planned one too. Raises NotFound."""
        day = day_in(shift)
        if day is None:
            raise NotFound
        # What is left of a shift after midnight belongs to the day before.
        for start in (day, day - _ONE_DAY):
            around = self.days(start, start + _ONE_DAY, now)
            for one in (*around.published, *around.planned):
                for each in one.shifts:
                    if each.id == shift:
                        return PickedShift(each, one, one in around.published, around)
        raise NotFound


@component
class PreviewLines:
    """Tells what changed lines would do, and stores nothing."""

    edits: RotaEdits

    def __call__(
        self, lines: tuple[Line, ...], version: int, days: timedelta, now: datetime
    ) -> Previewed:
        """Compare the days that are published next, as they would be and as they will be.

        Raises VersionConflict where the lines were changed meanwhile, InvalidInput where the new
        ones do not hold together, Busy where others keep publishing.
        """
        return read_until_fresh(lambda: self._compare(lines, version, days, now))

    def _compare(
        self, lines: tuple[Line, ...], version: int, days: timedelta, now: datetime
    ) -> Previewed:
        head, documents = self.edits.head(), self.edits.documents()
        stored = documents.lines
        if stored.version != version:
            raise VersionConflict(stored.value, stored.version)
        today = now.astimezone(IST).date()
        start = max(head.published_through or today, today)
        end = start + days
        ahead = _read_ahead(self.edits, head, documents, (start, end))
        found = compare(ahead.plan(stored.value, start, end), ahead.plan(lines, start, end))
        return Previewed(start, end, found)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """All that the next days are planned from, but for the lines."""

    documents: Documents
    dated: Dated
    state: RotationState | None

    def plan(self, lines: tuple[Line, ...], start: date, end: date) -> RotaPlan:
        """Plan the days as they would be published. Raises InvalidInput."""
        documents = replace(self.documents, lines=Versioned(lines, 0))
        return plan(sources_of(documents, self.dated), start, end, self.state, strict=False)


def _read_ahead(
    edits: RotaEdits, head: Head, documents: Documents, span: tuple[date, date]
) -> _Ahead:
    """Read where the rotations stand, and the exceptions from there to the end of a span."""
    state = rotations_at_head(edits, head, documents)
    since = min(span[0], state.until) if state else span[0]
    return _Ahead(documents, edits.dated(since - LOOK_BACK, span[1]), state)
