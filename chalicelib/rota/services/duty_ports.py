"""What the services need to know who is on duty: people, published days, hours.

Apart from the other ports of the rota's table, so that a patient's request loads no rotations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.rota.domain.duty import DutyDay, Oncologist


@dataclass(frozen=True, slots=True)
class Turning:
    """A published day, and the instant through which its boundaries were turned; None: never."""

    day: DutyDay
    turned_through: datetime | None = None


class RotaStore(Protocol):
    """Oncologists, the published duty days and the working hours."""

    def find_oncologist(self, oncologist: str) -> Oncologist | None:
        """Find an oncologist by id."""

    def oncologists(self) -> list[Oncologist]:
        """List every oncologist, those who have left too."""

    def put_oncologist(self, oncologist: Oncologist) -> None:
        """Store an oncologist, whatever stood there: for a seed."""

    def find_duty_day(self, day: date) -> DutyDay | None:
        """Find what is published for a day: one read."""

    def put_duty_day(self, duty_day: DutyDay) -> None:
        """Publish a day, whatever stood there: for a seed."""

    def find_duty_days(self, start: date, end: date) -> list[DutyDay]:
        """Read the published days in ``[start, end)`` in order: one query."""

    def find_hours(self) -> WorkingHours | None:
        """Find the working hours, where they were ever edited."""

    def put_hours(self, hours: WorkingHours) -> None:
        """Store the working hours, whatever stood there: for a seed."""

    def turnings_before(self, day: date, limit: int) -> list[Turning]:
        """Read the last ``limit`` published days before a date, the latest first: one query."""

    def record_turned(self, day: date, through: datetime) -> bool:
        """Record how far a published day is turned; False where it was turned as far already."""
