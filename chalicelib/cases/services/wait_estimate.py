"""How long somebody waits: who is on duty, how long the lines are, and what is promised.

A claim and a case never come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.promise import DEFAULT_HANDLING_MINUTES, promise
from chalicelib.cases.domain.queue import Line, LineSnapshot
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.language import copy_language
from chalicelib.core.domain.working_hours import DayPart, NeverOpen, WorkingHours
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_view import DutyView

NOBODY_KNOWS = timedelta(days=7)


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

    def ahead_of(self, line: Line) -> int:
        """How many wait in the lines of this language."""
        if self.lines is None:
            return 0
        return sum(self.lines.waiting.get(name, 0) for name in _names(line.language))

    def doctors_for(self, line: Line) -> int:
        """How many on duty serve this line; at night, none, and the promise counts one."""
        return sum(
            line.language in doctor.languages and (doctor.is_woman or not line.woman_only)
            for doctor in self.on_duty
        )


class Outlook:
    """Reads the outlook; what it reads of the lines is in the cache of who is on duty."""

    def __init__(self, cases: CaseStore, duty: DutyView) -> None:
        self._cases = cases
        self.duty = duty

    def at(self, now: datetime) -> View:
        """Return the hours, who is on duty, and the lines, as they are at an instant."""
        on_duty = self.duty.on_duty(now)
        return View(
            hours=self.duty.hours(now),
            on_duty=on_duty,
            lines=self.duty.cache.get("lines", now, self._cases.find_snapshot),
        )

    def promise(self, line: Line, part: DayPart, now: datetime) -> tuple[datetime, Window]:
        """Return from when a case in this line may be offered, and the window we promise for it."""
        view = self.at(now)
        try:
            first = view.hours.next_in_part(now, part)
            expected = promise(
                not_before=first,
                ahead=view.ahead_of(line),
                doctors=view.doctors_for(line),
                handling_minutes=view.handling_minutes,
                hours=view.hours,
            )
        except NeverOpen:
            # Hours without any opening are a mistake of ours, for which no request is refused.
            return now, Window(now, now + NOBODY_KNOWS)
        return now if part is DayPart.ANY else first, expected

    def served_language(self, language: str, now: datetime) -> str:
        """Return the language of the line in which somebody of this language waits.

        It is their own if any oncologist speaks it; else the one in which we can write to them.
        """
        spoken = {spoken for each in self.duty.oncologists(now) for spoken in each.languages}
        return language if language in spoken or not spoken else copy_language(language)


def line_name(line: Line) -> str:
    """Name a line in a snapshot: its language, and who may call."""
    return f"{line.language}#woman" if line.woman_only else line.language


def _names(language: str) -> tuple[str, str]:
    return (line_name(Line(language)), line_name(Line(language, woman_only=True)))
