"""Items of the rota table that duty is read from: oncologists, published days, working hours."""

from __future__ import annotations

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.core.dynamodb.attributes import TextsAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item, Record


class OncologistItem(Item):
    """An oncologist: ``ONCOLOGIST``, the id."""

    name = UnicodeAttribute()
    registration = UnicodeAttribute()
    phone = UnicodeAttribute()
    languages = TextsAttribute()
    gender = UnicodeAttribute()
    sites = TextsAttribute(null=True)
    joined = UnicodeAttribute(null=True)
    left = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)


class ShiftMap(Record):
    """One shift of a duty day."""

    id = UnicodeAttribute()
    line = UnicodeAttribute()
    start = UtcAttribute()
    end = UtcAttribute()
    on = TextsAttribute()


class DutyDayItem(Item):
    """A published day: ``DUTY``, the date. ``turned_through`` stands once its shifts turn."""

    shifts = ListAttribute(of=ShiftMap)
    version = NumberAttribute()
    turned_through = UtcAttribute(null=True)


class HoursItem(Item):
    """The working hours: ``SETTINGS``, ``hours``."""

    hours = JSONAttribute()
    version = NumberAttribute(null=True)
