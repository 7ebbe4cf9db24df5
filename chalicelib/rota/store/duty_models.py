"""Items of the rota table that duty is read from: oncologists, published days, working hours."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.dynamodb.attributes import (
    DayAttribute,
    RecordAttribute,
    RecordsAttribute,
    TextsAttribute,
    UtcAttribute,
)
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.rota.domain.duty import Shift


class OncologistItem(Item):
    """An oncologist: ``ONCOLOGIST``, the id."""

    name = UnicodeAttribute()
    registration = UnicodeAttribute()
    phone = UnicodeAttribute()
    languages = TextsAttribute()
    gender = UnicodeAttribute()
    sites = TextsAttribute(null=True)
    joined = DayAttribute(null=True)
    left = DayAttribute(null=True)
    version = NumberAttribute(null=True)


def shift_attribute() -> RecordAttribute[Shift]:
    """Make the attribute of a shift."""
    return RecordAttribute(
        Shift,
        id=UnicodeAttribute(),
        line=UnicodeAttribute(),
        start=UtcAttribute(),
        end=UtcAttribute(),
        on=TextsAttribute(),
    )


class DutyDayItem(Item):
    """A published day: ``DUTY``, the date. ``turned_through`` stands once its shifts turn."""

    shifts = RecordsAttribute(shift_attribute())
    version = NumberAttribute()
    turned_through = UtcAttribute(null=True)


class HoursItem(Item):
    """The working hours: ``SETTINGS``, ``hours``."""

    hours = JSONAttribute()
    version = NumberAttribute(null=True)
