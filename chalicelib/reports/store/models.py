"""The items of the reports table."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.dynamodb.base_model import Item


class TallyItem(Item):
    """What a case counts for on a day: ``DAY#<date>``, the case's reference.

    The callers of erased cases have tallies of their own: ``CALLER#<number>``.
    """

    version = NumberAttribute()
    tally = UnicodeAttribute()


class TotalsItem(Item):
    """A day's totals: ``TOTALS``, the date. ``callers`` are their numbers, one after the other."""

    revision = NumberAttribute()
    totals = UnicodeAttribute()
    callers = BinaryAttribute(legacy_encoding=False, null=True)
    callers_below = NumberAttribute(null=True)
