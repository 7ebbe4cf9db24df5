"""How long somebody waits: who serves which queue, how long the queues are, what is promised.

A claim and a case never come from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.coverage import (
    HORIZON,
    Coverage,
    Served,
    Stretch,
    coverage_of,
    queue_for,
    repeated,
    spoken_on,
)
from chalicelib.cases.domain.promise import DEFAULT_HANDLING_MINUTES, Queues, promise
from chalicelib.cases.domain.queue import Line, LineSnapshot, line_name, lines_for
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DayPart, NeverOpen, WorkingHours
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.services.duty_view import DutyView

# A queue that outlasts the published days is promised as if the rota repeated itself for a year.
REPEATED = 13
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class View:
    """The outlook at one instant."""

    hours: WorkingHours
    on_duty: tuple[Oncologist, ...]
    lines: LineSnapshot | None

    @property
    def handling_minutes(self) -> int:
        """How long a call takes of late."""
        return self.lines.handling_minutes if self.lines else DEFAULT_HANDLING_MINUTES

    def doctors_for(self, line: Line) -> int:
        """How many on duty serve this line; at night, none."""
        return sum(line in lines_for(doctor) for doctor in self.on_duty)


@component
class Outlook:
    """Reads the outlook; what it reads of the lines is in the cache of who is on duty.

    Today's duty day alone is read where it tells enough; the days ahead, one item a day, are read
    at most once a minute, by one query.
    """

    cases: CaseStore
    duty: DutyView

    def at(self, now: datetime) -> View:
        """Return the hours, who is on duty, and the lines, as they are at an instant."""
        return View(
            hours=self.duty.hours(now),
            on_duty=self.duty.on_duty(now),
            lines=self._lines(now),
        )

    def promise(
        self,
        line: Line,
        part: DayPart,
        now: datetime,
        *,
        share: float = 1.0,
        not_before: datetime | None = None,
    ) -> tuple[datetime, Window | None]:
        """Return from when a case in this line may be offered, and the window we promise for it.

        No window: nobody serves the line on the published days, so that nobody can tell when.
        ``share`` of those who wait are called before this case; a new one comes after all. It is
        not called ``not_before`` an instant.
        """
        hours = self.duty.hours(now)
        try:
            first = hours.next_in_part(max(now, not_before or now), part)
            queues = self._queues(now, share)
            expected = self._promise(line_name(line), queues, hours, first, now)
        except NeverOpen:
            # Hours without any opening are a mistake of ours, for which no request is refused.
            return now, None
        return now if part is DayPart.ANY else first, expected

    def serves(self, line: Line, now: datetime) -> bool:
        """Whether anybody serves this line, now or on the published days ahead."""
        name = line_name(line)
        return self._today(now).serves(name, now) or self._ahead(now).serves(name, now)

    def served(self, now: datetime) -> frozenset[str]:
        """Return the names of all lines that anybody serves, now or on the published days ahead."""
        return self._ahead(now).served(now)

    def queue_for(self, language: str, now: datetime, *, prefers_woman: bool) -> Line:
        """Return the line in which somebody with these wishes waits."""

        def spoken() -> frozenset[str]:
            today = now.astimezone(self.duty.hours(now).zone).date()
            return spoken_on(today, self.duty.oncologists(now))

        return queue_for(
            language,
            prefers_woman=prefers_woman,
            serves=lambda line: self.serves(line, now),
            spoken=spoken,
        )

    def ahead_of(self, line: Line, now: datetime) -> int | None:
        """Return how many wait in all the lines of the doctors who serve this one, now or next.

        Where nobody does, it is those of the language. None: nobody has counted yet.
        """
        lines = self._lines(now)
        if lines is None:
            return None
        doctors = next(self._doctors(line_name(line), now), [])
        names = {line_name(Line(line.language, woman)) for woman in (False, True)}
        names.update(each for served in doctors for each in served)
        return sum(lines.waiting.get(each, 0) for each in names)

    def _doctors(self, name: str, now: datetime) -> Iterator[list[Served]]:
        """Yield what the doctors serve who serve a line, stretch by stretch from now on."""
        for coverage in (self._today, self._ahead):
            for stretch in coverage(now).from_now(now):
                serving = [served for served in stretch.doctors if name in served]
                if serving:
                    yield serving

    def _promise(
        self, name: str, queues: Queues, hours: WorkingHours, first: datetime, now: datetime
    ) -> Window | None:
        def within(stretches: Sequence[Stretch]) -> Window | None:
            return promise(name, queues, stretches, hours, not_before=first)

        today = within(self._today(now).from_now(now))
        if today is not None:
            return today
        ahead = self._ahead(now).from_now(now)
        expected = within(ahead)
        if expected is None and self._ahead(now).serves(name, now):
            return within(repeated(ahead, REPEATED))
        return expected

    def _queues(self, now: datetime, share: float) -> Queues:
        """Return how many are called before a case, with those who came since they were counted."""
        lines = self._lines(now)
        if lines is None:
            return Queues({}, DEFAULT_HANDLING_MINUTES)
        since = max((now - lines.taken_at) / MINUTE, 0.0)
        names = {*lines.waiting, *lines.later, *lines.grown}
        waiting = {
            name: share
            * (
                lines.waiting.get(name, 0)
                + lines.later.get(name, 0)
                + lines.grown.get(name, 0) * since
            )
            for name in names
        }
        return Queues(waiting, lines.handling_minutes)

    def _lines(self, now: datetime) -> LineSnapshot | None:
        return self.duty.cache.get("lines", now, self.cases.find_snapshot)

    def _today(self, now: datetime) -> Coverage:
        """Return who serves what today: nothing is read for it that a claim does not read too."""
        return self.duty.cache.get("coverage_today", now, lambda: self._read_today(now))

    def _ahead(self, now: datetime) -> Coverage:
        """Return who serves what today and on the published days ahead."""
        return self.duty.cache.get("coverage", now, lambda: self._read_ahead(now))

    def _read_today(self, now: datetime) -> Coverage:
        day = self.duty.duty_day(now)
        return self._coverage([day] if day else [], now)

    def _read_ahead(self, now: datetime) -> Coverage:
        return self._coverage(self.duty.days_ahead(now, HORIZON), now)

    def _coverage(self, days: Sequence[DutyDay], now: datetime) -> Coverage:
        return coverage_of(days, self.duty.oncologists(now), self.duty.hours(now))
