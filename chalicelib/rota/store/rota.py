"""Oncologists, duty days and hours in DynamoDB: the port RotaStore."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pynamodb.expressions.operand import Path

from chalicelib.core.component import component
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.dynamodb.conditions import absent_or, all_of
from chalicelib.core.dynamodb.errors import ConditionFailed
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.services.duty_ports import Turning
from chalicelib.rota.store.duty_mapping import (
    DUTY,
    HOURS,
    ONCOLOGIST,
    duty_day_from_image,
    duty_day_to_item,
    duty_key,
    hours_from_dict,
    oncologist_from_image,
    oncologist_to_item,
    turning_from_image,
)
from chalicelib.rota.store.duty_models import DutyDayItem, HoursItem


@component
class DynamoRota:
    """The port RotaStore over one table. Calls nothing until it is used."""

    table: Table

    def find_oncologist(self, oncologist: str) -> Oncologist | None:
        """Find an oncologist by id."""
        image = self.table.get(Key(ONCOLOGIST, oncologist))
        return oncologist_from_image(image) if image else None

    def oncologists(self) -> list[Oncologist]:
        """List every oncologist, by id, those who have left too."""
        return [oncologist_from_image(image) for image in self.table.query_all(ONCOLOGIST)]

    def put_oncologist(self, oncologist: Oncologist) -> None:
        """Store an oncologist, whatever stood there."""
        self.table.put(oncologist_to_item(oncologist))

    def find_duty_day(self, day: date) -> DutyDay | None:
        """Find what is published for a day: one read."""
        image = self.table.get(duty_key(day))
        return duty_day_from_image(image) if image else None

    def put_duty_day(self, duty_day: DutyDay) -> None:
        """Publish a day, whatever stood there."""
        self.table.put(duty_day_to_item(duty_day))

    def find_duty_days(self, start: date, end: date) -> list[DutyDay]:
        """Read the published days in ``[start, end)`` in order."""
        return read_duty_days(self.table, start, end, consistent=False)

    def find_hours(self) -> WorkingHours | None:
        """Find the working hours, where they were ever edited."""
        image = self.table.get(HOURS)
        if image is None:
            return None
        return hours_from_dict(HoursItem.from_raw_data(image).hours)

    def put_hours(self, hours: WorkingHours) -> None:
        """Store the working hours, whatever stood there."""
        self.table.put(HoursItem.placed(HOURS, hours=hours.to_dict()))

    def turnings_before(self, day: date, limit: int) -> list[Turning]:
        """Read the last published days before a date, the latest first."""
        earlier = Path("sk") < day.isoformat()
        found = self.table.query(DUTY, earlier, limit=limit, backwards=True)
        return [turning_from_image(image) for image in found.images]

    def record_turned(self, day: date, through: datetime) -> bool:
        """Record how far a published day is turned, unless it was turned as far already."""
        try:
            self.table.update(
                duty_key(day),
                [DutyDayItem.turned_through.set(through)],
                all_of(
                    DutyDayItem.pk.exists(),
                    absent_or(DutyDayItem.turned_through, DutyDayItem.turned_through < through),
                ),
            )
        except ConditionFailed:
            return False
        return True


def read_duty_days(table: Table, start: date, end: date, *, consistent: bool) -> list[DutyDay]:
    """Read the published days in ``[start, end)`` in order."""
    if end <= start:
        return []
    last = end - timedelta(days=1)
    within = Path("sk").between(start.isoformat(), last.isoformat())
    images = table.query_all(DUTY, within, consistent=consistent)
    return [duty_day_from_image(image) for image in images]
