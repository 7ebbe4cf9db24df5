"""Counts cases again from the cases themselves, while the stream goes on counting.

A span of days is counted from every case that may touch it: those still open, and those that ended
since its first day. A case that moves from one list to another meanwhile has changed, and the
stream counts it. What a purged case once counted for stays.

The work is done a step at a time; where a step ended is for its caller to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Finished, Waiting, lines_in
from chalicelib.cases.services.ports import CaseStore, WholeCases
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.language import Language
from chalicelib.core.services.ports import Page
from chalicelib.reports.services.count_cases import CountCases

STEP: Final = 400
_PAGE: Final = 100
_LOOKED: Final = 1
_SUMMED: Final = 10
_DAY: Final = timedelta(days=1)
_ENDED: Final = (Status.COMPLETED, Status.CLOSED)
_Page = Page[Waiting] | Page[Finished]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recount goes on: the number of a list, and that list's own cursor."""

    number: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: cases counted, tallies that this changed, lists done of how many in all.

    ``place`` is where the next step goes on; None: the recount is done.
    """

    counted: int
    changed: int
    done: int
    of: int
    place: Place | None


class Tried(NamedTuple):
    """What reading on in a list came to: cases, tallies changed, and where it was left."""

    counted: int
    changed: int
    cursor: str | None


_Read = Callable[[str | None], Tried]


@component
class Recount:
    """Recounts a span of days."""

    cases: CaseStore
    whole: WholeCases
    count: CountCases
    languages: Collection[str] = tuple(Language)
    """Those in which somebody may wait."""

    def step(self, start: date, end: date, now: datetime, place: Place, most: int = STEP) -> Step:
        """Go on counting ``[start, end)`` from a place, until about ``most`` cases are counted."""
        lists = self._lists(start, end, calendar_day(now))
        number, cursor = place.number, place.cursor
        counted, changed, effort = 0, 0, 0
        while number < len(lists) and effort < most:
            read, cost = lists[number]
            tried = read(cursor)
            counted, changed = counted + tried.counted, changed + tried.changed
            effort += tried.counted + cost
            cursor = tried.cursor
            number += cursor is None
        goes_on = Place(number, cursor) if number < len(lists) else None
        return Step(counted, changed, min(number, len(lists)), len(lists), goes_on)

    def _lists(self, start: date, end: date, today: date) -> list[tuple[_Read, int]]:
        """Tell what is read, in order, each with what it costs beside its cases.

        Midnight adds lists, behind those of the ended cases: a place that stands further on then
        reads some of them twice, which changes nothing.
        """
        asked = [self._claimed, self._pages(self.cases.list_deferred, end)]
        lines = lines_in(self.languages)
        asked += [self._pages(partial(self.cases.list_waiting, line), end) for line in lines]
        ended = [
            self._pages(partial(self.cases.list_finished, status, day), end)
            for day in _days(start, today)
            for status in _ENDED
        ]
        sums = [self._sum(day) for day in _days(start, min(end - _DAY, today))]
        return [*((read, _LOOKED) for read in (*asked, *ended)), *((s, _SUMMED) for s in sums)]

    def _claimed(self, _: str | None) -> Tried:
        return Tried(*self._count_all(claim.reference for claim in self.cases.claims()), None)

    def _pages(self, pages: Callable[[int, str | None], _Page], end: date) -> _Read:
        """Read a list page by page, without those who asked after the span."""

        def read(cursor: str | None) -> Tried:
            page = pages(_PAGE, cursor)
            asked = (each.reference for each in page.items if calendar_day(each.requested_at) < end)
            return Tried(*self._count_all(asked), page.cursor)

        return read

    def _sum(self, day: date) -> _Read:
        def read(_: str | None) -> Tried:
            self.count.sum_up([day])
            return Tried(0, 0, None)

        return read

    def _count_all(self, references: Iterable[str]) -> tuple[int, int]:
        cases = self.whole.read(list(references))
        return len(cases), self.count(cases)


def _days(start: date, last: date) -> list[date]:
    return [start + _DAY * number for number in range((last - start).days + 1)]
