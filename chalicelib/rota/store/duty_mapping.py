"""Oncologists and duty days, to items and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.services.duty_ports import Turning
from chalicelib.rota.store.duty_models import DutyDayItem, OncologistItem

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
    return OncologistItem.hold(Key(ONCOLOGIST, oncologist.id), oncologist, version=version)


def oncologist_from_image(image: Image) -> Oncologist:
    """Read an oncologist."""
    item = OncologistItem.from_raw_data(image)
    return item.read_as(Oncologist, id=item.sk)


def version_in(image: Image | None) -> int:
    """Tell the version of a document: 0 for none, 1 for one that was stored and never edited."""
    if image is None:
        return 0
    return int(image["version"]["N"]) if "version" in image else 1


def duty_key(day: date) -> Key:
    """Place a published day."""
    return Key(DUTY, day.isoformat())


def duty_day_to_item(duty_day: DutyDay) -> DutyDayItem:
    """Write a day that nobody has turned yet."""
    return DutyDayItem.hold(duty_key(duty_day.day), duty_day)


def duty_day_from_image(image: Image) -> DutyDay:
    """Read a published day."""
    return turning_from_image(image).day


def turning_from_image(image: Image) -> Turning:
    """Read a published day, and how far it was turned."""
    item = DutyDayItem.from_raw_data(image)
    day = item.read_as(DutyDay, day=date.fromisoformat(item.sk))
    return Turning(day, item.turned_through)
