"""Who is on duty, and when the helpline is open.

All of it changes slowly, so each part is read at most once a minute in a process.
"""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.component import component
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, WorkingHours
from chalicelib.core.services.minute_cache import MinuteCache
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.services.duty_ports import RotaStore

ONE_DAY: Final = timedelta(days=1)


@component
class DutyView:
    """Reads hours, duty days and oncologists, and remembers them for a minute."""

    rota: RotaStore
    cache: MinuteCache = field(default_factory=MinuteCache)
    """What is read of the helpline at most once a minute, the queue's length among it."""

    def hours(self, now: datetime) -> WorkingHours:
        """Return the working hours in force."""
        return self.cache.get("hours", now, self.rota.find_hours) or DEFAULT_HOURS

    def duty_day(self, now: datetime) -> DutyDay | None:
        """Return what is published for the helpline's calendar day at ``now``.

        Shifts of the day before that run over midnight are among its own.
        """
        zone = self.hours(now).zone
        day: date = now.astimezone(zone).date()
        return self.cache.get(("duty", day), now, lambda: self._read(day, zone))

    def _read(self, day: date, zone: ZoneInfo) -> DutyDay | None:
        """Read a day and the one before it: one query."""
        days = self.rota.find_duty_days(day - ONE_DAY, day + ONE_DAY)
        midnight = datetime.combine(day, time(), zone)
        late = tuple(
            shift
            for each in days
            if each.day < day
            for shift in each.shifts
            if shift.end > midnight
        )
        today = next((each for each in days if each.day == day), None)
        if late:
            today = today or DutyDay(day)
            return replace(today, shifts=(*late, *today.shifts))
        return today

    def days_ahead(self, now: datetime, ahead: timedelta) -> list[DutyDay]:
        """Return what is published from yesterday, whose night may go on, for as long ahead."""
        today = now.astimezone(self.hours(now).zone).date()
        return self.cache.get(
            ("ahead", today, ahead),
            now,
            lambda: self.rota.find_duty_days(today - timedelta(days=1), today + ahead),
        )

    def oncologists(self, now: datetime) -> list[Oncologist]:
        """Return every oncologist, those who have left among them."""
        return self.cache.get("oncologists", now, self.rota.oncologists)

    def oncologist(self, oncologist: str, now: datetime) -> Oncologist | None:
        """Return an oncologist by id; None where there is none."""
        return next((each for each in self.oncologists(now) if each.id == oncologist), None)

    def name_of(self, who: str, now: datetime) -> str:
        """Return an oncologist's name; an administrator is known by the user name."""
        found = self.oncologist(who, now)
        return found.name if found else who

    def on_duty(self, now: datetime) -> tuple[Oncologist, ...]:
        """Return the oncologists who are on duty at ``now``, by their ids; nobody who has left."""
        day = self.duty_day(now)
        if day is None:
            return ()
        doctors = (self.oncologist(who, now) for who in sorted(day.on_duty_at(now)))
        return tuple(each for each in doctors if each is not None and each.is_there(day.day))

    def forget(self) -> None:
        """Read everything again at its next use: after a change of the rota in this process."""
        self.cache.clear()
