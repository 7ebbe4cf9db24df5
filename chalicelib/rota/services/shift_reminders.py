"""Reminders: a day before a shift and an hour before, with a link that confirms or offers it.

Each run takes up where the last one that came to its end left off, and each reminder has an id of
its own, so that a run that was missed, doubled or cut off reminds everybody once all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.notifications import Ahead, reminder_owed
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import RotaLinks
from chalicelib.rota.services.recipients import Addresses
from chalicelib.rota.services.rota_writer import TellChange
from chalicelib.rota.services.shift_links import ShiftLinks

BEFORE: Final = {Ahead.DAY: timedelta(days=1), Ahead.HOUR: timedelta(hours=1)}
FIRST_RUN: Final = timedelta(minutes=15)
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RemindersSent:
    """What one run did: reminders owed, and changes that had been written and not told."""

    reminders: int
    changes_told: int


@component
class Remind:
    """Runs every quarter of an hour."""

    rota: RotaStore
    links: RotaLinks
    shift_links: ShiftLinks
    addresses: Addresses
    send: SendMessages
    tell_change: TellChange

    def __call__(self, now: datetime) -> RemindersSent:
        """Remind of the shifts that came within a day, or an hour, since the last run."""
        since = self.links.reminded_through() or now - FIRST_RUN
        today = now.astimezone(IST).date()
        days = self.rota.find_duty_days(today, today + 2 * ONE_DAY)
        shifts = [shift for day in days for shift in day.shifts]
        due = list(_due(shifts, since, now))
        self.send(self._owed(due), now)
        self.links.record_reminded(now)
        return RemindersSent(
            reminders=sum(len(shift.on) for _, shift in due),
            changes_told=self.tell_change.sweep(now),
        )

    def _owed(self, due: list[tuple[Ahead, Shift]]) -> Iterator[OwedMessage]:
        addresses = self.addresses.everybody() if due else {}
        for ahead, shift in due:
            for who in shift.on:
                if who in addresses:
                    self.shift_links.make(shift, who)
                    yield reminder_owed(shift, who, ahead, addresses[who])


def _due(shifts: list[Shift], since: datetime, now: datetime) -> Iterator[tuple[Ahead, Shift]]:
    """Tell which shifts came so near in ``(since, now]``, and have not begun."""
    today = now.astimezone(IST).date()
    for ahead, before in BEFORE.items():
        for shift in shifts:
            # Whoever is told of "tomorrow" must not read it on the day itself.
            too_late = ahead is Ahead.DAY and shift.start.astimezone(IST).date() <= today
            if since < shift.start - before <= now < shift.start and not too_late:
                yield ahead, shift
