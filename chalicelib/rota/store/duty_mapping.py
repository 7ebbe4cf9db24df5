"""Oncologists and duty days, to items and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.rota.services.duty_ports import Turning
from chalicelib.rota.store.duty_models import DutyDayItem, OncologistItem, ShiftMap

ONCOLOGIST: Final = "ONCOLOGIST"
DUTY: Final = "DUTY"
HOURS: Final = Key("SETTINGS", "hours")


def hours_from_dict(stored: Mapping[str, Any]) -> WorkingHours:
    """Read working hours as they are stored, always in the helpline's own zone.

    Another was accepted once, and put everybody off duty.
    """
    return WorkingHours.from_dict({**stored, "zone": IST.key})


def oncologist_to_item(oncologist: Oncologist, version: int | None = None) -> OncologistItem:
    """Write an oncologist; without a version, one that nobody has edited."""
    return OncologistItem(
        pk=ONCOLOGIST,
        sk=oncologist.id,
        name=oncologist.name,
        registration=oncologist.registration,
        phone=oncologist.phone,
        languages=list(oncologist.languages),
        gender=oncologist.gender,
        sites=list(oncologist.sites) or None,
        joined=oncologist.joined and oncologist.joined.isoformat(),
        left=oncologist.left and oncologist.left.isoformat(),
        version=version,
    )


def oncologist_from_image(image: Image) -> Oncologist:
    """Read an oncologist."""
    item = OncologistItem.from_raw_data(image)
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


def version_in(image: Image | None) -> int:
    """Tell the version of a document: 0 for none, 1 for one that was stored and never edited."""
    if image is None:
        return 0
    return int(image["version"]["N"]) if "version" in image else 1


def shift_to_map(shift: Shift) -> ShiftMap:
    """Write a shift."""
    return ShiftMap(
        id=shift.id, line=shift.line, start=shift.start, end=shift.end, on=list(shift.on)
    )


def shift_from_map(shift: ShiftMap) -> Shift:
    """Read a shift."""
    return Shift(id=shift.id, line=shift.line, start=shift.start, end=shift.end, on=tuple(shift.on))


def duty_day_to_item(duty_day: DutyDay) -> DutyDayItem:
    """Write a day that nobody has turned yet."""
    return DutyDayItem(
        pk=DUTY,
        sk=duty_day.day.isoformat(),
        shifts=[shift_to_map(shift) for shift in duty_day.shifts],
        version=duty_day.version,
    )


def duty_day_from_image(image: Image) -> DutyDay:
    """Read a published day."""
    return turning_from_image(image).day


def turning_from_image(image: Image) -> Turning:
    """Read a published day, and how far it was turned."""
    item = DutyDayItem.from_raw_data(image)
    day = DutyDay(
        day=date.fromisoformat(item.sk),
        shifts=tuple(shift_from_map(shift) for shift in item.shifts),
        version=int(item.version),
    )
    return Turning(day, item.turned_through)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
