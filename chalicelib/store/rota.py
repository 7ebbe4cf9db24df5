"""The rota in DynamoDB: the port RotaStore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from pynamodb.expressions.operand import Path

from chalicelib.domain.rota import DutyDay, Oncologist, Shift
from chalicelib.domain.working_hours import WorkingHours
from chalicelib.store.database import Database
from chalicelib.store.models import DutyDayItem, HoursItem, OncologistItem, ShiftMap
from chalicelib.store.schema import ROTA
from chalicelib.store.table import Key, Table

_ONCOLOGIST: Final = "ONCOLOGIST"
_DUTY: Final = "DUTY"
_HOURS: Final = Key("SETTINGS", "hours")


class DynamoRota:
    """The port RotaStore over one table. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name, ROTA)

    def find_oncologist(self, oncologist: str) -> Oncologist | None:
        """Find an oncologist by id."""
        image = self._table.get(Key(_ONCOLOGIST, oncologist))
        return _oncologist(image) if image else None

    def oncologists(self) -> list[Oncologist]:
        """List every oncologist, by id, those who have left too."""
        return [_oncologist(image) for image in self._table.query_all(_ONCOLOGIST)]

    def put_oncologist(self, oncologist: Oncologist) -> None:
        """Store an oncologist."""
        self._table.put(
            OncologistItem(
                pk=_ONCOLOGIST,
                sk=oncologist.id,
                name=oncologist.name,
                registration=oncologist.registration,
                phone=oncologist.phone,
                languages=list(oncologist.languages),
                gender=oncologist.gender,
                sites=list(oncologist.sites) or None,
                joined=oncologist.joined and oncologist.joined.isoformat(),
                left=oncologist.left and oncologist.left.isoformat(),
            )
        )

    def find_duty_day(self, day: date) -> DutyDay | None:
        """Find what is published for a day: one read."""
        image = self._table.get(Key(_DUTY, day.isoformat()))
        return _duty_day(image) if image else None

    def put_duty_day(self, duty_day: DutyDay) -> None:
        """Publish a day."""
        self._table.put(
            DutyDayItem(
                pk=_DUTY,
                sk=duty_day.day.isoformat(),
                shifts=[_shift_to_map(shift) for shift in duty_day.shifts],
                version=duty_day.version,
            )
        )

    def find_duty_days(self, start: date, end: date) -> list[DutyDay]:
        """Read the published days in ``[start, end)`` in order."""
        if end <= start:
            return []
        last = end - timedelta(days=1)
        within = Path("sk").between(start.isoformat(), last.isoformat())
        return [_duty_day(image) for image in self._table.query_all(_DUTY, within)]

    def find_hours(self) -> WorkingHours | None:
        """Find the working hours, where they were ever edited."""
        image = self._table.get(_HOURS)
        if image is None:
            return None
        return WorkingHours.from_dict(HoursItem.from_raw_data(dict(image)).hours)

    def put_hours(self, hours: WorkingHours) -> None:
        """Store the working hours."""
        self._table.put(HoursItem(pk=_HOURS.pk, sk=_HOURS.sk, hours=hours.to_dict()))


def _oncologist(image: Mapping[str, Any]) -> Oncologist:
    item = OncologistItem.from_raw_data(dict(image))
    return Oncologist(
        id=item.sk,
        name=item.name,
        registration=item.registration,
        phone=item.phone,
        languages=tuple(item.languages),
        gender=item.gender,
        sites=tuple(item.sites or ()),
        joined=_date(item.joined),
        left=_date(item.left),
    )


def _duty_day(image: Mapping[str, Any]) -> DutyDay:
    item = DutyDayItem.from_raw_data(dict(image))
    return DutyDay(
        day=date.fromisoformat(item.sk),
        shifts=tuple(_shift_from_map(shift) for shift in item.shifts),
        version=int(item.version),
    )


def _shift_to_map(shift: Shift) -> ShiftMap:
    return ShiftMap(
        id=shift.id, line=shift.line, start=shift.start, end=shift.end, on=list(shift.on)
    )


def _shift_from_map(shift: ShiftMap) -> Shift:
    return Shift(id=shift.id, line=shift.line, start=shift.start, end=shift.end, on=tuple(shift.on))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
