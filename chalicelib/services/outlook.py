"""What the helpline knows of itself at an instant: hours, who is on duty, how long the lines are.

All of it changes slowly, so each part is read at most once a minute in a process. A claim and a
case never come from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from chalicelib.domain.case import Window
from chalicelib.domain.language import copy_language
from chalicelib.domain.promise import DEFAULT_HANDLING_MINUTES, promise
from chalicelib.domain.queue import Line, LineSnapshot
from chalicelib.domain.rota import DutyDay, Oncologist
from chalicelib.domain.working_hours import DEFAULT_HOURS, DayPart, NeverOpen, WorkingHours
from chalicelib.services.duty_ports import RotaStore
from chalicelib.services.ports import CaseStore

FRESH_FOR = timedelta(minutes=1)
NOBODY_KNOWS = timedelta(days=7)
V = TypeVar("V")


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
    """Reads the outlook, and remembers it for a minute."""

    def __init__(self, cases: CaseStore, rota: RotaStore) -> None:
        """Bind the stores."""
        self._cases = cases
        self._rota = rota
        self._kept: dict[object, tuple[datetime, object]] = {}

    def at(self, now: datetime) -> View:
        """Tell how things stand."""
        day = self.duty_day(now)
        ids = sorted(day.on_duty_at(now)) if day else ()
        doctors = (self.oncologist(who, now) for who in ids)
        return View(
            hours=self.hours(now),
            on_duty=tuple(doctor for doctor in doctors if doctor is not None),
            lines=self._keep("lines", now, self._cases.find_snapshot),
        )

    def promise(self, line: Line, part: DayPart, now: datetime) -> tuple[datetime, Window]:
        """Tell from when a case in this line may be offered, and what is promised for it."""
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

    def hours(self, now: datetime) -> WorkingHours:
        """The working hours in force."""
        return self._keep("hours", now, self._rota.find_hours) or DEFAULT_HOURS

    def duty_day(self, now: datetime) -> DutyDay | None:
        """What is published for the helpline's calendar day at ``now``."""
        day: date = now.astimezone(self.hours(now).zone).date()
        return self._keep(("duty", day), now, lambda: self._rota.find_duty_day(day))

    def oncologist(self, oncologist: str, now: datetime) -> Oncologist | None:
        """An oncologist by id."""
        return next((each for each in self._oncologists(now) if each.id == oncologist), None)

    def served_language(self, language: str, now: datetime) -> str:
        """Tell in which line somebody of this language waits, so that somebody calls them.

        Their own, where any oncologist speaks it; else the one in which we can write to them.
        """
        spoken = {spoken for each in self._oncologists(now) for spoken in each.languages}
        return language if language in spoken or not spoken else copy_language(language)

    def _oncologists(self, now: datetime) -> list[Oncologist]:
        return self._keep("oncologists", now, self._rota.oncologists)

    def forget(self) -> None:
        """Read everything anew: for whoever has just changed it."""
        self._kept.clear()

    def _keep(self, key: object, now: datetime, read: Callable[[], V]) -> V:
        kept = self._kept.get(key)
        # A clock that stepped back must not keep a value alive for longer than a minute.
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH_FOR:
            kept = (now, read())
            self._kept[key] = kept
        return kept[1]  # type: ignore[return-value]  # what `read` gave for this key


def line_name(line: Line) -> str:
    """Name a line in a snapshot: its language, and who may call."""
    return f"{line.language}#woman" if line.woman_only else line.language


def _names(language: str) -> tuple[str, str]:
    return (line_name(Line(language)), line_name(Line(language, woman_only=True)))
